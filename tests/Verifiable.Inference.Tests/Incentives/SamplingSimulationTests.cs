using Verifiable.Inference.Incentives;

namespace Verifiable.Inference.Tests.Incentives;

/// <summary>
/// Plays the game by chance and compares averages with the closed forms. Seeds are fixed. Each comparison allows five standard errors,
/// estimated from the sample: a fresh seed would fail one with probability 6·10⁻⁷, all twenty together below 10⁻⁵.
/// </summary>
public sealed class SamplingSimulationTests
{
    private const int Tasks = 200_000;

    public static TheoryData<int, double, double, double, double> Games { get; } = new()
    {
        // validators, audit probability, coalition share, δ, φ
        { 1, 0.10, 0.0, 1.0, 0.0 },
        { 1, 0.20, 0.3, 0.9, 0.05 },
        { 3, 0.15, 0.4, 1.0, 0.0 },
        { 4, 0.30, 0.5, 0.8, 0.1 },
    };

    [Theory]
    [MemberData(nameof(Games))]
    public void A_role_aware_provider_earns_what_the_closed_forms_say(int validators, double p, double r, double delta, double phi)
    {
        SamplingEconomics e = Economics(validators, p, r, delta, phi) with { Bounty = 3m };
        XorShift chance = new(2405_00295UL + (ulong)validators);
        Average honest = new();
        Average dishonest = new();
        for (int task = 0; task < Tasks; task++)
        {
            honest.Add(PlayAsAsserter(e, chance, isHonest: true));
            dishonest.Add(PlayAsAsserter(e, chance, isHonest: false));
        }

        honest.AssertNear((double)SamplingIncentives.HonestPayoff(e));
        dishonest.AssertNear((double)SamplingIncentives.DishonestPayoff(e));
    }

    [Theory]
    [MemberData(nameof(Games))]
    public void A_role_blind_provider_is_compared_and_earns_as_the_closed_forms_say(int validators, double p, double r, double delta, double phi)
    {
        SamplingEconomics e = Economics(validators, p, r, delta, phi);
        XorShift chance = new(271828UL + (ulong)validators);
        Average compared = new();
        Average earned = new();
        Average honest = new();
        while (compared.Count < Tasks)
        {
            // A task has one asserter's envelope and, if it is audited, n validators' envelopes. At most one of them is ours, each as likely
            // as the other, so that the samples are independent.
            bool isAudited = chance.Next() < p;
            bool isAsserter = chance.Next() * (1 + validators) < 1;
            if (!isAsserter && !isAudited)
            {
                continue;
            }

            bool areOthersColluding = true;
            for (int other = 0; other < validators; other++)
            {
                areOthersColluding &= chance.Next() < r;
            }

            double reward = isAsserter ? (double)e.AsserterReward : (double)e.ValidatorReward / validators;
            bool isConvicted = isAudited && !areOthersColluding && chance.Next() < delta;
            compared.Add(isAudited ? 1 : 0);
            earned.Add((isConvicted ? -(double)e.Slash : reward) - (double)e.SubstituteCost);
            bool isWronglyConvicted = isAudited && !areOthersColluding && chance.Next() < (isAsserter ? phi : phi / 2);
            honest.Add((isWronglyConvicted ? -(double)e.Slash : reward) - (double)e.HonestCost);
        }

        compared.AssertNear((double)SamplingIncentives.RoleBlindCheckProbability(e.AuditProbability, validators));
        earned.AssertNear((double)SamplingIncentives.RoleBlindDishonestPayoff(e));
        honest.AssertNear((double)SamplingIncentives.RoleBlindHonestPayoff(e));
    }

    private static SamplingEconomics Economics(int validators, double p, double r, double delta, double phi) => new()
    {
        HonestCost = 1m,
        SubstituteCost = 0.125m,
        AsserterReward = 1.5m,
        ValidatorReward = 1.25m * validators,
        Slash = 10m,
        AuditProbability = (decimal)p,
        ValidatorCount = validators,
        CoalitionShare = (decimal)r,
        DetectionProbability = (decimal)delta,
        FalseConvictionProbability = (decimal)phi,
        ValidatorFalseConvictionProbability = (decimal)phi / 2m,
    };

    private static double PlayAsAsserter(SamplingEconomics e, XorShift chance, bool isHonest)
    {
        double earned = -(double)(isHonest ? e.HonestCost : e.SubstituteCost);
        if (chance.Next() >= (double)e.AuditProbability)
        {
            return earned + (double)e.AsserterReward;
        }

        int colluders = 0;
        for (int validator = 0; validator < e.ValidatorCount; validator++)
        {
            colluders += chance.Next() < (double)e.CoalitionShare ? 1 : 0;
        }

        earned += colluders * (double)e.ValidatorReward / e.ValidatorCount;
        if (colluders == e.ValidatorCount)
        {
            return earned + (double)e.AsserterReward;
        }

        // An honest asserter lends its result; a cheat has none to lend.
        earned -= !isHonest && colluders > 0 ? (double)e.HonestCost : 0;
        bool isConvicted = chance.Next() < (double)(isHonest ? e.FalseConvictionProbability : e.DetectionProbability);
        double bounty = isHonest ? 0 : colluders * (double)e.Bounty / e.ValidatorCount;
        return earned + (isConvicted ? bounty - (double)e.Slash : (double)e.AsserterReward);
    }

    /// <summary>Marsaglia's xorshift with the multiplication of Vigna (xorshift64*), 53 bits a draw.</summary>
    private sealed class XorShift(ulong seed)
    {
        private ulong _state = seed;

        public double Next()
        {
            _state ^= _state >> 12;
            _state ^= _state << 25;
            _state ^= _state >> 27;
            return (unchecked(_state * 2685821657736338717UL) >> 11) * (1.0 / (1UL << 53));
        }
    }

    private sealed class Average
    {
        private double _sum;
        private double _squares;

        public int Count { get; private set; }

        public void Add(double value)
        {
            Count++;
            _sum += value;
            _squares += value * value;
        }

        public void AssertNear(double expected)
        {
            double mean = _sum / Count;
            double standardError = Math.Sqrt(Math.Max(0, (_squares / Count) - (mean * mean)) / Count);
            Assert.InRange(mean, expected - (5 * standardError) - 1e-9, expected + (5 * standardError) + 1e-9);
        }
    }
}
