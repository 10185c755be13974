using Verifiable.Inference.Incentives;

namespace Verifiable.Inference.Strategies.Sampling;

/// <summary>What the terms of a <see cref="SamplingStrategy"/> do not say and its assessment needs, in ledger units. Immutable.</summary>
public sealed record SamplingCosts
{
    /// <summary>Gets what computing an answer honestly costs, C.</summary>
    public required decimal HonestCost { get; init; }

    /// <summary>Gets what the cheapest plausible substitute costs, c. The default is 0.</summary>
    public decimal SubstituteCost { get; init; }

    /// <summary>Gets the share r of all stake that one coalition may hold, over any number of identities. The default is 0.1.</summary>
    /// <remarks>The asserter is left out of the draw of its checker, which helps only against a coalition that keeps its stake under one identity; so the share is
    /// taken of all stake.</remarks>
    public decimal CoalitionShare { get; init; } = 0.1m;

    /// <summary>Gets the share of voting stake that is dishonest, or runs the same cheap substitute. The default is the coalition's.</summary>
    public decimal? DishonestVoterShare { get; init; }

    /// <summary>Gets what an undetected fraud is worth to the cheat, the reward included; <see langword="null"/> (default) for the reward alone.</summary>
    public decimal? FraudValue { get; init; }

    /// <summary>Gets the probability δ that the comparison tells a cheat from an honest answer. The default is 1.</summary>
    public decimal DetectionProbability { get; init; } = 1m;

    /// <summary>Gets the probability φ that an honest provider is convicted when checked, for a comparison with noise. The default is 0.</summary>
    public decimal FalseConvictionProbability { get; init; }

    /// <summary>Puts the costs and a strategy's terms together.</summary>
    public SamplingEconomics ToEconomics(SamplingOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);

        // By voters that the requester could choose, and by distances that only it measured, nobody is slashed.
        bool convicts = options.Beacon is not null && options.Comparer.ComparesCommitments;
        return new SamplingEconomics
        {
            HonestCost = HonestCost,
            SubstituteCost = SubstituteCost,
            AsserterReward = options.Reward.Units,
            ValidatorReward = options.Reward.Units,
            Slash = convicts ? options.Slash.Units : 0,
            AuditProbability = (decimal)options.AuditRate,
            CoalitionShare = CoalitionShare,
            UnchallengedFraudValue = FraudValue,
            DetectionProbability = DetectionProbability,
            FalseConvictionProbability = FalseConvictionProbability,
            Bounty = convicts ? options.Bounty.Units : 0,
            Adjudicator = AdjudicatorKind.MajorityVote,
            VoterSeats = options.VoterSeats,
            DishonestVoterShare = DishonestVoterShare ?? CoalitionShare,
        };
    }
}
