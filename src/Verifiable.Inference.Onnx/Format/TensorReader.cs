using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using Verifiable.Inference.Onnx.Format.Wire;
using Verifiable.Inference.Tensors;

namespace Verifiable.Inference.Onnx.Format;

/// <summary>Makes tensors of <c>TensorProto</c> records. Keeps count of all bytes; used by one thread for one model.</summary>
internal sealed class TensorReader
{
    private const int ExternalLocation = 1;

    private readonly OnnxReadOptions _options;
    private readonly ExternalTensors? _external;
    private readonly RawTensors? _raw;
    private long _totalBytes;

    /// <summary>Creates a reader for one model.</summary>
    /// <param name="options">The limits.</param>
    /// <param name="external">Reads other files; <see langword="null"/> where that is not allowed.</param>
    /// <param name="raw">Where raw bytes are found whose place in the record a number has taken; <see langword="null"/> where they are in the record.</param>
    public TensorReader(OnnxReadOptions options, ExternalTensors? external, RawTensors? raw = null)
    {
        _options = options;
        _external = external;
        _raw = raw;
    }

    /// <summary>Reads a tensor; nothing larger than the record itself is allocated before type, shape, limits and the number of elements are checked.</summary>
    /// <param name="proto">The record.</param>
    /// <param name="what">How a refusal names the tensor.</param>
    /// <param name="value">The tensor.</param>
    /// <param name="refusal">Why there is none.</param>
    public bool TryRead(TensorProto proto, string what, [NotNullWhen(true)] out TensorValue? value, [NotNullWhen(false)] out ModelRefusal? refusal)
    {
        value = null;
        refusal = CheckHeader(proto, what, out ElementType type, out TensorShape shape, out int size);
        if (refusal is not null)
        {
            return false;
        }

        ReadOnlyMemory<byte> bytes = default;
        refusal = proto.DataLocation == ExternalLocation
            ? ReadExternal(proto, what, type, size, out bytes)
            : ReadInline(proto, what, type, shape, size, out bytes);
        if (refusal is null && !TensorValue.TryTake(type, shape, bytes, out value))
        {
            refusal = Bad(what, "Booleans of 0 or 1, got another byte");
        }

        return refusal is null;
    }

    private ModelRefusal? CheckHeader(TensorProto proto, string what, out ElementType type, out TensorShape shape, out int size)
    {
        type = (ElementType)unchecked((byte)proto.DataType);
        shape = default;
        size = 0;
        if (proto.DataType is < 0 or > byte.MaxValue || !ElementTypes.IsKnown(type))
        {
            return new(ModelRefusalReason.UnsupportedType, $"Expected {what} to have a supported element type, got data type {proto.DataType}.");
        }

        if (proto.HasSegment || proto.StringData.Count != 0)
        {
            return Bad(what, "whole tensors of numbers or Booleans, got a segment or text");
        }

        if (!TensorShape.TryCreate([.. proto.Dims.Take(TensorShape.MaxRank + 1)], out shape))
        {
            string dims = string.Join(", ", proto.Dims.Take(TensorShape.MaxRank + 1));
            return new(
                ModelRefusalReason.BadShape,
                $"Expected {what} to have at most {TensorShape.MaxRank} dimensions of 0 or more whose product fits in 63 bits, got [{dims}].");
        }

        long most = Math.Min(_options.MaxTensorBytes, _options.MaxTotalTensorBytes - _totalBytes);
        if (shape.ElementCount > most / ElementTypes.SizeOf(type))
        {
            return new(
                ModelRefusalReason.TooLarge,
                $"Expected {what} to fit in {most} bytes ({nameof(OnnxReadOptions.MaxTensorBytes)}, {nameof(OnnxReadOptions.MaxTotalTensorBytes)}), got {type}{shape}.");
        }

        size = (int)(shape.ElementCount * ElementTypes.SizeOf(type));
        _totalBytes += size;
        return proto.DataLocation is 0 or ExternalLocation
            ? null
            : new(ModelRefusalReason.Malformed, $"Expected {what} to have data location 0 or 1, got {proto.DataLocation}.");
    }

    private ModelRefusal? ReadExternal(TensorProto proto, string what, ElementType type, int size, out ReadOnlyMemory<byte> bytes)
    {
        bytes = default;
        if (proto.HasRawData || TypedElements.CountAll(proto) != 0)
        {
            return Bad(what, "elements in the file or in another one, got both");
        }

        Dictionary<string, string> entries = new(StringComparer.Ordinal);
        foreach (StringStringEntryProto entry in proto.ExternalData)
        {
            if (!entries.TryAdd(entry.Key, entry.Value))
            {
                return new(ModelRefusalReason.DuplicateName, $"Expected every external_data key of {what} once, got '{entry.Key}' twice.");
            }
        }

        if (!TryGetNumber(entries, "offset", 0, out long offset) || !TryGetNumber(entries, "length", size, out long length))
        {
            return Bad(what, "external_data offset and length to be integers of 0 or more, got other text");
        }

        if (length != size)
        {
            return Bad(what, $"external_data length to be {size}, got {length}");
        }

        if (_external is null)
        {
            return new(ModelRefusalReason.ExternalDataRefused, $"Expected the elements of {what} in the model file, got external data, which these options or this source do not allow.");
        }

        return _external.Read(entries.GetValueOrDefault("location", string.Empty), offset, size, ElementTypes.SizeOf(type), what, out bytes);
    }

    private static bool TryGetNumber(Dictionary<string, string> entries, string key, long defaultValue, out long value)
    {
        value = defaultValue;
        return !entries.TryGetValue(key, out string? text) || long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out value);
    }

    private ModelRefusal? ReadInline(TensorProto proto, string what, ElementType type, TensorShape shape, int size, out ReadOnlyMemory<byte> bytes)
    {
        int typed = TypedElements.CountAll(proto);
        bytes = default;
        if (proto.HasRawData)
        {
            if (typed != 0)
            {
                return Bad(what, "raw bytes or typed elements, got both");
            }

            int found = proto.RawData.Length;
            bytes = _raw is null ? proto.RawData.Memory : _raw.Get(proto.RawData, size, ElementTypes.SizeOf(type), out found);
            return found == size ? null : Bad(what, $"{size} bytes for {type}{shape}, got {found}");
        }

        int matching = TypedElements.Count(proto, type);
        if (typed != matching || matching != shape.ElementCount)
        {
            return Bad(what, $"{shape.ElementCount} elements of {type}{shape}, got {matching}{(typed == matching ? string.Empty : " and elements of another type")}");
        }

        byte[] buffer = new byte[size];
        bytes = buffer;
        return TypedElements.TryWrite(proto, type, buffer) ? null : Bad(what, $"elements in the range of {type}, got one outside");
    }

    private static ModelRefusal Bad(string what, string expectedGot) => new(ModelRefusalReason.BadTensor, $"Expected {what} to have {expectedGot}.");
}
