namespace Verifiable.Inference.Onnx.Engines;

/// <summary>What a graph node does with a tensor that grows from run to run.</summary>
internal enum AppendRole
{
    /// <summary>Nothing.</summary>
    None = 0,

    /// <summary>It puts what is new behind it: the new rows are written where they belong, and the others stay.</summary>
    Append,

    /// <summary>It exchanges the last two axes: the tensor is kept that way, and nothing is done.</summary>
    Transpose,

    /// <summary>It gives it more axes: a view, which is made as always. Whoever watches it wants the tensor whole.</summary>
    Stack,

    /// <summary>It multiplies by it: the matrices are read where they are kept.</summary>
    Multiply,
}
