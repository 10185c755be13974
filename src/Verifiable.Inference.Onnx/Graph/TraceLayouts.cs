using System.Collections.Immutable;
using Verifiable.Inference.Commitments;

namespace Verifiable.Inference.Onnx.Graph;

/// <summary>Tells in which layouts a trace commits to the outputs of graph nodes: layout follows use, and the graph alone decides.</summary>
internal static class TraceLayouts
{
    /// <summary>Gets the layouts of every output of every graph node, in ascending order of their numbers; none for an output that nobody wants.</summary>
    /// <remarks>The rule is in <c>docs/reference/traces.md</c>: what <see cref="OperandLayouts"/> says, and by rows graph outputs and what nothing reads.</remarks>
    /// <param name="nodes">The graph nodes as they are run.</param>
    /// <param name="outputs">The graph outputs.</param>
    public static ImmutableArray<ImmutableArray<ImmutableArray<TensorLayout>>> Of(ImmutableArray<GraphNode> nodes, ImmutableArray<GraphValue> outputs)
    {
        Dictionary<string, SortedSet<TensorLayout>> layouts = new(StringComparer.Ordinal);
        Add(layouts, nodes, outputs);
        return [.. nodes.Select(node => node.Outputs.Select(name => Get(layouts, name)).ToImmutableArray())];
    }

    /// <summary>Gets the layouts of every output of every graph node of a graph that has bodies: how they read a value counts too, for a name means one value wherever it can be seen.</summary>
    /// <param name="nodes">The graph nodes as they are run.</param>
    /// <param name="graphs">The graph itself and all bodies in it, at any depth: their graph nodes and outputs.</param>
    public static ImmutableArray<ImmutableArray<ImmutableArray<TensorLayout>>> Of(
        ImmutableArray<GraphNode> nodes, IEnumerable<(ImmutableArray<GraphNode> Nodes, ImmutableArray<GraphValue> Outputs)> graphs)
    {
        Dictionary<string, SortedSet<TensorLayout>> layouts = new(StringComparer.Ordinal);
        foreach ((ImmutableArray<GraphNode> inner, ImmutableArray<GraphValue> outputs) in graphs)
        {
            Add(layouts, inner, outputs);
        }

        return [.. nodes.Select(node => node.Outputs.Select(name => Get(layouts, name)).ToImmutableArray())];
    }

    private static void Add(Dictionary<string, SortedSet<TensorLayout>> layouts, ImmutableArray<GraphNode> nodes, ImmutableArray<GraphValue> outputs)
    {
        foreach (GraphValue output in outputs)
        {
            Add(layouts, output.Name, TensorLayout.RowMajor);
        }

        foreach (GraphNode node in nodes)
        {
            for (int i = 0; i < node.Inputs.Length; i++)
            {
                Add(layouts, node.Inputs[i], OperandLayouts.Of(node, i));
            }
        }
    }

    private static void Add(Dictionary<string, SortedSet<TensorLayout>> layouts, string name, TensorLayout layout)
    {
        if (!layouts.TryGetValue(name, out SortedSet<TensorLayout>? set))
        {
            set = [];
            layouts.Add(name, set);
        }

        set.Add(layout);
    }

    private static ImmutableArray<TensorLayout> Get(Dictionary<string, SortedSet<TensorLayout>> layouts, string name) =>
        name.Length == 0 ? [] : layouts.TryGetValue(name, out SortedSet<TensorLayout>? set) ? [.. set] : [TensorLayout.RowMajor];
}
