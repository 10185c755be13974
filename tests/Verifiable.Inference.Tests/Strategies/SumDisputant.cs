using Verifiable.Inference.Claims;
using Verifiable.Inference.Commitments;
using Verifiable.Inference.Disputes;
using Verifiable.Inference.Identity;
using Verifiable.Inference.Tensors;

namespace Verifiable.Inference.Tests.Strategies;

/// <summary>One side of a dispute over a claim of <see cref="TracedSumEngine"/>: answers for what is claimed, or accuses the first element that differs from the own run, or any when none does.</summary>
public sealed class SumDisputant(ISigner signer, DisputedClaim claim, TensorValue input, TensorValue claimed, TensorValue own) : IDisputant
{
    public ValueTask<bool> AgreesAsync(CancellationToken cancellationToken = default) => ValueTask.FromResult(TensorCommitment.Compute(own) == claim.Body.Outputs["y"]);

    public ValueTask<Signed<DisputeMove>?> AnswerAsync(DisputeTranscript transcript, DisputeState state, CancellationToken cancellationToken = default)
    {
        NodeId me = signer.PublicKey.Id;
        TraceTree trace = TracedSumEngine.TraceOf(claimed);
        var output = TensorCommitment.Of(claimed);
        DisputeMove? move = state.Stage switch
        {
            DisputeStage.Trace => DisputeMove.RevealTrace(state.Opening, me, new TracePiece(trace.Leaves, [true])),
            DisputeStage.Output => DisputeMove.NameOutput(state.Opening, me, new OutputName(trace.Open(0), 0, TensorLayout.RowMajor)),
            DisputeStage.Chunks => DisputeMove.RevealChunks(state.Opening, me, new ChunkPiece(output.Header, 0, [.. output.GetChunkDigests(0, 1).Span])),
            DisputeStage.ChunkName => DisputeMove.NameChunk(state.Opening, me, state.Disputed, 0),
            DisputeStage.Chunk => DisputeMove.RevealChunk(state.Opening, me, output.Open(0)),
            DisputeStage.Accusation => DisputeMove.Accuse(state.Opening, me, Accusation.OfElement(
                trace.Open(0), 0, own.AsSpan<float>()[0] == claimed.AsSpan<float>()[0] ? 1 : 0, TensorEvidence.Of(output, 0), [new InputEvidence(0, null, TensorEvidence.Of(TensorCommitment.Of(input), 0))])),
            _ => null,
        };
        return ValueTask.FromResult(move is null ? null : signer.Sign(move));
    }
}
