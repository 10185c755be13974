namespace Verifiable.Inference.Onnx.Format;

/// <summary>A <c>NodeProto</c> as the file states it.</summary>
internal sealed class NodeRecord
{
    internal string Name = string.Empty;
    internal string OpType = string.Empty;
    internal string Domain = string.Empty;
    internal string Overload = string.Empty;

    /// <summary>Gets the inputs; an empty name is an absent one.</summary>
    internal List<string> Input { get; } = [];

    /// <summary>Gets the outputs; an empty name is one that nobody wants.</summary>
    internal List<string> Output { get; } = [];

    internal List<AttributeRecord> Attribute { get; } = [];

    internal static NodeRecord Read(WireFields fields)
    {
        NodeRecord node = new();
        while (fields.Next())
        {
            switch (fields.Tag)
            {
                case (1 << WireType.TagBits) | WireType.Bytes:
                    node.Input.Add(fields.Text());
                    break;
                case (2 << WireType.TagBits) | WireType.Bytes:
                    node.Output.Add(fields.Text());
                    break;
                case (3 << WireType.TagBits) | WireType.Bytes:
                    node.Name = fields.Text();
                    break;
                case (4 << WireType.TagBits) | WireType.Bytes:
                    node.OpType = fields.Text();
                    break;
                case (5 << WireType.TagBits) | WireType.Bytes:
                    node.Attribute.Add(AttributeRecord.Read(fields.Inner(), fields.Content));
                    break;
                case (7 << WireType.TagBits) | WireType.Bytes:
                    node.Domain = fields.Text();
                    break;
                case (8 << WireType.TagBits) | WireType.Bytes:
                    node.Overload = fields.Text();
                    break;
                default:
                    break;
            }
        }

        return node;
    }
}
