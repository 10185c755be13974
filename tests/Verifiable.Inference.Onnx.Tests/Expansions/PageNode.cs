using Verifiable.Inference.Onnx.Graph;

namespace Verifiable.Inference.Onnx.Tests.Expansions;

/// <summary>A graph node as the page knows it.</summary>
internal sealed record PageNode(string Domain, string OperatorType, int Version, string[] Inputs, string[] Outputs, SortedDictionary<string, AttributeValue> Attributes)
{
    /// <summary>Restates a graph node of a model.</summary>
    internal static PageNode Of(GraphNode node) =>
        new(node.Domain, node.OperatorType, node.OpsetVersion, [.. node.Inputs], [.. node.Outputs], new SortedDictionary<string, AttributeValue>(node.Attributes, StringComparer.Ordinal));

    internal bool HasInput(int index) => index < Inputs.Length && Inputs[index].Length > 0;

    internal bool HasOutput(int index) => index < Outputs.Length && Outputs[index].Length > 0;

    internal long Int(string name, long missing) => Attributes.TryGetValue(name, out AttributeValue? value) ? value.Int : missing;

    internal float Float(string name, float missing) => Attributes.TryGetValue(name, out AttributeValue? value) ? value.Float : missing;

    internal string Text(string name, string missing) => Attributes.TryGetValue(name, out AttributeValue? value) ? value.Text : missing;

    internal long[]? Ints(string name) => Attributes.TryGetValue(name, out AttributeValue? value) ? [.. value.Ints] : null;
}
