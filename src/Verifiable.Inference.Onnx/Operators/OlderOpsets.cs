using System.Collections.Frozen;
using Verifiable.Inference.Onnx.Graph;

namespace Verifiable.Inference.Onnx.Operators;

/// <summary>Knows which operators of ONNX's own domain meant in operator sets before 7 what they mean in 7, from which version on. All others changed on the way:
/// broadcasting, <c>is_test</c>, <c>spatial</c>, <c>consumed_inputs</c>, types named by text.</summary>
/// <remarks>Source: the change log of ONNX's operators. An attribute that only an older version has is refused like any that an operator does not know.</remarks>
internal static class OlderOpsets
{
    private static readonly FrozenDictionary<string, int> _since = new (int Version, string[] Names)[]
    {
        (1, [
            "ArgMax", "ArgMin", "Conv", "ConvTranspose", "DepthToSpace", "Flatten", "Gather", "GlobalAveragePool", "GlobalMaxPool", "Hardmax", "Identity", "LRN",
            "LogSoftmax", "LpNormalization", "MatMul", "MaxPool", "Not", "ReduceL1", "ReduceL2", "ReduceLogSum", "ReduceLogSumExp", "ReduceMax", "ReduceMean",
            "ReduceMin", "ReduceProd", "ReduceSum", "ReduceSumSquare", "Shape", "Size", "Slice", "Softmax", "Softplus", "Softsign", "SpaceToDepth", "Squeeze", "TopK",
            "Transpose", "Unsqueeze",
        ]),
        (2, ["GlobalLpPool", "LpPool", "Pad", "Split"]),
        (4, ["Concat"]),
        (5, ["Reshape"]),
        (6, [
            "Abs", "Cast", "Ceil", "Clip", "Elu", "Exp", "Floor", "HardSigmoid", "InstanceNormalization", "LeakyRelu", "Log", "Max", "Mean", "Min", "Neg",
            "Reciprocal", "Relu", "Selu", "Sigmoid", "Sqrt", "Sum", "Tanh", "Tile",
        ]),
    }.SelectMany(group => group.Names, (group, name) => KeyValuePair.Create(name, group.Version)).ToFrozenDictionary(StringComparer.Ordinal);

    /// <summary>Gets the version by which a graph node's operator is looked up: 7 for an older one of the same meaning, else the graph node's own.</summary>
    internal static int VersionOf(GraphNode node) =>
        node.Domain.Length == 0 && node.OpsetVersion < OperatorCatalog.OldestOpset && _since.TryGetValue(node.OperatorType, out int since) && node.OpsetVersion >= since
            ? OperatorCatalog.OldestOpset
            : node.OpsetVersion;
}
