using System.Collections.Immutable;
using System.Diagnostics.CodeAnalysis;
using Verifiable.Inference.Onnx.Format;
using Verifiable.Inference.Onnx.Graph;
using Verifiable.Inference.Tensors;

namespace Verifiable.Inference.Onnx.Operators;

/// <summary>
/// A model's graph with every composite operator replaced by its canonical expansion: what engines run and what traces commit to, in canonical order. Immutable and
/// thread-safe.
/// </summary>
public sealed class CanonicalGraph
{
    // An expansion may use composites again; a definition that never ends would be our own fault.
    private const int MaxDepth = 8;

    // Four times what a file may hold: an expansion is longer than its composite, some of them fifty times.
    private const int MaxNodes = 1_000_000;

    private readonly Dictionary<int, ImmutableArray<CanonicalGraph>> _bodies;

    private CanonicalGraph(
        OnnxModel model,
        ImmutableArray<GraphValue> inputs,
        ImmutableArray<GraphValue> outputs,
        ImmutableArray<GraphNode> nodes,
        IReadOnlyDictionary<string, TensorValue> constants,
        Dictionary<int, ImmutableArray<CanonicalGraph>> bodies)
    {
        Model = model;
        Inputs = inputs;
        Outputs = outputs;
        Nodes = nodes;
        Constants = constants;
        _bodies = bodies;
    }

    /// <summary>Gets the model.</summary>
    public OnnxModel Model { get; }

    /// <summary>Gets the inputs of the graph: the model's, or those that a graph node feeds to its body.</summary>
    public ImmutableArray<GraphValue> Inputs { get; }

    /// <summary>Gets the outputs of the graph: the model's, or those of a body.</summary>
    public ImmutableArray<GraphValue> Outputs { get; }

    /// <summary>Gets the graph nodes in canonical order: the file's order, each composite replaced by its expansion in place. Their
    /// <see cref="GraphNode.Index"/> is the position in this list.</summary>
    public ImmutableArray<GraphNode> Nodes { get; }

    /// <summary>Gets the constants by name: the model's, and those of the expansions.</summary>
    public IReadOnlyDictionary<string, TensorValue> Constants { get; }

    /// <summary>Gets the canonical graphs of a graph node's bodies, in the order of <see cref="GraphNode.Bodies"/>; of a recurrent cell those of one step, one for each
    /// direction; none of others.</summary>
    /// <param name="node">The graph node's position in <see cref="Nodes"/>.</param>
    public ImmutableArray<CanonicalGraph> BodiesOf(int node) => _bodies.TryGetValue(node, out ImmutableArray<CanonicalGraph> bodies) ? bodies : [];

    /// <summary>Expands a model.</summary>
    /// <param name="model">The model.</param>
    /// <param name="graph">Its canonical graph.</param>
    /// <param name="refusal">Why a composite operator cannot be expanded, or that a million graph nodes do not suffice; other operators are not looked at.</param>
    public static bool TryCreate(OnnxModel model, [NotNullWhen(true)] out CanonicalGraph? graph, [NotNullWhen(false)] out ModelRefusal? refusal)
    {
        ArgumentNullException.ThrowIfNull(model);
        return TryCreate(model, MaxNodes, out graph, out refusal);
    }

    /// <summary>Expands a model to so many graph nodes at most, those of bodies counted; one without composite operators is as it is.</summary>
    internal static bool TryCreate(OnnxModel model, int maxNodes, [NotNullWhen(true)] out CanonicalGraph? graph, [NotNullWhen(false)] out ModelRefusal? refusal)
    {
        int count = 0;
        return TryCreate(model, model.Inputs, model.Outputs, model.Nodes, model.Initializers, maxNodes, ref count, out graph, out refusal);
    }

    private static bool TryCreate(
        OnnxModel model,
        ImmutableArray<GraphValue> inputs,
        ImmutableArray<GraphValue> outputs,
        ImmutableArray<GraphNode> own,
        ImmutableSortedDictionary<string, TensorValue> initializers,
        int maxNodes,
        ref int count,
        [NotNullWhen(true)] out CanonicalGraph? graph,
        [NotNullWhen(false)] out ModelRefusal? refusal)
    {
        graph = null;
        refusal = null;
        Dictionary<int, ImmutableArray<CanonicalGraph>> bodies = [];
        if (!own.Any(node => node.Bodies.Length > 0 || RecurrentStep.Is(node) || OperatorCatalog.FindComposite(node) is not null))
        {
            count += own.Length;
            graph = new CanonicalGraph(model, inputs, outputs, own, initializers, bodies);
            return true;
        }

        var nodes = new List<GraphNode>();
        var constants = new Dictionary<string, TensorValue>(initializers, StringComparer.Ordinal);
        foreach (GraphNode node in own)
        {
            refusal = Append(node, nodes, constants, maxNodes, ref count, 0);
            if (refusal is not null)
            {
                return false;
            }

            if (RecurrentStep.Is(node))
            {
                bodies[nodes.Count - 1] = [.. RecurrentStep.Of(node).Select(step => new CanonicalGraph(model, step.Inputs, step.Outputs, step.Nodes, step.Constants, []))];
            }

            foreach (GraphBody body in node.Bodies)
            {
                // A composite has no bodies: this graph node is the last one of the list.
                if (!TryCreate(model, body.Inputs, body.Outputs, body.Nodes, body.Initializers, maxNodes, ref count, out CanonicalGraph? inner, out refusal))
                {
                    return false;
                }

                bodies[nodes.Count - 1] = [.. bodies.GetValueOrDefault(nodes.Count - 1, []), inner];
            }
        }

        graph = new CanonicalGraph(model, inputs, outputs, [.. nodes.Select((node, i) => node.At(i))], constants, bodies);
        return true;
    }

    private static ModelRefusal? Append(GraphNode node, List<GraphNode> nodes, Dictionary<string, TensorValue> constants, int maxNodes, ref int count, int depth)
    {
        if (OperatorCatalog.FindComposite(node) is not { } composite)
        {
            nodes.Add(node);
            count++;
            return count <= maxNodes
                ? null
                : node.Refuse(ModelRefusalReason.TooLarge, $"Expected at most {maxNodes} graph nodes with all composite operators expanded, got more.");
        }

        if (depth == MaxDepth)
        {
            throw new InvalidOperationException($"Expected an expansion of {node} that ends, got one of more than {MaxDepth} levels.");
        }

        if (!composite.TryExpand(node, constants, out Expansion? expansion, out ModelRefusal? refusal))
        {
            return refusal;
        }

        foreach ((string name, TensorValue value) in expansion.Constants)
        {
            constants.Add(name, value);
        }

        foreach (GraphNode inner in expansion.Nodes)
        {
            if (Append(inner, nodes, constants, maxNodes, ref count, depth + 1) is { } fault)
            {
                return fault;
            }
        }

        return null;
    }
}
