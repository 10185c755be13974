using System.Diagnostics.CodeAnalysis;
using Verifiable.Inference.Commitments;

namespace Verifiable.Inference.Disputes;

/// <summary>Names an output of a graph node in one of the layouts in which the claim commits to it, by opening its leaf: the name carries what it disputes. Immutable.</summary>
public sealed class OutputName : ICanonical<OutputName>
{
    private const string Domain = "vinf/output-name/v1";

    /// <summary>Creates a name.</summary>
    /// <param name="leaf">The opening of the graph node's leaf.</param>
    /// <param name="output">The output's position.</param>
    /// <param name="layout">A layout that the leaf holds for the output.</param>
    /// <exception cref="ArgumentException">The leaf holds no such output in this layout.</exception>
    public OutputName(TraceOpening leaf, int output, TensorLayout layout)
    {
        ArgumentNullException.ThrowIfNull(leaf);
        Commitment = Find(leaf, output, layout) ?? throw new ArgumentException($"Expected an output that the leaf holds in layout {layout}, got output {output}.", nameof(output));
        Leaf = leaf;
        Output = output;
        Layout = layout;
    }

    /// <summary>Gets the opening of the graph node's leaf.</summary>
    public TraceOpening Leaf { get; }

    /// <summary>Gets the output's position.</summary>
    public int Output { get; }

    /// <summary>Gets the layout.</summary>
    public TensorLayout Layout { get; }

    /// <summary>Gets the commitment that is disputed.</summary>
    public Digest Commitment { get; }

    /// <inheritdoc/>
    public static bool TryRead(ref CanonicalReader reader, [NotNullWhen(true)] out OutputName? value)
    {
        value = null;
        reader.ReadDomain(Domain);
        TraceOpening? leaf = reader.Read<TraceOpening>();
        int output = reader.ReadUInt16();
        var layout = (TensorLayout)reader.ReadByte();
        if (reader.Failed || leaf is null || Find(leaf, output, layout) is null)
        {
            reader.Fail();
            return false;
        }

        value = new OutputName(leaf, output, layout);
        return true;
    }

    /// <inheritdoc/>
    public void WriteTo(ref CanonicalWriter writer)
    {
        writer.WriteDomain(Domain);
        Leaf.WriteTo(ref writer);
        writer.WriteUInt16((ushort)Output);
        writer.WriteByte((byte)Layout);
    }

    private static Digest? Find(TraceOpening leaf, int output, TensorLayout layout) =>
        (uint)output < (uint)leaf.Leaf.Outputs.Length ? leaf.Leaf.Outputs[output].In(layout) : null;
}
