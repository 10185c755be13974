namespace Verifiable.Inference.Onnx.Graph;

/// <summary>Names what an attribute holds. The numbers are those of ONNX's <c>AttributeProto.AttributeType</c>; <c>default</c> is no attribute.</summary>
public enum AttributeKind : byte
{
    /// <summary>No attribute.</summary>
    None = 0,

    /// <summary>One 32-bit float.</summary>
    Float = 1,

    /// <summary>One 64-bit integer.</summary>
    Int = 2,

    /// <summary>Text, as bytes.</summary>
    Text = 3,

    /// <summary>One tensor.</summary>
    Tensor = 4,

    /// <summary>The body of a graph node: a graph of its own.</summary>
    Graph = 5,

    /// <summary>A list of 32-bit floats.</summary>
    Floats = 6,

    /// <summary>A list of 64-bit integers.</summary>
    Ints = 7,

    /// <summary>A list of texts.</summary>
    Texts = 8,
}
