using Verifiable.Inference.Claims;
using Verifiable.Inference.Identity;
using Verifiable.Inference.Providers;
using Verifiable.Inference.Providers.Misbehavior;
using Verifiable.Inference.Selection;
using Verifiable.Inference.Settlement;
using Verifiable.Inference.Simulation;
using Verifiable.Inference.Strategies;
using Verifiable.Inference.Strategies.Sampling;

namespace Verifiable.Inference.Samples.Quickstart;

/// <summary>A ledger, a requester with money, and providers with stake, in virtual time, all from one seed.</summary>
internal sealed class DigitNetwork
{
    // A day and a half.
    private const int BeaconRounds = 1 << 17;

    private static readonly Amount _budget = new(10_000_000);

    private readonly ulong _seed;
    private readonly KeyScheme _keys;
    private readonly ISigner _requester;
    private readonly SeededRandomSource _randomness;
    private readonly IRandomSource _orders;

    public DigitNetwork(QuickstartSettings settings)
    {
        _seed = settings.Seed;
        _keys = KeyScheme.Get(settings.Keys);
        Schemes = _keys.Schemes;
        _randomness = new SeededRandomSource(_seed);
        _orders = _randomness.Fork("orders");
        _requester = Key("requester");
        // No network is reached: the ledger's operator keeps the beacon, in the same virtual time.
        HashChainBeacon beacon = new(_randomness.Fork("beacon").NextDigest(), Time.GetUtcNow(), TimeSpan.FromSeconds(1), BeaconRounds, Time);
        Strategy = new SamplingStrategy(Terms.Options with { Beacon = beacon });
        Ledger = new InferenceLedger(Key("operator"), Schemes, Time, Strategy);
        Require(Ledger.Apply(new Deposit(_requester.PublicKey.Id, _budget)));

        DigitImage example = DigitImage.Load(1)[0];
        ProviderFactory factory = new(Models, Ledger, Time.Run(Models.Honest.RunAsync(example.Inputs, new GenerationOptions(0))), _seed, _keys.SecondForm);
        List<IProvider> providers = [];
        List<Participant> participants = [];
        foreach (CheatDescription? cheat in Cast.Roles(settings.Cheater))
        {
            string name = $"P{participants.Count + 1:D2}";
            ISigner signer = Key(name);
            Meter meter = new();
            Amount stake = new(participants.Count < Cast.HonestCount ? Terms.HonestStake : Terms.CheatStake);
            LocalProviderOptions options = new() { Time = Time, Randomness = _randomness.Fork(name) };
            providers.Add(factory.Create(cheat, signer, Key(name + " too"), meter, options));
            participants.Add(new Participant(name, cheat, signer.PublicKey.Id, stake, meter));
            Require(Ledger.Apply(new Deposit(signer.PublicKey.Id, stake)));
            Require(Ledger.Apply(new Bond(signer.PublicKey.Id, stake)));
        }

        Participants = participants;
        Network = new InferenceNetwork(Ledger, providers, Time, Schemes);
    }

    public SignatureSchemes Schemes { get; }

    public VirtualTime Time { get; } = new();

    public InferenceLedger Ledger { get; }

    public DigitModels Models { get; } = new();

    public SamplingStrategy Strategy { get; }

    public IReadOnlyList<Participant> Participants { get; }

    public InferenceNetwork Network { get; }

    /// <summary>Gets what the requester spent so far.</summary>
    public Amount Spent => _budget - Ledger.BalanceOf(_requester.PublicKey.Id);

    /// <summary>Finds the participant behind a node.</summary>
    public Participant Who(NodeId node) => Participants.First(participant => participant.Id == node);

    /// <summary>Makes the order of one image; each has a seed of its own, which fixes the digits that the model draws.</summary>
    public InferenceOrder Order(DigitImage image, int index) => new()
    {
        Requester = _requester,
        ModelId = Models.Honest.Model.Id,
        Inputs = image.Inputs,
        Options = new GenerationOptions(unchecked((_seed * 1_000_003) + (ulong)index)),
        Randomness = _orders,
    };

    // Keys that anybody who knows the seed can derive: for a sample only.
    private ISigner Key(string name) => _keys.CreateKey($"quickstart/{_seed}/{name}");

    private static void Require(LedgerRefusal refusal)
    {
        if (refusal != LedgerRefusal.None)
        {
            throw new InvalidOperationException($"Expected the ledger to take a deposit or a bond, got {refusal}.");
        }
    }
}
