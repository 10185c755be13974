namespace Verifiable.Inference.Onnx.Arithmetic;

/// <summary>A right operand rearranged for the kernels: panels of <see cref="Contraction.PanelWidth"/> columns, each panel line by line, the last one filled
/// with zeros. Immutable once filled.</summary>
internal sealed class PackedMatrix
{
    private readonly float[] _panels;

    private PackedMatrix(int depth, int columns)
    {
        Depth = depth;
        Columns = columns;
        PanelCount = (columns + Contraction.PanelWidth - 1) / Contraction.PanelWidth;
        _panels = new float[checked(PanelCount * Contraction.PanelWidth * depth)];
    }

    internal int Depth { get; }

    internal int Columns { get; }

    internal int PanelCount { get; }

    /// <summary>Packs a row-major matrix.</summary>
    /// <param name="matrix">The elements: [depth, columns], or [columns, depth] when <paramref name="transposed"/>.</param>
    /// <param name="depth">The number of products of one output element.</param>
    /// <param name="columns">The number of output columns.</param>
    /// <param name="transposed">Whether the matrix is stored by column.</param>
    internal static PackedMatrix Pack(ReadOnlySpan<float> matrix, int depth, int columns, bool transposed)
    {
        var packed = new PackedMatrix(depth, columns);
        int width = Contraction.PanelWidth;
        for (int panel = 0; panel < packed.PanelCount; panel++)
        {
            Span<float> lines = packed._panels.AsSpan(panel * width * depth, width * depth);
            int first = panel * width;
            int count = Math.Min(width, columns - first);
            for (int k = 0; k < depth; k++)
            {
                Span<float> line = lines.Slice(k * width, count);
                if (!transposed)
                {
                    matrix.Slice((k * columns) + first, count).CopyTo(line);
                    continue;
                }

                for (int column = 0; column < count; column++)
                {
                    line[column] = matrix[((first + column) * depth) + k];
                }
            }
        }

        return packed;
    }

    internal ReadOnlySpan<float> Panel(int index) => _panels.AsSpan(index * Contraction.PanelWidth * Depth, Contraction.PanelWidth * Depth);
}
