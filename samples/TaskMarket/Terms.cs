using Verifiable.Inference.Selection;
using Verifiable.Inference.Strategies.Duplication;
using Verifiable.Inference.Strategies.Quorum;
using Verifiable.Inference.Strategies.Sampling;

namespace Verifiable.Inference.Samples.TaskMarket;

/// <summary>
/// The terms of the scenarios, in ledger units: an honest computation costs 100 and is paid 120. Each strategy once on terms that its own assessment calls safe, and once on terms that it does
/// not, with the same prices but too few checks and too small a stake at risk.
/// </summary>
internal static class Terms
{
    public const ulong HonestCost = 100;
    public const ulong Reward = 120;
    public const ulong Stake = 1_000_000;

    private const ulong SafeSlash = 6_000;
    private const ulong UnsafeSlash = 1_500;
    private const decimal Coalition = 0.1m;

    // Lazy and colluding providers together, none of whom votes with an honest one.
    private const decimal Dishonest = 0.2m;

    public static IReadOnlyList<ScenarioPlan> Plans { get; } =
    [
        new("sampling", true, (_, _, beacon) => new SamplingStrategy(Sampling(0.1, SafeSlash, 300, 13, beacon))),
        new("quorum", true, (_, _, beacon) => new QuorumStrategy(Quorum(3, 0.05, SafeSlash, 300, beacon))),
        new("hidden duplication", true, (time, randomness, beacon) => new HiddenDuplicationStrategy(Hidden(0.1, SafeSlash, 300, 13, Mixer(time, randomness), beacon))),
        new("sampling", false, (_, _, beacon) => new SamplingStrategy(Sampling(0.01, UnsafeSlash, 0, 5, beacon) with { AllowsInsecureTerms = true })),
        new("quorum", false, (_, _, beacon) => new QuorumStrategy(Quorum(1, 0.002, UnsafeSlash, 0, beacon) with { EscalationSeats = 5, AllowsInsecureTerms = true })),
        new("hidden duplication", false, (time, randomness, beacon) => new HiddenDuplicationStrategy(Hidden(0.01, UnsafeSlash, 0, 5, Mixer(time, randomness), beacon) with { AllowsInsecureTerms = true })),
    ];

    private static SamplingCosts Costs => new() { HonestCost = HonestCost, CoalitionShare = Coalition, DishonestVoterShare = Dishonest };

    private static EnvelopeMixer Mixer(TimeProvider time, IRandomSource randomness) => new(4, TimeSpan.FromSeconds(2), TimeSpan.FromSeconds(20), time, randomness);

    private static SamplingOptions Sampling(double rate, ulong slash, ulong bounty, int voters, IRandomBeacon beacon) => new()
    {
        Beacon = beacon,
        AuditRate = rate,
        Reward = new Amount(Reward),
        Slash = new Amount(slash),
        Bounty = new Amount(bounty),
        VoterSeats = voters,
        Costs = Costs,
    };

    private static HiddenDuplicationOptions Hidden(double rate, ulong slash, ulong bounty, int voters, EnvelopeMixer mixer, IRandomBeacon beacon) => new()
    {
        Beacon = beacon,
        DuplicationRate = rate,
        Reward = new Amount(Reward),
        Slash = new Amount(slash),
        Bounty = new Amount(bounty),
        VoterSeats = voters,
        Mixer = mixer,
        SettlementDelay = TimeSpan.FromMinutes(2),
        OpeningWindow = TimeSpan.FromMinutes(30),
        Costs = Costs,
    };

    private static QuorumOptions Quorum(int seats, double rate, ulong slash, ulong bounty, IRandomBeacon beacon) => new()
    {
        Seats = seats,
        EscalationRate = rate,
        Reward = new Amount(Reward),
        Slash = new Amount(slash),
        Bounty = new Amount(bounty),
        Beacon = beacon,
        Costs = new QuorumCosts { HonestCost = HonestCost, CoalitionShare = Coalition, DishonestVoterShare = Dishonest, Providers = 20 },
    };
}
