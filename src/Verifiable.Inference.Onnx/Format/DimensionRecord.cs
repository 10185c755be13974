namespace Verifiable.Inference.Onnx.Format;

/// <summary>A <c>TensorShapeProto.Dimension</c> as the file states it: a length, a name, or nothing; of both the last one.</summary>
internal sealed record DimensionRecord(bool IsFixed, long Length, string Name)
{
    internal static DimensionRecord Read(WireFields fields)
    {
        DimensionRecord dimension = new(false, 0, string.Empty);
        while (fields.Next())
        {
            switch (fields.Tag)
            {
                case (1 << WireType.TagBits) | WireType.Varint:
                    dimension = new DimensionRecord(true, unchecked((long)fields.Number), string.Empty);
                    break;
                case (2 << WireType.TagBits) | WireType.Bytes:
                    dimension = new DimensionRecord(false, 0, fields.Text());
                    break;
                default:
                    break;
            }
        }

        return dimension;
    }
}
