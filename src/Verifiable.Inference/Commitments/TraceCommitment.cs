using System.Diagnostics.CodeAnalysis;

namespace Verifiable.Inference.Commitments;

/// <summary>The commitment to what graph nodes gave in one run of a model. Its digest is what a claim names as its trace. Immutable; equal by content.</summary>
/// <remarks>The leaves stand in ascending order of the graph nodes' numbers. With as many leaves as graph nodes every graph node has one, and leaf i is that of
/// graph node i; with fewer, those that have one are cut points. The reference is <c>docs/reference/traces.md</c>.</remarks>
public sealed record TraceCommitment : ICanonical<TraceCommitment>
{
    private const string Domain = "vinf/trace/v1";

    /// <summary>Creates a commitment from its parts.</summary>
    /// <param name="nodeCount">The number of graph nodes that were run.</param>
    /// <param name="leafCount">The number of those that have a leaf.</param>
    /// <param name="root">The root of the <see cref="MerkleTree"/> over the leaves' encodings.</param>
    /// <exception cref="ArgumentOutOfRangeException">A number is negative, or there are more leaves than graph nodes.</exception>
    /// <exception cref="ArgumentException">There are no leaves, and the root is not that of the tree without leaves.</exception>
    public TraceCommitment(int nodeCount, int leafCount, Digest root)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(nodeCount);
        ArgumentOutOfRangeException.ThrowIfNegative(leafCount);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(leafCount, nodeCount);
        if (!IsPossible(leafCount, root))
        {
            throw new ArgumentException("Expected the root of the tree without leaves, got another.", nameof(root));
        }

        NodeCount = nodeCount;
        LeafCount = leafCount;
        Root = root;
    }

    /// <summary>Gets the number of graph nodes that were run.</summary>
    public int NodeCount { get; }

    /// <summary>Gets the number of leaves.</summary>
    public int LeafCount { get; }

    /// <summary>Gets the root of the tree over the leaves.</summary>
    public Digest Root { get; }

    /// <summary>Gets a value indicating whether every graph node has a leaf.</summary>
    public bool IsFull => LeafCount == NodeCount;

    /// <summary>Gets the digest of the canonical encoding, computed at each call: what a claim holds as its trace.</summary>
    public Digest Digest => this.ToDigest();

    /// <inheritdoc/>
    public static bool TryRead(ref CanonicalReader reader, [NotNullWhen(true)] out TraceCommitment? value)
    {
        value = null;
        reader.ReadDomain(Domain);
        uint nodes = reader.ReadUInt32();
        uint leaves = reader.ReadUInt32();
        Digest root = reader.ReadDigest();
        if (reader.Failed || nodes > int.MaxValue || leaves > nodes || !IsPossible((int)leaves, root))
        {
            reader.Fail();
            return false;
        }

        value = new TraceCommitment((int)nodes, (int)leaves, root);
        return true;
    }

    /// <inheritdoc/>
    public void WriteTo(ref CanonicalWriter writer)
    {
        writer.WriteDomain(Domain);
        writer.WriteUInt32((uint)NodeCount);
        writer.WriteUInt32((uint)LeafCount);
        writer.WriteDigest(Root);
    }

    private static bool IsPossible(int leafCount, Digest root) => leafCount > 0 || root == MerkleTree.HashRoot(0, null);
}
