using System.Buffers;
using Verifiable.Inference.Onnx.Arithmetic;

namespace Verifiable.Inference.Onnx.Operators;

/// <summary>A part of a matrix product that one thread computes: some rows and some panels, and at least one product.</summary>
internal readonly ref struct ProductPart
{
    /// <summary>The number of panels from which on packing the rows is worth it.</summary>
    internal const int LeastPanelsToPack = 4;

    // Panels whose output is completed while it is in cache, when there are many rows.
    private const int PanelsToFinish = 8;

    private readonly MatrixProduct _product;
    private readonly ProductRight _right;
    private readonly ReadOnlySpan<float> _left;
    private readonly Span<float> _output;
    private readonly int _start;
    private readonly int _rows;
    private readonly int _firstPanel;
    private readonly int _endPanel;

    /// <summary>Creates a part.</summary>
    /// <param name="product">The product.</param>
    /// <param name="right">The right operand.</param>
    /// <param name="left">The left operand, from the first row of the part on.</param>
    /// <param name="start">The row-major index of the first element of the part's first row in the whole output.</param>
    /// <param name="rows">How many rows, 1 or more.</param>
    /// <param name="firstPanel">The first panel.</param>
    /// <param name="endPanel">The panel after the last.</param>
    internal ProductPart(MatrixProduct product, ProductRight right, ReadOnlySpan<float> left, int start, int rows, int firstPanel, int endPanel)
    {
        _product = product;
        _right = right;
        _left = left;
        _output = product.Output.AsSpan<float>()[start..];
        _start = start;
        _rows = rows;
        _firstPanel = firstPanel;
        _endPanel = endPanel;
    }

    /// <summary>Packs rows tile by tile for <see cref="RunPacked"/>.</summary>
    internal static void Pack(ReadOnlySpan<float> left, int rowStep, int depthStep, int rows, int length, Span<float> packed)
    {
        int tile = Contraction.TileRows;
        for (int row = 0; row < rows; row += tile)
        {
            int count = Math.Min(tile, rows - row);
            RowPacking.Pack(left[(row * rowStep)..], rowStep, depthStep, count, length, packed[(row * length)..], count);
        }
    }

    /// <summary>Computes the part from the rows where they are.</summary>
    internal void Run()
    {
        // Few rows take the time to read the panels, whose lines follow each other: all of a panel before the next.
        bool isLow = _rows <= Contraction.TileRows;
        int panels = isLow ? 1 : PanelsToFinish;
        FillBias();
        for (int panel = _firstPanel; panel < _endPanel; panel += panels)
        {
            int end = Math.Min(_endPanel, panel + panels);
            for (int start = 0; start < _right.Depth; start += Contraction.BlockLength)
            {
                int length = Math.Min(Contraction.BlockLength, _right.Depth - start);
                var block = new ContractionBlock(_rows, length, _product.RowStep, _product.DepthStep, 0, _right.Columns, _product.Bias is not null || start > 0);
                for (int i = panel; i < end; i++)
                {
                    MultiplyPanel(block, _left[(start * _product.DepthStep)..], start, i, _output);
                }
            }

            if (!isLow)
            {
                Finish(panel, end);
            }
        }

        if (isLow)
        {
            Finish(_firstPanel, _endPanel);
        }
    }

    /// <summary>Computes the part from rows that <see cref="Pack"/> has packed with all their products.</summary>
    internal void RunPacked(ReadOnlySpan<float> packed)
    {
        FillBias();
        for (int start = 0; start < _right.Depth; start += Contraction.BlockLength)
        {
            MultiplyPacked(packed, _right.Depth, start, start);
        }
    }

    /// <summary>Computes the part; packs a block of products at a time where that is worth it.</summary>
    internal void PackAndRun()
    {
        if (_endPanel - _firstPanel < LeastPanelsToPack || _rows == 1)
        {
            Run();
            return;
        }

        FillBias();
        float[] packed = ArrayPool<float>.Shared.Rent(_rows * Contraction.BlockLength);
        for (int start = 0; start < _right.Depth; start += Contraction.BlockLength)
        {
            int length = Math.Min(Contraction.BlockLength, _right.Depth - start);
            Pack(_left[(start * _product.DepthStep)..], _product.RowStep, _product.DepthStep, _rows, length, packed);
            MultiplyPacked(packed, length, 0, start);
        }

        ArrayPool<float>.Shared.Return(packed);
    }

    // Multiplies one block of products of all tiles; packedStart is where it starts among the products that were packed together.
    private void MultiplyPacked(ReadOnlySpan<float> packed, int packedLength, int packedStart, int start)
    {
        int length = Math.Min(Contraction.BlockLength, _right.Depth - start);
        int tile = Contraction.TileRows;
        int finished = _firstPanel;
        for (int panel = _firstPanel; panel < _endPanel; panel++)
        {
            for (int row = 0; row < _rows; row += tile)
            {
                int rows = Math.Min(tile, _rows - row);
                var block = new ContractionBlock(rows, length, 1, rows, 0, _right.Columns, _product.Bias is not null || start > 0);
                MultiplyPanel(block, packed[((row * packedLength) + (packedStart * rows))..], start, panel, _output[(row * _right.Columns)..]);
            }

            if (start + length == _right.Depth && (panel + 1 == _endPanel || panel + 1 - finished == PanelsToFinish))
            {
                Finish(finished, panel + 1);
                finished = panel + 1;
            }
        }
    }

    private void MultiplyPanel(ContractionBlock block, ReadOnlySpan<float> left, int start, int panel, Span<float> output)
    {
        ReadOnlySpan<float> lines = _right.Lines(panel, start, out int width, out int step);
        block = block with { LineStep = step };
        int column = panel * Contraction.PanelWidth;
        int columns = Math.Min(width, _right.Columns - column);
        if (columns == width)
        {
            Contraction.MultiplyBlock(block, left, lines, output[column..], width);
        }
        else
        {
            Contraction.MultiplyNarrow(block, left, lines, output[column..], width, columns);
        }
    }

    private void FillBias()
    {
        if (_product.Bias is { } bias)
        {
            int first = _firstPanel * Contraction.PanelWidth;
            int count = Math.Min(_right.Columns, _endPanel * Contraction.PanelWidth) - first;
            for (int row = 0; row < _rows; row++)
            {
                int at = (row * _right.Columns) + first;
                bias.Apply(_output.Slice(at, count), _start + at);
            }
        }
    }

    private void Finish(int firstPanel, int endPanel)
    {
        int first = firstPanel * Contraction.PanelWidth;
        int count = Math.Min(_right.Columns, endPanel * Contraction.PanelWidth) - first;
        if (count == _right.Columns)
        {
            _product.Finish(_output[..(_rows * count)], _start);
            return;
        }

        for (int row = 0; row < _rows; row++)
        {
            int at = (row * _right.Columns) + first;
            _product.Finish(_output.Slice(at, count), _start + at);
        }
    }
}
