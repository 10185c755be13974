namespace Verifiable.Inference.Onnx.Format;

/// <summary>A list of numbers in a record, packed or one by one, read where it stands: it takes no memory, however long it is.</summary>
/// <param name="Field">The number of the field.</param>
/// <param name="ElementType">The wire type of an element.</param>
internal readonly record struct WireList(int Field, uint ElementType)
{
    /// <summary>Counts the elements of a packed list, or of one element alone.</summary>
    /// <returns>−1 when the field is no such list.</returns>
    public int Count(in WireFields field)
    {
        if (field.Tag >> WireType.TagBits != Field)
        {
            return -1;
        }

        uint type = field.Tag & 7;
        return type == WireType.Bytes ? Count(field.File.Slice(field.Content.Start, field.Content.Length)) : type == ElementType ? 1 : -1;
    }

    /// <summary>Counts the elements in the bytes of a packed list; −1 when the bytes do not come out even.</summary>
    public int Count(ReadOnlySpan<byte> packed)
    {
        if (ElementType != WireType.Varint)
        {
            int size = ElementType == WireType.Fixed32 ? sizeof(uint) : sizeof(ulong);
            return packed.Length % size == 0 ? packed.Length / size : -1;
        }

        int count = 0;
        for (int position = 0; position < packed.Length; count++)
        {
            if (!WireScan.TryReadVarint(packed, ref position, out _))
            {
                return -1;
            }
        }

        return count;
    }
}
