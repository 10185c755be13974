using Verifiable.Inference.Strategies.Sampling;

namespace Verifiable.Inference.Samples.Quickstart;

/// <summary>The terms of the network, in ledger units: an honest computation costs 100.</summary>
internal static class Terms
{
    public const ulong HonestCost = 100;

    /// <summary>What each honest provider stakes.</summary>
    public const ulong HonestStake = 100_000;

    /// <summary>What each cheat stakes: enough for six convictions.</summary>
    public const ulong CheatStake = 25_000;

    /// <summary>Gets the terms but for the beacon, which is the network's own.</summary>
    public static SamplingOptions Options { get; } = new()
    {
        Beacon = null,
        AuditRate = 0.12,
        Reward = new Amount(120),
        Slash = new Amount(4000),
        Bounty = new Amount(300),
        VoterSeats = 13,
        Costs = new SamplingCosts { HonestCost = HonestCost, CoalitionShare = 0.12m },
    };
}
