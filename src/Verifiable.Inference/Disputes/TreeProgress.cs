using Verifiable.Inference.Commitments;

namespace Verifiable.Inference.Disputes;

/// <summary>A Merkle tree as far as its leaves have been shown, in two kilobytes whatever their number. Immutable.</summary>
internal sealed class TreeProgress
{
    private readonly MerkleAccumulator _nodes;

    private TreeProgress(MerkleAccumulator nodes)
    {
        _nodes = nodes;
    }

    /// <summary>Gets a tree of which nothing has been shown.</summary>
    public static TreeProgress Empty { get; } = new(default);

    /// <summary>Gets the number of leaves that have been shown.</summary>
    public long Count => _nodes.Count;

    /// <summary>Gets the root of the tree that has no more leaves.</summary>
    public Digest Root => MerkleTree.HashRoot(_nodes.Count, _nodes.ToTop());

    /// <summary>Adds leaves, given by their digests.</summary>
    public TreeProgress Add(IEnumerable<Digest> leaves)
    {
        MerkleAccumulator nodes = _nodes;
        foreach (Digest leaf in leaves)
        {
            nodes.Add(leaf);
        }

        return new TreeProgress(nodes);
    }
}
