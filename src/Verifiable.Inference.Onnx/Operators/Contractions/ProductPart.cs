using System.Buffers;
using System.Runtime.CompilerServices;
using Verifiable.Inference.Onnx.Arithmetic;

namespace Verifiable.Inference.Onnx.Operators;

/// <summary>A part of a matrix product that one thread computes: some rows and some panels, and at least one product.</summary>
internal readonly ref struct ProductPart
{
    // The number of panels from which on packing the rows is worth it.
    private const int LeastPanelsToPack = 4;

    // The nearest cache of most processors: 64 sets of 64 bytes, 8 ways or more, some of which the right operand needs. A wrong guess costs time only.
    private const int CacheSets = 64;
    private const int CacheLineElements = 16;
    private const int CacheWaysOfRows = 5;

    // A block of these panels stays in the second cache while the tiles pass; each tile stays in the first while the panels pass. Runs of their output are completed together.
    private const int PanelsAtOnce = 8;

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

    /// <summary>Tells whether rows are better packed: where the rows of a tile push each other out of the nearest cache, and are used often enough.</summary>
    [MethodImpl(MethodImplOptions.NoInlining | MethodImplOptions.AggressiveOptimization)]
    internal static bool IsPackingWorthIt(int rowStep, int depthStep, int rows, int depth, int panels)
    {
        if (rows == 1 || panels < LeastPanelsToPack)
        {
            return false;
        }

        if (depthStep != 1)
        {
            return true;
        }

        Span<byte> ways = stackalloc byte[CacheSets];
        ways.Clear();
        int lines = (Math.Min(depth, Contraction.BlockLength) + CacheLineElements - 1) / CacheLineElements;
        for (int row = 0; row < Math.Min(rows, Contraction.TileRows); row++)
        {
            long first = (long)row * rowStep / CacheLineElements;
            for (int line = 0; line < lines; line++)
            {
                if (++ways[(int)((first + line) % CacheSets)] > CacheWaysOfRows)
                {
                    return true;
                }
            }
        }

        return false;
    }

    /// <summary>Packs rows tile by tile for <see cref="RunPacked"/>.</summary>
    [MethodImpl(MethodImplOptions.NoInlining | MethodImplOptions.AggressiveOptimization)]
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
    [MethodImpl(MethodImplOptions.NoInlining | MethodImplOptions.AggressiveOptimization)]
    internal void Run()
    {
        // Few rows take the time to read the panels, whose lines follow each other: all of a panel before the next.
        bool isLow = _rows <= Contraction.TileRows;
        int panels = !isLow ? PanelsAtOnce : _rows == 1 ? 2 : 1;
        FillBias();
        for (int panel = _firstPanel; panel < _endPanel; panel += panels)
        {
            int end = Math.Min(_endPanel, panel + panels);
            for (int start = 0; start < _right.Depth; start += Contraction.BlockLength)
            {
                int length = Math.Min(Contraction.BlockLength, _right.Depth - start);
                var block = new ContractionBlock(_rows, length, _product.RowStep, _product.DepthStep, 0, _right.Columns, _product.Bias is not null || start > 0);
                for (int row = 0; row < _rows; row += Contraction.TileRows)
                {
                    block = block with { Rows = Math.Min(Contraction.TileRows, _rows - row) };
                    MultiplyPanels(block, _left[((row * _product.RowStep) + (start * _product.DepthStep))..], start, panel, end, _output[(row * _right.Columns)..]);
                    if (!isLow && start + length == _right.Depth)
                    {
                        Finish(row, block.Rows, panel, end);
                    }
                }
            }
        }

        if (isLow)
        {
            Finish(0, _rows, _firstPanel, _endPanel);
        }
    }

    /// <summary>Computes the part from rows that <see cref="Pack"/> has packed with all their products.</summary>
    [MethodImpl(MethodImplOptions.NoInlining | MethodImplOptions.AggressiveOptimization)]
    internal void RunPacked(ReadOnlySpan<float> packed)
    {
        FillBias();
        for (int start = 0; start < _right.Depth; start += Contraction.BlockLength)
        {
            MultiplyPacked(packed, _right.Depth, start, start);
        }
    }

    /// <summary>Computes the part; packs a block of products at a time where that is worth it.</summary>
    [MethodImpl(MethodImplOptions.NoInlining | MethodImplOptions.AggressiveOptimization)]
    internal void PackAndRun()
    {
        if (!IsPackingWorthIt(_product.RowStep, _product.DepthStep, _rows, _right.Depth, _endPanel - _firstPanel))
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
    [MethodImpl(MethodImplOptions.NoInlining | MethodImplOptions.AggressiveOptimization)]
    private void MultiplyPacked(ReadOnlySpan<float> packed, int packedLength, int packedStart, int start)
    {
        int length = Math.Min(Contraction.BlockLength, _right.Depth - start);
        int tile = Contraction.TileRows;
        for (int panel = _firstPanel; panel < _endPanel; panel += PanelsAtOnce)
        {
            int end = Math.Min(_endPanel, panel + PanelsAtOnce);
            for (int row = 0; row < _rows; row += tile)
            {
                int rows = Math.Min(tile, _rows - row);
                var block = new ContractionBlock(rows, length, 1, rows, 0, _right.Columns, _product.Bias is not null || start > 0);
                MultiplyPanels(block, packed[((row * packedLength) + (packedStart * rows))..], start, panel, end, _output[(row * _right.Columns)..]);
                if (start + length == _right.Depth)
                {
                    Finish(row, rows, panel, end);
                }
            }
        }
    }

    [MethodImpl(MethodImplOptions.NoInlining | MethodImplOptions.AggressiveOptimization)]
    private void MultiplyPanels(ContractionBlock block, ReadOnlySpan<float> left, int start, int panel, int end, Span<float> output)
    {
        while (panel < end)
        {
            ReadOnlySpan<float> lines = _right.Lines(panel, end, start, out int width, out int step, out int panels, out int panelStep);
            int column = panel * Contraction.PanelWidth;
            int columns = Math.Min(panels * width, _right.Columns - column);
            block = block with { LineStep = step, Panels = panels, PanelStep = panelStep };
            if (columns == panels * width)
            {
                Contraction.MultiplyBlock(block, left, lines, output[column..], width);
            }
            else
            {
                Contraction.MultiplyNarrow(block, left, lines, output[column..], width, columns);
            }

            panel += panels;
        }
    }

    [MethodImpl(MethodImplOptions.NoInlining | MethodImplOptions.AggressiveOptimization)]
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

    [MethodImpl(MethodImplOptions.NoInlining | MethodImplOptions.AggressiveOptimization)]
    private void Finish(int firstRow, int rows, int firstPanel, int endPanel)
    {
        int first = firstPanel * Contraction.PanelWidth;
        int count = Math.Min(_right.Columns, endPanel * Contraction.PanelWidth) - first;
        int start = firstRow * _right.Columns;
        if (count == _right.Columns)
        {
            _product.Finish(_output.Slice(start, rows * count), _start + start);
            return;
        }

        for (int row = 0; row < rows; row++)
        {
            int at = start + (row * _right.Columns) + first;
            _product.Finish(_output.Slice(at, count), _start + at);
        }
    }
}
