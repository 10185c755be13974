using System.Collections.Immutable;
using Verifiable.Inference.Claims;
using Verifiable.Inference.Commitments;
using Verifiable.Inference.Disputes;
using Verifiable.Inference.Identity;
using Verifiable.Inference.Onnx.Graph;
using Verifiable.Inference.Onnx.Operators;
using Verifiable.Inference.Tensors;

namespace Verifiable.Inference.Onnx.Disputes;

/// <summary>Follows a claim with a run of its own, and disputes it where they differ: finds the first graph node, chunk and element that the claimant got wrong, and opens what the
/// element depends on. Keeps nothing between moves: the transcript says what comes next. Thread-safe.</summary>
/// <remarks>All graph nodes before the first wrong one agree, so that the challenger's own tensors open the claimant's commitments to its inputs.</remarks>
public sealed class DisputeChallenger : IDisputant
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

    /// <summary>Gets what is accused where nothing differs: a graph node, an output and an element; <see langword="null"/> (default) for nothing. For tests of what a wrong challenge costs.</summary>
    public (int Node, int Output, long Element)? Insistence { get; init; }

    /// <summary>Tells whether there is nothing to accuse the claim of: it is what the own run gives, its outputs and its trace.</summary>
    /// <remarks>A claim on inputs that the model does not declare is never agreed with. Where there is no run of the request for another reason, such as an index out of range, the answer is
    /// <see langword="true"/>: the claim cannot be right, but nothing of it could be accused either, and <see cref="HasRunAsync"/> says so.</remarks>
    /// <exception cref="InvalidOperationException">The inputs are not those of the request.</exception>
    public async ValueTask<bool> AgreesAsync(CancellationToken cancellationToken = default) =>
        IsAdmitted() && (!await HasRunAsync(cancellationToken).ConfigureAwait(false) || await DisputeDefender.GivesAsync(_run, _claim, cancellationToken).ConfigureAwait(false));

    /// <summary>Tells whether the request has a run at all: the engine refuses some inputs only when it meets them.</summary>
    /// <param name="cancellationToken">Stops the run.</param>
    public async ValueTask<bool> HasRunAsync(CancellationToken cancellationToken = default)
    {
        try
        {
            _ = await _run.GetTraceAsync(cancellationToken).ConfigureAwait(false);
            return true;
        }
        catch (Exception exception) when (exception is ArgumentException or InvalidOperationException)
        {
            return false;
        }
    }

    /// <summary>Finds the graph nodes of this request of which a referee could not decide some element: its definition or its evidence is beyond the limits. A lie there convicts nobody, and whoever
    /// challenges it pays; so a watcher that takes no risk, and a requester before it relies on disputes, ask here first.</summary>
    /// <param name="limits">The referee's limits; <see langword="null"/> for the default.</param>
    /// <param name="cancellationToken">Stops the run.</param>
    /// <returns>The numbers in ascending order. The first, the middle and the last element of each output are tried: where elements differ in cost otherwise, as with windows over holes, some may be missed.</returns>
    /// <remarks>All tensors of the run are in memory at one time.</remarks>
    public async ValueTask<ImmutableArray<int>> FindUndecidableAsync(RefereeLimits? limits = null, CancellationToken cancellationToken = default)
    {
        limits ??= new RefereeLimits();
        TraceTree trace = await _run.GetTraceAsync(cancellationToken).ConfigureAwait(false);
        IReadOnlyDictionary<int, IReadOnlyList<TensorValue?>> outputs = await _run.GetOutputsAsync(_model.Nodes.Select(static node => node.Index).ToHashSet(), cancellationToken).ConfigureAwait(false);
        EvidenceBuilder builder = new(_model, _weights, _inputs, _claim.Work.Options.Seed, trace, outputs);
        return [.. _model.Nodes.Select(static node => node.Index).Where(node => !Enumerable.Range(0, outputs[node].Count).All(output => IsDecidable(builder, limits, node, output, outputs[node][output])))];
    }

    /// <summary>Makes the opening of a game.</summary>
    /// <param name="nonce">A value that no other opening of this challenger has.</param>
    /// <param name="terms">The clocks and bonds that the court keeps.</param>
    public Signed<DisputeOpening> Open(Digest nonce, DisputeTerms terms) => _signer.Sign(new DisputeOpening
    {
        Ledger = _claim.Body.Ledger,
        Task = _claim.Body.Task,
        Claim = _claim.Body.Digest,
        Challenger = _signer.PublicKey.Id,
        Terms = (terms ?? throw new ArgumentNullException(nameof(terms))).Digest,
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
            DisputeStage.Output when !IsAdmitted() => DisputeMove.Accuse(state.Opening, _signer.PublicKey.Id, Accusation.OfInterface(
                [.. _model.Inputs.Select((input, i) => new InputEvidence(i, null, TensorEvidence.Of(TensorCommitment.Of(_inputs[input.Name]))))])),
            DisputeStage.Output => await NameOutputAsync(shown, state, cancellationToken).ConfigureAwait(false),
            DisputeStage.ChunkName or DisputeStage.Accusation => await SearchAsync(shown, state, cancellationToken).ConfigureAwait(false),
            _ => null,
        };
        return move is null ? null : _signer.Sign(move);
    }

    private bool IsDecidable(EvidenceBuilder builder, RefereeLimits limits, int node, int output, TensorValue? tensor)
    {
        if (tensor is null)
        {
            return true;
        }

        var commitment = TensorCommitment.Of(tensor, _model.LayoutsOf(node, output)[0]);
        return new long[] { 0, tensor.Length / 2, tensor.Length - 1 }.Where(element => element >= 0 && element < tensor.Length).Distinct().All(element =>
            builder.IsWithin(limits, node, output, element)
            && builder.OfElement(node, output, element, TensorEvidence.Of(commitment, commitment.Header.LocateRowMajor(element).Chunk)).ToBytes().Length <= limits.MaxEvidenceBytes);
    }

    private bool IsAdmitted() => CommittedTensors.Of(_inputs).Equals(_claim.Work.Inputs)
        ? JudgedModel.Admit(_model.Inputs.Select(input => (input, new TensorSignature(_inputs[input.Name].Type, _inputs[input.Name].Shape))))
        : throw new InvalidOperationException("Expected the inputs of the request, got others.");

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

        return Insistence is { } insisted
            ? DisputeMove.NameOutput(state.Opening, _signer.PublicKey.Id, new OutputName(theirs.Open(insisted.Node), insisted.Output, _model.LayoutsOf(insisted.Node, insisted.Output)[0]))
            : null;
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
            chunk = chunk < 0 && Insistence is { } insisted ? own.Header.LocateRowMajor(insisted.Element).Chunk : chunk;
            return chunk < 0 ? null : DisputeMove.NameChunk(state.Opening, author, state.Disputed, chunk);
        }

        long element = FindElement(own, shown.Chunk!, state.Disputed);
        element = element < 0 && Insistence is { } last ? last.Element : element;
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
