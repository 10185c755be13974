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

    private CanonicalGraph(OnnxModel model, ImmutableArray<GraphNode> nodes, IReadOnlyDictionary<string, TensorValue> constants)
    {
        Model = model;
        Nodes = nodes;
        Constants = constants;
    }

    /// <summary>Gets the model.</summary>
    public OnnxModel Model { get; }

    /// <summary>Gets the graph nodes in canonical order: the file's order, each composite replaced by its expansion in place. Their
    /// <see cref="GraphNode.Index"/> is the position in this list.</summary>
    public ImmutableArray<GraphNode> Nodes { get; }

    /// <summary>Gets the constants by name: the model's, and those of the expansions.</summary>
    public IReadOnlyDictionary<string, TensorValue> Constants { get; }

    /// <summary>Expands a model.</summary>
    /// <param name="model">The model.</param>
    /// <param name="graph">Its canonical graph.</param>
    /// <param name="refusal">Why a composite operator cannot be expanded, or that a million graph nodes do not suffice; other operators are not looked at.</param>
    public static bool TryCreate(OnnxModel model, [NotNullWhen(true)] out CanonicalGraph? graph, [NotNullWhen(false)] out ModelRefusal? refusal)
    {
        ArgumentNullException.ThrowIfNull(model);
        return TryCreate(model, MaxNodes, out graph, out refusal);
    }

    /// <summary>Expands a model to so many graph nodes at most; one without composite operators is as it is.</summary>
    internal static bool TryCreate(OnnxModel model, int maxNodes, [NotNullWhen(true)] out CanonicalGraph? graph, [NotNullWhen(false)] out ModelRefusal? refusal)
    {
        graph = null;
        refusal = null;
        if (!model.Nodes.Any(node => OperatorCatalog.FindComposite(node) is not null))
        {
            graph = new CanonicalGraph(model, model.Nodes, model.Initializers);
            return true;
        }

        var nodes = new List<GraphNode>();
        var constants = new Dictionary<string, TensorValue>(model.Initializers, StringComparer.Ordinal);
        foreach (GraphNode node in model.Nodes)
        {
            refusal = Append(node, nodes, constants, maxNodes, 0);
            if (refusal is not null)
            {
                return false;
            }
        }

        graph = new CanonicalGraph(model, [.. nodes.Select((node, i) => node.At(i))], constants);
        return true;
    }

    private static ModelRefusal? Append(GraphNode node, List<GraphNode> nodes, Dictionary<string, TensorValue> constants, int maxNodes, int depth)
    {
        if (OperatorCatalog.FindComposite(node) is not { } composite)
        {
            nodes.Add(node);
            return nodes.Count <= maxNodes
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
            if (Append(inner, nodes, constants, maxNodes, depth + 1) is { } fault)
            {
                return fault;
            }
        }

        return null;
    }
}
