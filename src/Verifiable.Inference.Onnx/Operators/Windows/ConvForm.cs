namespace Verifiable.Inference.Onnx.Operators;

/// <summary>What a convolution is computed as.</summary>
internal enum ConvForm
{
    /// <summary>Output channels are rows, places are columns: for many places.</summary>
    PlacesAreColumns,

    /// <summary>Places are rows, output channels are columns: for few places.</summary>
    PlacesAreRows,

    /// <summary>Each output channel straight from the input: for groups of few channels.</summary>
    Direct,
}
