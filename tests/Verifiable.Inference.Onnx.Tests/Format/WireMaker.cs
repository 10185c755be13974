using System.Buffers.Binary;
using Verifiable.Inference.CanonicalDigest;
using Verifiable.Inference.Onnx.Format;

namespace Verifiable.Inference.Onnx.Tests.Format;

/// <summary>Makes records that are well-formed protobuf and as odd as that allows: records stated in parts, fields stated twice, alternatives that exclude each other,
/// lists half packed, numbers in more bytes than they need, fields of another wire type, unknown fields.</summary>
internal static class WireMaker
{
    // For each record its fields: 'v' a varint, 'f' four bytes, 'b' bytes, 't' a text, 'V', 'F' and 'D' lists of varints, of four and of eight bytes, 'r' a record.
    private static readonly Dictionary<WireRecord, (int Field, char Kind, WireRecord Child)[]> _fields = new()
    {
        [WireRecord.Model] = Of("1v 2t 7r 7r 8r 25b", WireRecord.Graph, WireRecord.Graph, WireRecord.Opset),
        [WireRecord.Opset] = Of("1t 2v"),
        [WireRecord.Graph] = Of("1r 1r 2t 5r 11r 12r 15b", WireRecord.Node, WireRecord.Node, WireRecord.Tensor, WireRecord.Value, WireRecord.Value),
        [WireRecord.Node] = Of("1t 2t 3t 4t 5r 5r 7t 8t", WireRecord.Attribute, WireRecord.Attribute),
        [WireRecord.Attribute] = Of("1t 2f 3v 4b 5r 5r 6r 7F 8V 9b 10b 11b 14b 15b 20v 21t 22b 23b", WireRecord.Tensor, WireRecord.Tensor, WireRecord.Graph),
        [WireRecord.Tensor] = Of("1V 2v 3b 4F 5V 6b 7V 8t 9b 10D 11V 13r 14v", WireRecord.Entry),
        [WireRecord.Entry] = Of("1t 2t"),
        [WireRecord.Value] = Of("1t 2r 2r", WireRecord.Type, WireRecord.Type),
        [WireRecord.Type] = Of("1r 1r 1r 4b 5b 7b 8b 9b", WireRecord.TensorType, WireRecord.TensorType, WireRecord.TensorType),
        [WireRecord.TensorType] = Of("1v 2r 2r", WireRecord.Shape, WireRecord.Shape),
        [WireRecord.Shape] = Of("1r", WireRecord.Dimension),
        [WireRecord.Dimension] = Of("1v 2t"),
    };

    /// <summary>Makes a record.</summary>
    internal static byte[] Make(CaseRandom random, WireRecord record = WireRecord.Model)
    {
        List<byte> bytes = [];
        for (int i = random.Between(0, record == WireRecord.Model ? 8 : 5); i > 0; i--)
        {
            (int field, char kind, WireRecord child) = _fields[record][random.Next(_fields[record].Length)];
            if (random.Next(12) == 0)
            {
                // Something else under a number that may be known.
                kind = "vfdb"[random.Next(4)];
                field = random.Coin() ? field : random.Between(1, 40);
                if (kind == 'b' && (WireSchema.ChildOf(record, field) is not (WireRecord.None or WireRecord.Bytes) || WireSchema.ListOf(record, field) is not null))
                {
                    kind = 'd';
                }
            }

            AddField(random, bytes, field, kind, child);
        }

        return [.. bytes];
    }

    private static void AddField(CaseRandom random, List<byte> bytes, int field, char kind, WireRecord child)
    {
        bool isPacked = char.IsUpper(kind) && random.Coin();
        char element = char.ToLowerInvariant(kind);
        uint type = isPacked ? WireType.Bytes : element switch { 'v' => WireType.Varint, 'f' => WireType.Fixed32, 'd' => WireType.Fixed64, _ => WireType.Bytes };
        AddVarint(random, bytes, ((ulong)field << WireType.TagBits) | type, 5);
        List<byte> content = [];
        if (isPacked)
        {
            for (int i = random.Next(5); i > 0; i--)
            {
                AddNumber(random, content, element);
            }
        }
        else if (type != WireType.Bytes)
        {
            AddNumber(random, bytes, element);
            return;
        }
        else
        {
            content.AddRange(kind switch
            {
                'r' => Make(random, child),
                't' => [.. Enumerable.Range(0, random.Next(4)).Select(_ => (byte)('a' + random.Next(3)))],
                _ => [.. Enumerable.Range(0, random.Next(9)).Select(_ => (byte)random.Next(256))],
            });
        }

        AddVarint(random, bytes, (ulong)content.Count, 10);
        bytes.AddRange(content);
    }

    private static void AddNumber(CaseRandom random, List<byte> bytes, char kind)
    {
        ulong word = random.Word();
        ulong number = random.Next(8) switch
        {
            0 => ulong.MaxValue,
            1 => 1UL << 63,
            2 => (word << 32) | word,
            3 => unchecked((ulong)int.MinValue),
            4 => word,
            _ => word % 200,
        };
        if (kind == 'v')
        {
            AddVarint(random, bytes, number, 10);
            return;
        }

        Span<byte> fixedBytes = stackalloc byte[sizeof(ulong)];
        BinaryPrimitives.WriteUInt64LittleEndian(fixedBytes, number);
        bytes.AddRange(fixedBytes[..(kind == 'f' ? sizeof(uint) : sizeof(ulong))]);
    }

    // Now and then in more bytes than needed; a tenth byte may have bits that no integer has room for.
    private static void AddVarint(CaseRandom random, List<byte> bytes, ulong value, int most)
    {
        List<byte> parts = [];
        for (ulong rest = value; rest != 0 || parts.Count == 0; rest >>= 7)
        {
            parts.Add((byte)(rest & 0x7F));
        }

        for (int more = random.Next(6) == 0 ? random.Next(most) : 0; more > 0 && parts.Count < most; more--)
        {
            parts.Add(0);
        }

        if (parts.Count == 10 && random.Coin())
        {
            parts[9] |= (byte)(2 * random.Next(64));
        }

        for (int i = 0; i < parts.Count; i++)
        {
            bytes.Add((byte)(parts[i] | (i + 1 < parts.Count ? 0x80 : 0)));
        }
    }

    private static (int Field, char Kind, WireRecord Child)[] Of(string fields, params WireRecord[] children)
    {
        int child = 0;
        return [.. fields.Split(' ').Select(field => (int.Parse(field[..^1], System.Globalization.CultureInfo.InvariantCulture), field[^1], field[^1] == 'r' ? children[child++] : WireRecord.None))];
    }
}
