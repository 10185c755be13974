using System.Numerics;
using Verifiable.Inference.Tensors;

namespace Verifiable.Inference.Commitments;

/// <summary>A commitment to a tensor that can open single chunks. Keeps the tensor and the tree over its chunks; immutable and thread-safe.</summary>
/// <remarks>
/// <para>The elements are written in the order of the layout, little-endian, every NaN as the one quiet NaN of its type, cut into chunks, and put into a
/// <see cref="MerkleTree"/>. The commitment is the digest of the header's encoding followed by the tree's root: bytes of another type, shape, layout or chunk
/// size commit to something else. A tensor without elements has no chunks; a scalar has one element.</para>
/// <para>Two tensors of one commitment are equal but for the bits of their NaNs, as long as SHA-256 is collision-resistant.</para>
/// </remarks>
public sealed class TensorCommitment
{
    // Digests of leaves held at a time when only the commitment is wanted.
    private const int LeavesAtATime = 64;

    // Parts handed out to threads: enough to balance, few enough to remember each part's top, large enough to transpose well.
    private const int MaxParts = 256;

    private readonly TensorValue _tensor;
    private readonly MerkleTree _tree;

    private TensorCommitment(TensorValue tensor, TensorHeader header, MerkleTree tree)
    {
        _tensor = tensor;
        _tree = tree;
        Header = header;
        Digest = header.Commit(tree.Root);
    }

    /// <summary>Gets the commitment.</summary>
    public Digest Digest { get; }

    /// <summary>Gets the type, shape, layout and chunk size.</summary>
    public TensorHeader Header { get; }

    /// <summary>Gets the root over the chunks, which the commitment is made of together with the header.</summary>
    public Digest Root => _tree.Root;

    /// <summary>Gets the digests of consecutive chunks: the leaves of the tree.</summary>
    /// <exception cref="ArgumentOutOfRangeException">There are no such chunks.</exception>
    public ReadOnlyMemory<Digest> GetChunkDigests(long first, int count)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(first);
        ArgumentOutOfRangeException.ThrowIfNegative(count);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(first, Header.ChunkCount - count);
        return _tree.Leaves.Slice((int)first, count);
    }

    /// <summary>Commits to a tensor and keeps what opening chunks needs: 64 bytes a chunk beside the tensor itself.</summary>
    /// <inheritdoc cref="Compute"/>
    public static TensorCommitment Of(
        TensorValue tensor, TensorLayout layout = TensorLayout.RowMajor, int chunkSize = TensorHeader.DefaultChunkSize, int parallelism = 1)
    {
        TensorHeader header = HeaderOf(tensor, layout, chunkSize, parallelism);
        var leaves = new Digest[(int)header.ChunkCount];
        RunParts(header, parallelism, (first, end) => TensorChunks.HashLeaves(tensor, header, first, leaves.AsSpan((int)first, (int)(end - first))));
        return new TensorCommitment(tensor, header, MerkleTree.OfLeafDigests(leaves));
    }

    /// <summary>Computes the commitment only, in memory of a few chunks a thread whatever the size and layout.</summary>
    /// <param name="tensor">The tensor.</param>
    /// <param name="layout">The order in which elements are committed.</param>
    /// <param name="chunkSize">The size of a chunk in bytes: a power of two of 64 to 1048576.</param>
    /// <param name="parallelism">The number of threads to use at most, 1 or more; it does not change the commitment.</param>
    /// <exception cref="ArgumentException">The layout or the chunk size is not allowed.</exception>
    /// <exception cref="ArgumentOutOfRangeException">The parallelism is below 1.</exception>
    public static Digest Compute(
        TensorValue tensor, TensorLayout layout = TensorLayout.RowMajor, int chunkSize = TensorHeader.DefaultChunkSize, int parallelism = 1)
    {
        TensorHeader header = HeaderOf(tensor, layout, chunkSize, parallelism);
        if (TensorChunks.TryHashOnly(tensor, header, out Digest only))
        {
            return header.Commit(MerkleTree.HashRoot(1, only));
        }

        long partSize = PartSize(header);
        var tops = new Digest[(int)((header.ChunkCount + partSize - 1) / partSize)];
        RunParts(header, parallelism, (first, end) => tops[(int)(first / partSize)] = TopOf(tensor, header, first, end));

        // Every part but the last is a complete subtree, so joining the parts' tops gives the top of the whole.
        MerkleAccumulator joined = default;
        foreach (Digest top in tops)
        {
            joined.Add(top);
        }

        return header.Commit(MerkleTree.HashRoot(header.ChunkCount, joined.ToTop()));
    }

    /// <summary>Opens one chunk.</summary>
    /// <exception cref="ArgumentOutOfRangeException">There is no such chunk.</exception>
    public TensorChunkOpening Open(long chunk)
    {
        var bytes = new byte[Header.LengthOf(chunk)];
        TensorChunks.Copy(_tensor, Header, chunk * Header.ChunkSize, bytes);
        return new TensorChunkOpening(Header, _tree.Prove((int)chunk), bytes);
    }

    private static TensorHeader HeaderOf(TensorValue tensor, TensorLayout layout, int chunkSize, int parallelism)
    {
        ArgumentNullException.ThrowIfNull(tensor);
        ArgumentOutOfRangeException.ThrowIfLessThan(parallelism, 1);
        return new TensorHeader(tensor.Type, tensor.Shape, layout, chunkSize);
    }

    // Chunks a part: a power of two, so that a part is a complete subtree.
    private static long PartSize(TensorHeader header) => Math.Max(
        Math.Max(1, TensorChunks.TransposeBytes / header.ChunkSize),
        (long)BitOperations.RoundUpToPowerOf2((ulong)((header.ChunkCount + MaxParts - 1) / MaxParts)));

    private static void RunParts(TensorHeader header, int parallelism, Action<long, long> run)
    {
        long partSize = PartSize(header);
        long parts = (header.ChunkCount + partSize - 1) / partSize;
        void RunPart(long part) => run(part * partSize, Math.Min((part + 1) * partSize, header.ChunkCount));
        if (parallelism > 1 && parts > 1)
        {
            Parallel.For(0, parts, new ParallelOptions { MaxDegreeOfParallelism = parallelism }, RunPart);
            return;
        }

        for (long part = 0; part < parts; part++)
        {
            RunPart(part);
        }
    }

    private static Digest TopOf(TensorValue tensor, TensorHeader header, long first, long end)
    {
        MerkleAccumulator nodes = default;
        Span<Digest> leaves = new Digest[(int)Math.Min(LeavesAtATime, end - first)];
        for (long chunk = first; chunk < end; chunk += leaves.Length)
        {
            Span<Digest> batch = leaves[..(int)Math.Min(leaves.Length, end - chunk)];
            TensorChunks.HashLeaves(tensor, header, chunk, batch);
            foreach (Digest leaf in batch)
            {
                nodes.Add(leaf);
            }
        }

        return nodes.ToTop()!.Value;
    }
}
