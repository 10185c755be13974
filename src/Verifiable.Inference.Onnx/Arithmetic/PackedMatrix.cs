using System.Buffers;
using System.Runtime.CompilerServices;

namespace Verifiable.Inference.Onnx.Arithmetic;

/// <summary>A right operand rearranged for the kernels: panels of <see cref="Contraction.PanelWidth"/> columns, each panel line by line. The last one is as
/// narrow as the kernels allow and filled with zeros. Different panels may be filled by different threads; immutable once filled.</summary>
internal sealed class PackedMatrix
{
    private const int PanelsAtOnce = 8;

    private readonly float[] _panels;
    private readonly int _start;

    /// <summary>Creates a matrix for <see cref="Fill"/>.</summary>
    /// <param name="depth">The number of lines.</param>
    /// <param name="columns">The number of columns.</param>
    /// <param name="memory">Where it goes.</param>
    internal PackedMatrix(int depth, int columns, PreparedMemory memory)
        : this(depth, columns, memory.Take(CountElements(depth, columns), out int start), start)
    {
    }

    private PackedMatrix(int depth, int columns, float[] panels, int start)
    {
        Depth = depth;
        Columns = columns;
        PanelCount = CountPanels(columns);
        _panels = panels;
        _start = start;
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

    /// <summary>Creates a matrix for <see cref="Fill"/> over rented memory; <see cref="Return"/> gives it back.</summary>
    internal static PackedMatrix Rent(int depth, int columns) => new(depth, columns, ArrayPool<float>.Shared.Rent(CountElements(depth, columns)), 0);

    /// <summary>Gives the memory of a rented matrix back; nothing may read it any more.</summary>
    internal void Return() => ArrayPool<float>.Shared.Return(_panels);

    /// <summary>Packs some panels of a row-major matrix.</summary>
    /// <param name="from">The first panel.</param>
    /// <param name="to">The panel after the last.</param>
    /// <param name="matrix">The elements: [depth, columns], or [columns, depth] when <paramref name="transposed"/>.</param>
    /// <param name="transposed">Whether the matrix is stored by column.</param>
    [MethodImpl(MethodImplOptions.NoInlining | MethodImplOptions.AggressiveOptimization)]
    internal void Fill(int from, int to, ReadOnlySpan<float> matrix, bool transposed)
    {
        for (int panel = from; panel < to; panel++)
        {
            int width = WidthOf(panel);
            int first = panel * Contraction.PanelWidth;
            int count = Math.Min(width, Columns - first);
            Span<float> lines = _panels.AsSpan(_start + (first * Depth), width * Depth);
            for (int k = 0; width > count && k < Depth; k++)
            {
                lines.Slice((k * width) + count, width - count).Clear();
            }

            if (transposed && Depth > 0)
            {
                RowPacking.Pack(matrix[(first * Depth)..], Depth, 1, count, Depth, lines, width);
            }
            else if (!transposed && count < Contraction.PanelWidth)
            {
                for (int k = 0; k < Depth; k++)
                {
                    matrix.Slice((k * Columns) + first, count).CopyTo(lines[(k * width)..]);
                }
            }
            else if (!transposed)
            {
                // Lines are read over several panels at once: what is read is then longer in one piece.
                int panels = Math.Min(PanelsAtOnce, Math.Min(to, Columns / Contraction.PanelWidth) - panel);
                Contraction.CopyToPanels(Depth == 0 ? [] : matrix[first..], Columns, Depth, panels, _panels.AsSpan(_start + (first * Depth)));
                panel += panels - 1;
            }
        }
    }

    /// <summary>Packs the matrix's only panel from some columns of a wider row-major matrix.</summary>
    /// <param name="matrix">The elements: [depth, <paramref name="matrixColumns"/>].</param>
    /// <param name="matrixColumns">The columns of the wider matrix.</param>
    /// <param name="first">The first column.</param>
    [MethodImpl(MethodImplOptions.NoInlining | MethodImplOptions.AggressiveOptimization)]
    internal void FillColumns(ReadOnlySpan<float> matrix, int matrixColumns, int first)
    {
        int width = WidthOf(0);
        for (int k = 0; Columns > 0 && k < Depth; k++)
        {
            Span<float> line = _panels.AsSpan(_start + (k * width), width);
            matrix.Slice((k * matrixColumns) + first, Columns).CopyTo(line);
            line[Columns..].Clear();
        }
    }

    /// <summary>Gets the number of columns that a panel has room for.</summary>
    internal int WidthOf(int panel) => Contraction.WidthFor(Columns - (panel * Contraction.PanelWidth));

    internal ReadOnlySpan<float> Panel(int index) => Panels(index, 1);

    /// <summary>Gets the elements of neighbouring panels.</summary>
    internal ReadOnlySpan<float> Panels(int index, int count) =>
        _panels.AsSpan(_start + (index * Contraction.PanelWidth * Depth), (((count - 1) * Contraction.PanelWidth) + WidthOf(index + count - 1)) * Depth);

    private static int CountElements(int depth, int columns) => checked((int)(BytesOf(depth, columns) / sizeof(float)));

    private static int CountPanels(int columns) => (int)(((long)columns + Contraction.PanelWidth - 1) / Contraction.PanelWidth);
}
