using Verifiable.Inference.Commitments;

namespace Verifiable.Inference.Onnx.Graph;

/// <summary>Tells in which layout a graph node's operand is committed, so that what one output element depends on lies in few chunks.</summary>
/// <remarks>The table is part of models' identities and of traces (<c>docs/reference/traces.md</c>, section 2), so it is written down here and does not follow from what an
/// engine does. A composite operator's operand has the layout in which its canonical expansion reads it; a law compares both.</remarks>
internal static class OperandLayouts
{
    private const string Microsoft = "com.microsoft";

    /// <summary>Gets the layout of an input of a graph node, of the file's graph or of the canonical one.</summary>
    public static TensorLayout Of(GraphNode node, int input) => (node.Domain, node.OperatorType, input) switch
    {
        ("", "MatMul" or "MatMulInteger", 1) => TensorLayout.ByColumn,
        ("", "QLinearMatMul", 3) => TensorLayout.ByColumn,
        (Microsoft, "Attention" or "DynamicQuantizeMatMul" or "MatMulIntegerToFloat", 1) => TensorLayout.ByColumn,
        (Microsoft, "QGemm", 3) when !IsSet(node, "transB") => TensorLayout.ByColumn,
        ("", "Gemm", 0) or (Microsoft, "FusedMatMul", 0) when IsSet(node, "transA") => TensorLayout.ByColumn,
        ("", "Gemm", 1) or (Microsoft, "FusedMatMul", 1) when !IsSet(node, "transB") => TensorLayout.ByColumn,
        ("", "Conv" or "ConvInteger" or "ConvTranspose" or "QLinearConv", 0) => TensorLayout.ChannelsLast,
        (Microsoft, "FusedConv", 0) => TensorLayout.ChannelsLast,
        _ => TensorLayout.RowMajor,
    };

    private static bool IsSet(GraphNode node, string name) => node.KindOf(name) is AttributeKind.Int && node.GetInt(name, 0) != 0;
}
