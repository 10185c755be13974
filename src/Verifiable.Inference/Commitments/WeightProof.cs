using System.Collections.Immutable;
using System.Diagnostics.CodeAnalysis;

namespace Verifiable.Inference.Commitments;

/// <summary>Shows the key and weight of a leaf of a <see cref="WeightTree"/> and the positions it owns. Immutable and thread-safe; equal by content.</summary>
/// <remarks>The positions are given out only against a root. Index and count determine how many siblings there are.</remarks>
public sealed class WeightProof : ICanonical<WeightProof>, IEquatable<WeightProof>
{
    private const string Domain = "vinf/weight-proof/v1";

    private readonly ulong _start;
    private readonly ulong _total;

    /// <summary>Creates a proof from its parts.</summary>
    /// <param name="key">The leaf's key.</param>
    /// <param name="weight">The leaf's weight, 1 or more.</param>
    /// <param name="index">The leaf's place, below <paramref name="count"/>.</param>
    /// <param name="count">The number of leaves, 1 or more.</param>
    /// <param name="siblings">The nodes beside the way up, lowest first.</param>
    /// <exception cref="ArgumentOutOfRangeException">The weight is 0, or the index is not that of a leaf.</exception>
    /// <exception cref="ArgumentException">The number of siblings is not the one that index and count call for, a sibling's sum is 0, or the sums overflow.</exception>
    public WeightProof(Digest key, ulong weight, long index, long count, ImmutableArray<WeightNode> siblings)
    {
        ArgumentOutOfRangeException.ThrowIfZero(weight);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(count);
        ArgumentOutOfRangeException.ThrowIfNegative(index);
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(index, count);
        int expected = MerklePath.CountSiblings(index, count);
        if (siblings.IsDefault || siblings.Length != expected || !TrySum(weight, index, count, siblings.AsSpan(), out _start, out _total))
        {
            throw new ArgumentException(
                $"Expected {expected} siblings for leaf {index} of {count}, with sums of 1 or more that fit in 64 bits together, got {(siblings.IsDefault ? "none" : siblings.Length)}.",
                nameof(siblings));
        }

        Key = key;
        Weight = weight;
        Index = index;
        Count = count;
        Siblings = siblings;
    }

    /// <summary>Gets the leaf's key.</summary>
    public Digest Key { get; }

    /// <summary>Gets the leaf's weight.</summary>
    public ulong Weight { get; }

    /// <summary>Gets the leaf's place.</summary>
    public long Index { get; }

    /// <summary>Gets the number of leaves.</summary>
    public long Count { get; }

    /// <summary>Gets the nodes beside the way up, lowest first.</summary>
    public ImmutableArray<WeightNode> Siblings { get; }

    /// <inheritdoc/>
    public static bool TryRead(ref CanonicalReader reader, [NotNullWhen(true)] out WeightProof? value)
    {
        value = null;
        reader.ReadDomain(Domain);
        Digest key = reader.ReadDigest();
        ulong weight = reader.ReadUInt64();
        long index = reader.ReadInt64();
        long count = reader.ReadInt64();
        if (reader.Failed || weight == 0 || index < 0 || index >= count)
        {
            reader.Fail();
            return false;
        }

        ImmutableArray<WeightNode>.Builder siblings = ImmutableArray.CreateBuilder<WeightNode>(MerklePath.CountSiblings(index, count));
        while (siblings.Count < siblings.Capacity && !reader.Failed)
        {
            siblings.Add(new WeightNode(reader.ReadDigest(), reader.ReadUInt64()));
        }

        ImmutableArray<WeightNode> read = siblings.DrainToImmutable();
        if (reader.Failed || !TrySum(weight, index, count, read.AsSpan(), out _, out _))
        {
            reader.Fail();
            return false;
        }

        value = new WeightProof(key, weight, index, count, read);
        return true;
    }

    /// <summary>Gives the positions that the leaf owns if the proof belongs to the root.</summary>
    /// <param name="root">The root of the tree.</param>
    /// <param name="start">The leaf's first position; it owns as many as its weight. 0 when the answer is <see langword="false"/>.</param>
    /// <param name="total">The sum of all weights. 0 when the answer is <see langword="false"/>.</param>
    public bool TryVerify(Digest root, out ulong start, out ulong total)
    {
        WeightNode node = new(WeightTree.HashLeaf(Index, Key, Weight), Weight);
        MerklePath path = new(Index, Count);
        foreach (WeightNode sibling in Siblings)
        {
            _ = path.MoveNext();
            node = path.SiblingIsLeft ? WeightTree.Join(sibling, node) : WeightTree.Join(node, sibling);
        }

        bool verified = WeightTree.HashRoot(Count, node.Sum, node.Digest) == root;
        start = verified ? _start : 0;
        total = verified ? _total : 0;
        return verified;
    }

    /// <inheritdoc/>
    public void WriteTo(ref CanonicalWriter writer)
    {
        writer.WriteDomain(Domain);
        writer.WriteDigest(Key);
        writer.WriteUInt64(Weight);
        writer.WriteInt64(Index);
        writer.WriteInt64(Count);
        foreach (WeightNode sibling in Siblings)
        {
            writer.WriteDigest(sibling.Digest);
            writer.WriteUInt64(sibling.Sum);
        }
    }

    /// <inheritdoc/>
    public bool Equals([NotNullWhen(true)] WeightProof? other) => other is not null && Key == other.Key && Weight == other.Weight
        && Index == other.Index && Count == other.Count && Siblings.AsSpan().SequenceEqual(other.Siblings.AsSpan());

    /// <inheritdoc/>
    public override bool Equals(object? obj) => Equals(obj as WeightProof);

    /// <inheritdoc/>
    public override int GetHashCode() => HashCode.Combine(Key, Weight, Index, Count);

    private static bool TrySum(ulong weight, long index, long count, ReadOnlySpan<WeightNode> siblings, out ulong start, out ulong total)
    {
        UInt128 before = 0;
        UInt128 all = weight;
        MerklePath path = new(index, count);
        foreach (WeightNode sibling in siblings)
        {
            _ = path.MoveNext();
            before += path.SiblingIsLeft ? sibling.Sum : 0;
            all += sibling.Sum;
            if (sibling.Sum == 0 || all > ulong.MaxValue)
            {
                start = 0;
                total = 0;
                return false;
            }
        }

        start = (ulong)before;
        total = (ulong)all;
        return true;
    }
}
