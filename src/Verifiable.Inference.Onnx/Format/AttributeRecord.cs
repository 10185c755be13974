namespace Verifiable.Inference.Onnx.Format;

/// <summary>An <c>AttributeProto</c> as the file states it. Lists of numbers stay in the file; what is refused in any case is only counted.</summary>
internal sealed class AttributeRecord
{
    internal static readonly WireList FloatsList = new(7, WireType.Fixed32);
    internal static readonly WireList IntsList = new(8, WireType.Varint);

    internal string Name = string.Empty;
    internal string RefAttrName = string.Empty;

    /// <summary>The number that says which field holds the value; 0 where it is absent, as in files of IR version 1.</summary>
    internal int Type;
    internal float F;
    internal long I;
    internal WirePart S;
    internal TensorRecord? T;
    internal GraphRecord? G;
    internal int FloatsCount;
    internal int IntsCount;

    /// <summary>Which kinds of value are there: the bit of a kind's number.</summary>
    internal int Held;

    internal List<WirePart> Strings { get; } = [];

    /// <summary>Gets the record itself, for its lists.</summary>
    internal List<WirePart> Parts { get; } = [];

    internal static AttributeRecord Read(WireFields fields, WirePart part)
    {
        AttributeRecord attribute = new();
        attribute.Parts.Add(part);
        while (fields.Next())
        {
            attribute.Take(fields);
        }

        return attribute;
    }

    private void Take(in WireFields field)
    {
        switch (field.Tag)
        {
            case (1 << WireType.TagBits) | WireType.Bytes:
                Name = field.Text();
                break;
            case (2 << WireType.TagBits) | WireType.Fixed32:
                F = BitConverter.UInt32BitsToSingle((uint)field.Number);
                Held |= 1 << 1;
                break;
            case (3 << WireType.TagBits) | WireType.Varint:
                I = unchecked((long)field.Number);
                Held |= 1 << 2;
                break;
            case (4 << WireType.TagBits) | WireType.Bytes:
                S = field.Content;
                Held |= 1 << 3;
                break;
            case (5 << WireType.TagBits) | WireType.Bytes:
                T ??= new TensorRecord();
                T.Add(field.Inner(), field.Content);
                Held |= 1 << 4;
                break;
            case (6 << WireType.TagBits) | WireType.Bytes:
                G ??= new GraphRecord();
                G.Add(field.Inner());
                Held |= 1 << 5;
                break;
            case (9 << WireType.TagBits) | WireType.Bytes:
                Strings.Add(field.Content);
                Held |= 1 << 8;
                break;
            case (20 << WireType.TagBits) | WireType.Varint:
                Type = unchecked((int)field.Number);
                break;
            case (21 << WireType.TagBits) | WireType.Bytes:
                RefAttrName = field.Text();
                break;
            default:
                Held |= 1 << KindOfRefused(field.Tag);
                TakeList(field);
                break;
        }
    }

    private void TakeList(in WireFields field)
    {
        int floats = FloatsList.Count(field);
        int ints = IntsList.Count(field);
        FloatsCount += Math.Max(0, floats);
        IntsCount += Math.Max(0, ints);
        Held |= (floats > 0 ? 1 << 6 : 0) | (ints > 0 ? 1 << 7 : 0);
    }

    // Lists of tensors or graphs, sparse tensors and types; 0 for a field that is none of them.
    private static int KindOfRefused(uint tag) => tag switch
    {
        (10 << WireType.TagBits) | WireType.Bytes => 9,
        (11 << WireType.TagBits) | WireType.Bytes => 10,
        (22 << WireType.TagBits) | WireType.Bytes => 11,
        (23 << WireType.TagBits) | WireType.Bytes => 12,
        (14 << WireType.TagBits) | WireType.Bytes => 13,
        (15 << WireType.TagBits) | WireType.Bytes => 14,
        _ => 0,
    };
}
