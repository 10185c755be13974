namespace Verifiable.Inference.Onnx.Format;

/// <summary>A <c>GraphProto</c> as the file states it; see <see cref="ModelRecord"/>.</summary>
internal sealed class GraphRecord
{
    internal int SparseInitializers;

    internal List<NodeRecord> Node { get; } = [];

    internal List<TensorRecord> Initializer { get; } = [];

    internal List<ValueRecord> Input { get; } = [];

    internal List<ValueRecord> Output { get; } = [];

    /// <summary>Adds a part of the record.</summary>
    internal void Add(WireFields fields)
    {
        while (fields.Next())
        {
            switch (fields.Tag)
            {
                case (1 << WireType.TagBits) | WireType.Bytes:
                    Node.Add(NodeRecord.Read(fields.Inner()));
                    break;
                case (5 << WireType.TagBits) | WireType.Bytes:
                    TensorRecord tensor = new();
                    tensor.Add(fields.Inner(), fields.Content);
                    Initializer.Add(tensor);
                    break;
                case (11 << WireType.TagBits) | WireType.Bytes:
                    Input.Add(ValueRecord.Read(fields.Inner()));
                    break;
                case (12 << WireType.TagBits) | WireType.Bytes:
                    Output.Add(ValueRecord.Read(fields.Inner()));
                    break;
                case (15 << WireType.TagBits) | WireType.Bytes:
                    SparseInitializers++;
                    break;
                default:
                    break;
            }
        }
    }
}
