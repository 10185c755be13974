using System.Collections.Immutable;
using Verifiable.Inference.Incentives;
using Verifiable.Inference.Incentives.Advice;
using Verifiable.Inference.Incentives.Games;
using Verifiable.Inference.Incentives.Protocols;

namespace Verifiable.Inference.Tests.Incentives.Advice;

/// <summary>Random models of every strategy, boxes around them and points of the boxes.</summary>
internal static class AdviceCases
{
    internal static IEnumerable<AdviceModel> Models(int count, Random random)
    {
        AuditProbabilityForm[] forms = [AuditProbabilityForm.Conservative, AuditProbabilityForm.Exact, AuditProbabilityForm.RoleBlind];
        for (int number = 0; number < count; number++)
        {
            yield return (number % 4) switch
            {
                0 => new SamplingAdviceModel(Sampling(random, validators: 1), forms[random.Next(3)], asksForUniqueness: random.Next(3) == 0),
                1 => new SamplingAdviceModel(Sampling(random, validators: random.Next(2, 5)), forms[random.Next(3)]),
                2 => new QuorumAdviceModel(Quorums(1, random.Next()).First(), asksForUniqueness: random.Next(3) == 0),
                _ => new ChallengeAdviceModel(Challenge(random), random.Next(2) == 0 ? Rational.Zero : new Rational(random.Next(0, 51), 100)),
            };
        }
    }

    internal static SamplingEconomics Sampling(Random random, int validators)
    {
        decimal cost = random.Next(1, 200);
        decimal reward = cost + random.Next(0, 200);
        decimal slash = random.Next(0, 6000);
        return new SamplingEconomics
        {
            HonestCost = cost,
            SubstituteCost = Math.Min(cost, random.Next(0, 60)),
            AsserterReward = reward,
            ValidatorReward = random.Next(2) == 0 ? reward : validators * (cost + random.Next(0, 100)),
            Slash = slash,
            AuditProbability = random.Next(1, 400) / 1000m,
            ValidatorCount = validators,
            CoalitionShare = random.Next(0, 60) / 100m,
            UnchallengedFraudValue = random.Next(3) == 0 ? reward + random.Next(0, 3000) : null,
            DetectionProbability = random.Next(60, 101) / 100m,
            FalseConvictionProbability = random.Next(2) == 0 ? 0m : random.Next(0, 50) / 10_000m,
            Bounty = Math.Min(slash, random.Next(0, 300)),
            Adjudicator = random.Next(2) == 0 ? AdjudicatorKind.Objective : AdjudicatorKind.MajorityVote,
            VoterSeats = 1 + (2 * random.Next(0, 4)),
            DishonestVoterShare = random.Next(0, 40) / 100m,
        };
    }

    internal static IEnumerable<QuorumEconomics> Quorums(int count, int seed = 77)
    {
        Random random = new(seed);
        for (int number = 0; number < count; number++)
        {
            int seats = random.Next(1, 9);
            decimal cost = random.Next(1, 200);
            yield return new QuorumEconomics
            {
                HonestCost = cost,
                SubstituteCost = Math.Min(cost, random.Next(0, 50)),
                Reward = random.Next(0, 400),
                Slash = random.Next(0, 9000),
                Bounty = random.Next(0, 1000),
                FraudValue = random.Next(4) == 0 ? random.Next(0, 3000) : 0,
                Seats = seats,
                Threshold = random.Next(seats / 2, seats),
                EscalationSeats = (2 * random.Next(1, 8)) + 1,
                EscalationRate = random.Next(0, 51) / 100m,
                CoalitionShare = random.Next(0, 101) / 100m,
                DishonestVoterShare = random.Next(0, 60) / 100m,
                WaitsForAll = random.Next(2) == 0,
                Convicts = random.Next(8) != 0,
            };
        }
    }

    internal static Rational Inside(AdviceParameter parameter, Random random) =>
        parameter.Kind == AdviceParameterKind.Probability ? new Rational(random.Next(0, 101), 100) : random.Next(0, 5000);

    /// <summary>Up to three uncertain parameters, at most one of them neither affine nor monotone, and a safety margin sometimes.</summary>
    internal static AdviceOptions Box(AdviceModel model, Random random)
    {
        AdviceOptions options = new() { SafetyMargin = random.Next(3) == 0 ? new Rational(random.Next(0, 100), 100) : Rational.Zero };
        foreach (AdviceParameter parameter in model.Parameters.Where(parameter => !parameter.IsChosen).OrderBy(_ => random.Next()).Take(random.Next(0, 4)))
        {
            bool isProbability = parameter.Kind == AdviceParameterKind.Probability;
            Rational width = isProbability ? new Rational(random.Next(0, 10), 100) : random.Next(0, 30);
            Rational greatest = isProbability ? Rational.Min(Rational.One, parameter.Value + width) : parameter.Value + width;
            options = options.With(parameter.Symbol, Rational.Max(Rational.Zero, parameter.Value - width), greatest);
        }

        return options;
    }

    /// <summary>All corners of a box, and so many points inside.</summary>
    internal static IEnumerable<ImmutableArray<Rational>> Points(AdviceModel model, AdviceOptions options, Random random, int inside)
    {
        (int Index, AdviceRange Range)[] moving = [.. options.Ranges.Select(range => (model.Parameters.IndexOf(model[range.Key]), range.Value))];
        for (int corner = 0; corner < 1 << moving.Length; corner++)
        {
            yield return At(place => (corner >> place & 1) == 1 ? moving[place].Range.Greatest : moving[place].Range.Least);
        }

        for (int number = 0; number < inside; number++)
        {
            yield return At(place => moving[place].Range.Least + ((moving[place].Range.Greatest - moving[place].Range.Least) * new Rational(random.Next(0, 1001), 1000)));
        }

        ImmutableArray<Rational> At(Func<int, Rational> value)
        {
            Rational[] point = [.. model.Values];
            for (int place = 0; place < moving.Length; place++)
            {
                point[moving[place].Index] = value(place);
            }

            return [.. point];
        }
    }

    private static ChallengeGame Challenge(Random random) => new()
    {
        HonestCost = random.Next(1, 200),
        SubstituteCost = Rational.Zero,
        Reward = random.Next(150, 400),
        Slash = random.Next(0, 5000),
        SystemCheckProbability = new Rational(random.Next(1, 400), 1000),
        DetectionProbability = new Rational(random.Next(70, 101), 100),
        FalseConvictionProbability = new Rational(random.Next(0, 30), 10_000),
        WatchCost = random.Next(0, 30),
        Bounty = random.Next(0, 300),
        Bond = random.Next(0, 100),
        DefenceCost = random.Next(0, 300),
    };
}
