using System.Buffers.Binary;
using Google.Protobuf;
using Verifiable.Inference.Onnx.Format;

namespace Verifiable.Inference.Onnx.Tests.Format;

/// <summary>Writes the same protobuf record in another way: fields in another order, lists packed or not, unknown fields between, what is stated once in several parts,
/// numbers and texts with others before them, which do not count.</summary>
internal static class WireRewriter
{
    // Fields of numbers that may be packed or not, with the size of an element; 0 is a varint.
    private static readonly Dictionary<(WireRecord Record, int Field), int> _lists = new()
    {
        [(WireRecord.Tensor, 1)] = 0,
        [(WireRecord.Tensor, 4)] = 4,
        [(WireRecord.Tensor, 5)] = 0,
        [(WireRecord.Tensor, 7)] = 0,
        [(WireRecord.Tensor, 10)] = 8,
        [(WireRecord.Tensor, 11)] = 0,
        [(WireRecord.Attribute, 7)] = 4,
        [(WireRecord.Attribute, 8)] = 0,
    };

    public static byte[] Rewrite(byte[] bytes, Random random, WireRecord record = WireRecord.Model)
    {
        SortedDictionary<int, Queue<byte[]>> fields = [];
        CodedInputStream input = new(bytes);
        while (input.ReadTag() is uint tag and not 0)
        {
            int field = (int)(tag >> 3);
            if (!fields.TryGetValue(field, out Queue<byte[]>? parts))
            {
                fields.Add(field, parts = []);
            }

            Read(input, tag, record, random, parts);
        }

        // Fields of one number keep their order, which has a meaning; fields of different numbers are mixed.
        using MemoryStream stream = new();
        while (fields.Count != 0)
        {
            int field = fields.Keys.ElementAt(random.Next(fields.Count));
            if (random.Next(4) == 0)
            {
                stream.Write(Unknown(random));
            }

            stream.Write(fields[field].Dequeue());
            if (fields[field].Count == 0)
            {
                fields.Remove(field);
            }
        }

        return stream.ToArray();
    }

    private static void Read(CodedInputStream input, uint tag, WireRecord record, Random random, Queue<byte[]> parts)
    {
        int field = (int)(tag >> 3);
        if (_lists.TryGetValue((record, field), out int size))
        {
            bool packed = (tag & 7) == 2;
            byte[] content = packed ? input.ReadBytes().ToByteArray() : ReadElement(input, size);
            WriteList(field, content, size, random, parts);
            return;
        }

        if (random.Next(4) == 0 && IsSingle(record, field))
        {
            parts.Enqueue(Field(tag, output => WriteDecoy(output, tag & 7)));
        }

        if ((record, field) is (WireRecord.Model, 7) or (WireRecord.Value, 2) or (WireRecord.Type, 1) or (WireRecord.TensorType, 2) or (WireRecord.Attribute, 5))
        {
            byte[] whole = Rewrite(input.ReadBytes().ToByteArray(), random, WireSchema.ChildOf(record, field));
            int cut = random.Next(2) == 0 ? whole.Length : CutOf(whole, random);
            parts.Enqueue(Field(tag, output => output.WriteBytes(ByteString.CopyFrom(whole, 0, cut))));
            if (cut < whole.Length)
            {
                parts.Enqueue(Field(tag, output => output.WriteBytes(ByteString.CopyFrom(whole, cut, whole.Length - cut))));
            }

            return;
        }

        parts.Enqueue((tag & 7) switch
        {
            0 => Field(tag, output => output.WriteUInt64(input.ReadUInt64())),
            1 => Field(tag, output => output.WriteFixed64(input.ReadFixed64())),
            5 => Field(tag, output => output.WriteFixed32(input.ReadFixed32())),
            _ => Field(tag, output =>
            {
                byte[] content = input.ReadBytes().ToByteArray();
                WireRecord child = WireSchema.ChildOf(record, field);
                output.WriteBytes(ByteString.CopyFrom(child is WireRecord.None or WireRecord.Text or WireRecord.Bytes ? content : Rewrite(content, random, child)));
            }),
        });
    }

    // Of those that may be stated several times the last one counts.
    private static bool IsSingle(WireRecord record, int field) => (record, field) is (WireRecord.Model, 1) or (WireRecord.Opset, _) or (WireRecord.Node, 3 or 4 or 7)
        or (WireRecord.Attribute, 1 or 2 or 3 or 4 or 20) or (WireRecord.Tensor, 2 or 8 or 9 or 14) or (WireRecord.Value, 1) or (WireRecord.TensorType, 1) or (WireRecord.Dimension, _)
        or (WireRecord.Entry, _);

    private static void WriteDecoy(CodedOutputStream output, uint type)
    {
        switch (type)
        {
            case 0:
                output.WriteInt64(-7);
                break;
            case 5:
                output.WriteFloat(-7f);
                break;
            default:
                output.WriteString("decoy");
                break;
        }
    }

    // A place between two fields.
    private static int CutOf(byte[] record, Random random)
    {
        List<int> places = [0];
        CodedInputStream input = new(record);
        while (input.ReadTag() is uint tag and not 0)
        {
            switch (tag & 7)
            {
                case 0:
                    input.ReadUInt64();
                    break;
                case 1:
                    input.ReadFixed64();
                    break;
                case 5:
                    input.ReadFixed32();
                    break;
                default:
                    input.ReadBytes();
                    break;
            }

            places.Add((int)input.Position);
        }

        return places[random.Next(places.Count)];
    }

    private static byte[] ReadElement(CodedInputStream input, int size)
    {
        byte[] element = new byte[Math.Max(size, 1)];
        switch (size)
        {
            case 4:
                BinaryPrimitives.WriteUInt32LittleEndian(element, input.ReadFixed32());
                return element;
            case 8:
                BinaryPrimitives.WriteUInt64LittleEndian(element, input.ReadFixed64());
                return element;
            default:
                ulong value = input.ReadUInt64();
                return Write(output => output.WriteUInt64(value));
        }
    }

    private static void WriteList(int field, byte[] content, int size, Random random, Queue<byte[]> parts)
    {
        for (int start = 0; start < content.Length;)
        {
            int end = start;
            int elements = 0;
            int most = 1 + random.Next(4);
            while (end < content.Length && elements < most)
            {
                end += size == 0 ? content.AsSpan(end).IndexOfAnyInRange((byte)0, (byte)0x7F) + 1 : size;
                elements++;
            }

            byte[] run = content[start..end];
            bool packed = elements > 1 || random.Next(2) == 0;
            uint wireType = packed ? 2u : size switch { 4 => 5u, 8 => 1u, _ => 0u };
            parts.Enqueue(Write(output =>
            {
                output.WriteTag(((uint)field << 3) | wireType);
                if (packed)
                {
                    output.WriteLength(run.Length);
                }

                output.WriteRawBytesOf(run);
            }));
            start = end;
        }
    }

    private static byte[] Unknown(Random random) => random.Next(2) == 0
        ? Field(((uint)(1000 + random.Next(50)) << 3) | 2, output => output.WriteBytes(ByteString.CopyFrom(new byte[random.Next(5)])))
        : Field((uint)(1000 + random.Next(50)) << 3, output => output.WriteUInt64((ulong)random.NextInt64()));

    private static byte[] Field(uint tag, Action<CodedOutputStream> write) => Write(output =>
    {
        output.WriteTag(tag);
        write(output);
    });

    private static byte[] Write(Action<CodedOutputStream> write)
    {
        using MemoryStream stream = new();
        using (CodedOutputStream output = new(stream, leaveOpen: true))
        {
            write(output);
        }

        return stream.ToArray();
    }

    private static void WriteRawBytesOf(this CodedOutputStream output, byte[] bytes)
    {
        foreach (byte part in bytes)
        {
            // A tag of one byte is that byte.
            output.WriteRawTag(part);
        }
    }
}
