using System.Buffers;
using System.Buffers.Binary;
using System.Collections.Immutable;

namespace Verifiable.Inference.Commitments;

/// <summary>A Merkle tree over a known number of leaves. Immutable and thread-safe.</summary>
/// <remarks>
/// <para>A leaf is H(00 ‖ index ‖ length ‖ bytes), an inner node H(01 ‖ left ‖ right), the root H(02 ‖ count ‖ top), with H = SHA-256, index and count as eight
/// and length as four little-endian bytes. The tags keep leaves, nodes and roots apart; index, length and count leave one tree for one list.</para>
/// <para>Nodes are paired from the left, level by level. A lone node at the end of a level moves up as it is; it is never paired with itself, so that
/// [a, b, c] and [a, b, c, c] differ. The tree of no leaves has no top: its root is H(02 ‖ 0).</para>
/// <para>The shape is that of RFC 9162, section 2.1.1.</para>
/// </remarks>
public sealed class MerkleTree
{
    /// <summary>The number of bytes before a leaf's own bytes.</summary>
    internal const int LeafPrefixSize = 1 + sizeof(ulong) + sizeof(uint);

    private const byte LeafTag = 0x00;
    private const byte NodeTag = 0x01;
    private const byte RootTag = 0x02;
    private const int StackBytes = 1024;

    // _levels[0] holds the leaves, the last level the top.
    private readonly Digest[][] _levels;

    private MerkleTree(Digest[][] levels)
    {
        _levels = levels;
        Root = HashRoot(Count, levels[^1].Length == 0 ? null : levels[^1][0]);
    }

    /// <summary>Gets the number of leaves.</summary>
    public int Count => _levels[0].Length;

    /// <summary>Gets the root, which binds the leaves, their order and their number.</summary>
    public Digest Root { get; }

    /// <summary>Gets the leaves' digests.</summary>
    internal ReadOnlyMemory<Digest> Leaves => _levels[0];

    /// <summary>Builds the tree of leaves in the order given.</summary>
    public static MerkleTree Of(IEnumerable<ReadOnlyMemory<byte>> leaves)
    {
        ArgumentNullException.ThrowIfNull(leaves);
        return OfLeafDigests([.. leaves.Select((leaf, index) => HashLeaf(index, leaf.Span))]);
    }

    /// <summary>Computes the digest of a leaf.</summary>
    /// <param name="index">The leaf's place, 0 or more.</param>
    /// <param name="bytes">The leaf's bytes; they may be empty.</param>
    /// <exception cref="ArgumentOutOfRangeException">The index is negative.</exception>
    public static Digest HashLeaf(long index, ReadOnlySpan<byte> bytes)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(index);
        int size = LeafPrefixSize + bytes.Length;
        byte[]? rented = size > StackBytes ? ArrayPool<byte>.Shared.Rent(size) : null;
        Span<byte> buffer = rented is null ? stackalloc byte[StackBytes] : rented;
        WriteLeafPrefix(buffer, index, bytes.Length);
        bytes.CopyTo(buffer[LeafPrefixSize..]);
        Digest digest = Digest.Of(buffer[..size]);
        if (rented is not null)
        {
            // A leaf may be part of a private input.
            ArrayPool<byte>.Shared.Return(rented, clearArray: true);
        }

        return digest;
    }

    /// <summary>Proves that a leaf is at its place.</summary>
    /// <exception cref="ArgumentOutOfRangeException">There is no such leaf.</exception>
    public MerkleProof Prove(int index)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(index);
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(index, Count);
        ImmutableArray<Digest>.Builder siblings = ImmutableArray.CreateBuilder<Digest>(_levels.Length - 1);
        int place = index;
        foreach (Digest[] level in _levels.AsSpan(0, _levels.Length - 1))
        {
            int sibling = place ^ 1;
            if (sibling < level.Length)
            {
                siblings.Add(level[sibling]);
            }

            place /= 2;
        }

        return new MerkleProof(index, Count, siblings.DrainToImmutable());
    }

    /// <summary>Builds the tree of leaves that are hashed already, and keeps the array.</summary>
    internal static MerkleTree OfLeafDigests(Digest[] leaves)
    {
        List<Digest[]> levels = [leaves];
        while (levels[^1].Length > 1)
        {
            Digest[] lower = levels[^1];
            var upper = new Digest[(lower.Length + 1) / 2];
            for (int i = 0; i < upper.Length; i++)
            {
                upper[i] = (2 * i) + 1 < lower.Length ? HashNode(lower[2 * i], lower[(2 * i) + 1]) : lower[2 * i];
            }

            levels.Add(upper);
        }

        return new MerkleTree([.. levels]);
    }

    /// <summary>Writes what precedes a leaf's bytes.</summary>
    internal static void WriteLeafPrefix(Span<byte> destination, long index, int length)
    {
        destination[0] = LeafTag;
        BinaryPrimitives.WriteUInt64LittleEndian(destination[1..], (ulong)index);
        BinaryPrimitives.WriteUInt32LittleEndian(destination[(1 + sizeof(ulong))..], (uint)length);
    }

    /// <summary>Computes the digest of an inner node.</summary>
    internal static Digest HashNode(Digest left, Digest right)
    {
        Span<byte> bytes = stackalloc byte[1 + (2 * Digest.Size)];
        bytes[0] = NodeTag;
        left.CopyTo(bytes[1..]);
        right.CopyTo(bytes[(1 + Digest.Size)..]);
        return Digest.Of(bytes);
    }

    /// <summary>Computes the root from the number of leaves and the top, which only the empty tree lacks.</summary>
    internal static Digest HashRoot(long count, Digest? top)
    {
        Span<byte> bytes = stackalloc byte[1 + sizeof(ulong) + Digest.Size];
        bytes[0] = RootTag;
        BinaryPrimitives.WriteUInt64LittleEndian(bytes[1..], (ulong)count);
        top?.CopyTo(bytes[(1 + sizeof(ulong))..]);
        return Digest.Of(top is null ? bytes[..(1 + sizeof(ulong))] : bytes);
    }
}
