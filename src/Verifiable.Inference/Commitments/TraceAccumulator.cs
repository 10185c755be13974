namespace Verifiable.Inference.Commitments;

/// <summary>Commits to the leaves of one trace as they come, in the memory of some digests: the commitment of <see cref="TraceTree"/>, where nobody needs openings.
/// Not thread-safe.</summary>
public sealed class TraceAccumulator
{
    private MerkleAccumulator _leaves;
    private int _last = -1;

    /// <summary>Gets the number of leaves.</summary>
    public int Count => (int)_leaves.Count;

    /// <summary>Adds the next leaf.</summary>
    /// <param name="leaf">The leaf; numbers of graph nodes ascend.</param>
    /// <exception cref="ArgumentException">The number is not above that of the leaf before.</exception>
    public void Add(TraceLeaf leaf)
    {
        ArgumentNullException.ThrowIfNull(leaf);
        if (leaf.Node <= _last)
        {
            throw new ArgumentException($"Expected a number above {_last}, got {leaf.Node}.", nameof(leaf));
        }

        _last = leaf.Node;
        _leaves.Add(MerkleTree.HashLeaf(_leaves.Count, leaf.ToBytes()));
    }

    /// <summary>Gets the commitment.</summary>
    /// <param name="nodeCount">The number of graph nodes that were run.</param>
    /// <exception cref="ArgumentOutOfRangeException">A leaf's number is not below it.</exception>
    public TraceCommitment ToCommitment(int nodeCount)
    {
        ArgumentOutOfRangeException.ThrowIfLessThanOrEqual(nodeCount, _last);
        return new TraceCommitment(nodeCount, Count, MerkleTree.HashRoot(_leaves.Count, _leaves.ToTop()));
    }
}
