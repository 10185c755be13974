using Verifiable.Inference.Onnx.Graph;

namespace Verifiable.Inference.Onnx.Conformance;

/// <summary>Knows the operators that move elements without computing with them: their floats must come out as they went in.</summary>
internal static class DataMovement
{
    private static readonly HashSet<string> _operators = new(StringComparer.Ordinal)
    {
        "BitCast", "CenterCropPad", "Compress", "Concat", "ConstantOfShape", "DepthToSpace", "Expand", "EyeLike", "Flatten", "Gather", "GatherElements", "GatherND",
        "Identity", "MaxUnpool", "NonZero", "OneHot", "Pad", "Reshape", "ReverseSequence", "Scatter", "ScatterElements", "ScatterND", "Shape", "Size", "Slice", "SpaceToDepth", "Split",
        "Squeeze", "TensorScatter", "Tile", "Transpose", "Trilu", "Unique", "Unsqueeze", "Where",
    };

    /// <summary>Tells whether a model does nothing else.</summary>
    internal static bool IsAllOf(OnnxModel model) =>
        model.Nodes.All(node => _operators.Contains(node.OperatorType) && !(node.KindOf("reduction") != AttributeKind.None && node.GetText("reduction", "none") != "none"));
}
