using System.Collections.Immutable;
using Verifiable.Inference.Commitments;
using Verifiable.Inference.Onnx.Graph;

namespace Verifiable.Inference.Onnx.Engines;

/// <summary>What the traces of one engine have in common: its graph nodes in canonical order, and the layouts of their outputs. Immutable and thread-safe.</summary>
/// <param name="Nodes">The graph nodes.</param>
/// <param name="Layouts">The layouts by graph node and output.</param>
internal sealed record TracePlan(ImmutableArray<GraphNode> Nodes, ImmutableArray<ImmutableArray<ImmutableArray<TensorLayout>>> Layouts)
{
    /// <summary>Makes the plan of an engine.</summary>
    /// <exception cref="InvalidOperationException">A graph node has more outputs than a leaf may hold.</exception>
    public static TracePlan Of(CanonicalEngine engine)
    {
        ArgumentNullException.ThrowIfNull(engine);
        return Of(engine.Graph.Nodes, engine.Model.Outputs);
    }

    /// <summary>Makes the plan of graph nodes in canonical order.</summary>
    /// <exception cref="InvalidOperationException">A graph node has more outputs than a leaf may hold.</exception>
    public static TracePlan Of(ImmutableArray<GraphNode> nodes, ImmutableArray<GraphValue> outputs)
    {
        GraphNode? wide = nodes.FirstOrDefault(static node => node.Outputs.Length > TraceLeaf.MaxOutputs);
        return wide is null
            ? new TracePlan(nodes, TraceLayouts.Of(nodes, outputs))
            : throw new InvalidOperationException($"{wide}: expected at most {TraceLeaf.MaxOutputs} outputs in a trace, got {wide.Outputs.Length}.");
    }
}
