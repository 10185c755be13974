using Verifiable.Inference.Tensors;

namespace Verifiable.Inference.Onnx.Operators;

/// <summary>The axes that an Einsum runs over: those of the output, then those that are summed, in the order in which the equation names them first. Immutable.</summary>
/// <param name="Lengths">The lengths.</param>
/// <param name="OutputRank">How many of them are the output's.</param>
/// <param name="Strides">How far a step along each of them moves in each operand; 0 where the operand does not have it or repeats.</param>
internal sealed record EinsumPlan(long[] Lengths, int OutputRank, long[][] Strides)
{
    /// <summary>Gets the lengths of the summed axes as a shape.</summary>
    internal TensorShape Summed => new(Lengths.AsSpan()[OutputRank..]);

    /// <summary>Gets the shape of the output.</summary>
    internal TensorShape Output => new(Lengths.AsSpan()[..OutputRank]);

    /// <summary>Fits an equation to operands.</summary>
    internal static string? Make(EinsumEquation equation, TensorShape[] shapes, out EinsumPlan? plan)
    {
        plan = null;

        // Axes that are not named count from their end, below the letters.
        int unnamed = 0;
        for (int i = 0; i < shapes.Length; i++)
        {
            bool isOpen = equation.Operands[i].Contains('\u2026');
            int named = equation.Operands[i].Length - (isOpen ? 1 : 0);
            if (shapes[i].Rank < named || (!isOpen && shapes[i].Rank != named))
            {
                return $"Expected an operand of the axes '{equation.Operands[i]}', got {shapes[i]}.";
            }

            unnamed = Math.Max(unnamed, shapes[i].Rank - named);
        }

        List<int> labels = Labels(equation.Output, unnamed, unnamed);
        int outputRank = labels.Count;
        int[][] operands = new int[shapes.Length][];
        for (int i = 0; i < shapes.Length; i++)
        {
            operands[i] = [.. Labels(equation.Operands[i], shapes[i].Rank - equation.Operands[i].Length + 1, unnamed)];
            labels.AddRange(operands[i].Where(label => !labels.Contains(label)).Distinct());
        }

        long[] lengths = new long[labels.Count];
        lengths.AsSpan().Fill(1);
        long[][] strides = new long[shapes.Length][];
        for (int i = 0; i < shapes.Length; i++)
        {
            for (int axis = 0; axis < shapes[i].Rank; axis++)
            {
                ref long length = ref lengths[labels.IndexOf(operands[i][axis])];
                if (length != 1 && shapes[i][axis] != 1 && length != shapes[i][axis])
                {
                    return $"Expected axes of one name to have one length or 1, got {string.Join(" and ", shapes)}.";
                }

                length = shapes[i][axis] == 1 ? length : shapes[i][axis];
            }
        }

        for (int i = 0; i < shapes.Length; i++)
        {
            strides[i] = new long[labels.Count];
            long[] own = RowMajor.Strides(shapes[i]);
            for (int axis = 0; axis < shapes[i].Rank; axis++)
            {
                strides[i][labels.IndexOf(operands[i][axis])] += shapes[i][axis] == 1 ? 0 : own[axis];
            }
        }

        plan = new EinsumPlan(lengths, outputRank, strides);
        return TensorShape.TryCreate(lengths.AsSpan()[..outputRank], out _) && TensorShape.TryCreate(lengths.AsSpan()[outputRank..], out _) && lengths.Length <= TensorShape.MaxRank
            ? null
            : $"Expected at most {TensorShape.MaxRank} axes and sums of less than 2^63 products, got {string.Join(" and ", shapes)}.";
    }

    /// <summary>Gets where in an operand the axes from one on stand at an index over them.</summary>
    internal long Offset(int operand, long index, int from, int to)
    {
        long offset = 0;
        for (int axis = to - 1; axis >= from; axis--)
        {
            (index, long coordinate) = Math.DivRem(index, Lengths[axis]);
            offset += coordinate * Strides[operand][axis];
        }

        return offset;
    }

    // A letter is its character; the axes that are not named are −1 for the last one, −2 for the one before it.
    private static List<int> Labels(string term, int count, int most)
    {
        List<int> labels = [];
        foreach (char letter in term)
        {
            if (letter != '\u2026')
            {
                labels.Add(letter);
                continue;
            }

            for (int i = Math.Min(count, most); i >= 1; i--)
            {
                labels.Add(-i);
            }
        }

        return labels;
    }
}
