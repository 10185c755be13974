using System.Collections.Immutable;

namespace Verifiable.Inference.Commitments;

/// <summary>The leaves of one trace and the tree over them: what opens the trace. Holds no tensors. Immutable and thread-safe.</summary>
public sealed class TraceTree
{
    private readonly MerkleTree _tree;

    /// <summary>Creates the tree of leaves.</summary>
    /// <param name="nodeCount">The number of graph nodes that were run.</param>
    /// <param name="leaves">The leaves, in ascending order of their graph nodes' numbers.</param>
    /// <exception cref="ArgumentException">The numbers do not ascend, or one is not below <paramref name="nodeCount"/>.</exception>
    public TraceTree(int nodeCount, ImmutableArray<TraceLeaf> leaves)
    {
        int last = -1;
        foreach (TraceLeaf leaf in leaves)
        {
            if (leaf.Node <= last || leaf.Node >= nodeCount)
            {
                throw new ArgumentException($"Expected numbers that ascend below {nodeCount}, got {leaf.Node} after {last}.", nameof(leaves));
            }

            last = leaf.Node;
        }

        _tree = MerkleTree.Of(leaves.Select(static leaf => (ReadOnlyMemory<byte>)leaf.ToBytes()));
        Leaves = leaves;
        Commitment = new TraceCommitment(nodeCount, leaves.Length, _tree.Root);
    }

    /// <summary>Gets the commitment.</summary>
    public TraceCommitment Commitment { get; }

    /// <summary>Gets the leaves, in ascending order of their graph nodes' numbers.</summary>
    public ImmutableArray<TraceLeaf> Leaves { get; }

    /// <summary>Gets the leaf of a graph node, or <see langword="null"/> where it has none.</summary>
    public TraceLeaf? Find(int node)
    {
        int place = PlaceOf(node);
        return place < 0 ? null : Leaves[place];
    }

    /// <summary>Opens the leaf of a graph node.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The graph node has no leaf.</exception>
    public TraceOpening Open(int node)
    {
        int place = PlaceOf(node);
        return place >= 0
            ? new TraceOpening(Leaves[place], _tree.Prove(place))
            : throw new ArgumentOutOfRangeException(nameof(node), node, "Expected the number of a graph node that has a leaf.");
    }

    private int PlaceOf(int node)
    {
        int low = 0;
        int high = Leaves.Length - 1;
        while (low <= high)
        {
            int middle = low + ((high - low) / 2);
            if (Leaves[middle].Node == node)
            {
                return middle;
            }

            (low, high) = Leaves[middle].Node < node ? (middle + 1, high) : (low, middle - 1);
        }

        return -1;
    }
}
