using BenchmarkDotNet.Attributes;
using Verifiable.Inference.Claims;
using Verifiable.Inference.Commitments;
using Verifiable.Inference.Disputes;
using Verifiable.Inference.Identity;
using Verifiable.Inference.Onnx.Disputes;
using Verifiable.Inference.Onnx.Engines;
using Verifiable.Inference.Onnx.Graph;
using Verifiable.Inference.Tensors;

namespace Verifiable.Inference.Benchmarks;

/// <summary>What does the last step of a dispute cost, beside a run of the model: one element of a product, from opened chunks only?</summary>
[MemoryDiagnoser]
public class RefereeBenchmarks
{
    private readonly GenerationOptions _options = new(seed: 1);
    private CanonicalEngine _engine = null!;
    private NamedTensors _inputs = null!;
    private CanonicalReferee _referee = null!;
    private DisputedClaim _claim = null!;
    private Accusation _accusation = null!;

    /// <summary>Gets or sets K, the length of the sum.</summary>
    [Params(256, 8192)]
    public int Length { get; set; }

    // Not async: a benchmark that runs in this process is begun before such a set-up has ended.
    [GlobalSetup]
    public void PlayADispute()
    {
        float[] weights = [.. Enumerable.Range(0, Length * 16).Select(i => (i * 37 % 17 / 16f) - 0.5f)];
        OnnxModel model = new OnnxModelBuilder(17).Input("x", ElementType.Float32, 16, Length).Initializer("w", TensorValue.Create(weights, Length, 16))
            .Node("MatMul", ["x", "w"], ["y"]).Output("y", ElementType.Float32, 16, 16).Build();
        _engine = new CanonicalEngine(model);
        _inputs = NamedTensors.Of("x", TensorValue.Create(weights, 16, Length));
        AlteredRun claimed = new(model, _inputs, _options, static (_, _, tensor) => AlteredRun.ChangeElement(tensor, 100));
        using var signer = EcdsaP256Signer.FromSeed("provider"u8);
        using var other = EcdsaP256Signer.FromSeed("challenger"u8);
        TaskEnvelope envelope = new()
        {
            Ledger = other.PublicKey.Id,
            Requester = other.PublicKey.Id,
            Provider = signer.PublicKey.Id,
            Work = new WorkDescription(model.Id, CommittedTensors.Of(_inputs), _options, NumericProfile.CanonicalFloat32),
            Strategy = "benchmark",
            Terms = OpaqueBytes.Empty,
            Binding = default,
            AuditCommitment = default,
            Reward = default,
            Escrow = default,
            StakeAtRisk = default,
            Deadline = 0,
            OpeningDeadline = 0,
        };
        InferenceClaim body = InferenceClaim.For(envelope, CommittedTensors.Of(claimed.Outputs), default) with { Trace = claimed.Trace.Commitment.Digest };
        _claim = new DisputedClaim(envelope, SignedClaim.Sign(body, signer), claimed.Trace.Commitment);
        _referee = CanonicalReferee.TryCreate(model, null, out CanonicalReferee? referee, out _) ? referee : throw new InvalidOperationException();
        DisputeTerms terms = new() { ClaimBond = new Amount(1), ChallengeBond = new Amount(1) };
        DisputeGame rules = new(_claim, terms, _referee, SignatureSchemes.Default);
        DisputeDefender defender = new(_claim, claimed, signer);
        DisputeChallenger challenger = new(_claim, model, _inputs, new RepeatedRun(_engine, _inputs, _options), other);
        Signed<DisputeOpening> opening = challenger.Open(default, terms);
        _ = rules.Open(opening, 0, out DisputeState? state);
        DisputeTranscript transcript = new(_claim, terms, opening, 0, []);
        while (state!.Stage != DisputeStage.Decided)
        {
            ValueTask<Signed<DisputeMove>?> answer = state.IsClaimantsTurn ? defender.AnswerAsync(transcript, state) : challenger.AnswerAsync(transcript, state);
            Signed<DisputeMove> move = answer.AsTask().GetAwaiter().GetResult()!;
            _ = rules.Apply(state, move, 0, out state);
            transcript = transcript.Add(0, move);
        }

        _accusation = transcript.Entries[^1].Move!.Body.Accusation!;
        Console.WriteLine(FormattableString.Invariant($"K = {Length}: evidence of {_accusation.ToBytes().Length} bytes, ruling {Judge()}"));
    }

    [Benchmark(Baseline = true)]
    public ValueTask<NamedTensors> Run() => _engine.RunAsync(_inputs, _options);

    [Benchmark]
    public RefereeRuling Judge() => _referee.Judge(_claim, _claim.Trace, _accusation);

    [Benchmark]
    public bool ReadEvidence() => Canonical.TryRead<Accusation>(_accusation.ToBytes(), out _);
}
