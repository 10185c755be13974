namespace Verifiable.Inference.Onnx.Arithmetic;

/// <summary>A right operand rearranged for the kernels: panels of <see cref="Contraction.PanelWidth"/> columns, each panel line by line. The last one is as
/// narrow as the kernels allow and filled with zeros. Different panels may be filled by different threads; immutable once filled.</summary>
internal sealed class PackedMatrix
{
    private readonly float[] _panels;

    /// <summary>Creates a matrix of zeros, for <see cref="Fill"/>.</summary>
    internal PackedMatrix(int depth, int columns)
    {
        Depth = depth;
        Columns = columns;
        PanelCount = CountPanels(columns);
        _panels = new float[checked((int)(BytesOf(depth, columns) / sizeof(float)))];
    }

    internal int Depth { get; }

    internal int Columns { get; }

    internal int PanelCount { get; }

    /// <summary>Computes how many bytes a packed matrix takes.</summary>
    internal static long BytesOf(int depth, int columns)
    {
        long full = columns / Contraction.PanelWidth * (long)Contraction.PanelWidth;
        long lines = full + (full == columns ? 0 : Contraction.WidthFor((int)(columns - full)));
        return (long)Int128.Min(lines * (Int128)depth * sizeof(float), long.MaxValue);
    }

    /// <summary>Packs one panel of a row-major matrix.</summary>
    /// <param name="panel">The panel.</param>
    /// <param name="matrix">The elements: [depth, columns], or [columns, depth] when <paramref name="transposed"/>.</param>
    /// <param name="transposed">Whether the matrix is stored by column.</param>
    internal void Fill(int panel, ReadOnlySpan<float> matrix, bool transposed)
    {
        int width = WidthOf(panel);
        int first = panel * Contraction.PanelWidth;
        int count = Math.Min(width, Columns - first);
        Span<float> lines = _panels.AsSpan(first * Depth, width * Depth);
        for (int k = 0; k < Depth; k++)
        {
            Span<float> line = lines.Slice(k * width, count);
            if (!transposed)
            {
                matrix.Slice((k * Columns) + first, count).CopyTo(line);
                continue;
            }

            for (int column = 0; column < count; column++)
            {
                line[column] = matrix[((first + column) * Depth) + k];
            }
        }
    }

    /// <summary>Gets the number of columns that a panel has room for.</summary>
    internal int WidthOf(int panel) => Contraction.WidthFor(Columns - (panel * Contraction.PanelWidth));

    internal ReadOnlySpan<float> Panel(int index) => _panels.AsSpan(index * Contraction.PanelWidth * Depth, WidthOf(index) * Depth);

    private static int CountPanels(int columns) => (int)(((long)columns + Contraction.PanelWidth - 1) / Contraction.PanelWidth);
}
