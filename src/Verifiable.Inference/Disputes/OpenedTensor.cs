using System.Buffers.Binary;
using Verifiable.Inference.Commitments;
using Verifiable.Inference.Tensors;

namespace Verifiable.Inference.Disputes;

/// <summary>A committed tensor of which type, shape and some chunks are known. Immutable and thread-safe.</summary>
public sealed class OpenedTensor
{
    private readonly long[] _chunks;
    private readonly ReadOnlyMemory<byte>[] _bytes;

    internal OpenedTensor(TensorHeader header, long[] chunks, ReadOnlyMemory<byte>[] bytes)
    {
        Header = header;
        _chunks = chunks;
        _bytes = bytes;
    }

    /// <summary>Gets the type, shape and layout.</summary>
    public TensorHeader Header { get; }

    /// <summary>Reads the bits of one element, in the low bits of the result.</summary>
    /// <param name="element">The element's row-major place.</param>
    /// <param name="bits">The bits; 0 when the answer is <see langword="false"/>.</param>
    /// <returns><see langword="false"/> where there is no such element or its chunk is not open.</returns>
    public bool TryReadBits(long element, out ulong bits)
    {
        bits = 0;
        if (element < 0 || element >= Header.Shape.ElementCount)
        {
            return false;
        }

        TensorPosition position = Header.LocateRowMajor(element);
        int place = Array.BinarySearch(_chunks, position.Chunk);
        if (place < 0)
        {
            return false;
        }

        ReadOnlySpan<byte> bytes = _bytes[place].Span[position.Offset..];
        bits = ElementTypes.SizeOf(Header.Type) switch
        {
            1 => bytes[0],
            2 => BinaryPrimitives.ReadUInt16LittleEndian(bytes),
            4 => BinaryPrimitives.ReadUInt32LittleEndian(bytes),
            _ => BinaryPrimitives.ReadUInt64LittleEndian(bytes),
        };
        return true;
    }
}
