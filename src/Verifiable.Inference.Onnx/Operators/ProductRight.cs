using Verifiable.Inference.Onnx.Arithmetic;

namespace Verifiable.Inference.Onnx.Operators;

/// <summary>The right operand of a matrix product: packed, or a row-major matrix whose whole panels are read in place and whose last, narrow one is packed.</summary>
internal readonly ref struct ProductRight
{
    private readonly PackedMatrix _packed;
    private readonly ReadOnlySpan<float> _matrix;

    /// <summary>Takes a packed matrix.</summary>
    internal ProductRight(PackedMatrix packed)
    {
        _packed = packed;
        Columns = packed.Columns;
    }

    /// <summary>Takes a row-major matrix.</summary>
    /// <param name="matrix">Its elements.</param>
    /// <param name="columns">Its columns.</param>
    /// <param name="last">The packed columns after the whole panels, of the matrix's depth; a matrix of no columns where there are none.</param>
    internal ProductRight(ReadOnlySpan<float> matrix, int columns, PackedMatrix last)
    {
        _matrix = matrix;
        _packed = last;
        Columns = columns;
    }

    /// <summary>Gets the number of products of one output element.</summary>
    internal int Depth => _packed.Depth;

    internal int Columns { get; }

    internal int PanelCount => _matrix.IsEmpty ? _packed.PanelCount : (Columns / Contraction.PanelWidth) + _packed.PanelCount;

    /// <summary>Gets the lines of a panel from a product on.</summary>
    /// <param name="panel">The panel.</param>
    /// <param name="start">The product.</param>
    /// <param name="width">The number of columns of a line.</param>
    /// <param name="step">The distance between lines.</param>
    internal ReadOnlySpan<float> Lines(int panel, int start, out int width, out int step)
    {
        int whole = _matrix.IsEmpty ? 0 : Columns / Contraction.PanelWidth;
        if (panel < whole)
        {
            width = Contraction.PanelWidth;
            step = Columns;
            return _matrix[((start * Columns) + (panel * width))..];
        }

        width = _packed.WidthOf(panel - whole);
        step = width;
        return _packed.Panel(panel - whole)[(start * width)..];
    }
}
