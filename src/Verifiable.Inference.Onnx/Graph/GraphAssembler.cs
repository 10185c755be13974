using System.Collections.Immutable;
using System.Diagnostics.CodeAnalysis;
using Verifiable.Inference.Onnx.Format;
using Verifiable.Inference.Tensors;

namespace Verifiable.Inference.Onnx.Graph;

/// <summary>Checks a stated graph and makes a model of it: names, order, operator sets, constants. Used by one thread for one graph.</summary>
internal sealed class GraphAssembler
{
    private readonly DraftGraph _draft;
    private readonly Dictionary<string, TensorValue> _initializers = new(StringComparer.Ordinal);
    private readonly HashSet<string> _defined = new(StringComparer.Ordinal);
    private readonly List<GraphValue> _inputs = [];
    private readonly List<GraphNode> _nodes = [];
    private readonly Dictionary<string, Dictionary<string, int>> _counts = new(StringComparer.Ordinal);
    private readonly bool _isBody;

    // Of a body: what it reads of the graphs around it. Of any graph: what is defined within the bodies of its graph nodes.
    private readonly HashSet<string> _captures = new(StringComparer.Ordinal);
    private readonly HashSet<string> _inner = new(StringComparer.Ordinal);

    private GraphAssembler(DraftGraph draft, bool isBody = false)
    {
        _draft = draft;
        _isBody = isBody;
    }

    /// <summary>Checks the graph.</summary>
    public static bool TryAssemble(DraftGraph draft, [NotNullWhen(true)] out OnnxModel? model, [NotNullWhen(false)] out ModelRefusal? refusal)
    {
        refusal = draft.Nodes.Count == 0 ? new(ModelRefusalReason.EmptyGraph, "Expected at least one graph node, got none.") : null;
        GraphAssembler assembler = new(draft);
        refusal ??= assembler.Check();
        model = refusal is null ? assembler.ToModel() : null;
        return model is not null;
    }

    /// <summary>Checks the body of a graph node; names that it does not define are taken to be those of the graphs around it.</summary>
    public static bool TryAssembleBody(DraftGraph draft, [NotNullWhen(true)] out GraphBody? body, [NotNullWhen(false)] out ModelRefusal? refusal)
    {
        GraphAssembler assembler = new(draft, isBody: true);
        refusal = assembler.Check();
        body = refusal is null ? assembler.ToBody() : null;
        return body is not null;
    }

    /// <summary>Makes a model of another one's parts, which may all be constants.</summary>
    /// <exception cref="ModelRefusedException">The graph is not sound.</exception>
    public static OnnxModel Assemble(DraftGraph draft)
    {
        GraphAssembler assembler = new(draft);
        return assembler.Check() is ModelRefusal refusal ? throw new ModelRefusedException(refusal) : assembler.ToModel();
    }

    private ModelRefusal? Check() => AddInitializers() ?? AddInputs() ?? AddNodes() ?? CheckOutputs();

    private OnnxModel ToModel()
    {
        // One by one: the way for many at once goes through structures that a new process has no code for yet.
        ImmutableSortedDictionary<string, TensorValue>.Builder sorted = ImmutableSortedDictionary.CreateBuilder<string, TensorValue>(StringComparer.Ordinal);
        foreach ((string name, TensorValue value) in _initializers)
        {
            sorted.Add(name, value);
        }

        return new OnnxModel(_draft.IrVersion, _draft.OpsetImports, [.. _inputs], [.. _draft.Outputs], [.. _nodes], sorted.ToImmutable());
    }

    private GraphBody ToBody() => new(
        [.. _inputs],
        [.. _draft.Outputs],
        [.. _nodes],
        _initializers.ToImmutableSortedDictionary(StringComparer.Ordinal),
        _captures.ToImmutableSortedSet(StringComparer.Ordinal),
        _defined.Concat(_inner).ToImmutableHashSet(StringComparer.Ordinal));

    private ModelRefusal? AddInitializers()
    {
        foreach ((string name, TensorValue value) in _draft.Initializers)
        {
            if (name.Length == 0)
            {
                return new(ModelRefusalReason.Malformed, "Expected every initialiser to have a name, got one without.");
            }

            if (!_initializers.TryAdd(name, value))
            {
                return new(ModelRefusalReason.DuplicateName, $"Expected every initialiser once, got '{name}' twice.");
            }

            if (NaNPatterns.IndexOfOther(value) is >= 0 and int index)
            {
                return new(ModelRefusalReason.NonCanonicalNaN, $"Expected initialiser '{name}' to hold no NaN but the canonical one, got another at element {index}.");
            }

            _defined.Add(name);
        }

        return null;
    }

    private ModelRefusal? AddInputs()
    {
        HashSet<string> names = new(StringComparer.Ordinal);
        foreach (GraphValue input in _draft.Inputs)
        {
            if (!names.Add(input.Name))
            {
                return new(ModelRefusalReason.DuplicateName, $"Expected every graph input once, got '{input.Name}' twice.");
            }

            if (_isBody && _initializers.ContainsKey(input.Name))
            {
                return new(ModelRefusalReason.DuplicateName, $"Expected inputs of a body to have no initialiser, for the graph node feeds them, got one for '{input.Name}'.");
            }

            if (!_initializers.TryGetValue(input.Name, out TensorValue? value))
            {
                _defined.Add(input.Name);
                _inputs.Add(input);
            }
            else if (!input.Admits(value.Type, value.Shape))
            {
                return new(ModelRefusalReason.BadShape, $"Expected the initialiser of graph input '{input}' to fit it, got {value}.");
            }
        }

        return null;
    }

    private ModelRefusal? AddNodes()
    {
        for (int i = 0; i < _draft.Nodes.Count; i++)
        {
            DraftNode draft = _draft.Nodes[i];
            _draft.OpsetImports.TryGetValue(draft.Domain, out int opset);
            int ordinal = CountOf(draft);
            GraphNode node = new(
                _nodes.Count, i, draft.Name, draft.Domain, draft.OperatorType, opset, Trim(draft.Inputs), Trim(draft.Outputs), draft.Attributes, ordinal);
            ModelRefusal? refusal = CheckNode(node) ?? CheckInputs(node) ?? CheckBodies(node) ?? DefineOutputs(node);
            refusal ??= ConstantNodes.IsConstant(node) ? AddConstant(node) : null;
            if (refusal is not null)
            {
                return refusal;
            }

            if (!ConstantNodes.IsConstant(node))
            {
                _nodes.Add(node);
            }
        }

        return null;
    }

    // How many graph nodes of the same operator stand before.
    private int CountOf(DraftNode node)
    {
        if (!_counts.TryGetValue(node.Domain, out Dictionary<string, int>? counts))
        {
            counts = new Dictionary<string, int>(StringComparer.Ordinal);
            _counts.Add(node.Domain, counts);
        }

        counts.TryGetValue(node.OperatorType, out int count);
        counts[node.OperatorType] = count + 1;
        return count;
    }

    // An absent value at the end may as well not be listed: both ways are one model.
    private static ImmutableArray<string> Trim(ImmutableArray<string> names)
    {
        int count = names.Length;
        while (count > 0 && names[count - 1].Length == 0)
        {
            count--;
        }

        return count == names.Length ? names : names[..count];
    }

    private static ModelRefusal? CheckNode(GraphNode node)
    {
        if (node.OperatorType.Length == 0)
        {
            return node.Refuse(ModelRefusalReason.Malformed, "Expected an operator, got none.");
        }

        if (node.OpsetVersion == 0)
        {
            return node.Refuse(ModelRefusalReason.MissingOpset, $"Expected an operator set import for the domain '{node.Domain}', got none.");
        }

        foreach ((string name, AttributeValue value) in node.Attributes)
        {
            if (NaNPatterns.Holds(value))
            {
                return node.Refuse(ModelRefusalReason.NonCanonicalNaN, $"Expected attribute '{name}' to hold no NaN but the canonical one, got another.");
            }
        }

        return null;
    }

    private ModelRefusal? CheckInputs(GraphNode node)
    {
        foreach (string input in node.Inputs)
        {
            if (input.Length != 0 && !IsVisible(input))
            {
                return GraphOrder.Explain(_draft.Nodes, node, input);
            }
        }

        foreach (string capture in node.Captures)
        {
            if (!IsVisible(capture))
            {
                return GraphOrder.Explain(_draft.Nodes, node, capture);
            }
        }

        return null;
    }

    // What a body does not define may be defined around it: whoever has the body checks that.
    private bool IsVisible(string name)
    {
        if (_isBody && !_defined.Contains(name))
        {
            _captures.Add(name);
        }

        return _isBody || _defined.Contains(name);
    }

    private ModelRefusal? CheckBodies(GraphNode node)
    {
        foreach (GraphBody body in node.Bodies)
        {
            foreach (string name in body.Defined)
            {
                if (_defined.Contains(name) || _captures.Contains(name))
                {
                    return node.Refuse(ModelRefusalReason.DuplicateName, $"Expected a body to define new names, got '{name}', which is defined around it already.");
                }

                _inner.Add(name);
            }

            foreach (GraphNode inner in body.Nodes)
            {
                if (inner.OpsetVersion != _draft.OpsetImports.GetValueOrDefault(inner.Domain))
                {
                    return node.Refuse(
                        ModelRefusalReason.MissingOpset,
                        $"Expected a body of the operator sets of its model, got version {inner.OpsetVersion} of the domain '{inner.Domain}'.");
                }
            }
        }

        return null;
    }

    private ModelRefusal? DefineOutputs(GraphNode node)
    {
        bool any = false;
        foreach (string output in node.Outputs)
        {
            any |= output.Length != 0;
            if (output.Length != 0 && (_inner.Contains(output) || !_defined.Add(output)))
            {
                return node.Refuse(ModelRefusalReason.DuplicateName, $"Expected an output of a new name, got '{output}', which is defined already.");
            }

            if (_captures.Contains(output))
            {
                return node.Refuse(ModelRefusalReason.NotTopological, $"Expected '{output}' to be defined before it is read, got a graph node before this one that reads it.");
            }
        }

        return any ? null : node.Refuse(ModelRefusalReason.Malformed, "Expected at least one output, got none.");
    }

    private ModelRefusal? AddConstant(GraphNode node)
    {
        if (!ConstantNodes.TryGetValue(node, out TensorValue? value, out ModelRefusal? refusal))
        {
            return refusal;
        }

        _initializers.Add(node.Outputs[0], value);
        return null;
    }

    private ModelRefusal? CheckOutputs()
    {
        if (_isBody)
        {
            foreach (GraphValue output in _draft.Outputs)
            {
                _ = IsVisible(output.Name);
            }

            return null;
        }

        if (_draft.Outputs.Count == 0)
        {
            return new(ModelRefusalReason.EmptyGraph, "Expected at least one graph output, got none.");
        }

        HashSet<string> names = new(StringComparer.Ordinal);
        foreach (GraphValue output in _draft.Outputs)
        {
            if (!names.Add(output.Name))
            {
                return new(ModelRefusalReason.DuplicateName, $"Expected every graph output once, got '{output.Name}' twice.");
            }

            if (!_defined.Contains(output.Name))
            {
                return new(ModelRefusalReason.UndefinedValue, $"Expected graph output '{output.Name}' to be produced, got no graph node, initialiser or input of this name.");
            }
        }

        return null;
    }
}
