using Verifiable.Inference.Comparison;
using Verifiable.Inference.Selection;
using Verifiable.Inference.Strategies.Duplication;
using Verifiable.Inference.Strategies.Optimistic;
using Verifiable.Inference.Strategies.Quorum;
using Verifiable.Inference.Strategies.Sampling;

namespace Verifiable.Inference.Tests.Strategies;

/// <summary>Every strategy. A new strategy is one line here, and all laws run on it.</summary>
public static class StrategyRegistry
{
    private static readonly StrategyCase[] _cases =
    [
        new("sampling", audits => new SamplingStrategy(Sampling(audits))),
        new("sampling-beacon", audits => new SamplingStrategy(Sampling(audits) with { DrawsChecksByBeacon = true })),
        new("sampling-no-beacon", audits => new SamplingStrategy(Sampling(audits) with { Beacon = null, AllowsInsecureTerms = true })),
        new("sampling-max-absolute", audits => new SamplingStrategy(Sampling(audits) with { Comparer = OutputComparers.MaxAbsolute, Limit = 0.5, AllowsInsecureTerms = true })),
        new("hidden-duplication", audits => new HiddenDuplicationStrategy(new HiddenDuplicationOptions { Beacon = TestWorld.Beacon, DuplicationRate = audits ? 1 : 1e-9, AllowsInsecureTerms = !audits })),
        new("quorum", audits => new QuorumStrategy(Quorum(audits))),
        new("quorum-waits", audits => new QuorumStrategy(Quorum(audits) with { Seats = 5, WaitsForAll = true })),
        new("quorum-max-absolute", audits => new QuorumStrategy(Quorum(audits) with { Comparer = OutputComparers.MaxAbsolute, Limit = 0.5 })),
        new("optimistic", audits => new OptimisticStrategy(Optimistic(audits))),
        new("optimistic-beacon", audits => new OptimisticStrategy(Optimistic(audits) with { Beacon = TestWorld.Beacon })),
        new("toy-twice", _ => new TwiceStrategy(new Amount(120), new Amount(3000))),
    ];

    public static TheoryData<string, bool> All
    {
        get
        {
            TheoryData<string, bool> all = [];
            foreach (StrategyCase strategy in _cases)
            {
                all.Add(strategy.Name, true);
                all.Add(strategy.Name, false);
            }

            return all;
        }
    }

    public static StrategyCase Get(string name) => _cases.Single(strategy => strategy.Name == name);

    private static SamplingOptions Sampling(bool audits) => new()
    {
        Beacon = TestWorld.Beacon,
        AuditRate = audits ? 1 : 1e-9,

        // Two draws, for of hostile providers too few vote; honest providers with friends to fear would not take it.
        VoterAttempts = 2,
        AllowsInsecureTerms = true,
        Comparer = OutputComparers.Exact,
    };

    private static OptimisticOptions Optimistic(bool audits) => new()
    {
        Referees = [new SumReferee()],
        CheckRate = audits ? 1 : 1e-9,
        AllowsInsecureTerms = !audits,
    };

    private static QuorumOptions Quorum(bool audits) => new()
    {
        Beacon = new SeededBeacon(7),
        EscalationRate = audits ? 1 : 0,
        AllowsInsecureTerms = !audits,
    };
}
