using Verifiable.Inference.Claims;
using Verifiable.Inference.Commitments;
using Verifiable.Inference.Disputes;
using Verifiable.Inference.Identity;
using Verifiable.Inference.Onnx.Graph;
using Verifiable.Inference.Tensors;

namespace Verifiable.Inference.Onnx.Disputes;

/// <summary>Follows a claim with a run of its own, and disputes it where they differ: finds the first graph node, chunk and element that the claimant got wrong, and opens what the
/// element depends on. Keeps nothing between moves: the transcript says what comes next. Thread-safe.</summary>
/// <remarks>All graph nodes before the first wrong one agree, so that the challenger's own tensors open the claimant's commitments to its inputs.</remarks>
public sealed class DisputeChallenger
{
    private readonly DisputedClaim _claim;
    private readonly OnnxModel _weights;
    private readonly JudgedModel _model;
    private readonly NamedTensors _inputs;
    private readonly IDisputedRun _run;
    private readonly ISigner _signer;

    /// <summary>Creates a challenger.</summary>
    /// <param name="claim">The claim.</param>
    /// <param name="model">The model.</param>
    /// <param name="inputs">The request's inputs.</param>
    /// <param name="run">An own run of the request.</param>
    /// <param name="signer">Who challenges.</param>
    /// <exception cref="Format.ModelRefusedException">The model has an operator without a definition.</exception>
    public DisputeChallenger(DisputedClaim claim, OnnxModel model, NamedTensors inputs, IDisputedRun run, ISigner signer)
    {
        ArgumentNullException.ThrowIfNull(claim);
        ArgumentNullException.ThrowIfNull(model);
        ArgumentNullException.ThrowIfNull(inputs);
        ArgumentNullException.ThrowIfNull(run);
        ArgumentNullException.ThrowIfNull(signer);
        _claim = claim;
        _weights = model;
        _model = JudgedModel.TryCreate(model, out JudgedModel? judged, out Format.ModelRefusal? refusal) ? judged : throw new Format.ModelRefusedException(refusal);
        _inputs = inputs;
        _run = run;
        _signer = signer;
    }

    /// <summary>Gets the numbers of the graph nodes that have leaves in the claim's own trace; <see langword="null"/> for all.</summary>
    public IReadOnlySet<int>? Cuts { get; init; }

    /// <summary>Tells whether the claim is what the own run gives: its outputs and its trace.</summary>
    public async ValueTask<bool> AgreesAsync(CancellationToken cancellationToken = default) =>
        DisputeDefender.FindCuts(_claim, await _run.GetTraceAsync(cancellationToken).ConfigureAwait(false), Cuts) is not null;

    /// <summary>Makes the opening of a game.</summary>
    /// <param name="nonce">A value that no other opening of this challenger has.</param>
    public Signed<DisputeOpening> Open(Digest nonce) => _signer.Sign(new DisputeOpening
    {
        Ledger = _claim.Body.Ledger,
        Task = _claim.Body.Task,
        Claim = _claim.Body.Digest,
        Challenger = _signer.PublicKey.Id,
        Nonce = nonce,
    });

    /// <summary>Makes the next move of a game, or <see langword="null"/> where it is not the challenger's turn, or where the claimant has shown nothing that is wrong.</summary>
    /// <param name="transcript">The game so far; everything in it was accepted.</param>
    /// <param name="state">The game as it stands.</param>
    /// <param name="cancellationToken">Stops a repeated run.</param>
    public async ValueTask<Signed<DisputeMove>?> AnswerAsync(DisputeTranscript transcript, DisputeState state, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(transcript);
        ArgumentNullException.ThrowIfNull(state);
        DisputeRecord shown = DisputeRecord.Of(transcript);
        DisputeMove? move = state.Stage switch
        {
            DisputeStage.Output => await NameOutputAsync(shown, state, cancellationToken).ConfigureAwait(false),
            DisputeStage.ChunkName or DisputeStage.Accusation => await SearchAsync(shown, state, cancellationToken).ConfigureAwait(false),
            _ => null,
        };
        return move is null ? null : _signer.Sign(move);
    }

    private async ValueTask<DisputeMove?> NameOutputAsync(DisputeRecord shown, DisputeState state, CancellationToken cancellationToken)
    {
        TraceTree own = await _run.GetTraceAsync(cancellationToken).ConfigureAwait(false);
        TraceTree theirs = shown.Trace!;
        for (int node = 0; node < own.Leaves.Length; node++)
        {
            for (int output = 0; output < own.Leaves[node].Outputs.Length; output++)
            {
                foreach (TensorLayout layout in _model.LayoutsOf(node, output))
                {
                    if (own.Leaves[node].Outputs[output].In(layout) != theirs.Leaves[node].Outputs[output].In(layout))
                    {
                        return DisputeMove.NameOutput(state.Opening, _signer.PublicKey.Id, new OutputName(theirs.Open(node), output, layout));
                    }
                }
            }
        }

        return null;
    }

    private async ValueTask<DisputeMove?> SearchAsync(DisputeRecord shown, DisputeState state, CancellationToken cancellationToken)
    {
        OutputName name = shown.Name!;
        int node = name.Leaf.Leaf.Node;
        HashSet<int> needed = EvidenceBuilder.ProducersOf(_model, node);
        _ = needed.Add(node);
        IReadOnlyDictionary<int, IReadOnlyList<TensorValue?>> outputs = await _run.GetOutputsAsync(needed, cancellationToken).ConfigureAwait(false);
        var own = TensorCommitment.Of(outputs[node][name.Output]!, name.Layout);
        EvidenceBuilder builder = new(_model, _weights, _inputs, _claim.Work.Options.Seed, shown.Trace!, outputs);
        TensorHeader theirs = shown.Chunks[0].Header;
        Digest root = ChunkPiece.ComputeRoot(shown.Chunks);
        NodeId author = _signer.PublicKey.Id;
        if (theirs != own.Header)
        {
            return DisputeMove.Accuse(state.Opening, author, builder.OfSignature(node, name.Output, new TensorEvidence(theirs, root, [])));
        }

        if (state.Stage == DisputeStage.ChunkName)
        {
            long chunk = FindChunk(own, shown);
            return chunk < 0 ? null : DisputeMove.NameChunk(state.Opening, author, state.Disputed, chunk);
        }

        long element = FindElement(own, shown.Chunk!, state.Disputed);
        return element < 0 ? null : DisputeMove.Accuse(state.Opening, author, builder.OfElement(node, name.Output, element, new TensorEvidence(theirs, root, [shown.Chunk!])));
    }

    private static long FindChunk(TensorCommitment own, DisputeRecord shown)
    {
        foreach (ChunkPiece piece in shown.Chunks)
        {
            ReadOnlySpan<Digest> digests = own.GetChunkDigests(piece.First, piece.Digests.Length).Span;
            int equal = digests.CommonPrefixLength(piece.Digests.AsSpan());
            if (equal < digests.Length)
            {
                return piece.First + equal;
            }
        }

        return -1;
    }

    private static long FindElement(TensorCommitment own, TensorChunkOpening theirs, Digest disputed)
    {
        if (!theirs.TryVerify(disputed, out ReadOnlyMemory<byte> shown) || !own.Open(theirs.Chunk).TryVerify(own.Digest, out ReadOnlyMemory<byte> expected))
        {
            return -1;
        }

        int equal = shown.Span.CommonPrefixLength(expected.Span);
        int size = ElementTypes.SizeOf(own.Header.Type);
        return equal == shown.Length ? -1 : own.Header.ElementAt(new TensorPosition(theirs.Chunk, equal / size * size));
    }
}
