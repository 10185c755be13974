using System.Diagnostics.CodeAnalysis;
using Verifiable.Inference.Tensors;

namespace Verifiable.Inference.Commitments;

/// <summary>Opens one chunk of one output of one graph node against a trace. Immutable and thread-safe.</summary>
/// <remarks>At most some 400 KB and one chunk; traces have chunks of <see cref="TensorHeader.DefaultChunkSize"/> bytes.</remarks>
public sealed class TraceElementOpening : ICanonical<TraceElementOpening>
{
    private const string Domain = "vinf/trace-element/v1";

    /// <summary>Creates an opening from its parts.</summary>
    /// <param name="leaf">The opening of the graph node's leaf.</param>
    /// <param name="output">The output's position.</param>
    /// <param name="chunk">The opening of a chunk in one of the layouts that the leaf holds.</param>
    /// <exception cref="ArgumentException">The leaf holds no such output in the chunk's layout, or the chunk's size is not that of traces.</exception>
    public TraceElementOpening(TraceOpening leaf, int output, TensorChunkOpening chunk)
    {
        ArgumentNullException.ThrowIfNull(leaf);
        ArgumentNullException.ThrowIfNull(chunk);
        if (CommitmentOf(leaf, output, chunk) is null)
        {
            throw new ArgumentException($"Expected an output that the leaf holds in layout {chunk.Header.Layout}, and chunks of {TensorHeader.DefaultChunkSize} bytes, got output {output} in chunks of {chunk.Header.ChunkSize}.", nameof(output));
        }

        Leaf = leaf;
        Output = output;
        Chunk = chunk;
    }

    /// <summary>Gets the opening of the graph node's leaf.</summary>
    public TraceOpening Leaf { get; }

    /// <summary>Gets the output's position.</summary>
    public int Output { get; }

    /// <summary>Gets the opening of the chunk.</summary>
    public TensorChunkOpening Chunk { get; }

    /// <inheritdoc/>
    public static bool TryRead(ref CanonicalReader reader, [NotNullWhen(true)] out TraceElementOpening? value)
    {
        value = null;
        reader.ReadDomain(Domain);
        TraceOpening? leaf = reader.Read<TraceOpening>();
        int output = reader.ReadUInt16();
        TensorChunkOpening? chunk = reader.Read<TensorChunkOpening>();
        if (reader.Failed || leaf is null || chunk is null || CommitmentOf(leaf, output, chunk) is null)
        {
            reader.Fail();
            return false;
        }

        value = new TraceElementOpening(leaf, output, chunk);
        return true;
    }

    /// <summary>Gives an element if the opening belongs to the trace and holds the element.</summary>
    /// <param name="trace">The trace.</param>
    /// <param name="element">The element's row-major place in the output, whatever the layout.</param>
    /// <param name="bytes">The element, little-endian; empty when the answer is <see langword="false"/>.</param>
    public bool TryGetElement(TraceCommitment trace, long element, out ReadOnlyMemory<byte> bytes)
    {
        bytes = default;
        if (element < 0 || element >= Chunk.Header.Shape.ElementCount || !TryVerify(trace, out ReadOnlyMemory<byte> chunk))
        {
            return false;
        }

        TensorPosition position = Chunk.Header.LocateRowMajor(element);
        if (position.Chunk != Chunk.Chunk)
        {
            return false;
        }

        bytes = chunk.Slice(position.Offset, ElementTypes.SizeOf(Chunk.Header.Type));
        return true;
    }

    /// <summary>Gives the chunk's bytes if the opening belongs to the trace.</summary>
    /// <param name="trace">The trace.</param>
    /// <param name="bytes">The chunk in committed order, little-endian; empty when the answer is <see langword="false"/>.</param>
    public bool TryVerify(TraceCommitment trace, out ReadOnlyMemory<byte> bytes)
    {
        bytes = default;
        return Leaf.Verifies(trace) && CommitmentOf(Leaf, Output, Chunk) is { } commitment && Chunk.TryVerify(commitment, out bytes);
    }

    /// <inheritdoc/>
    public void WriteTo(ref CanonicalWriter writer)
    {
        writer.WriteDomain(Domain);
        Leaf.WriteTo(ref writer);
        writer.WriteUInt16((ushort)Output);
        Chunk.WriteTo(ref writer);
    }

    // Chunks of another size would make witnesses larger than they may be, or proofs longer.
    private static Digest? CommitmentOf(TraceOpening leaf, int output, TensorChunkOpening chunk) =>
        (uint)output < (uint)leaf.Leaf.Outputs.Length && chunk.Header.ChunkSize == TensorHeader.DefaultChunkSize ? leaf.Leaf.Outputs[output].In(chunk.Header.Layout) : null;
}
