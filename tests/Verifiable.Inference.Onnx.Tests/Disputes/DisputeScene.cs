using System.Collections.Immutable;
using Verifiable.Inference.Claims;
using Verifiable.Inference.Commitments;
using Verifiable.Inference.Disputes;
using Verifiable.Inference.Identity;
using Verifiable.Inference.Onnx.Disputes;
using Verifiable.Inference.Onnx.Engines;
using Verifiable.Inference.Onnx.Graph;
using Verifiable.Inference.Tensors;

namespace Verifiable.Inference.Onnx.Tests.Disputes;

/// <summary>A claim on a model, right or altered, its claimant, and a challenger with an engine of its own.</summary>
internal sealed class DisputeScene
{
    public static readonly EcdsaP256Signer Claimant = EcdsaP256Signer.FromSeed("claimant"u8);

    public static readonly EcdsaP256Signer Challenger = EcdsaP256Signer.FromSeed("challenger"u8);

    public static readonly SignatureSchemes Schemes = SignatureSchemes.Default.Remembering(10_000);

    public static readonly DisputeTerms Terms = new() { ClaimBond = new Amount(1000), ChallengeBond = new Amount(300) };

    private static readonly NodeId _ledger = EcdsaP256Signer.FromSeed("ledger"u8).PublicKey.Id;

    private readonly DisputeChallenger _challenger;
    private readonly DisputeDefender _defender;
    private readonly CutNodes? _cuts;

    /// <summary>Makes a scene.</summary>
    /// <param name="model">The model.</param>
    /// <param name="inputs">The request's inputs.</param>
    /// <param name="claimed">The run that is claimed; <see langword="null"/> for the engine's.</param>
    /// <param name="seed">The request's seed.</param>
    /// <param name="cuts">The graph nodes that have leaves in the claim's own trace; <see langword="null"/> for all.</param>
    /// <param name="trace">The trace that is claimed instead of the run's.</param>
    /// <param name="outputs">The commitments to outputs that are claimed instead of the run's.</param>
    public DisputeScene(
        OnnxModel model, NamedTensors inputs, AlteredRun? claimed = null, ulong seed = 1, IReadOnlySet<int>? cuts = null, TraceTree? trace = null, CommittedTensors? outputs = null)
    {
        Model = model;
        Inputs = inputs;
        Options = new GenerationOptions(seed);
        Claimed = claimed ?? new AlteredRun(model, inputs, Options, static (_, _, tensor) => tensor);
        Trace = trace ?? Claimed.Trace;
        TraceTree own = new(Trace.Commitment.NodeCount, [.. Trace.Leaves.Where(leaf => cuts?.Contains(leaf.Node) ?? true)]);
        _cuts = own.Commitment.IsFull ? null : CutNodes.Of(own);
        Claim = Sign(own.Commitment, outputs ?? CommittedTensors.Of(Claimed.Outputs));
        Assert.True(CanonicalReferee.TryCreate(model, null, out CanonicalReferee? referee, out _));
        Referee = referee;
        _defender = new DisputeDefender(Claim, Claimed, Claimant);
        _challenger = new DisputeChallenger(Claim, model, inputs, new RepeatedRun(new CanonicalEngine(model), inputs, Options), Challenger);
    }

    public OnnxModel Model { get; }

    public NamedTensors Inputs { get; }

    public GenerationOptions Options { get; }

    public AlteredRun Claimed { get; }

    public TraceTree Trace { get; }

    public DisputedClaim Claim { get; }

    public CanonicalReferee Referee { get; }

    public DisputeChallenger Watcher => _challenger;

    public DisputeDefender Defender => _defender;

    public DisputedClaim Sign(TraceCommitment trace, CommittedTensors outputs, WorkDescription? work = null)
    {
        TaskEnvelope envelope = new()
        {
            Ledger = _ledger,
            Requester = _ledger,
            Provider = Claimant.PublicKey.Id,
            Work = work ?? new WorkDescription(Model.Id, CommittedTensors.Of(Inputs), Options, NumericProfile.CanonicalFloat32),
            Strategy = "optimistic/v1",
            Terms = OpaqueBytes.Empty,
            Binding = default,
            AuditCommitment = default,
            Reward = new Amount(1),
            Escrow = new Amount(2),
            StakeAtRisk = new Amount(3),
            Deadline = 10,
            OpeningDeadline = 20,
        };
        return new DisputedClaim(envelope, SignedClaim.Sign(InferenceClaim.For(envelope, outputs, default) with { Trace = trace.Digest, Evidence = _cuts is null ? [] : [_cuts.ToEvidence()] }, Claimant), trace);
    }

    /// <summary>Makes an accusation of an element with evidence of what is claimed.</summary>
    public Accusation Accuse(int node, int output, long element, TensorLayout? layout = null)
    {
        EvidenceBuilder builder = Builder();
        TensorCommitment commitment = Commit(node, output, layout);
        return builder.OfElement(node, output, element, TensorEvidence.Of(commitment, commitment.Header.LocateRowMajor(element).Chunk));
    }

    public Accusation AccuseSignature(int node, int output) => Builder().OfSignature(node, output, TensorEvidence.Of(Commit(node, output, null)));

    public TensorCommitment Commit(int node, int output, TensorLayout? layout) =>
        TensorCommitment.Of(Output(node, output), layout ?? Layouts(node, output)[0]);

    public TensorValue Output(int node, int output) => Claimed.GetOutputsAsync(ImmutableHashSet<int>.Empty).AsTask().GetAwaiter().GetResult()[node][output]!;

    public ImmutableArray<TensorLayout> Layouts(int node, int output) =>
        [.. new[] { TensorLayout.RowMajor, TensorLayout.ByColumn, TensorLayout.ChannelsLast }.Where(layout => Trace.Leaves[node].Outputs[output].In(layout) is not null)];

    public RefereeRuling Judge(Accusation accusation) => Referee.Judge(Claim, Trace.Commitment, accusation);

    /// <summary>Plays a whole dispute with honest programs on both sides.</summary>
    public async Task<(DisputeState State, DisputeTranscript Transcript)> PlayAsync()
    {
        DisputeGame rules = new(Claim, Terms, Referee, Schemes);
        Signed<DisputeOpening> opening = _challenger.Open(Digest.Of([1]), Terms);
        long time = 1000;
        DisputeTranscript transcript = new(Claim, Terms, opening, time, []);
        Assert.Equal(DisputeRefusal.None, rules.Open(opening, time, out DisputeState? state));
        while (state!.Stage != DisputeStage.Decided)
        {
            Signed<DisputeMove>? move = state.IsClaimantsTurn ? await _defender.AnswerAsync(transcript, state) : await _challenger.AnswerAsync(transcript, state);
            time = move is null ? (long)state.Deadline : time + 10;
            Assert.Equal(DisputeRefusal.None, move is null ? DisputeGame.CallTime(state, time, out state) : rules.Apply(state, move, time, out state));
            transcript = transcript.Add(time, move);
        }

        return (state, transcript);
    }

    private EvidenceBuilder Builder()
    {
        Assert.True(JudgedModel.TryCreate(Model, out JudgedModel? judged, out _));
        return new EvidenceBuilder(judged, Model, Inputs, Options.Seed, Trace, Claimed.GetOutputsAsync(ImmutableHashSet<int>.Empty).AsTask().GetAwaiter().GetResult());
    }
}
