using System.Buffers.Binary;
using System.Diagnostics;

namespace Verifiable.Inference.Onnx.Format;

/// <summary>
/// Takes the raw bytes of tensors out of the encoding of a model, so that parsing need not copy them: each <c>raw_data</c> becomes a number, by which the bytes are
/// found in the file. Everything else stays as it is, also what protobuf makes of a field that is stated twice. The encoding has passed <see cref="WireScan"/>.
/// </summary>
internal sealed class RawSplitter
{
    /// <summary>The size of what stands for raw bytes.</summary>
    internal const int NumberSize = sizeof(int);

    private const int LengthDelimited = 2;

    // The new sizes of records in the order in which they begin.
    private readonly List<int> _sizes = [];
    private readonly List<Range> _places = [];
    private int _next;
    private int _nextRaw;
    private long _rawBytes;

    private RawSplitter()
    {
    }

    /// <summary>Splits a file.</summary>
    /// <param name="file">The encoding of a model.</param>
    /// <param name="rest">The encoding with numbers in place of raw bytes.</param>
    /// <param name="places">Where in the file the raw bytes of each number stand.</param>
    /// <param name="leastShare">The least share of raw bytes in the file: 2 is a half.</param>
    /// <returns><see langword="false"/> when raw bytes are a smaller share: then it is not worth it.</returns>
    public static bool TrySplit(ReadOnlySpan<byte> file, out byte[] rest, out IReadOnlyList<Range> places, int leastShare = 2)
    {
        RawSplitter splitter = new();
        int size = splitter.Measure(WireRecord.Model, file, 0);
        places = splitter._places;
        rest = [];
        if (splitter._rawBytes < file.Length / leastShare)
        {
            return false;
        }

        rest = new byte[size];
        int written = splitter.Write(WireRecord.Model, file, rest);
        Debug.Assert(written == size, "Measuring and writing walk alike.");
        return true;
    }

    private int Measure(WireRecord record, ReadOnlySpan<byte> bytes, int start)
    {
        int own = _sizes.Count;
        _sizes.Add(0);
        int size = 0;
        int position = 0;
        while (position < bytes.Length)
        {
            int from = position;
            Field field = Next(record, bytes, ref position);
            if (field.Child != WireRecord.None)
            {
                int inner = Measure(field.Child, bytes[field.Content..position], start + field.Content);
                size += field.Length - from + SizeOfVarint(inner) + inner;
            }
            else if (field.IsRaw)
            {
                _places.Add((start + field.Content)..(start + position));
                _rawBytes += position - field.Content;
                size += field.Length - from + 1 + NumberSize;
            }
            else
            {
                size += position - from;
            }
        }

        _sizes[own] = size;
        return size;
    }

    private int Write(WireRecord record, ReadOnlySpan<byte> bytes, Span<byte> destination)
    {
        _next++;
        int written = 0;
        int position = 0;
        while (position < bytes.Length)
        {
            int from = position;
            Field field = Next(record, bytes, ref position);
            bool isCopied = field.Child == WireRecord.None && !field.IsRaw;
            ReadOnlySpan<byte> copied = bytes[from..(isCopied ? position : field.Length)];
            copied.CopyTo(destination[written..]);
            written += copied.Length;
            if (field.Child != WireRecord.None)
            {
                written += WriteVarint(_sizes[_next], destination[written..]);
                written += Write(field.Child, bytes[field.Content..position], destination[written..]);
            }
            else if (field.IsRaw)
            {
                destination[written++] = NumberSize;
                BinaryPrimitives.WriteInt32LittleEndian(destination[written..], _nextRaw++);
                written += NumberSize;
            }
        }

        return written;
    }

    private static Field Next(WireRecord record, ReadOnlySpan<byte> bytes, ref int position)
    {
        _ = WireScan.TryReadVarint(bytes, ref position, out ulong tag);
        int lengthAt = position;
        switch (tag & 7)
        {
            case 0:
                _ = WireScan.TryReadVarint(bytes, ref position, out _);
                return default;
            case 1:
                position += sizeof(ulong);
                return default;
            case LengthDelimited:
                _ = WireScan.TryReadVarint(bytes, ref position, out ulong length);
                int content = position;
                position += (int)length;
                return new Field(ChildOf(record, (int)(tag >> 3)), record == WireRecord.Tensor && tag >> 3 == WireSchema.RawDataField, lengthAt, content);
            default:
                position += sizeof(uint);
                return default;
        }
    }

    // The records on the way to tensors; others are copied whole.
    private static WireRecord ChildOf(WireRecord record, int field) =>
        WireSchema.ChildOf(record, field) is (WireRecord.Graph or WireRecord.Node or WireRecord.Attribute or WireRecord.Tensor) and var child ? child : WireRecord.None;

    private static int SizeOfVarint(int value)
    {
        int size = 1;
        for (int rest = value >> 7; rest != 0; rest >>= 7)
        {
            size++;
        }

        return size;
    }

    private static int WriteVarint(int value, Span<byte> destination)
    {
        int size = SizeOfVarint(value);
        for (int i = 0; i < size; i++)
        {
            destination[i] = (byte)(((value >> (7 * i)) & 0x7F) | (i < size - 1 ? 0x80 : 0));
        }

        return size;
    }

    /// <summary>One field: what is in it, and where in the record its length and its content begin.</summary>
    private readonly record struct Field(WireRecord Child, bool IsRaw, int Length, int Content);
}
