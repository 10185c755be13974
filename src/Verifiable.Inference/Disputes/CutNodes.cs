using System.Collections.Immutable;
using System.Diagnostics.CodeAnalysis;
using System.Numerics;
using Verifiable.Inference.Claims;
using Verifiable.Inference.Commitments;

namespace Verifiable.Inference.Disputes;

/// <summary>Which graph nodes have leaves in a trace with cut points. A claim on such a trace carries it as evidence, so that whoever looks at the claim compares the right leaves. Immutable.</summary>
/// <remarks>One bit for each graph node, the lowest of the first byte for graph node 0. Rationale: were the numbers not the claimant's own word, a right claim with unusual ones would look wrong,
/// and whoever challenged it would pay.</remarks>
public sealed class CutNodes : ICanonical<CutNodes>
{
    /// <summary>The kind of the evidence.</summary>
    public const string Kind = "trace-cuts/v1";

    /// <summary>The largest number of graph nodes: 131072.</summary>
    public const int MaxNodes = 1 << 17;

    private const string Domain = "vinf/trace-cuts/v1";

    private readonly ImmutableArray<byte> _bits;

    /// <summary>Creates the list.</summary>
    /// <param name="nodeCount">The number of graph nodes of the model, 1 to <see cref="MaxNodes"/>.</param>
    /// <param name="nodes">The numbers of those with leaves, in any order.</param>
    /// <exception cref="ArgumentOutOfRangeException">A number is not below the number of graph nodes, or that is out of range.</exception>
    public CutNodes(int nodeCount, params IEnumerable<int> nodes)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(nodeCount);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(nodeCount, MaxNodes);
        ArgumentNullException.ThrowIfNull(nodes);
        byte[] bits = new byte[(nodeCount + 7) / 8];
        foreach (int node in nodes)
        {
            ArgumentOutOfRangeException.ThrowIfNegative(node, nameof(nodes));
            ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(node, nodeCount, nameof(nodes));
            bits[node / 8] |= (byte)(1 << (node % 8));
        }

        NodeCount = nodeCount;
        _bits = [.. bits];
    }

    private CutNodes(int nodeCount, ImmutableArray<byte> bits)
    {
        NodeCount = nodeCount;
        _bits = bits;
    }

    /// <summary>Gets the number of graph nodes of the model.</summary>
    public int NodeCount { get; }

    /// <summary>Gets the number of graph nodes with leaves.</summary>
    public int Count => _bits.Sum(static bits => BitOperations.PopCount(bits));

    /// <summary>Gets the list of a trace.</summary>
    public static CutNodes Of(TraceTree trace)
    {
        ArgumentNullException.ThrowIfNull(trace);
        return new CutNodes(trace.Commitment.NodeCount, trace.Leaves.Select(static leaf => leaf.Node));
    }

    /// <summary>Finds the list that a claim carries; <see langword="null"/> where there is none, more than one, or one that cannot be read.</summary>
    public static CutNodes? Of(InferenceClaim claim)
    {
        ArgumentNullException.ThrowIfNull(claim);
        Evidence[] stated = [.. claim.Evidence.Where(static evidence => evidence.Kind == Kind)];
        return stated.Length == 1 && Canonical.TryRead(stated[0].Content.Span, out CutNodes? cuts) ? cuts : null;
    }

    /// <summary>Tells whether a graph node has a leaf.</summary>
    /// <param name="node">The graph node's number; <see langword="false"/> for one that there is not.</param>
    public bool Contains(int node) => node >= 0 && node < NodeCount && ((_bits[node / 8] >> (node % 8)) & 1) != 0;

    /// <summary>Makes the evidence that a claim carries.</summary>
    public Evidence ToEvidence() => new(Kind, new OpaqueBytes(this.ToBytes()));

    /// <inheritdoc/>
    public static bool TryRead(ref CanonicalReader reader, [NotNullWhen(true)] out CutNodes? value)
    {
        value = null;
        reader.ReadDomain(Domain);
        uint count = reader.ReadUInt32();
        ReadOnlySpan<byte> bits = reader.ReadBytes(MaxNodes / 8);
        if (reader.Failed || count is 0 or > MaxNodes || bits.Length != (count + 7) / 8 || (count % 8 != 0 && bits[^1] >> (int)(count % 8) != 0))
        {
            reader.Fail();
            return false;
        }

        value = new CutNodes((int)count, [.. bits]);
        return true;
    }

    /// <inheritdoc/>
    public void WriteTo(ref CanonicalWriter writer)
    {
        writer.WriteDomain(Domain);
        writer.WriteUInt32((uint)NodeCount);
        writer.WriteBytes(_bits.AsSpan());
    }
}
