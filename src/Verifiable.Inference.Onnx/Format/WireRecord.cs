namespace Verifiable.Inference.Onnx.Format;

/// <summary>Names the records of the schema that are counted before parsing; <c>default</c> is a field that is skipped or held without an object of its own.</summary>
internal enum WireRecord : byte
{
    None = 0,
    Model,
    Opset,
    Graph,
    Node,
    Attribute,
    Tensor,
    Value,
    Type,
    TensorType,
    Shape,
    Dimension,
    Entry,
    Text,
    Bytes,
}
