using Verifiable.Inference.Commitments;

namespace Verifiable.Inference.Onnx.Graph;

/// <summary>Tells in which layouts initialisers are committed: layout follows use, so that what one output element depends on lies close together.</summary>
internal static class WeightLayouts
{
    /// <summary>Gets the layouts of every initialiser, in ascending order of their numbers.</summary>
    /// <remarks>What <see cref="OperandLayouts"/> says of each use in the file's graph; by rows what is a graph output, and what nothing uses. An initialiser that is used
    /// in several ways has all these commitments.</remarks>
    public static SortedDictionary<string, SortedSet<TensorLayout>> Of(OnnxModel model)
    {
        SortedDictionary<string, SortedSet<TensorLayout>> layouts = new(StringComparer.Ordinal);
        foreach (string name in model.Initializers.Keys)
        {
            layouts.Add(name, []);
        }

        foreach (GraphNode node in model.Nodes)
        {
            for (int i = 0; i < node.Inputs.Length; i++)
            {
                if (layouts.TryGetValue(node.Inputs[i], out SortedSet<TensorLayout>? set))
                {
                    set.Add(OperandLayouts.Of(node, i));
                }
            }
        }

        foreach (GraphValue output in model.Outputs)
        {
            if (layouts.TryGetValue(output.Name, out SortedSet<TensorLayout>? set))
            {
                set.Add(TensorLayout.RowMajor);
            }
        }

        foreach (SortedSet<TensorLayout> set in layouts.Values.Where(set => set.Count == 0))
        {
            set.Add(TensorLayout.RowMajor);
        }

        return layouts;
    }
}
