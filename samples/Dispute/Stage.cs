using Verifiable.Inference;
using Verifiable.Inference.Adjudication;
using Verifiable.Inference.Claims;
using Verifiable.Inference.Disputes;
using Verifiable.Inference.Identity;
using Verifiable.Inference.Onnx.Disputes;
using Verifiable.Inference.Onnx.Engines;
using Verifiable.Inference.Onnx.Format;
using Verifiable.Inference.Onnx.Graph;
using Verifiable.Inference.Providers;
using Verifiable.Inference.Selection;
using Verifiable.Inference.Settlement;
using Verifiable.Inference.Simulation;
using Verifiable.Inference.Strategies;
using Verifiable.Inference.Strategies.Optimistic;
using Verifiable.Inference.Tensors;

namespace Dispute;

/// <summary>The model, the ledger with its court, two providers of which the larger one alters a number, and a watcher. Everything follows from the settings, so that two runs print the same.</summary>
internal sealed class Stage : IClaimDefender
{
    // Who is wrongly challenged gets a defence and the barred time twice over; who is right about a cheat likewise.
    public static readonly DisputeTerms Terms = new DisputeCosts { Challenge = new Amount(110), Defense = new Amount(110), Barred = new Amount(100), ValueAtRisk = new Amount(3000) }
        .SetBonds(new DisputeTerms { ClaimBond = new Amount(1), ChallengeBond = new Amount(1) });

    private readonly Settings _settings;
    private readonly ISigner _operator = EcdsaP256Signer.FromSeed("sample/dispute/ledger"u8);
    private readonly ISigner _requester = EcdsaP256Signer.FromSeed("sample/dispute/requester"u8);

    public Stage(Settings settings)
    {
        _settings = settings;
        Model = Load(settings.Model);
        Engine = new CanonicalEngine(Model);
        Referee = RefereeOf(Model);
        Inputs = new NamedTensors(Model.Inputs.Select(input => KeyValuePair.Create(input.Name, Fill(new TensorShape([.. input.Dimensions.Select(axis => axis.IsFixed ? axis.Length : 1)])))));
        Strategy = new OptimisticStrategy(new OptimisticOptions { Referees = [Referee], Disputes = Terms });
        Ledger = new InferenceLedger(_operator, SignatureSchemes.Default, Time, Strategy);
        Court = new LedgerCourt(Ledger, _operator, Time, Terms, OptimisticStrategy.FindDisputeTerms, Referee);
        LocalProviderOptions options = new() { Time = Time, Randomness = new SeededRandomSource(2), Defender = this };
        Network = new InferenceNetwork(
            Ledger,
            [
                new LocalProvider(Provider, Ledger, [new AlteredEngine(Engine.Description, Alter)], options),
                new LocalProvider(Another, Ledger, [new TracingEngine(Engine)], options),
            ],
            Time)
        { Court = Court };
        Fund(_requester, 10_000, stake: 0);
        Fund(Watcher, 10_000, stake: 0);
        Fund(Provider, 10_000, stake: 3_000_000);
        Fund(Another, 10_000, stake: 100_000);
    }

    public VirtualTime Time { get; } = new();

    public ISigner Provider { get; } = EcdsaP256Signer.FromSeed("sample/dispute/provider"u8);

    public ISigner Another { get; } = EcdsaP256Signer.FromSeed("sample/dispute/another"u8);

    public ISigner Watcher { get; } = EcdsaP256Signer.FromSeed("sample/dispute/watcher"u8);

    public OnnxModel Model { get; }

    public CanonicalEngine Engine { get; }

    public CanonicalReferee Referee { get; }

    public NamedTensors Inputs { get; }

    public OptimisticStrategy Strategy { get; }

    public InferenceLedger Ledger { get; }

    public LedgerCourt Court { get; }

    public InferenceNetwork Network { get; }

    public InferenceOrder Order => new()
    {
        Requester = _requester,
        ModelId = Model.Id,
        Inputs = Inputs,
        Options = new GenerationOptions(seed: 1),
        Randomness = new SeededRandomSource(1),
    };

    public NodeId Requester => _requester.PublicKey.Id;

    public static OnnxModel Load(string name) => OnnxModel.Load(Path.Combine(AppContext.BaseDirectory, "models", name + ".onnx"));

    public static CanonicalReferee RefereeOf(OnnxModel model) =>
        CanonicalReferee.TryCreate(model, null, out CanonicalReferee? referee, out ModelRefusal? refusal) ? referee : throw new InvalidOperationException(refusal.ToString());

    /// <inheritdoc/>
    public bool CanDefend(TaskEnvelope envelope) => true;

    /// <inheritdoc/>
    /// <remarks>The program steps the watchers itself, so that every move can be shown.</remarks>
    public void Defend(DisputedClaim claim, NamedTensors inputs)
    {
    }

    /// <summary>Makes the provider's side: it answers from the run that it claims.</summary>
    public IDisputant Defend(DisputedClaim claim) => new Side(new DisputeDefender(claim, Alter(Inputs, claim.Work.Options), Provider), _settings.Silent is "defender" or "both", isObstinate: false);

    /// <summary>Makes the watcher's side: it runs the model itself. Of an honest claim it accuses the number all the same.</summary>
    public IDisputant Challenge(DisputedClaim claim) => new Side(
        new DisputeChallenger(claim, Model, Inputs, new RepeatedRun(Engine, Inputs, claim.Work.Options), Watcher) { Insistence = _settings.IsHonest ? (_settings.Node, 0, _settings.Element) : null },
        _settings.Silent is "challenger" or "both",
        isObstinate: _settings.IsHonest);

    /// <summary>Gets what somebody holds: balance and stake.</summary>
    public Amount Worth(ISigner owner) => Ledger.State.Accounts.TryGetValue(owner.PublicKey.Id, out LedgerAccount account) ? account.Balance + account.Stake : Amount.Zero;

    private AlteredRun Alter(NamedTensors inputs, GenerationOptions options) =>
        new(Model, inputs, options, (node, output, tensor) => _settings.IsHonest || node != _settings.Node || output != 0 ? tensor : Alter(tensor));

    private TensorValue Alter(TensorValue tensor)
    {
        if (tensor.Type != ElementType.Float32 || _settings.Element >= tensor.Length)
        {
            throw new ArgumentException($"Expected an element of 32-bit floats below {tensor.Length} at graph node {_settings.Node}, got element {_settings.Element} of {tensor}.");
        }

        float[] values = tensor.AsSpan<float>().ToArray();
        values[_settings.Element] = BitConverter.Int32BitsToSingle(unchecked(BitConverter.SingleToInt32Bits(values[_settings.Element]) + _settings.Units));
        return TensorValue.Create(values, tensor.Shape);
    }

    private void Fund(ISigner owner, ulong balance, ulong stake)
    {
        _ = Ledger.Apply(new Deposit(owner.PublicKey.Id, new Amount(balance + stake)));
        _ = stake > 0 ? Ledger.Apply(new Bond(owner.PublicKey.Id, new Amount(stake))) : LedgerRefusal.None;
    }

    private static TensorValue Fill(TensorShape shape) => TensorValue.Create<float>([.. Enumerable.Range(0, (int)shape.ElementCount).Select(i => i * 37 % 17 / 16f)], shape);
}
