using Verifiable.Inference.Onnx.Arithmetic;
using Verifiable.Inference.Tensors;

namespace Verifiable.Inference.Onnx.Operators;

/// <summary>The weights of a convolution, packed a group at a time. Immutable once packed.</summary>
internal sealed class ConvWeights
{
    private ConvWeights(ConvForm form, PackedRows[] rows, PackedMatrix[] columns)
    {
        Form = form;
        Rows = rows;
        Columns = columns;
    }

    /// <summary>Gets the form that they are packed for: it fits every input shape, if not equally fast.</summary>
    internal ConvForm Form { get; }

    /// <summary>Gets the weights of each group where output channels are rows.</summary>
    internal PackedRows[] Rows { get; }

    /// <summary>Gets the weights of each group where output channels are columns.</summary>
    internal PackedMatrix[] Columns { get; }

    /// <summary>Counts the bytes of packed weights, at most.</summary>
    internal static Int128 BytesOf(TensorShape weights, int groups)
    {
        long rows = weights[0] / groups;
        Int128 depth = (Int128)weights.ElementCount / Math.Max(1, weights[0]);
        long padded = (rows + Contraction.PanelWidth - 1) / Contraction.PanelWidth * Contraction.PanelWidth;
        return sizeof(float) * depth * padded * groups;
    }

    /// <summary>Packs weights.</summary>
    internal static ConvWeights Pack(OperatorContext context, TensorValue weights, ConvPlan plan, PreparedMemory memory)
    {
        (int rows, int depth, int groups) = (plan.Rows, plan.Depth, plan.Groups);
        bool asRows = plan.Form == ConvForm.PlacesAreColumns;
        PackedRows[] packedRows = asRows ? new PackedRows[groups] : [];
        PackedMatrix[] packedColumns = asRows ? [] : new PackedMatrix[groups];
        for (int group = 0; group < groups; group++)
        {
            if (asRows)
            {
                packedRows[group] = new PackedRows(rows, depth, memory);
            }
            else
            {
                packedColumns[group] = new PackedMatrix(depth, rows, memory);
            }
        }

        int parts = asRows ? packedRows[0].TileCount : packedColumns[0].PanelCount;
        context.For(checked(groups * parts), (long)rows * depth / parts, (from, to) =>
        {
            for (int item = from; item < to; item++)
            {
                ReadOnlySpan<float> elements = weights.AsSpan<float>().Slice(item / parts * rows * depth, rows * depth);
                if (asRows)
                {
                    packedRows[item / parts].Fill(item % parts, elements, depth, 1);
                }
                else
                {
                    packedColumns[item / parts].Fill(item % parts, (item % parts) + 1, elements, true);
                }
            }
        });
        return new ConvWeights(plan.Form, packedRows, packedColumns);
    }
}
