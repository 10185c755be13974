namespace Verifiable.Inference.Onnx.Format;

/// <summary>A <c>TensorProto</c> as the file states it; see <see cref="ModelRecord"/>. Its elements stay in the file.</summary>
internal sealed class TensorRecord
{
    internal static readonly WireList DimsList = new(1, WireType.Varint);
    internal static readonly WireList FloatList = new(4, WireType.Fixed32);
    internal static readonly WireList Int32List = new(5, WireType.Varint);
    internal static readonly WireList Int64List = new(7, WireType.Varint);
    internal static readonly WireList DoubleList = new(10, WireType.Fixed64);
    internal static readonly WireList UInt64List = new(11, WireType.Varint);

    internal string Name = string.Empty;
    internal int DataType;
    internal int DataLocation;
    internal bool HasSegment;
    internal bool HasText;
    internal bool HasRawData;
    internal WirePart RawData;

    // How many elements each list of numbers has.
    internal int Dims;
    internal int Floats;
    internal int Int32s;
    internal int Int64s;
    internal int Doubles;
    internal int UInt64s;

    internal List<EntryRecord> ExternalData { get; } = [];

    /// <summary>Gets where the record stands, for its lists.</summary>
    internal List<WirePart> Parts { get; } = [];

    /// <summary>Gets the number of elements in all fields of elements.</summary>
    internal long TypedElements => (long)Floats + Int32s + Int64s + Doubles + UInt64s;

    /// <summary>Adds a part of the record.</summary>
    internal void Add(WireFields fields, WirePart part)
    {
        Parts.Add(part);
        while (fields.Next())
        {
            switch (fields.Tag)
            {
                case (2 << WireType.TagBits) | WireType.Varint:
                    DataType = unchecked((int)fields.Number);
                    break;
                case (3 << WireType.TagBits) | WireType.Bytes:
                    HasSegment = true;
                    break;
                case (6 << WireType.TagBits) | WireType.Bytes:
                    HasText = true;
                    break;
                case (8 << WireType.TagBits) | WireType.Bytes:
                    Name = fields.Text();
                    break;
                case (9 << WireType.TagBits) | WireType.Bytes:
                    HasRawData = true;
                    RawData = fields.Content;
                    break;
                case (13 << WireType.TagBits) | WireType.Bytes:
                    ExternalData.Add(EntryRecord.Read(fields.Inner()));
                    break;
                case (14 << WireType.TagBits) | WireType.Varint:
                    DataLocation = unchecked((int)fields.Number);
                    break;
                default:
                    Count(fields);
                    break;
            }
        }
    }

    private void Count(in WireFields field)
    {
        Dims += Math.Max(0, DimsList.Count(field));
        Floats += Math.Max(0, FloatList.Count(field));
        Int32s += Math.Max(0, Int32List.Count(field));
        Int64s += Math.Max(0, Int64List.Count(field));
        Doubles += Math.Max(0, DoubleList.Count(field));
        UInt64s += Math.Max(0, UInt64List.Count(field));
    }
}
