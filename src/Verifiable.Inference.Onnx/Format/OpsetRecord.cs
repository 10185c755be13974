namespace Verifiable.Inference.Onnx.Format;

/// <summary>An <c>OperatorSetIdProto</c> as the file states it.</summary>
/// <param name="Domain">The domain; empty or absent for ONNX's own.</param>
/// <param name="Version">The version, 0 when it is absent.</param>
internal sealed record OpsetRecord(string Domain, long Version)
{
    internal static OpsetRecord Read(WireFields fields)
    {
        string domain = string.Empty;
        long version = 0;
        while (fields.Next())
        {
            switch (fields.Tag)
            {
                case (1 << WireType.TagBits) | WireType.Bytes:
                    domain = fields.Text();
                    break;
                case (2 << WireType.TagBits) | WireType.Varint:
                    version = unchecked((long)fields.Number);
                    break;
                default:
                    break;
            }
        }

        return new OpsetRecord(domain, version);
    }
}
