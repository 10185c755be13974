namespace Verifiable.Inference.Onnx.Format;

/// <summary>A <c>StringStringEntryProto</c> as the file states it.</summary>
internal sealed record EntryRecord(string Key, string Value)
{
    internal static EntryRecord Read(WireFields fields)
    {
        string key = string.Empty;
        string value = string.Empty;
        while (fields.Next())
        {
            switch (fields.Tag)
            {
                case (1 << WireType.TagBits) | WireType.Bytes:
                    key = fields.Text();
                    break;
                case (2 << WireType.TagBits) | WireType.Bytes:
                    value = fields.Text();
                    break;
                default:
                    break;
            }
        }

        return new EntryRecord(key, value);
    }
}
