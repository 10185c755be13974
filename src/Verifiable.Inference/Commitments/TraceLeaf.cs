using System.Collections.Immutable;
using System.Diagnostics.CodeAnalysis;

namespace Verifiable.Inference.Commitments;

/// <summary>One leaf of a trace: the number of a graph node and the commitments to its outputs, in their order. Immutable and thread-safe; equal by content.</summary>
/// <remarks>Inputs are not part of it: the model's wiring says whose outputs they are, so that a leaf cannot tell another story about them.</remarks>
public sealed class TraceLeaf : ICanonical<TraceLeaf>, IEquatable<TraceLeaf>
{
    /// <summary>The largest number of outputs of one graph node: 4096.</summary>
    public const int MaxOutputs = 4096;

    private const string Domain = "vinf/trace-leaf/v1";

    /// <summary>Creates a leaf.</summary>
    /// <param name="node">The graph node's number in canonical order, from 0.</param>
    /// <param name="outputs">Its outputs by position; the absent ones too.</param>
    /// <exception cref="ArgumentOutOfRangeException">The number is negative.</exception>
    /// <exception cref="ArgumentException">There are more than <see cref="MaxOutputs"/> outputs.</exception>
    public TraceLeaf(int node, ImmutableArray<TraceOutput> outputs)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(node);
        if (outputs.IsDefault || outputs.Length > MaxOutputs)
        {
            throw new ArgumentException($"Expected at most {MaxOutputs} outputs, got {(outputs.IsDefault ? "none stated" : outputs.Length)}.", nameof(outputs));
        }

        Node = node;
        Outputs = outputs;
    }

    /// <summary>Gets the graph node's number in canonical order, from 0.</summary>
    public int Node { get; }

    /// <summary>Gets its outputs by position.</summary>
    public ImmutableArray<TraceOutput> Outputs { get; }

    /// <inheritdoc/>
    public static bool TryRead(ref CanonicalReader reader, [NotNullWhen(true)] out TraceLeaf? value)
    {
        value = null;
        reader.ReadDomain(Domain);
        uint node = reader.ReadUInt32();
        ImmutableArray<TraceOutput> outputs = reader.ReadList<TraceOutput>(MaxOutputs);
        if (reader.Failed || node > int.MaxValue)
        {
            reader.Fail();
            return false;
        }

        value = new TraceLeaf((int)node, outputs);
        return true;
    }

    /// <inheritdoc/>
    public void WriteTo(ref CanonicalWriter writer)
    {
        writer.WriteDomain(Domain);
        writer.WriteUInt32((uint)Node);
        writer.WriteList(Outputs);
    }

    /// <inheritdoc/>
    public bool Equals([NotNullWhen(true)] TraceLeaf? other) => other is not null && Node == other.Node && Outputs.AsSpan().SequenceEqual(other.Outputs.AsSpan());

    /// <inheritdoc/>
    public override bool Equals(object? obj) => Equals(obj as TraceLeaf);

    /// <inheritdoc/>
    public override int GetHashCode() => HashCode.Combine(Node, Outputs.Length == 0 ? default : Outputs[0]);
}
