namespace Verifiable.Inference.Onnx.Operators;

/// <summary>What a reduction computes.</summary>
internal enum ReduceKind
{
    /// <summary>The sum.</summary>
    Sum,

    /// <summary>The sum ÷ the number of elements.</summary>
    Mean,

    /// <summary>The largest element.</summary>
    Max,

    /// <summary>The smallest element.</summary>
    Min,

    /// <summary>The product.</summary>
    Product,

    /// <summary>The sum of magnitudes.</summary>
    L1,

    /// <summary>The root of the sum of squares.</summary>
    L2,

    /// <summary>The sum of squares.</summary>
    SumSquare,

    /// <summary>The logarithm of the sum.</summary>
    LogSum,

    /// <summary>The logarithm of the sum of exponentials.</summary>
    LogSumExp,
}
