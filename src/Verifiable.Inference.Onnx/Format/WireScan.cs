using System.Text.Unicode;

namespace Verifiable.Inference.Onnx.Format;

/// <summary>
/// Walks the protobuf encoding of a model once, before it is read and without allocating: whether it is well-formed, its names are UTF-8 and not too long,
/// and how many records it holds. A record of two bytes becomes an object of some hundred, so the counts are what bounds the memory of parsing.
/// </summary>
/// <remarks>Wire types and varints: Protocol Buffers documentation, "Encoding". Of the schema's messages only bodies of graph nodes are recursive; their depth has a limit.
/// Groups, which ONNX never used, are refused.</remarks>
internal ref struct WireScan
{
    private const int MaxVarintBytes = 10;

    private readonly OnnxReadOptions _options;
    private int _nodes;
    private int _attributes;
    private int _tensors;
    private int _entries;
    private int _texts;
    private int _depth;

    private WireScan(OnnxReadOptions options)
    {
        _options = options;
    }

    /// <summary>Checks the encoding of a model.</summary>
    public static ModelRefusal? Check(ReadOnlySpan<byte> bytes, OnnxReadOptions options) => Check(WireRecord.Model, bytes, options);

    /// <summary>Checks the encoding of a record.</summary>
    public static ModelRefusal? Check(WireRecord record, ReadOnlySpan<byte> bytes, OnnxReadOptions options)
    {
        WireScan scan = new(options);
        return scan.Scan(record, bytes);
    }

    private ModelRefusal? Scan(WireRecord record, ReadOnlySpan<byte> bytes)
    {
        int position = 0;
        while (position < bytes.Length)
        {
            if (!TryReadVarint(bytes, ref position, out ulong tag) || tag > uint.MaxValue || tag >> 3 == 0)
            {
                return Malformed(record, "a field tag");
            }

            ulong length;
            switch (tag & 7)
            {
                case 0:
                    if (!TryReadVarint(bytes, ref position, out _))
                    {
                        return Malformed(record, "an integer of at most ten bytes");
                    }

                    if (record == WireRecord.Attribute && tag >> WireType.TagBits == (ulong)AttributeRecord.IntsList.Field && CountEntries(1) is ModelRefusal tooMany)
                    {
                        return tooMany;
                    }

                    continue;
                case 1:
                    length = sizeof(ulong);
                    break;
                case 2:
                    if (!TryReadVarint(bytes, ref position, out length))
                    {
                        return Malformed(record, "a length");
                    }

                    break;
                case 5:
                    length = sizeof(uint);
                    break;
                default:
                    return Malformed(record, "a wire type of 0, 1, 2 or 5");
            }

            if (length > (ulong)(bytes.Length - position))
            {
                return Malformed(record, $"{length} bytes of a field");
            }

            ReadOnlySpan<byte> content = bytes.Slice(position, (int)length);
            position += content.Length;
            if ((tag & 7) == 5 && record == WireRecord.Attribute && tag >> WireType.TagBits == (ulong)AttributeRecord.FloatsList.Field && CountEntries(1) is ModelRefusal tooManyFloats)
            {
                return tooManyFloats;
            }

            if ((tag & 7) == 2 && ScanField(record, (int)(tag >> 3), content) is ModelRefusal refusal)
            {
                return refusal;
            }
        }

        return null;
    }

    private ModelRefusal? ScanField(WireRecord record, int field, ReadOnlySpan<byte> content)
    {
        WireRecord child = WireSchema.ChildOf(record, field);
        if (child == WireRecord.None)
        {
            return WireSchema.ListOf(record, field) is WireList list ? ScanList(record, list, content) : null;
        }

        ModelRefusal? refusal = child switch
        {
            WireRecord.Node => Count(ref _nodes, _options.MaxNodes, "graph nodes", nameof(OnnxReadOptions.MaxNodes)),
            WireRecord.Attribute => Count(ref _attributes, _options.MaxAttributes, "attributes", nameof(OnnxReadOptions.MaxAttributes)),
            WireRecord.Tensor => Count(ref _tensors, _options.MaxTensors, "tensors", nameof(OnnxReadOptions.MaxTensors)),
            WireRecord.Text => Count(ref _texts, _options.MaxTexts, "texts", nameof(OnnxReadOptions.MaxTexts)),
            _ => CountEntries(1),
        };
        return refusal ?? child switch
        {
            WireRecord.Bytes => null,
            WireRecord.Text => CheckText(content),
            WireRecord.Graph when record == WireRecord.Attribute => ScanBody(content),
            _ => Scan(child, content),
        };
    }

    // The only messages that may hold messages of their own kind: what bounds the depth here bounds that of everything that walks a model later.
    private ModelRefusal? ScanBody(ReadOnlySpan<byte> content)
    {
        if (_depth == _options.MaxBodyDepth)
        {
            return new(ModelRefusalReason.TooLarge, $"Expected at most {_options.MaxBodyDepth} levels of bodies ({nameof(OnnxReadOptions.MaxBodyDepth)}), got more.");
        }

        _depth++;
        ModelRefusal? refusal = Scan(WireRecord.Graph, content);
        _depth--;
        return refusal;
    }

    // Elements of a tensor become elements of a tensor, which has limits of its own; those of an attribute count as small records.
    private ModelRefusal? ScanList(WireRecord record, WireList list, ReadOnlySpan<byte> content)
    {
        int count = list.Count(content);
        return count < 0 ? Malformed(record, "whole elements of a list") : record == WireRecord.Attribute ? CountEntries(count) : null;
    }

    private ModelRefusal? CountEntries(int more)
    {
        bool fits = more <= _options.MaxEntries - _entries;
        _entries += fits ? more : 0;
        return fits ? null : TooMany(_options.MaxEntries, "small records", nameof(OnnxReadOptions.MaxEntries));
    }

    private readonly ModelRefusal? CheckText(ReadOnlySpan<byte> content)
    {
        if (content.Length > _options.MaxNameBytes)
        {
            return new(ModelRefusalReason.TooLarge, $"Expected names of at most {_options.MaxNameBytes} bytes ({nameof(OnnxReadOptions.MaxNameBytes)}), got {content.Length}.");
        }

        // Expansions of operators call their values by names with U+0000 in them, which no model may take.
        return content.Contains((byte)0) ? new(ModelRefusalReason.Malformed, "Expected names without U+0000, got one with it.")
            : Utf8.IsValid(content) ? null : new(ModelRefusalReason.Malformed, "Expected names in UTF-8, got other bytes.");
    }

    private static ModelRefusal? Count(ref int count, int most, string what, string option)
    {
        count++;
        return count <= most ? null : TooMany(most, what, option);
    }

    private static ModelRefusal TooMany(int most, string what, string option) => new(ModelRefusalReason.TooLarge, $"Expected at most {most} {what} ({option}), got more.");

    private static ModelRefusal Malformed(WireRecord record, string expected) =>
        new(ModelRefusalReason.Malformed, $"Expected {expected} in the protobuf encoding of {WireSchema.NameOf(record)}, got other bytes or the end.");

    /// <summary>Reads an integer of at most ten bytes.</summary>
    internal static bool TryReadVarint(ReadOnlySpan<byte> bytes, ref int position, out ulong value)
    {
        value = 0;
        for (int i = 0; i < MaxVarintBytes && position < bytes.Length; i++)
        {
            byte part = bytes[position++];
            value |= unchecked((ulong)(part & 0x7F) << (7 * i));
            if (part < 0x80)
            {
                return true;
            }
        }

        return false;
    }
}
