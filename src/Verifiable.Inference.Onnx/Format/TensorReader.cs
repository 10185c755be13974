using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using Verifiable.Inference.Tensors;

namespace Verifiable.Inference.Onnx.Format;

/// <summary>Makes tensors of <see cref="TensorRecord"/>s. Keeps count of all bytes; used by one thread for one model.</summary>
internal sealed class TensorReader
{
    private const int ExternalLocation = 1;

    private readonly ReadOnlyMemory<byte> _file;
    private readonly bool _mayKeep;
    private readonly OnnxReadOptions _options;
    private readonly ExternalTensors? _external;
    private long _totalBytes;

    /// <summary>Creates a reader for one model.</summary>
    /// <param name="file">The file that the records stand in.</param>
    /// <param name="mayKeep">Whether tensors may lie in the file's memory, which nobody writes to then; otherwise they are copied.</param>
    /// <param name="options">The limits.</param>
    /// <param name="external">Reads other files; <see langword="null"/> where that is not allowed.</param>
    public TensorReader(ReadOnlyMemory<byte> file, bool mayKeep, OnnxReadOptions options, ExternalTensors? external)
    {
        _file = file;
        _mayKeep = mayKeep;
        _options = options;
        _external = external;
    }

    /// <summary>Gets the file.</summary>
    public ReadOnlySpan<byte> File => _file.Span;

    /// <summary>Tells whether elements may be read where they lie.</summary>
    /// <remarks>Files align nothing. The processors named read at any address, and across cache lines a vector is read as often from an aligned array, which .NET aligns
    /// to eight bytes only; others may fault.</remarks>
    public static bool CanReadInPlace(ReadOnlySpan<byte> bytes, int elementSize) =>
        RuntimeInformation.ProcessArchitecture is Architecture.X64 or Architecture.Arm64
        || IsAligned(in MemoryMarshal.GetReference(bytes), (nuint)elementSize);

    /// <summary>Reads a tensor; nothing larger than the record itself is allocated before type, shape, limits and the number of elements are checked.</summary>
    /// <param name="proto">The record.</param>
    /// <param name="what">How a refusal names the tensor.</param>
    /// <param name="value">The tensor.</param>
    /// <param name="refusal">Why there is none.</param>
    public bool TryRead(TensorRecord proto, string what, [NotNullWhen(true)] out TensorValue? value, [NotNullWhen(false)] out ModelRefusal? refusal)
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

    private ModelRefusal? CheckHeader(TensorRecord proto, string what, out ElementType type, out TensorShape shape, out int size)
    {
        type = (ElementType)unchecked((byte)proto.DataType);
        shape = default;
        size = 0;
        if (proto.DataType is < 0 or > byte.MaxValue || !ElementTypes.IsKnown(type))
        {
            return new(ModelRefusalReason.UnsupportedType, $"Expected {what} to have a supported element type, got data type {proto.DataType}.");
        }

        if (proto.HasSegment || proto.HasText)
        {
            return Bad(what, "whole tensors of numbers or Booleans, got a segment or text");
        }

        long[] lengths = new long[Math.Min(proto.Dims, TensorShape.MaxRank + 1)];
        WireListReader reader = new(File, proto.Parts, TensorRecord.DimsList);
        for (int i = 0; i < lengths.Length && reader.Next(out ulong length); i++)
        {
            lengths[i] = unchecked((long)length);
        }

        if (!TensorShape.TryCreate(lengths, out shape))
        {
            string dims = string.Join(", ", lengths);
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

    private ModelRefusal? ReadExternal(TensorRecord proto, string what, ElementType type, int size, out ReadOnlyMemory<byte> bytes)
    {
        bytes = default;
        if (proto.HasRawData || proto.TypedElements != 0)
        {
            return Bad(what, "elements in the file or in another one, got both");
        }

        Dictionary<string, string> entries = new(StringComparer.Ordinal);
        foreach (EntryRecord entry in proto.ExternalData)
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

    private ModelRefusal? ReadInline(TensorRecord proto, string what, ElementType type, TensorShape shape, int size, out ReadOnlyMemory<byte> bytes)
    {
        long typed = proto.TypedElements;
        bytes = default;
        if (proto.HasRawData)
        {
            if (typed != 0)
            {
                return Bad(what, "raw bytes or typed elements, got both");
            }

            if (proto.RawData.Length != size)
            {
                return Bad(what, $"{size} bytes for {type}{shape}, got {proto.RawData.Length}");
            }

            bytes = _file.Slice(proto.RawData.Start, size);
            bytes = _mayKeep && CanReadInPlace(bytes.Span, ElementTypes.SizeOf(type)) ? bytes : bytes.ToArray();
            return null;
        }

        int matching = TypedElements.Count(proto, type, out WireList list);
        if (typed != matching || matching != shape.ElementCount)
        {
            return Bad(what, $"{shape.ElementCount} elements of {type}{shape}, got {matching}{(typed == matching ? string.Empty : " and elements of another type")}");
        }

        byte[] buffer = new byte[size];
        bytes = buffer;
        return TypedElements.TryWrite(new WireListReader(File, proto.Parts, list), type, buffer) ? null : Bad(what, $"elements in the range of {type}, got one outside");
    }

    private static ModelRefusal Bad(string what, string expectedGot) => new(ModelRefusalReason.BadTensor, $"Expected {what} to have {expectedGot}.");

    // An array may be moved, but to an address as well aligned.
    private static unsafe bool IsAligned(ref readonly byte first, nuint size) => (nuint)Unsafe.AsPointer(in first) % size == 0;
}
