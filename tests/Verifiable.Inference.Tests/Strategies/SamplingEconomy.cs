using Verifiable.Inference.Engines;
using Verifiable.Inference.Identity;
using Verifiable.Inference.Providers;
using Verifiable.Inference.Providers.Misbehavior;
using Verifiable.Inference.Selection;
using Verifiable.Inference.Settlement;
using Verifiable.Inference.Simulation;
using Verifiable.Inference.Strategies;
using Verifiable.Inference.Strategies.Sampling;
using Verifiable.Inference.Tensors;

namespace Verifiable.Inference.Tests.Strategies;

/// <summary>
/// Many requests over the real strategy and ledger, with a ring of providers and honest ones, and the ring's books: what it earned on the ledger less what it
/// computed. Stakes are so large that slashes hardly change the draws. A ring is told its role by the ledger's length: envelopes do not show it.
/// </summary>
internal sealed class SamplingEconomy
{
    public const int HonestCost = 100;

    public const int SubstituteCost = 10;

    private const ulong StakeUnit = 1_000_000_000;

    private readonly VirtualTime _time = new();
    private readonly InferenceLedger _ledger;
    private readonly InferenceNetwork _network;
    private readonly SamplingStrategy _strategy;
    private readonly ISigner _requester = ToySignatures.Key("requester");
    private readonly SeededRandomSource _randomness;
    private readonly CountingEngine _honest = new(new SumEngine());
    private readonly CountingEngine _substitute = new(new SumEngine(bias: 1));
    private readonly List<NodeId> _ring = [];
    private readonly Amount _start;
    private ulong _sequence;
    private int _tasks;

    /// <summary>Creates an economy.</summary>
    /// <param name="options">The terms.</param>
    /// <param name="honest">The number of honest providers.</param>
    /// <param name="ring">The number of the ring's identities.</param>
    /// <param name="kind">What the ring does.</param>
    /// <param name="roleAware">Whether it cheats as asserter only.</param>
    /// <param name="seed">The seed.</param>
    /// <param name="ringUnits">The ring's stake in stakes of one honest provider; by default each identity has as much.</param>
    public SamplingEconomy(SamplingOptions options, int honest, int ring, CheatKind kind, bool roleAware, ulong seed, int? ringUnits = null)
    {
        _strategy = new SamplingStrategy(options);
        _randomness = new SeededRandomSource(seed);
        _ledger = new InferenceLedger(ToySignatures.Key("operator"), ToySignatures.Schemes, _time, _strategy);
        Deposit(_requester.PublicKey.Id, StakeUnit);
        List<IProvider> providers = [];
        SharedBoard board = new();
        for (int i = 0; i < honest + ring; i++)
        {
            bool isRing = i >= honest;
            CheatSetup setup = new()
            {
                Signer = ToySignatures.Key("provider " + i),
                Ledger = _ledger,
                Engine = isRing ? _honest : new SumEngine(),
                Substitute = _substitute,
                Example = NamedTensors.Of("y", TensorValue.Create(new float[2], 2)),
                Board = board,
                Seed = seed + (ulong)i,
                Options = new LocalProviderOptions { Time = _time, Randomness = _randomness.Fork("salts " + i), AcceptsTerms = static (_, _) => true },

                // Right after the request only the asserter's task is opened.
                CheatsOn = isRing && roleAware ? _ => _ledger.Sequence == _sequence + 1 : null,
            };
            providers.Add(CheatFactory.Create(isRing ? kind : CheatKind.None, setup));
            NodeId id = setup.Signer.PublicKey.Id;
            ulong stake = isRing && ringUnits is { } units ? StakeUnit * (ulong)units / (ulong)ring : StakeUnit;
            Deposit(id, stake);
            Assert.Equal(LedgerRefusal.None, _ledger.Apply(new Bond(id, new Amount(stake))));
            if (isRing)
            {
                _ring.Add(id);
            }
        }

        _network = new InferenceNetwork(_ledger, providers, _time, ToySignatures.Schemes);
        _start = Worth();
    }

    public IReadOnlyList<NodeId> Ring => _ring;

    /// <summary>Gets the number of requests.</summary>
    public int Tasks => _tasks;

    /// <summary>Gets the number of requests for which the ring was the asserter.</summary>
    public int Asserted { get; private set; }

    /// <summary>Gets what the ring earned less what its computations cost.</summary>
    public double Profit => (double)Worth().Units - _start.Units - (HonestCost * _honest.Runs) - (SubstituteCost * _substitute.Runs);

    /// <summary>Gets the ring's profit for each request that it was drawn to answer.</summary>
    public double ProfitPerAssertion => Profit / Asserted;

    public VerificationOutcome RunOne()
    {
        _sequence = _ledger.Sequence;
        VerificationOutcome outcome = _time.Run(_strategy.RunAsync(
            new InferenceOrder
            {
                Requester = _requester,
                ModelId = TestWorld.Model,
                Inputs = NamedTensors.Of("x", TensorValue.Create(new float[] { ++_tasks }, 1)),
                Randomness = _randomness,
            },
            _network));
        Asserted += _ring.Contains(outcome.Asserter!.Value) ? 1 : 0;
        return outcome;
    }

    public SamplingEconomy Run(int tasks)
    {
        for (int i = 0; i < tasks; i++)
        {
            _ = RunOne();
        }

        Assert.True(_ledger.State.Totals.IsConserved);
        return this;
    }

    private Amount Worth()
    {
        Amount sum = Amount.Zero;
        foreach (NodeId member in _ring)
        {
            LedgerAccount account = _ledger.State.Accounts[member];
            sum += account.Balance + account.Stake;
        }

        return sum;
    }

    private void Deposit(NodeId node, ulong units) => Assert.Equal(LedgerRefusal.None, _ledger.Apply(new Deposit(node, new Amount(units))));
}
