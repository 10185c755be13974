using System.Globalization;
using Verifiable.Inference.Onnx.Graph;
using Verifiable.Inference.Onnx.Operators;
using Verifiable.Inference.Tensors;

namespace Verifiable.Inference.Onnx.Tests.Expansions;

/// <summary>Writes a list of graph nodes so that names do not count: what a graph node gives is %number, or %number.output where it has several.</summary>
internal static class ListingText
{
    /// <summary>Writes what the engine numbers.</summary>
    internal static string[] Of(CanonicalGraph graph) =>
        [.. Write([.. graph.Inputs.Select(input => input.Name)], [.. graph.Outputs.Select(output => output.Name)], [.. graph.Nodes.Select(PageNode.Of)], graph.Constants)
            .Concat(graph.Nodes.SelectMany(node => graph.BodiesOf(node.Index).SelectMany((body, i) => Of(body).Prepend($"body {i} of {node.Index}:"))))];

    /// <summary>Writes what the page numbers.</summary>
    internal static string[] Of(PageGraph graph) =>
        [.. Write(graph.Inputs, graph.Outputs, graph.Nodes, graph.Constants)
            .Concat(graph.Bodies.OrderBy(bodies => bodies.Key).SelectMany(bodies => bodies.Value.SelectMany((body, i) => Of(body).Prepend($"body {i} of {bodies.Key}:"))))];

    /// <summary>Writes the attributes of a graph node, but for bodies.</summary>
    internal static string Attributes(PageNode node) => string.Join(", ", node.Attributes.Where(pair => pair.Value.Kind != AttributeKind.Graph).Select(pair => $"{pair.Key} = {Text(pair.Value)}"));

    private static IEnumerable<string> Write(string[] inputs, string[] outputs, List<PageNode> nodes, IReadOnlyDictionary<string, TensorValue> constants)
    {
        // What goes into a step has the name of its input behind a prefix.
        Dictionary<string, string> names = inputs.ToDictionary(name => name, name => name[(name.LastIndexOf('.') + 1)..], StringComparer.Ordinal);
        for (int i = 0; i < nodes.Count; i++)
        {
            PageNode node = nodes[i];
            string[] read = [.. node.Inputs.Select(name => name.Length == 0 ? "none" : names.TryGetValue(name, out string? known) ? known : constants.TryGetValue(name, out TensorValue? value) ? Text(value) : name)];
            string[] given = [.. node.Outputs.Select((name, output) => name.Length == 0 ? "none" : node.Outputs.Length == 1 ? $"%{i}" : $"%{i}.{output}")];
            for (int output = 0; output < given.Length; output++)
            {
                names[node.Outputs[output]] = given[output];
            }

            string attributes = Attributes(node);
            string domain = node.Domain.Length == 0 ? string.Empty : $"{node.Domain}.";
            yield return $"{string.Join(", ", given)} = {domain}{node.OperatorType}({string.Join(", ", read)}{(attributes.Length > 0 ? "; " : "")}{attributes})";
        }

        yield return $"gives {string.Join(", ", outputs.Select(name => names.GetValueOrDefault(name, name)))}";
    }

    private static string Text(AttributeValue value) => value.Kind switch
    {
        AttributeKind.Int => Number(value.Int),
        AttributeKind.Float => Number(value.Float),
        AttributeKind.Text => $"\"{value.Text}\"",
        AttributeKind.Ints => $"[{string.Join(", ", value.Ints.Select(Number))}]",
        AttributeKind.Floats => $"[{string.Join(", ", value.Floats.Select(Number))}]",
        AttributeKind.Texts => $"[{string.Join(", ", value.Texts)}]",
        AttributeKind.Tensor => Text(value.Tensor),
        _ => value.Kind.ToString(),
    };

    private static string Text(TensorValue value)
    {
        string elements = string.Join(", ", value.Type switch
        {
            ElementType.Int64 => value.AsSpan<long>().ToArray().Select(Number),
            ElementType.Int32 => value.AsSpan<int>().ToArray().Select(number => Number(number)),
            ElementType.Float32 => value.AsSpan<float>().ToArray().Select(Number),
            _ => [Convert.ToHexStringLower(value.Bytes.Span)],
        });
        string word = value.Type switch { ElementType.Int64 => value.Shape.Rank == 0 ? "int" : "", ElementType.Int32 => "int32", ElementType.Float32 => "float", _ => value.Type.ToString() };
        return value.Shape.Rank switch { 0 => $"{word}({elements})", 1 => $"{word}[{elements}]", _ => $"{word}[{elements}] of {value.Shape}" };
    }

    private static string Number(long number) => number == long.MaxValue ? "most" : number.ToString(CultureInfo.InvariantCulture);

    private static string Number(float number) => float.IsInfinity(number) ? number > 0 ? "infinity" : "-infinity" : number.ToString("R", CultureInfo.InvariantCulture).Replace('E', 'e');
}
