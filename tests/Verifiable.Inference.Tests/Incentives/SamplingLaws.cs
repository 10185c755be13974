using FsCheck;
using FsCheck.Fluent;
using Verifiable.Inference.Incentives;

namespace Verifiable.Inference.Tests.Incentives;

/// <summary>Generators of economics and one way of running a law with a fixed seed.</summary>
internal static class SamplingLaws
{
    private const int Choices = 20;

    internal static void Check<T>(Gen<T> generator, Func<T, bool> law, int tests = 2000) =>
        Prop.ForAll(generator.ToArbitrary(), law).Check(Config.QuickThrowOnFailure.WithMaxTest(tests).WithReplay(20240501UL, 31UL));

    /// <summary>Any valid economics: up to eight validators, every optional number sometimes given, the ends of the ranges included.</summary>
    internal static Gen<SamplingEconomics> Any { get; } = Gen.Choose(0, 1000).ArrayOf(Choices).Select(Whole);

    /// <summary>One validator, basic fraud values, equal rewards, ideal conviction: the setting of the published formulas, R ≥ C.</summary>
    internal static Gen<SamplingEconomics> Basic { get; } = Gen.Choose(0, 1000).ArrayOf(Choices).Select(x => Simple(x, 0m));

    /// <summary>One validator, U1 = R, U2 = 2R, any conviction probabilities.</summary>
    internal static Gen<SamplingEconomics> Noisy { get; } = Gen.Choose(0, 1000).ArrayOf(Choices)
        .Select(x => Simple(x, 0m) with { DetectionProbability = x[10] / 1000m, FalseConvictionProbability = (1 + x[11]) * (1 + x[12]) / 1_100_000m, CoalitionShare = x[5] / 1001m });

    private static SamplingEconomics Simple(int[] x, decimal bounty)
    {
        decimal cost = (1 + x[0]) / 100m;
        decimal reward = cost + (x[2] / 200m);
        return new SamplingEconomics
        {
            HonestCost = cost,
            SubstituteCost = x[1] % 3 == 0 ? 0m : cost * x[1] / 1000m,
            AsserterReward = reward,
            ValidatorReward = reward,
            Slash = x[3] * x[3] / 10_000m,
            AuditProbability = (1 + x[4]) * (1 + x[6]) / 1_002_001m,
            CoalitionShare = x[5] / 1000m,
            Bounty = bounty,
        };
    }

    private static SamplingEconomics Whole(int[] x)
    {
        SamplingEconomics simple = Simple(x, 0m);
        decimal unchallenged = simple.AsserterReward + (x[8] % 2 == 0 ? 0m : x[8] / 10m);
        return simple with
        {
            ValidatorReward = x[7] / 100m,
            ValidatorCount = 1 + (x[9] % 8),
            DetectionProbability = x[10] % 3 == 0 ? 1m : x[10] / 1000m,
            FalseConvictionProbability = x[11] % 3 == 0 ? 0m : x[11] / 5000m,
            ValidatorFalseConvictionProbability = x[12] % 3 == 0 ? null : x[12] / 5000m,
            UnchallengedFraudValue = x[8] % 2 == 0 ? null : unchallenged,
            ChallengedFraudValue = x[13] % 2 == 0 ? null : unchallenged + (x[13] / 20m),
            Bounty = simple.Slash * x[14] / 1000m,
            Adjudicator = (AdjudicatorKind)(x[15] % 3),
            VoterSeats = 1 + (x[16] % 9),
            DishonestVoterShare = x[17] / 1000m,
            GuessProbability = x[18] % 2 == 0 ? null : x[18] / 1000m,
        };
    }

    /// <summary>Says whether two results of different orders of rounding agree, to 18 digits of the size of the numbers that went in.</summary>
    internal static bool Agree(decimal left, decimal right, decimal size = 1000m) => Math.Abs(left - right) <= size * 1e-18m;
}
