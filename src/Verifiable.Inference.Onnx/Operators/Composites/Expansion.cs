using System.Collections.Immutable;
using Verifiable.Inference.Onnx.Graph;
using Verifiable.Inference.Tensors;

namespace Verifiable.Inference.Onnx.Operators;

/// <summary>The graph nodes that a composite operator stands for, in the order in which they are added. Used by one thread.</summary>
internal sealed class Expansion
{
    // Fixed, and not the newest one known: with another, old models would have other expansions, and so other traces.
    internal const int OpsetVersion = 24;

    private readonly GraphNode _composite;
    private readonly List<GraphNode> _nodes = [];
    private readonly Dictionary<string, TensorValue> _constants = new(StringComparer.Ordinal);

    /// <summary>Creates an empty expansion.</summary>
    internal Expansion(GraphNode composite)
    {
        _composite = composite;
    }

    /// <summary>Gets the graph nodes in topological order; they may be composites again.</summary>
    internal IReadOnlyList<GraphNode> Nodes => _nodes;

    /// <summary>Gets the constants that the graph nodes read, by name.</summary>
    internal IReadOnlyDictionary<string, TensorValue> Constants => _constants;

    /// <summary>Gets the name of an input of the composite; empty where it is absent.</summary>
    internal string Input(int index) => _composite.HasInput(index) ? _composite.Inputs[index] : string.Empty;

    /// <summary>Adds a graph node of ONNX's operator set 24 with one output.</summary>
    /// <returns>The name of its output, which no model can use.</returns>
    internal string Add(string operatorType, string[] inputs, params ReadOnlySpan<(string Name, AttributeValue Value)> attributes) =>
        Add(operatorType, inputs, 1, attributes)[0];

    /// <summary>Adds a graph node of ONNX's operator set 24 with several outputs.</summary>
    internal string[] Add(string operatorType, string[] inputs, int outputs, params ReadOnlySpan<(string Name, AttributeValue Value)> attributes)
    {
        string[] names = [.. Enumerable.Range(0, outputs).Select(i => Fresh($"{_nodes.Count}.{i}"))];
        Append(string.Empty, operatorType, inputs, names, attributes);
        return names;
    }

    /// <summary>Adds a graph node whose output is one of the composite's; nothing where nobody wants that output.</summary>
    internal void AddOutput(int output, string operatorType, string[] inputs, params ReadOnlySpan<(string Name, AttributeValue Value)> attributes)
    {
        if (_composite.HasOutput(output))
        {
            Append(string.Empty, operatorType, inputs, [_composite.Outputs[output]], attributes);
        }
    }

    /// <summary>Adds a graph node whose output is one of the composite's, or one of its own where nobody wants that output.</summary>
    /// <returns>The name of its output.</returns>
    internal string AddNamed(int output, string operatorType, string[] inputs, params ReadOnlySpan<(string Name, AttributeValue Value)> attributes)
    {
        string name = _composite.HasOutput(output) ? _composite.Outputs[output] : Fresh($"{_nodes.Count}.0");
        Append(string.Empty, operatorType, inputs, [name], attributes);
        return name;
    }

    /// <summary>Gets the name of an output of the composite; empty where nobody wants it.</summary>
    internal string Output(int index) => _composite.HasOutput(index) ? _composite.Outputs[index] : string.Empty;

    /// <summary>Adds a constant list of integers.</summary>
    internal string Integers(params long[] values) => Constant(TensorValue.Create(values, values.Length));

    /// <summary>Adds a constant of one integer without axes.</summary>
    internal string Integer(long value) => Constant(TensorValue.Create([value], []));

    /// <summary>Adds a constant of one binary32 without axes.</summary>
    internal string Single(float value) => Constant(TensorValue.Create([value], []));

    /// <summary>Adds a number in the float type of another value.</summary>
    internal string SingleLike(float value, string other) => Add("CastLike", [Single(value), other]);

    /// <summary>Adds the lengths of some axes of a value, as a list.</summary>
    internal string Lengths(string value, long start, long end) => Add("Shape", [value], ("start", AttributeValue.Of(start)), ("end", AttributeValue.Of(end)));

    /// <summary>Requires that a sum has the shape of its first summand: the others broadcast to it and do not enlarge it.</summary>
    /// <returns>The name of the sum.</returns>
    internal string InShapeOf(string sum, string first) => Add("Reshape", [sum, Add("Shape", [first])], ("allowzero", AttributeValue.Of(1)));

    /// <summary>Adds a graph node of any domain.</summary>
    internal void Append(string domain, string operatorType, string[] inputs, string[] outputs, params ReadOnlySpan<(string Name, AttributeValue Value)> attributes)
    {
        ImmutableSortedDictionary<string, AttributeValue>.Builder byName = ImmutableSortedDictionary.CreateBuilder<string, AttributeValue>(StringComparer.Ordinal);
        foreach ((string name, AttributeValue value) in attributes)
        {
            byName.Add(name, value);
        }

        // An absent input at the end is left out, as in a file.
        ImmutableArray<string> present = [.. inputs.Take(Array.FindLastIndex(inputs, input => input.Length != 0) + 1)];
        int version = domain.Length == 0 ? OpsetVersion : domain == _composite.Domain ? _composite.OpsetVersion : 1;
        _nodes.Add(new GraphNode(0, _composite.FileIndex, _composite.Name, domain, operatorType, version, present, [.. outputs], byName.ToImmutable()));
    }

    /// <summary>Makes a name for an output of the next graph node.</summary>
    internal string FreshName() => Fresh($"{_nodes.Count}.0");

    /// <summary>Adds a constant.</summary>
    /// <returns>Its name.</returns>
    internal string Constant(TensorValue value)
    {
        string name = Fresh($"c{_constants.Count}");
        _constants.Add(name, value);
        return name;
    }

    // The first output's name is unique in the model, no text of a model holds the separator, and composites within composites are of other operators.
    private string Fresh(string suffix) => $"{_composite.Outputs.FirstOrDefault(output => output.Length != 0)}\0{_composite.OperatorType}.{suffix}";
}
