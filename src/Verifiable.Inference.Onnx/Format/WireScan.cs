using System.Text.Unicode;

namespace Verifiable.Inference.Onnx.Format;

/// <summary>
/// Walks the protobuf encoding of a model once, before it is parsed and without allocating: whether it is well-formed, its names are UTF-8 and not too long,
/// and how many records it holds. A record of two bytes becomes an object of some hundred, so the counts are what bounds the memory of parsing.
/// </summary>
/// <remarks>Wire types and varints: Protocol Buffers documentation, "Encoding". The schema's messages are not recursive, so neither depth needs a limit.
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

    private WireScan(OnnxReadOptions options)
    {
        _options = options;
    }

    /// <summary>Checks the encoding of a model.</summary>
    public static ModelRefusal? Check(ReadOnlySpan<byte> bytes, OnnxReadOptions options)
    {
        WireScan scan = new(options);
        return scan.Scan(WireRecord.Model, bytes);
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
            return null;
        }

        ModelRefusal? refusal = child switch
        {
            WireRecord.Node => Count(ref _nodes, _options.MaxNodes, "graph nodes", nameof(OnnxReadOptions.MaxNodes)),
            WireRecord.Attribute => Count(ref _attributes, _options.MaxAttributes, "attributes", nameof(OnnxReadOptions.MaxAttributes)),
            WireRecord.Tensor => Count(ref _tensors, _options.MaxTensors, "tensors", nameof(OnnxReadOptions.MaxTensors)),
            WireRecord.Text => Count(ref _texts, _options.MaxTexts, "texts", nameof(OnnxReadOptions.MaxTexts)),
            _ => Count(ref _entries, _options.MaxEntries, "small records", nameof(OnnxReadOptions.MaxEntries)),
        };
        return refusal ?? child switch
        {
            WireRecord.Bytes => null,
            WireRecord.Text => CheckText(content),
            _ => Scan(child, content),
        };
    }

    private readonly ModelRefusal? CheckText(ReadOnlySpan<byte> content)
    {
        if (content.Length > _options.MaxNameBytes)
        {
            return new(ModelRefusalReason.TooLarge, $"Expected names of at most {_options.MaxNameBytes} bytes ({nameof(OnnxReadOptions.MaxNameBytes)}), got {content.Length}.");
        }

        return Utf8.IsValid(content) ? null : new(ModelRefusalReason.Malformed, "Expected names in UTF-8, got other bytes.");
    }

    private static ModelRefusal? Count(ref int count, int most, string what, string option)
    {
        count++;
        return count <= most ? null : new(ModelRefusalReason.TooLarge, $"Expected at most {most} {what} ({option}), got more.");
    }

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
