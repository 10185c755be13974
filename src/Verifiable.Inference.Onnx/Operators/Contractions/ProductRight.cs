using Verifiable.Inference.Onnx.Arithmetic;

namespace Verifiable.Inference.Onnx.Operators;

/// <summary>The right operand of a matrix product: packed, or a matrix that lies line by line, whose whole panels are read in place and whose last, narrow one is packed.</summary>
internal readonly ref struct ProductRight
{
    private readonly PackedMatrix _packed;
    private readonly ReadOnlySpan<float> _matrix;
    private readonly int _lineStep;

    /// <summary>Takes a packed matrix.</summary>
    internal ProductRight(PackedMatrix packed)
    {
        _packed = packed;
        Columns = packed.Columns;
    }

    /// <summary>Takes a row-major matrix.</summary>
    /// <param name="matrix">Its elements.</param>
    /// <param name="columns">Its columns.</param>
    /// <param name="lineStep">The distance between its lines.</param>
    /// <param name="last">The packed columns after the whole panels, of the matrix's depth; a matrix of no columns where there are none.</param>
    internal ProductRight(ReadOnlySpan<float> matrix, int columns, int lineStep, PackedMatrix last)
    {
        _lineStep = lineStep;
        _matrix = matrix;
        _packed = last;
        Columns = columns;
    }

    /// <summary>Gets the number of products of one output element.</summary>
    internal int Depth => _packed.Depth;

    internal int Columns { get; }

    internal int PanelCount => _matrix.IsEmpty ? _packed.PanelCount : (Columns / Contraction.PanelWidth) + _packed.PanelCount;

    /// <summary>Gets the lines of some panels from a product on.</summary>
    /// <param name="panel">The first panel.</param>
    /// <param name="end">The panel after the last that is asked for.</param>
    /// <param name="start">The product.</param>
    /// <param name="width">The number of columns of a line.</param>
    /// <param name="step">The distance between lines.</param>
    /// <param name="panels">How many panels were got, 1 or more: those of one width.</param>
    /// <param name="panelStep">The distance between them.</param>
    internal ReadOnlySpan<float> Lines(int panel, int end, int start, out int width, out int step, out int panels, out int panelStep)
    {
        int full = Columns / Contraction.PanelWidth;
        panels = Math.Max(1, Math.Min(end, full) - panel);
        if (!_matrix.IsEmpty && panel < full)
        {
            width = Contraction.PanelWidth;
            step = _lineStep;
            panelStep = width;
            return _matrix[((start * _lineStep) + (panel * width))..];
        }

        int first = _matrix.IsEmpty ? panel : 0;
        width = _packed.WidthOf(first);
        step = width;
        panelStep = width * Depth;
        return _packed.Panels(first, panels)[(start * width)..];
    }
}
