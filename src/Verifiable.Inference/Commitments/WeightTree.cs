using System.Buffers.Binary;
using System.Collections.Immutable;

namespace Verifiable.Inference.Commitments;

/// <summary>A Merkle sum tree: commits to weights by key so that a draw by weight can be proved. Immutable and thread-safe.</summary>
/// <remarks>
/// <para>Leaves are sorted by key. A leaf is H(10 ‖ index ‖ key ‖ weight), an inner node H(11 ‖ left ‖ left sum ‖ right ‖ right sum), the root
/// H(12 ‖ count ‖ total ‖ top), numbers as eight little-endian bytes. A node binds the sums of both children: were only their total bound, weight could be moved
/// from one side to the other. The shape is that of <see cref="MerkleTree"/>; the tags are others, so that no node of one is a node of the other.</para>
/// <para>Leaf i owns the positions from the sum of the weights before it up to its own weight more; the leaves together own 0 to total − 1, each position once. Under one
/// root no two proofs can claim one position for different leaves, even if the root's author cheated, as long as SHA-256 is collision-resistant. That keys are
/// unique and sorted is known only to who builds the tree anew.</para>
/// </remarks>
public sealed class WeightTree
{
    private const byte LeafTag = 0x10;
    private const byte NodeTag = 0x11;
    private const byte RootTag = 0x12;

    private readonly ImmutableArray<KeyValuePair<Digest, ulong>> _leaves;

    // _starts[i] is the sum of the weights before leaf i.
    private readonly ulong[] _starts;
    private readonly WeightNode[][] _levels;

    /// <summary>Builds the tree of weights in any order.</summary>
    /// <exception cref="ArgumentException">A key comes twice, a weight is 0, or the weights' sum does not fit in 64 bits.</exception>
    public WeightTree(IEnumerable<KeyValuePair<Digest, ulong>> weights)
    {
        ArgumentNullException.ThrowIfNull(weights);
        _leaves = [.. weights.OrderBy(leaf => leaf.Key)];
        _starts = new ulong[_leaves.Length];
        for (int i = 0; i < _leaves.Length; i++)
        {
            (Digest key, ulong weight) = _leaves[i];
            if (weight == 0 || weight > ulong.MaxValue - Total || (i > 0 && _leaves[i - 1].Key == key))
            {
                throw new ArgumentException(
                    $"Expected unique keys with weights of 1 or more whose sum fits in 64 bits, got {weight} for {key} after a sum of {Total}.", nameof(weights));
            }

            _starts[i] = Total;
            Total += weight;
        }

        _levels = BuildLevels([.. _leaves.Select((leaf, index) => new WeightNode(HashLeaf(index, leaf.Key, leaf.Value), leaf.Value))]);
        Root = HashRoot(Count, Total, Count == 0 ? null : _levels[^1][0].Digest);
    }

    /// <summary>Gets the number of leaves.</summary>
    public int Count => _leaves.Length;

    /// <summary>Gets the sum of all weights.</summary>
    public ulong Total { get; }

    /// <summary>Gets the root, which binds keys, weights, their number and their sum.</summary>
    public Digest Root { get; }

    /// <summary>Gets the keys and weights, sorted by key.</summary>
    public ImmutableArray<KeyValuePair<Digest, ulong>> Leaves => _leaves;

    /// <summary>Finds the leaf that owns a position, in time logarithmic in the number of leaves.</summary>
    /// <returns>The leaf's index.</returns>
    /// <exception cref="ArgumentOutOfRangeException">The position is not below <see cref="Total"/>.</exception>
    public int Find(ulong position)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(position, Total);
        int found = Array.BinarySearch(_starts, position);

        // Not a start: the complement is the first leaf that starts later.
        return found >= 0 ? found : ~found - 1;
    }

    /// <summary>Proves a leaf's key, weight and positions.</summary>
    /// <exception cref="ArgumentOutOfRangeException">There is no such leaf.</exception>
    public WeightProof Prove(int index)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(index);
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(index, Count);
        ImmutableArray<WeightNode>.Builder siblings = ImmutableArray.CreateBuilder<WeightNode>(_levels.Length - 1);
        int place = index;
        foreach (WeightNode[] level in _levels.AsSpan(0, _levels.Length - 1))
        {
            int sibling = place ^ 1;
            if (sibling < level.Length)
            {
                siblings.Add(level[sibling]);
            }

            place /= 2;
        }

        return new WeightProof(_leaves[index].Key, _leaves[index].Value, index, Count, siblings.DrainToImmutable());
    }

    /// <summary>Computes the digest of a leaf.</summary>
    internal static Digest HashLeaf(long index, Digest key, ulong weight)
    {
        Span<byte> bytes = stackalloc byte[1 + sizeof(long) + Digest.Size + sizeof(ulong)];
        bytes[0] = LeafTag;
        BinaryPrimitives.WriteInt64LittleEndian(bytes[1..], index);
        key.CopyTo(bytes[9..]);
        BinaryPrimitives.WriteUInt64LittleEndian(bytes[41..], weight);
        return Digest.Of(bytes);
    }

    /// <summary>Joins two nodes; the sum of their sums fits in 64 bits.</summary>
    internal static WeightNode Join(WeightNode left, WeightNode right)
    {
        Span<byte> bytes = stackalloc byte[1 + (2 * WeightNode.Size)];
        bytes[0] = NodeTag;
        left.CopyTo(bytes[1..]);
        right.CopyTo(bytes[(1 + WeightNode.Size)..]);
        return new WeightNode(Digest.Of(bytes), left.Sum + right.Sum);
    }

    /// <summary>Computes the root from the number of leaves, their sum and the top, which only the empty tree lacks.</summary>
    internal static Digest HashRoot(long count, ulong total, Digest? top)
    {
        Span<byte> bytes = stackalloc byte[17 + Digest.Size];
        bytes[0] = RootTag;
        BinaryPrimitives.WriteInt64LittleEndian(bytes[1..], count);
        BinaryPrimitives.WriteUInt64LittleEndian(bytes[9..], total);
        top?.CopyTo(bytes[17..]);
        return Digest.Of(top is null ? bytes[..17] : bytes);
    }

    private static WeightNode[][] BuildLevels(WeightNode[] leaves)
    {
        List<WeightNode[]> levels = [leaves];
        while (levels[^1].Length > 1)
        {
            WeightNode[] lower = levels[^1];
            var upper = new WeightNode[(lower.Length + 1) / 2];
            for (int i = 0; i < upper.Length; i++)
            {
                upper[i] = (2 * i) + 1 < lower.Length ? Join(lower[2 * i], lower[(2 * i) + 1]) : lower[2 * i];
            }

            levels.Add(upper);
        }

        return [.. levels];
    }
}
