using System.Collections.Immutable;
using Verifiable.Inference.Commitments;
using Verifiable.Inference.Onnx.Graph;
using Verifiable.Inference.Onnx.Operators;

namespace Verifiable.Inference.Onnx.Engines;

/// <summary>What the traces of one engine have in common: its graph nodes in canonical order, and the layouts of their outputs. Immutable and thread-safe.</summary>
/// <param name="Nodes">The graph nodes.</param>
/// <param name="Layouts">The layouts by graph node and output.</param>
/// <param name="Bodies">The plans of the bodies' traces, by graph node; empty for those without.</param>
internal sealed record TracePlan(
    ImmutableArray<GraphNode> Nodes, ImmutableArray<ImmutableArray<ImmutableArray<TensorLayout>>> Layouts, ImmutableArray<ImmutableArray<TracePlan>> Bodies)
{
    /// <summary>Makes the plan of an engine.</summary>
    /// <exception cref="InvalidOperationException">A graph node has more outputs than a leaf may hold.</exception>
    public static TracePlan Of(CanonicalEngine engine)
    {
        ArgumentNullException.ThrowIfNull(engine);
        return Of(engine.Graph);
    }

    /// <summary>Makes the plan of a graph.</summary>
    /// <exception cref="InvalidOperationException">A graph node has more outputs than a leaf may hold.</exception>
    public static TracePlan Of(CanonicalGraph graph)
    {
        Require(graph.Nodes);
        return new TracePlan(graph.Nodes, TraceLayouts.Of(graph.Nodes, WithBodies(graph)), [.. graph.Nodes.Select(node => graph.BodiesOf(node.Index).Select(Of).ToImmutableArray())]);
    }

    /// <summary>Makes the plan of graph nodes without bodies, in canonical order.</summary>
    /// <exception cref="InvalidOperationException">A graph node has more outputs than a leaf may hold.</exception>
    public static TracePlan Of(ImmutableArray<GraphNode> nodes, ImmutableArray<GraphValue> outputs)
    {
        Require(nodes);
        return new TracePlan(nodes, TraceLayouts.Of(nodes, outputs), [.. nodes.Select(_ => ImmutableArray<TracePlan>.Empty)]);
    }

    private static IEnumerable<(ImmutableArray<GraphNode> Nodes, ImmutableArray<GraphValue> Outputs)> WithBodies(CanonicalGraph graph) =>
        graph.Nodes.SelectMany(node => graph.BodiesOf(node.Index)).SelectMany(WithBodies).Prepend((graph.Nodes, graph.Outputs));

    private static void Require(ImmutableArray<GraphNode> nodes)
    {
        // The runs of bodies take the place behind the last output.
        if (nodes.FirstOrDefault(static node => node.Outputs.Length > TraceLeaf.MaxOutputs - (node.Bodies.IsEmpty ? 0 : 1)) is { } wide)
        {
            throw new InvalidOperationException($"{wide}: expected at most {TraceLeaf.MaxOutputs} outputs in a trace, got {wide.Outputs.Length}.");
        }
    }
}
