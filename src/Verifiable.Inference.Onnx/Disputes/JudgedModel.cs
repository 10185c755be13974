using System.Collections.Immutable;
using System.Diagnostics.CodeAnalysis;
using Verifiable.Inference.Commitments;
using Verifiable.Inference.Onnx.Engines;
using Verifiable.Inference.Onnx.Format;
using Verifiable.Inference.Onnx.Graph;
using Verifiable.Inference.Onnx.Operators;
using Verifiable.Inference.Tensors;

namespace Verifiable.Inference.Onnx.Disputes;

/// <summary>What a referee knows of a model: its graph and the commitments to its weights, no weight. Immutable and thread-safe.</summary>
/// <remarks>Being the whole graph, it binds what a graph node's own leaf in the model's tree does not say: whose outputs its inputs are, in which layouts they are committed, and which draws
/// of the request's seed are its own (the number of graph nodes of its operator before it).</remarks>
internal sealed class JudgedModel
{
    private readonly Dictionary<string, (int Node, int Output)> _producers = new(StringComparer.Ordinal);
    private readonly Dictionary<string, ImmutableArray<WeightCommitment>> _weights;
    private readonly ImmutableArray<ImmutableArray<ImmutableArray<TensorLayout>>> _layouts;
    private readonly Dictionary<string, TensorValue> _made;
    private readonly BoundOperator[] _operators;

    private JudgedModel(OnnxModel model, CanonicalGraph graph, TracePlan plan, BoundOperator[] operators)
    {
        Id = model.Id;
        Nodes = graph.Nodes;
        Inputs = model.Inputs;
        Outputs = model.Outputs;
        _layouts = plan.Layouts;
        _operators = operators;
        _weights = model.Identity.Weights.GroupBy(static weight => weight.Name, StringComparer.Ordinal)
            .ToDictionary(static group => group.Key, static group => group.ToImmutableArray(), StringComparer.Ordinal);
        _made = graph.Constants.Where(constant => !model.Initializers.ContainsKey(constant.Key)).ToDictionary(StringComparer.Ordinal);
        foreach (GraphNode node in Nodes)
        {
            for (int output = 0; output < node.Outputs.Length; output++)
            {
                if (node.HasOutput(output))
                {
                    _producers.Add(node.Outputs[output], (node.Index, output));
                }
            }
        }
    }

    /// <summary>Gets the model's identity.</summary>
    public Digest Id { get; }

    /// <summary>Gets the graph nodes in canonical order.</summary>
    public ImmutableArray<GraphNode> Nodes { get; }

    /// <summary>Gets the inputs that a run must be fed.</summary>
    public ImmutableArray<GraphValue> Inputs { get; }

    /// <summary>Gets the outputs.</summary>
    public ImmutableArray<GraphValue> Outputs { get; }

    /// <summary>Takes from a model what a referee needs; refuses models with an operator that has no definition.</summary>
    public static bool TryCreate(OnnxModel model, [NotNullWhen(true)] out JudgedModel? judged, [NotNullWhen(false)] out ModelRefusal? refusal)
    {
        judged = null;
        if (!CanonicalGraph.TryCreate(model, out CanonicalGraph? graph, out refusal))
        {
            return false;
        }

        var operators = new BoundOperator[graph.Nodes.Length];
        foreach (GraphNode node in graph.Nodes)
        {
            // Bound without constants: definitions read weights from evidence, like everything else.
            if (node.Outputs.Length > TraceLeaf.MaxOutputs)
            {
                refusal = node.Refuse(ModelRefusalReason.TooLarge, $"Expected at most {TraceLeaf.MaxOutputs} outputs in a trace, got {node.Outputs.Length}.");
                return false;
            }

            // Rationale: what such a graph node commits to of its runs could be wrong, and no accusation could say so.
            if (!graph.BodiesOf(node.Index).IsEmpty)
            {
                refusal = node.Refuse(ModelRefusalReason.UnsupportedOperator, "Expected graph nodes without runs of their own in a trace, got one with bodies or a recurrent cell: disputes do not go into those yet.");
                return false;
            }

            if (!OperatorCatalog.TryBind(node, null, out BoundOperator? bound, out refusal))
            {
                return false;
            }

            operators[node.Index] = bound;
        }

        judged = new JudgedModel(model, graph, TracePlan.Of(graph), operators);
        refusal = null;
        return true;
    }

    /// <summary>Tells whether tensors fit what a model declares, lengths of the same name included.</summary>
    public static bool Admit(IEnumerable<(GraphValue Value, TensorSignature Signature)> tensors)
    {
        var lengths = new Dictionary<string, long>(StringComparer.Ordinal);
        foreach ((GraphValue value, TensorSignature signature) in tensors)
        {
            if (!value.Admits(signature.Type, signature.Shape))
            {
                return false;
            }

            for (int axis = 0; axis < value.Dimensions.Length; axis++)
            {
                string symbol = value.Dimensions[axis].Symbol;
                long length = signature.Shape[axis];
                if (symbol.Length > 0 && !lengths.TryAdd(symbol, length) && lengths[symbol] != length)
                {
                    return false;
                }
            }
        }

        return true;
    }

    /// <summary>Gets the operator of a graph node.</summary>
    public BoundOperator OperatorOf(int node) => _operators[node];

    /// <summary>Gets the layouts in which a trace commits to an output, in ascending order.</summary>
    public ImmutableArray<TensorLayout> LayoutsOf(int node, int output) => _layouts[node][output];

    /// <summary>Finds the graph node that makes a value, and the position of its output.</summary>
    public bool TryFindProducer(string name, out (int Node, int Output) producer) => _producers.TryGetValue(name, out producer);

    /// <summary>Finds a constant that an expansion makes: no weight, but part of an operator's definition.</summary>
    public bool TryFindMade(string name, [NotNullWhen(true)] out TensorValue? value) => _made.TryGetValue(name, out value);

    /// <summary>Finds the commitment to a weight in the layout that its use calls for, or in the first that there is.</summary>
    public WeightCommitment? FindWeight(string name, TensorLayout layout)
    {
        if (!_weights.TryGetValue(name, out ImmutableArray<WeightCommitment> commitments))
        {
            return null;
        }

        return commitments.FirstOrDefault(weight => weight.Layout == layout) ?? commitments[0];
    }

    /// <summary>Gets the layout in which evidence opens an input of a graph node: what a trace or the model has, and rows for what the request has.</summary>
    public TensorLayout LayoutOf(GraphNode node, int input)
    {
        TensorLayout layout = OperandLayouts.Of(node, input);
        string name = node.Inputs[input];
        return _producers.ContainsKey(name) ? layout : FindWeight(name, layout)?.Layout ?? TensorLayout.RowMajor;
    }

    /// <summary>Gets the lowest position at which a graph node reads the same value in the same layout: evidence stands there only.</summary>
    public int FirstUse(GraphNode node, int input)
    {
        TensorLayout layout = LayoutOf(node, input);
        for (int i = 0; i < input; i++)
        {
            if (string.Equals(node.Inputs[i], node.Inputs[input], StringComparison.Ordinal) && LayoutOf(node, i) == layout)
            {
                return i;
            }
        }

        return input;
    }
}
