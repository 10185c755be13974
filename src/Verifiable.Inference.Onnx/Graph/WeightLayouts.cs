using Verifiable.Inference.Commitments;

namespace Verifiable.Inference.Onnx.Graph;

/// <summary>Tells in which layouts initialisers are committed: layout follows use, so that what one output element depends on lies close together.</summary>
internal static class WeightLayouts
{
    /// <summary>Gets the layouts of every initialiser, in ascending order of their numbers.</summary>
    /// <remarks>The right operand of <c>MatMul</c>, and of <c>Gemm</c> without <c>transB</c>, is read by columns. Every other use, also as a graph output and no use
    /// at all, reads rows. An initialiser that is used both ways has both commitments.</remarks>
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
                    set.Add(i == 1 && ReadsColumns(node) ? TensorLayout.ByColumn : TensorLayout.RowMajor);
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

    private static bool ReadsColumns(GraphNode node) => node.Domain.Length == 0 && node.OperatorType switch
    {
        "MatMul" => true,
        "Gemm" => node.KindOf("transB") is AttributeKind.None || (node.KindOf("transB") is AttributeKind.Int && node.GetInt("transB", 0) == 0),
        _ => false,
    };
}
