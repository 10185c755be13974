using Verifiable.Inference.Adjudication;
using Verifiable.Inference.Claims;
using Verifiable.Inference.Commitments;
using Verifiable.Inference.Identity;
using Verifiable.Inference.Providers;
using Verifiable.Inference.Selection;
using Verifiable.Inference.Settlement;
using Verifiable.Inference.Simulation;
using Verifiable.Inference.Strategies;
using Verifiable.Inference.Strategies.Optimistic;
using Verifiable.Inference.Strategies.Quorum;
using Verifiable.Inference.Strategies.Sampling;
using Verifiable.Inference.Tensors;

namespace Verifiable.Inference.Tests.Strategies;

/// <summary>A ledger, a requester with money and providers with stake, in virtual time, all from one seed.</summary>
public sealed class TestWorld
{
    public const ulong StakeOfEach = 1_000_000;

    public static readonly Digest Model = Digest.Of("a model"u8);

    public static readonly SeededBeacon Beacon = new(7);

    private readonly List<IProvider> _providers = [];

    public TestWorld(ulong seed = 1, VerificationStrategy? strategy = null, VirtualTime? time = null)
    {
        Time = time ?? new VirtualTime();
        Randomness = new SeededRandomSource(seed);
        Profile = new NumericProfile("canonical-v1", "f32", (strategy as SamplingStrategy)?.Options.Comparer.Name ?? (strategy as QuorumStrategy)?.Options.Comparer.Name ?? "exact");
        Ledger = new InferenceLedger(Key("operator"), SignatureSchemes.Default, Time, strategy ?? new SamplingStrategy(new SamplingOptions { Beacon = TestWorld.Beacon }));
        Requester = Key("requester");
        Assert.Equal(LedgerRefusal.None, Ledger.Apply(new Deposit(Requester.PublicKey.Id, new Amount(1_000_000_000))));
        if (strategy is OptimisticStrategy optimistic)
        {
            // Watchers go on within the call that they wait for; under the test runner's context they would hop to the pool, and the clock would not wait for them.
            SynchronizationContext.SetSynchronizationContext(null);
            Court = new LedgerCourt(Ledger, Key("operator"), Time, optimistic.Options.Disputes, OptimisticStrategy.FindDisputeTerms, optimistic.Options.Referees);
            Watchers = new SumWatchers(Court, Time);
        }
    }

    public LedgerCourt? Court { get; }

    public SumWatchers? Watchers { get; }

    public VirtualTime Time { get; }

    public NumericProfile Profile { get; }

    public SeededRandomSource Randomness { get; }

    public InferenceLedger Ledger { get; }

    public ISigner Requester { get; }

    public InferenceNetwork Network => new(Ledger, _providers, Time) { Court = Court };

    // Requesters are trusted to have no friends, so that a world of a few providers, one with nearly all stake, will do. What providers ask for else is tested in FairTermsTests and FairDrawsTests.
    public LocalProviderOptions ProviderOptions => new() { Time = Time, Randomness = Randomness.Fork("salts" + _providers.Count), LongestLock = TimeSpan.FromDays(1000), CoalitionShare = 0, Defender = Watchers };

    public static ISigner Key(string name) => EcdsaP256Signer.FromSeed(System.Text.Encoding.UTF8.GetBytes(name));

    public TestWorld AddHonest(int count = 1, ulong stake = StakeOfEach)
    {
        for (int i = 0; i < count; i++)
        {
            Add(signer => new LocalProvider(signer, Ledger, [Engine()], ProviderOptions), stake);
        }

        return this;
    }

    public SumEngine Engine(float bias = 0) => Court is null ? new SumEngine(bias, Profile) : new TracedSumEngine(bias, Profile);

    public NodeId Add(Func<ISigner, IProvider> create, ulong stake = StakeOfEach)
    {
        ISigner signer = Key("provider " + _providers.Count);
        _providers.Add(create(signer));
        Assert.Equal(LedgerRefusal.None, Ledger.Apply(new Deposit(signer.PublicKey.Id, new Amount(stake))));
        Assert.Equal(LedgerRefusal.None, Ledger.Apply(new Bond(signer.PublicKey.Id, new Amount(stake))));
        if (Watchers is not null)
        {
            // Claims and challenges are bonded from balances.
            Assert.Equal(LedgerRefusal.None, Ledger.Apply(new Deposit(signer.PublicKey.Id, new Amount(1_000_000))));
            Watchers.Add(signer);
        }

        return signer.PublicKey.Id;
    }

    public InferenceOrder Order(int index = 0, ulong seed = 0)
    {
        NamedTensors inputs = NamedTensors.Of("x", TensorValue.Create(new float[] { index, 2, 3 }, 3));
        Watchers?.Know(inputs);
        return new InferenceOrder
        {
            Requester = Requester,
            ModelId = Model,
            Inputs = inputs,
            Options = new GenerationOptions(seed),
            Profile = Profile,
            Randomness = Randomness,
        };
    }

    /// <summary>Runs an order to its end: an outcome that is provisional is awaited until it is final.</summary>
    public VerificationOutcome Run(VerificationStrategy strategy, InferenceOrder? order = null)
    {
        return Time.Run(RunToEndAsync());

        // On the thread that moves the clock: the test runner's own context would go on elsewhere, and let the clock jump meanwhile.
        async ValueTask<VerificationOutcome> RunToEndAsync()
        {
            VerificationOutcome outcome = await strategy.RunAsync(order ?? Order(), Network).ConfigureAwait(false);
            return await outcome.Finality.ConfigureAwait(false);
        }
    }

    public IProvider ProviderOf(NodeId id) => _providers.Single(provider => provider.Id == id);

    public Amount Worth(NodeId node) => Ledger.State.Accounts.TryGetValue(node, out LedgerAccount account) ? account.Balance + account.Stake : Amount.Zero;
}
