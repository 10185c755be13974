using Verifiable.Inference.Claims;
using Verifiable.Inference.Commitments;
using Verifiable.Inference.Identity;
using Verifiable.Inference.Providers;
using Verifiable.Inference.Selection;
using Verifiable.Inference.Settlement;
using Verifiable.Inference.Simulation;
using Verifiable.Inference.Strategies;
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

    public TestWorld(ulong seed = 1, VerificationStrategy? strategy = null)
    {
        Randomness = new SeededRandomSource(seed);
        Profile = new NumericProfile("canonical-v1", "f32", (strategy as SamplingStrategy)?.Options.Comparer.Name ?? (strategy as QuorumStrategy)?.Options.Comparer.Name ?? "exact");
        Ledger = new InferenceLedger(Key("operator"), SignatureSchemes.Default, Time, strategy ?? new SamplingStrategy(new SamplingOptions { Beacon = TestWorld.Beacon }));
        Requester = Key("requester");
        Assert.Equal(LedgerRefusal.None, Ledger.Apply(new Deposit(Requester.PublicKey.Id, new Amount(1_000_000_000))));
    }

    public VirtualTime Time { get; } = new();

    public NumericProfile Profile { get; }

    public SeededRandomSource Randomness { get; }

    public InferenceLedger Ledger { get; }

    public ISigner Requester { get; }

    public InferenceNetwork Network => new(Ledger, _providers, Time);

    public LocalProviderOptions ProviderOptions => new() { Time = Time, Randomness = Randomness.Fork("salts" + _providers.Count), LongestLock = TimeSpan.FromDays(1000) };

    public static ISigner Key(string name) => EcdsaP256Signer.FromSeed(System.Text.Encoding.UTF8.GetBytes(name));

    public TestWorld AddHonest(int count = 1, ulong stake = StakeOfEach)
    {
        for (int i = 0; i < count; i++)
        {
            Add(signer => new LocalProvider(signer, Ledger, [Engine()], ProviderOptions), stake);
        }

        return this;
    }

    public SumEngine Engine(float bias = 0) => new(bias, Profile);

    public NodeId Add(Func<ISigner, IProvider> create, ulong stake = StakeOfEach)
    {
        ISigner signer = Key("provider " + _providers.Count);
        _providers.Add(create(signer));
        Assert.Equal(LedgerRefusal.None, Ledger.Apply(new Deposit(signer.PublicKey.Id, new Amount(stake))));
        Assert.Equal(LedgerRefusal.None, Ledger.Apply(new Bond(signer.PublicKey.Id, new Amount(stake))));
        return signer.PublicKey.Id;
    }

    public InferenceOrder Order(int index = 0, ulong seed = 0) => new()
    {
        Requester = Requester,
        ModelId = Model,
        Inputs = NamedTensors.Of("x", TensorValue.Create(new float[] { index, 2, 3 }, 3)),
        Options = new GenerationOptions(seed),
        Profile = Profile,
        Randomness = Randomness,
    };

    public VerificationOutcome Run(VerificationStrategy strategy, InferenceOrder? order = null) => Time.Run(strategy.RunAsync(order ?? Order(), Network));

    public IProvider ProviderOf(NodeId id) => _providers.Single(provider => provider.Id == id);

    public Amount Worth(NodeId node) => Ledger.State.Accounts.TryGetValue(node, out LedgerAccount account) ? account.Balance + account.Stake : Amount.Zero;
}
