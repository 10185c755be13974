using System.Buffers;
using Verifiable.Inference.Onnx.Arithmetic;

namespace Verifiable.Inference.Onnx.Operators;

/// <summary>A part of a matrix product that one thread computes: some rows and some panels, and at least one product.</summary>
internal readonly ref struct ProductPart
{
    /// <summary>The number of panels from which on packing the rows is worth it.</summary>
    internal const int LeastPanelsToPack = 4;

    private readonly ReadOnlySpan<float> _left;
    private readonly int _rowStep;
    private readonly int _depthStep;
    private readonly int _rows;
    private readonly PackedMatrix _right;
    private readonly int _firstPanel;
    private readonly int _endPanel;

    /// <summary>Creates a part.</summary>
    /// <param name="left">The left operand, from the first row of the part on.</param>
    /// <param name="rowStep">The distance between neighbouring rows.</param>
    /// <param name="depthStep">The distance between the elements of neighbouring products.</param>
    /// <param name="rows">How many rows, 1 or more.</param>
    /// <param name="right">The packed right operand.</param>
    /// <param name="firstPanel">The first panel.</param>
    /// <param name="endPanel">The panel after the last.</param>
    internal ProductPart(ReadOnlySpan<float> left, int rowStep, int depthStep, int rows, PackedMatrix right, int firstPanel, int endPanel)
    {
        _left = left;
        _rowStep = rowStep;
        _depthStep = depthStep;
        _rows = rows;
        _right = right;
        _firstPanel = firstPanel;
        _endPanel = endPanel;
    }

    /// <summary>Packs rows tile by tile for <see cref="RunPacked"/>.</summary>
    internal static void Pack(ReadOnlySpan<float> left, int rowStep, int depthStep, int rows, int length, Span<float> packed)
    {
        int tile = Contraction.TileRows;
        for (int row = 0; row < rows; row += tile)
        {
            RowPacking.Pack(left[(row * rowStep)..], rowStep, depthStep, Math.Min(tile, rows - row), length, packed[(row * length)..]);
        }
    }

    /// <summary>Computes the part from the rows where they are.</summary>
    /// <param name="output">The output, from the first row of the part on.</param>
    /// <param name="hasBias">Whether the output starts from what it holds.</param>
    internal void Run(Span<float> output, bool hasBias)
    {
        // A panel's lines follow each other: with few rows, whose time is the time to read them, all of a panel before the next.
        int panels = _rows <= Contraction.TileRows ? 1 : _endPanel - _firstPanel;
        for (int panel = _firstPanel; panel < _endPanel; panel += panels)
        {
            for (int start = 0; start < _right.Depth; start += Contraction.BlockLength)
            {
                int length = Math.Min(Contraction.BlockLength, _right.Depth - start);
                var block = new ContractionBlock(_rows, length, _rowStep, _depthStep, 0, _right.Columns, hasBias || start > 0);
                MultiplyPanels(block, _left[(start * _depthStep)..], start, panel, panel + panels, output);
            }
        }
    }

    /// <summary>Computes the part from rows that <see cref="Pack"/> has packed with all their products.</summary>
    internal void RunPacked(ReadOnlySpan<float> packed, Span<float> output, bool hasBias)
    {
        for (int start = 0; start < _right.Depth; start += Contraction.BlockLength)
        {
            MultiplyPacked(packed, _right.Depth, start, start, output, hasBias);
        }
    }

    /// <summary>Computes the part; packs a block of products at a time where that is worth it.</summary>
    internal void PackAndRun(Span<float> output, bool hasBias)
    {
        if (_endPanel - _firstPanel < LeastPanelsToPack)
        {
            Run(output, hasBias);
            return;
        }

        float[] packed = ArrayPool<float>.Shared.Rent(_rows * Contraction.BlockLength);
        for (int start = 0; start < _right.Depth; start += Contraction.BlockLength)
        {
            int length = Math.Min(Contraction.BlockLength, _right.Depth - start);
            Pack(_left[(start * _depthStep)..], _rowStep, _depthStep, _rows, length, packed);
            MultiplyPacked(packed, length, 0, start, output, hasBias);
        }

        ArrayPool<float>.Shared.Return(packed);
    }

    // Multiplies one block of products of all tiles; packedStart is where it starts among the products that were packed together.
    private void MultiplyPacked(ReadOnlySpan<float> packed, int packedLength, int packedStart, int start, Span<float> output, bool hasBias)
    {
        int length = Math.Min(Contraction.BlockLength, _right.Depth - start);
        int tile = Contraction.TileRows;
        for (int panel = _firstPanel; panel < _endPanel; panel++)
        {
            for (int row = 0; row < _rows; row += tile)
            {
                int rows = Math.Min(tile, _rows - row);
                var block = new ContractionBlock(rows, length, 1, rows, 0, _right.Columns, hasBias || start > 0);
                MultiplyPanels(block, packed[((row * packedLength) + (packedStart * rows))..], start, panel, panel + 1, output[(row * _right.Columns)..]);
            }
        }
    }

    private void MultiplyPanels(ContractionBlock block, ReadOnlySpan<float> left, int start, int firstPanel, int endPanel, Span<float> output)
    {
        for (int panel = firstPanel; panel < endPanel; panel++)
        {
            int width = _right.WidthOf(panel);
            int column = panel * Contraction.PanelWidth;
            int columns = Math.Min(width, _right.Columns - column);
            ReadOnlySpan<float> lines = _right.Panel(panel)[(start * width)..];
            if (columns == width)
            {
                Contraction.MultiplyBlock(block with { LineStep = width }, left, lines, output[column..], width);
            }
            else
            {
                Contraction.MultiplyNarrow(block with { LineStep = width }, left, lines, output[column..], width, columns);
            }
        }
    }
}
