namespace Verifiable.Inference.Commitments;

/// <summary>One output of a graph node in a trace: the commitments to its tensor, one for each layout that the model's own wiring calls for. Immutable; equal by
/// content. <c>default</c> is an output that nobody wants, for which there is no tensor. The last one of a graph node that runs bodies commits to these runs instead.</summary>
public readonly record struct TraceOutput : ICanonical<TraceOutput>
{
    private const byte Most = 0b1000;
    private const byte BodiesBit = 0b1000;

    /// <summary>Gets the commitment by rows, if there is one.</summary>
    public Digest? RowMajor { get; init; }

    /// <summary>Gets the commitment by columns, if there is one.</summary>
    public Digest? ByColumn { get; init; }

    /// <summary>Gets the commitment with channels last, if there is one.</summary>
    public Digest? ChannelsLast { get; init; }

    /// <summary>Gets the commitment to the runs of the graph node's bodies, <see cref="TraceBodyTree.Digest"/>, if this stands for them; then there is no tensor.</summary>
    public Digest? Bodies { get; init; }

    /// <summary>Gets a value indicating whether there is no tensor, because nobody wants the output.</summary>
    public bool IsAbsent => Layouts == 0;

    // Bit l - 1 stands for the layout of number l; bit 3, which stands alone, for the runs of bodies.
    private byte Layouts => (byte)((RowMajor is null ? 0 : 0b001) | (ByColumn is null ? 0 : 0b010) | (ChannelsLast is null ? 0 : 0b100) | (Bodies is null ? 0 : BodiesBit));

    /// <summary>Gets the commitment in one layout, or <see langword="null"/> when there is none.</summary>
    public Digest? In(TensorLayout layout) => layout switch
    {
        TensorLayout.RowMajor => RowMajor,
        TensorLayout.ByColumn => ByColumn,
        TensorLayout.ChannelsLast => ChannelsLast,
        _ => null,
    };

    /// <inheritdoc/>
    public static bool TryRead(ref CanonicalReader reader, out TraceOutput value)
    {
        byte layouts = reader.ReadByte();
        if (layouts > Most)
        {
            reader.Fail();
        }

        value = reader.Failed ? default : new TraceOutput
        {
            RowMajor = (layouts & 0b001) != 0 ? reader.ReadDigest() : null,
            ByColumn = (layouts & 0b010) != 0 ? reader.ReadDigest() : null,
            ChannelsLast = (layouts & 0b100) != 0 ? reader.ReadDigest() : null,
            Bodies = (layouts & BodiesBit) != 0 ? reader.ReadDigest() : null,
        };
        return !reader.Failed;
    }

    /// <inheritdoc/>
    public void WriteTo(ref CanonicalWriter writer)
    {
        writer.WriteByte(Layouts);
        foreach (Digest? commitment in (ReadOnlySpan<Digest?>)[RowMajor, ByColumn, ChannelsLast, Bodies])
        {
            if (commitment is { } digest)
            {
                writer.WriteDigest(digest);
            }
        }
    }
}
