using System.Collections.Immutable;
using System.Diagnostics.CodeAnalysis;

namespace Verifiable.Inference.Commitments;

/// <summary>Shows that a leaf stands at a place of a <see cref="MerkleTree"/>. Immutable and thread-safe; equal by content.</summary>
/// <remarks>Index and count determine how many siblings there are, so the encoding does not repeat it and a longer or shorter proof does not exist.</remarks>
public sealed class MerkleProof : ICanonical<MerkleProof>, IEquatable<MerkleProof>
{
    private const string Domain = "vinf/merkle-proof/v1";

    /// <summary>Creates a proof from its parts.</summary>
    /// <param name="index">The leaf's place, below <paramref name="count"/>.</param>
    /// <param name="count">The number of leaves, 1 or more.</param>
    /// <param name="siblings">The digests beside the way up, lowest first.</param>
    /// <exception cref="ArgumentOutOfRangeException">The index is not that of a leaf.</exception>
    /// <exception cref="ArgumentException">The number of siblings is not the one that index and count call for.</exception>
    public MerkleProof(long index, long count, ImmutableArray<Digest> siblings)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(count);
        ArgumentOutOfRangeException.ThrowIfNegative(index);
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(index, count);
        int expected = MerklePath.CountSiblings(index, count);
        if (siblings.IsDefault || siblings.Length != expected)
        {
            throw new ArgumentException(
                $"Expected {expected} siblings for leaf {index} of {count}, got {(siblings.IsDefault ? "none" : siblings.Length)}.", nameof(siblings));
        }

        Index = index;
        Count = count;
        Siblings = siblings;
    }

    /// <summary>Gets the leaf's place.</summary>
    public long Index { get; }

    /// <summary>Gets the number of leaves.</summary>
    public long Count { get; }

    /// <summary>Gets the digests beside the way up, lowest first.</summary>
    public ImmutableArray<Digest> Siblings { get; }

    /// <inheritdoc/>
    public static bool TryRead(ref CanonicalReader reader, [NotNullWhen(true)] out MerkleProof? value)
    {
        value = null;
        reader.ReadDomain(Domain);
        long index = reader.ReadInt64();
        long count = reader.ReadInt64();
        if (reader.Failed || index < 0 || index >= count)
        {
            reader.Fail();
            return false;
        }

        ImmutableArray<Digest>.Builder siblings = ImmutableArray.CreateBuilder<Digest>(MerklePath.CountSiblings(index, count));
        while (siblings.Count < siblings.Capacity && !reader.Failed)
        {
            siblings.Add(reader.ReadDigest());
        }

        value = reader.Failed ? null : new MerkleProof(index, count, siblings.DrainToImmutable());
        return value is not null;
    }

    /// <summary>Tells whether the bytes are the leaf at this place under the root.</summary>
    public bool Verifies(Digest root, ReadOnlySpan<byte> leaf) => ComputeRoot(MerkleTree.HashLeaf(Index, leaf)) == root;

    /// <inheritdoc/>
    public void WriteTo(ref CanonicalWriter writer)
    {
        writer.WriteDomain(Domain);
        writer.WriteInt64(Index);
        writer.WriteInt64(Count);
        foreach (Digest sibling in Siblings)
        {
            writer.WriteDigest(sibling);
        }
    }

    /// <inheritdoc/>
    public bool Equals([NotNullWhen(true)] MerkleProof? other) =>
        other is not null && Index == other.Index && Count == other.Count && Siblings.AsSpan().SequenceEqual(other.Siblings.AsSpan());

    /// <inheritdoc/>
    public override bool Equals(object? obj) => Equals(obj as MerkleProof);

    /// <inheritdoc/>
    public override int GetHashCode() => HashCode.Combine(Index, Count, Siblings.Length == 0 ? default : Siblings[0]);

    /// <summary>Computes the root that a leaf's digest leads to.</summary>
    internal Digest ComputeRoot(Digest leaf)
    {
        Digest node = leaf;
        MerklePath path = new(Index, Count);
        foreach (Digest sibling in Siblings)
        {
            _ = path.MoveNext();
            node = path.SiblingIsLeft ? MerkleTree.HashNode(sibling, node) : MerkleTree.HashNode(node, sibling);
        }

        return MerkleTree.HashRoot(Count, node);
    }
}
