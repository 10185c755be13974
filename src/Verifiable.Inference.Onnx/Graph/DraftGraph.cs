using System.Collections.Immutable;
using Verifiable.Inference.Tensors;

namespace Verifiable.Inference.Onnx.Graph;

/// <summary>A graph as somebody states it, before it is checked.</summary>
internal sealed record DraftGraph(
    int IrVersion,
    ImmutableSortedDictionary<string, int> OpsetImports,
    IReadOnlyList<GraphValue> Inputs,
    IReadOnlyList<GraphValue> Outputs,
    IReadOnlyList<DraftNode> Nodes,
    IReadOnlyList<KeyValuePair<string, TensorValue>> Initializers);
