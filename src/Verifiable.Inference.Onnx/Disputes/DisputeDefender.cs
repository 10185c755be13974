using System.Collections.Immutable;
using Verifiable.Inference.Claims;
using Verifiable.Inference.Commitments;
using Verifiable.Inference.Disputes;
using Verifiable.Inference.Identity;
using Verifiable.Inference.Tensors;

namespace Verifiable.Inference.Onnx.Disputes;

/// <summary>Answers for a claim in any number of games, from a run that it can repeat. Keeps nothing between moves: the transcript says what comes next, so that a process that was
/// stopped goes on where it was; tensors that were named lately are kept, so that games at one time share the work. Thread-safe.</summary>
public sealed class DisputeDefender : IDisputant
{
    private readonly DisputedClaim _claim;
    private readonly IDisputedRun _run;
    private readonly ISigner _signer;
    private readonly RecentlyUsed<(int Node, int Output, TensorLayout Layout), TensorCommitment> _commitments = new(RepeatedRun.DefaultKeptBytes);

    /// <summary>Creates a defender.</summary>
    /// <param name="claim">The claim.</param>
    /// <param name="run">The run that the claim is of.</param>
    /// <param name="signer">Who moves: the claimant, or anybody for moves that prove themselves.</param>
    public DisputeDefender(DisputedClaim claim, IDisputedRun run, ISigner signer)
    {
        ArgumentNullException.ThrowIfNull(claim);
        ArgumentNullException.ThrowIfNull(run);
        ArgumentNullException.ThrowIfNull(signer);
        _claim = claim;
        _run = run;
        _signer = signer;
    }

    /// <summary>Tells whether the run gives everything that the claim commits to: its outputs and its trace. A claimant for whom it does not must not claim, and cannot answer.</summary>
    public ValueTask<bool> CheckAsync(CancellationToken cancellationToken = default) => GivesAsync(_run, _claim, cancellationToken);

    /// <inheritdoc/>
    ValueTask<bool> IDisputant.AgreesAsync(CancellationToken cancellationToken) => CheckAsync(cancellationToken);

    /// <summary>Makes the next move of a game, or <see langword="null"/> where it is not the claimant's turn.</summary>
    /// <param name="transcript">The game so far; everything in it was accepted.</param>
    /// <param name="state">The game as it stands.</param>
    /// <param name="cancellationToken">Stops a repeated run.</param>
    /// <exception cref="InvalidOperationException">The run does not give what the claim commits to.</exception>
    public async ValueTask<Signed<DisputeMove>?> AnswerAsync(DisputeTranscript transcript, DisputeState state, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(transcript);
        ArgumentNullException.ThrowIfNull(state);
        NodeId author = _signer.PublicKey.Id;
        DisputeMove? move = state.Stage switch
        {
            DisputeStage.Trace => DisputeMove.RevealTrace(state.Opening, author, await GetLeavesAsync((int)state.Shown, cancellationToken).ConfigureAwait(false)),
            DisputeStage.Chunks => DisputeMove.RevealChunks(state.Opening, author, GetDigests(await CommitAsync(transcript, state, cancellationToken).ConfigureAwait(false), state.Shown)),
            DisputeStage.Chunk => DisputeMove.RevealChunk(state.Opening, author, (await CommitAsync(transcript, state, cancellationToken).ConfigureAwait(false)).Open(state.Chunk)),
            _ => null,
        };
        return move is null ? null : _signer.Sign(move);
    }

    /// <summary>Tells whether a run gives all that a claim commits to.</summary>
    /// <remarks>Both are compared: a trace may be right beside false outputs, and a trace with few cut points says little of what lies between.</remarks>
    internal static async ValueTask<bool> GivesAsync(IDisputedRun run, DisputedClaim claim, CancellationToken cancellationToken) =>
        claim.Body.Outputs.Equals(await run.GetOutputCommitmentsAsync(cancellationToken).ConfigureAwait(false))
            && FindCuts(claim, await run.GetTraceAsync(cancellationToken).ConfigureAwait(false)) is not null;

    /// <summary>Finds which leaves of a full trace are those of the claim's own, or <see langword="null"/> where the claim's is another trace.</summary>
    internal static ImmutableArray<bool>? FindCuts(DisputedClaim claim, TraceTree full)
    {
        CutNodes? cuts = claim.Cuts;
        ImmutableArray<bool> areCuts = [.. full.Leaves.Select(leaf => cuts is null || cuts.Contains(leaf.Node))];
        TraceTree own = new(full.Commitment.NodeCount, [.. full.Leaves.Where((_, i) => areCuts[i])]);
        return own.Commitment == claim.Trace ? areCuts : null;
    }

    private async ValueTask<TracePiece> GetLeavesAsync(int first, CancellationToken cancellationToken)
    {
        TraceTree trace = await _run.GetTraceAsync(cancellationToken).ConfigureAwait(false);
        ImmutableArray<bool> areCuts = FindCuts(_claim, trace) ?? throw new InvalidOperationException("Expected a run that gives the claim's trace, got another one.");
        int count = Math.Min(TracePiece.MaxLeaves, trace.Leaves.Length - first);
        return new TracePiece(trace.Leaves.Slice(first, count), areCuts.Slice(first, count));
    }

    private async ValueTask<TensorCommitment> CommitAsync(DisputeTranscript transcript, DisputeState state, CancellationToken cancellationToken)
    {
        OutputName name = DisputeRecord.Of(transcript).Name ?? throw new InvalidOperationException("Expected a transcript in which an output is named, got none.");
        (int Node, int Output, TensorLayout Layout) place = (name.Leaf.Leaf.Node, name.Output, name.Layout);

        // Rationale: a tensor that many games name at once is computed and hashed once, or its claimant's time would be used up by their number.
        if (!_commitments.TryGet(place, out TensorCommitment? commitment))
        {
            IReadOnlyDictionary<int, IReadOnlyList<TensorValue?>> outputs = await _run.GetOutputsAsync(ImmutableHashSet.Create(place.Node), cancellationToken).ConfigureAwait(false);
            commitment = TensorCommitment.Of(outputs[place.Node][place.Output]!, place.Layout);
            _commitments.Add(place, commitment, commitment.Header.ByteLength);
        }

        return commitment.Digest == state.Disputed ? commitment : throw new InvalidOperationException("Expected a run that gives the claim's trace, got another tensor.");
    }

    private static ChunkPiece GetDigests(TensorCommitment commitment, long first)
    {
        int count = (int)Math.Min(ChunkPiece.MaxDigests, commitment.Header.ChunkCount - first);
        return new ChunkPiece(commitment.Header, first, [.. commitment.GetChunkDigests(first, count).Span]);
    }
}
