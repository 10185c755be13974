using Verifiable.Inference;
using Verifiable.Inference.Claims;
using Verifiable.Inference.Commitments;
using Verifiable.Inference.Disputes;
using Verifiable.Inference.Identity;
using Verifiable.Inference.Onnx.Disputes;
using Verifiable.Inference.Onnx.Engines;
using Verifiable.Inference.Onnx.Graph;
using Verifiable.Inference.Tensors;

namespace Dispute;

/// <summary>The model, the request, the claim, and both sides' programs. Everything follows from the settings, so that two runs print the same.</summary>
internal sealed class Stage : IDisposable
{
    public static readonly DisputeTerms Terms = new DisputeCosts { Challenge = new Amount(40), Defense = new Amount(50), Barred = new Amount(100), ValueAtRisk = new Amount(500) }
        .SetBonds(new DisputeTerms { ClaimBond = new Amount(1), ChallengeBond = new Amount(1) });

    private readonly EcdsaP256Signer _provider = EcdsaP256Signer.FromSeed("sample/dispute/provider"u8);
    private readonly EcdsaP256Signer _watcher = EcdsaP256Signer.FromSeed("sample/dispute/watcher"u8);

    public Stage(Settings settings)
    {
        Model = Load(settings.Model);
        Engine = new CanonicalEngine(Model);
        Inputs = new NamedTensors(Model.Inputs.Select(input => KeyValuePair.Create(input.Name, Fill(new TensorShape([.. input.Dimensions.Select(axis => axis.IsFixed ? axis.Length : 1)])))));
        GenerationOptions options = new(seed: 1);
        Claimed = new AlteredRun(Model, Inputs, options, (node, output, tensor) => settings.IsHonest || node != settings.Node || output != 0 ? tensor : Alter(tensor, settings));
        TaskEnvelope envelope = new()
        {
            Ledger = _provider.PublicKey.Id,
            Requester = _watcher.PublicKey.Id,
            Provider = _provider.PublicKey.Id,
            Work = new WorkDescription(Model.Id, CommittedTensors.Of(Inputs), options, NumericProfile.CanonicalFloat32),
            Strategy = "sample/dispute",
            Terms = OpaqueBytes.Empty,
            Binding = default,
            AuditCommitment = default,
            Reward = new Amount(100),
            Escrow = new Amount(200),
            StakeAtRisk = Terms.ClaimBond,
            Deadline = 0,
            OpeningDeadline = 0,
        };
        InferenceClaim claim = InferenceClaim.For(envelope, CommittedTensors.Of(Claimed.Outputs), default) with { Trace = Claimed.Trace.Commitment.Digest };
        Claim = new DisputedClaim(envelope, SignedClaim.Sign(claim, _provider), Claimed.Trace.Commitment);
        Defender = new DisputeDefender(Claim, Claimed, _provider);
        Challenger = new DisputeChallenger(Claim, Model, Inputs, new RepeatedRun(Engine, Inputs, options), _watcher);
        Referee = RefereeOf(Model);
    }

    public OnnxModel Model { get; }

    public CanonicalEngine Engine { get; }

    public NamedTensors Inputs { get; }

    public AlteredRun Claimed { get; }

    public DisputedClaim Claim { get; }

    public DisputeDefender Defender { get; }

    public DisputeChallenger Challenger { get; }

    public CanonicalReferee Referee { get; }

    public NodeId Provider => _provider.PublicKey.Id;

    public NodeId Watcher => _watcher.PublicKey.Id;

    public static OnnxModel Load(string name) => OnnxModel.Load(Path.Combine(AppContext.BaseDirectory, "models", name + ".onnx"));

    public static CanonicalReferee RefereeOf(OnnxModel model) =>
        CanonicalReferee.TryCreate(model, null, out CanonicalReferee? referee, out Verifiable.Inference.Onnx.Format.ModelRefusal? refusal) ? referee : throw new InvalidOperationException(refusal.ToString());

    public void Dispose()
    {
        _provider.Dispose();
        _watcher.Dispose();
    }

    private static TensorValue Fill(TensorShape shape) => TensorValue.Create<float>([.. Enumerable.Range(0, (int)shape.ElementCount).Select(i => i * 37 % 17 / 16f)], shape);

    private static TensorValue Alter(TensorValue tensor, Settings settings)
    {
        if (tensor.Type != ElementType.Float32 || settings.Element >= tensor.Length)
        {
            throw new ArgumentException($"Expected an element of 32-bit floats below {tensor.Length} at graph node {settings.Node}, got element {settings.Element} of {tensor}.");
        }

        float[] values = tensor.AsSpan<float>().ToArray();
        values[settings.Element] = BitConverter.Int32BitsToSingle(unchecked(BitConverter.SingleToInt32Bits(values[settings.Element]) + settings.Units));
        return TensorValue.Create(values, tensor.Shape);
    }
}
