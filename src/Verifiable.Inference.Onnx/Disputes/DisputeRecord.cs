using System.Collections.Immutable;
using Verifiable.Inference.Commitments;
using Verifiable.Inference.Disputes;

namespace Verifiable.Inference.Onnx.Disputes;

/// <summary>What the claimant has shown in a game, taken from its transcript. Immutable.</summary>
internal sealed record DisputeRecord(TraceTree? Trace, OutputName? Name, ImmutableArray<ChunkPiece> Chunks, TensorChunkOpening? Chunk)
{
    /// <summary>Reads a transcript whose entries were all accepted.</summary>
    public static DisputeRecord Of(DisputeTranscript transcript)
    {
        ImmutableArray<TraceLeaf>.Builder leaves = ImmutableArray.CreateBuilder<TraceLeaf>();
        ImmutableArray<ChunkPiece>.Builder chunks = ImmutableArray.CreateBuilder<ChunkPiece>();
        OutputName? name = null;
        TensorChunkOpening? chunk = null;
        foreach (TranscriptEntry entry in transcript.Entries)
        {
            if (entry.Move?.Body is { } move)
            {
                leaves.AddRange(move.Leaves?.Leaves ?? []);
                name ??= move.Name;
                if (move.Digests is { } digests)
                {
                    chunks.Add(digests);
                }

                chunk ??= move.Bytes;
            }
        }

        int count = transcript.Claim.Trace.NodeCount;
        return new DisputeRecord(leaves.Count == count ? new TraceTree(count, leaves.ToImmutable()) : null, name, chunks.ToImmutable(), chunk);
    }
}
