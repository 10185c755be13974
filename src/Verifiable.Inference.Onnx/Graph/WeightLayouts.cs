using System.Collections.Immutable;
using Verifiable.Inference.Commitments;

namespace Verifiable.Inference.Onnx.Graph;

/// <summary>Tells in which layouts initialisers are committed: layout follows use, so that what one output element depends on lies close together.</summary>
internal static class WeightLayouts
{
    /// <summary>Gets the layouts of every initialiser, in ascending order of their numbers.</summary>
    /// <remarks>What <see cref="OperandLayouts"/> says of each use in the file's graph; by rows what is a graph output, and what nothing uses. An initialiser that is used
    /// in several ways has all these commitments.</remarks>
    public static SortedDictionary<string, SortedSet<TensorLayout>> Of(OnnxModel model) => Of(model.Initializers.Keys, model.Nodes, model.Outputs);

    /// <summary>Gets the layouts of every initialiser of a graph or of a body; what bodies in it read counts too.</summary>
    public static SortedDictionary<string, SortedSet<TensorLayout>> Of(IEnumerable<string> initializers, ImmutableArray<GraphNode> nodes, ImmutableArray<GraphValue> outputs)
    {
        SortedDictionary<string, SortedSet<TensorLayout>> layouts = new(StringComparer.Ordinal);
        foreach (string name in initializers)
        {
            layouts.Add(name, []);
        }

        Add(layouts, nodes, outputs);

        foreach (SortedSet<TensorLayout> set in layouts.Values.Where(set => set.Count == 0))
        {
            set.Add(TensorLayout.RowMajor);
        }

        return layouts;
    }

    // A name means one value wherever it can be seen, so that what a body calls by a name of the graph around it is that value.
    private static void Add(SortedDictionary<string, SortedSet<TensorLayout>> layouts, ImmutableArray<GraphNode> nodes, ImmutableArray<GraphValue> outputs)
    {
        foreach (GraphNode node in nodes)
        {
            for (int i = 0; i < node.Inputs.Length; i++)
            {
                if (layouts.TryGetValue(node.Inputs[i], out SortedSet<TensorLayout>? set))
                {
                    set.Add(OperandLayouts.Of(node, i));
                }
            }

            foreach (GraphBody body in node.Bodies)
            {
                Add(layouts, body.Nodes, body.Outputs);
            }
        }

        foreach (GraphValue output in outputs)
        {
            if (layouts.TryGetValue(output.Name, out SortedSet<TensorLayout>? set))
            {
                set.Add(TensorLayout.RowMajor);
            }
        }
    }
}
