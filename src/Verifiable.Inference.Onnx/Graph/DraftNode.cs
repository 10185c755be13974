using System.Collections.Immutable;

namespace Verifiable.Inference.Onnx.Graph;

/// <summary>A graph node as somebody states it, before it is checked against the rest of the graph.</summary>
internal sealed record DraftNode(
    string Name,
    string Domain,
    string OperatorType,
    ImmutableArray<string> Inputs,
    ImmutableArray<string> Outputs,
    ImmutableSortedDictionary<string, AttributeValue> Attributes);
