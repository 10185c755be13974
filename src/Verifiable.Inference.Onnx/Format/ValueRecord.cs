namespace Verifiable.Inference.Onnx.Format;

/// <summary>A <c>ValueInfoProto</c> as the file states it, with its type; see <see cref="ModelRecord"/>.</summary>
internal sealed class ValueRecord
{
    internal string Name = string.Empty;

    /// <summary>The field of <c>TypeProto</c> that holds the type, 0 for none: the last one of those that exclude each other.</summary>
    internal int TypeField;
    internal int ElementType;

    /// <summary>The dimensions; <see langword="null"/> where the rank is not stated.</summary>
    internal List<DimensionRecord>? Shape;

    // The field of a tensor's type; the others (sequences, maps, …) are refused.
    private const int TensorField = 1;

    internal bool IsTensor => TypeField == TensorField;

    internal static ValueRecord Read(WireFields fields)
    {
        ValueRecord value = new();
        while (fields.Next())
        {
            switch (fields.Tag)
            {
                case (1 << WireType.TagBits) | WireType.Bytes:
                    value.Name = fields.Text();
                    break;
                case (2 << WireType.TagBits) | WireType.Bytes:
                    value.AddType(fields.Inner());
                    break;
                default:
                    break;
            }
        }

        return value;
    }

    private void AddType(WireFields fields)
    {
        while (fields.Next())
        {
            if (fields.Tag == ((TensorField << WireType.TagBits) | WireType.Bytes))
            {
                if (!IsTensor)
                {
                    (TypeField, ElementType, Shape) = (TensorField, 0, null);
                }

                AddTensorType(fields.Inner());
            }
            else if ((fields.Tag & 7) == WireType.Bytes && fields.Tag >> WireType.TagBits is 4 or 5 or 7 or 8 or 9)
            {
                TypeField = (int)(fields.Tag >> WireType.TagBits);
            }
        }
    }

    private void AddTensorType(WireFields fields)
    {
        while (fields.Next())
        {
            switch (fields.Tag)
            {
                case (1 << WireType.TagBits) | WireType.Varint:
                    ElementType = unchecked((int)fields.Number);
                    break;
                case (2 << WireType.TagBits) | WireType.Bytes:
                    AddShape(fields.Inner());
                    break;
                default:
                    break;
            }
        }
    }

    private void AddShape(WireFields fields)
    {
        Shape ??= [];
        while (fields.Next())
        {
            if (fields.Tag == ((1 << WireType.TagBits) | WireType.Bytes))
            {
                Shape.Add(DimensionRecord.Read(fields.Inner()));
            }
        }
    }
}
