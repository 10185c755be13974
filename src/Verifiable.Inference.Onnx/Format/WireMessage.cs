using System.Buffers.Binary;
using System.Text;

namespace Verifiable.Inference.Onnx.Format;

/// <summary>A protobuf record that is being written. Large parts are not copied until the whole is. Not thread-safe.</summary>
internal sealed class WireMessage
{
    private const int MaxVarintBytes = 10;

    private readonly List<ReadOnlyMemory<byte>> _parts = [];
    private int _length;

    /// <summary>Writes an integer; two's complement where it is negative.</summary>
    internal void Add(int field, long value)
    {
        Span<byte> bytes = stackalloc byte[2 * MaxVarintBytes];
        int size = WriteVarint(Tag(field, WireType.Varint), bytes);
        size += WriteVarint(unchecked((ulong)value), bytes[size..]);
        Append(bytes[..size].ToArray());
    }

    /// <summary>Writes a binary32.</summary>
    internal void Add(int field, float value)
    {
        Span<byte> bytes = stackalloc byte[MaxVarintBytes + sizeof(float)];
        int size = WriteVarint(Tag(field, WireType.Fixed32), bytes);
        BinaryPrimitives.WriteSingleLittleEndian(bytes[size..], value);
        Append(bytes[..(size + sizeof(float))].ToArray());
    }

    /// <summary>Writes a text.</summary>
    internal void Add(int field, string text) => Add(field, Encoding.UTF8.GetBytes(text).AsMemory());

    /// <summary>Writes bytes, which nobody may change until the whole is written.</summary>
    internal void Add(int field, ReadOnlyMemory<byte> bytes)
    {
        AddHeader(field, bytes.Length);
        Append(bytes);
    }

    /// <summary>Writes a record.</summary>
    internal void Add(int field, WireMessage message)
    {
        AddHeader(field, message._length);
        _parts.AddRange(message._parts);
        _length += message._length;
    }

    /// <summary>Gets the bytes of the whole.</summary>
    internal byte[] ToArray()
    {
        byte[] bytes = GC.AllocateUninitializedArray<byte>(_length);
        int written = 0;
        foreach (ReadOnlyMemory<byte> part in _parts)
        {
            part.Span.CopyTo(bytes.AsSpan(written));
            written += part.Length;
        }

        return bytes;
    }

    private static ulong Tag(int field, uint type) => ((uint)field << WireType.TagBits) | type;

    private static int WriteVarint(ulong value, Span<byte> destination)
    {
        int size = 0;
        for (; value >= 0x80; value >>= 7)
        {
            destination[size++] = (byte)((value & 0x7F) | 0x80);
        }

        destination[size++] = (byte)value;
        return size;
    }

    private void AddHeader(int field, int length)
    {
        Span<byte> bytes = stackalloc byte[2 * MaxVarintBytes];
        int size = WriteVarint(Tag(field, WireType.Bytes), bytes);
        size += WriteVarint((ulong)length, bytes[size..]);
        Append(bytes[..size].ToArray());
    }

    private void Append(ReadOnlyMemory<byte> part)
    {
        _parts.Add(part);
        _length += part.Length;
    }
}
