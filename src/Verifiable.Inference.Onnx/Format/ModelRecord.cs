namespace Verifiable.Inference.Onnx.Format;

/// <summary>A <c>ModelProto</c> as the file states it. A record that is stated in several parts is one, as protobuf says: single numbers and texts are those of the
/// last part, lists those of all.</summary>
internal sealed class ModelRecord
{
    internal long IrVersion;
    internal GraphRecord? Graph;
    internal int Functions;

    internal List<OpsetRecord> OpsetImport { get; } = [];

    /// <summary>Reads the record of a whole file that has passed <see cref="WireScan"/>.</summary>
    internal static ModelRecord Read(ReadOnlySpan<byte> file)
    {
        ModelRecord model = new();
        WireFields fields = new(file, new WirePart(0, file.Length));
        while (fields.Next())
        {
            switch (fields.Tag)
            {
                case (1 << WireType.TagBits) | WireType.Varint:
                    model.IrVersion = unchecked((long)fields.Number);
                    break;
                case (7 << WireType.TagBits) | WireType.Bytes:
                    model.Graph ??= new GraphRecord();
                    model.Graph.Add(fields.Inner());
                    break;
                case (8 << WireType.TagBits) | WireType.Bytes:
                    model.OpsetImport.Add(OpsetRecord.Read(fields.Inner()));
                    break;
                case (25 << WireType.TagBits) | WireType.Bytes:
                    model.Functions++;
                    break;
                default:
                    break;
            }
        }

        return model;
    }
}
