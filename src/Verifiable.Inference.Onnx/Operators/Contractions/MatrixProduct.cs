using System.Buffers;
using System.Numerics.Tensors;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using Verifiable.Inference.Onnx.Arithmetic;

namespace Verifiable.Inference.Onnx.Operators;

/// <summary>A stack of matrix products of binary32, run over the threads of a context; parts are made of output elements, so that their number cannot change a
/// bit. Every output element goes through <see cref="OperatorContext.Finish"/> once.</summary>
/// <remarks>Blocks of products are outermost, so that the packed rows of a block stay in the second cache while the panels pass.</remarks>
internal sealed class MatrixProduct
{
    // 240 rows of a block of products take 240 KiB when packed.
    private const int RowsOfBlock = 240;

    // Rows are packed at once for all products when they are few: this many elements at most.
    private const int MostElementsPackedAtOnce = 1 << 20;

    // Right operands that are not packed yet are read in place when they are this small; larger ones are read line by line when there are this few rows.
    private const int MostElementsInPlace = 1 << 15;
    private const int MostRowsByLine = 16;
    private const int LeastColumnsByLine = 64;

    // The sums of this many elements stay in the nearest cache.
    private const int SumsByLine = 4096;

    private readonly OperatorContext _context;
    private readonly ReadOnlyMemory<byte> _left;
    private readonly ReadOnlyMemory<byte> _right;
    private readonly MatMulPlan _plan;
    private readonly int _rows;
    private readonly int _depth;
    private readonly int _columns;

    /// <summary>Describes a stack of products.</summary>
    /// <param name="context">The threads, the way to stop, and what is done to complete elements.</param>
    /// <param name="plan">The matrices.</param>
    /// <param name="left">The bytes of the left matrices.</param>
    /// <param name="right">The bytes of the right matrices.</param>
    /// <param name="output">The buffer to write to.</param>
    internal MatrixProduct(OperatorContext context, MatMulPlan plan, ReadOnlyMemory<byte> left, ReadOnlyMemory<byte> right, TensorBuffer output)
    {
        _context = context;
        _plan = plan;
        _left = left;
        _right = right;
        Output = output;
        (_rows, _depth, _columns) = ((int)plan.Rows, (int)plan.Depth, (int)plan.Columns);
        RowStep = plan.LeftTransposed ? 1 : _depth;
        DepthStep = plan.LeftTransposed ? _rows : 1;
    }

    /// <summary>Gets the right matrix packed before, where there is only one; <see langword="null"/> to pack it now or read it in place.</summary>
    internal PackedMatrix? Packed { get; init; }

    /// <summary>Gets where the right matrices lie, when not one behind the other; there are few rows then. <see langword="null"/> where they do.</summary>
    internal StridedMatrices? Strided { get; init; }

    /// <summary>Gets what the sums start from: it writes a run of the output. <see langword="null"/> for sums without a bias.</summary>
    internal Epilogue? Bias { get; init; }

    /// <summary>Gets what is done to complete sums before the context's own epilogue.</summary>
    internal Epilogue? Scale { get; init; }

    internal TensorBuffer Output { get; }

    /// <summary>Gets the distance between neighbouring rows of a left matrix.</summary>
    internal int RowStep { get; }

    /// <summary>Gets the distance between the elements of neighbouring products of a left matrix.</summary>
    internal int DepthStep { get; }

    /// <summary>Packs a right operand.</summary>
    /// <param name="context">The threads, and the way to stop.</param>
    /// <param name="matrix">The bytes of the elements: [depth, columns], or [columns, depth] when <paramref name="transposed"/>.</param>
    /// <param name="transposed">Whether the matrix is stored by column.</param>
    /// <param name="packed">Where to write.</param>
    internal static PackedMatrix Pack(OperatorContext context, ReadOnlyMemory<byte> matrix, bool transposed, PackedMatrix packed)
    {
        context.For(packed.PanelCount, (long)packed.Depth * Contraction.PanelWidth, (from, to) => packed.Fill(from, to, MemoryMarshal.Cast<byte, float>(matrix.Span), transposed));
        return packed;
    }

    /// <summary>Counts the bytes that <see cref="Run"/> rents.</summary>
    /// <param name="plan">The matrices.</param>
    /// <param name="isPacked">Whether the right matrix is packed already.</param>
    /// <param name="threads">The number of threads.</param>
    internal static Int128 ScratchBytes(MatMulPlan plan, bool isPacked, int threads)
    {
        long products = plan.Products.ElementCount;
        if (plan.Depth == 0 || products == 0)
        {
            return 0;
        }

        // Rows of one product for all threads, or a block of rows for each; right matrices for each thread.
        Int128 rows = sizeof(float) * (Int128.Min((Int128)plan.Rows * plan.Depth, MostElementsPackedAtOnce) + (threads * Int128.Min(plan.Rows, RowsOfBlock) * Contraction.BlockLength));
        Int128 right = isPacked ? 0 : PackedMatrix.BytesOf((int)plan.Depth, (int)plan.Columns) * Int128.Min(products, threads);
        return rows + right;
    }

    /// <summary>Computes all products.</summary>
    internal void Run()
    {
        if (Output.Length == 0)
        {
            return;
        }

        if (_depth == 0)
        {
            _context.For(Output.Length, 1, RunWithoutProducts);
            return;
        }

        int products = (int)_plan.Products.ElementCount;
        long work = (long)_rows * _depth * _columns / 8;
        if (products < 2 * _context.Threads && work > 4 * _context.LeastWorkPerThread)
        {
            for (int product = 0; product < products; product++)
            {
                RunOverThreads(product);
            }

            return;
        }

        _context.For(products, work, (from, to) =>
        {
            for (int product = from; product < to; product++)
            {
                RunHere(product);
            }
        });
    }

    /// <summary>Completes a run of elements.</summary>
    internal void Finish(Span<float> values, int start)
    {
        Scale?.Apply(values, start);
        _context.Finish(values, start);
    }

    // No products: the bias as it is (−0 stays −0), else +0.
    private void RunWithoutProducts(int from, int to)
    {
        Span<float> values = Output.AsSpan<float>()[from..to];
        values.Clear();
        Bias?.Apply(values, from);
        Finish(values, from);
    }

    // One product on one thread.
    [MethodImpl(MethodImplOptions.NoInlining | MethodImplOptions.AggressiveOptimization)]
    private void RunHere(int product)
    {
        if (IsReadByLine)
        {
            RunByLine(product, 0, _columns);
            return;
        }

        PackedMatrix? rented = null;
        ReadOnlySpan<float> matrix = MemoryMarshal.Cast<byte, float>(RightOf(product).Span);
        bool inPlace = IsReadInPlace;
        if (Packed is null)
        {
            rented = RentRight(inPlace);
            FillRight(rented, matrix, inPlace, 0, rented.PanelCount);
        }

        ProductRight right = inPlace ? new ProductRight(matrix, _columns, LineStep, rented!) : new ProductRight(Packed ?? rented!);
        for (int row = 0; row < _rows; row += RowsOfBlock)
        {
            // One product may be long.
            _context.CancellationToken.ThrowIfCancellationRequested();
            new ProductPart(this, right, LeftOf(product, row), ((product * _rows) + row) * _columns, Math.Min(RowsOfBlock, _rows - row), 0, right.PanelCount).PackAndRun();
        }

        rented?.Return();
    }

    private void RunOverThreads(int product)
    {
        if (IsReadByLine)
        {
            int run = ColumnsByLine;
            _context.For((_columns + run - 1) / run, (long)_rows * _depth * run / 8, (from, to) => RunByLine(product, from * run, Math.Min(_columns, to * run)));
            return;
        }

        bool inPlace = IsReadInPlace;
        PackedMatrix? rented = Packed is null ? RentRight(inPlace) : null;
        if (rented is not null)
        {
            _context.For(rented.PanelCount, (long)_depth * Contraction.PanelWidth, (from, to) =>
                FillRight(rented, MemoryMarshal.Cast<byte, float>(RightOf(product).Span), inPlace, from, to));
        }

        int panels = Right(product, inPlace, rented).PanelCount;
        int tile = Contraction.TileRows;
        long elements = (long)_rows * _depth;
        if (_rows > tile && (_rows > RowsOfBlock || panels < 2 * _context.Threads || elements > MostElementsPackedAtOnce))
        {
            RunByRows(product, inPlace, rented);
        }
        else
        {
            RunByPanels(product, inPlace, rented, panels);
        }

        rented?.Return();
    }

    private int ColumnsByLine
    {
        get
        {
            // A multiple of the least; not more than there are for each thread.
            int share = (_columns + _context.Threads - 1) / _context.Threads;
            return Math.Max(1, Math.Min(SumsByLine / _rows, share + LeastColumnsByLine - 1) / LeastColumnsByLine) * LeastColumnsByLine;
        }
    }

    // Few rows and a right operand that is read once: lines are read from the first column to the last, as they lie in memory.
    [MethodImpl(MethodImplOptions.NoInlining | MethodImplOptions.AggressiveOptimization)]
    private void RunByLine(int product, int firstColumn, int endColumn)
    {
        ReadOnlySpan<float> left = LeftOf(product, 0);
        ReadOnlySpan<float> right = MemoryMarshal.Cast<byte, float>(RightOf(product).Span);
        Span<float> output = Output.AsSpan<float>();
        float[] rented = ArrayPool<float>.Shared.Rent(_rows * ColumnsByLine);
        for (int column = firstColumn; column < endColumn; column += ColumnsByLine)
        {
            _context.CancellationToken.ThrowIfCancellationRequested();
            int count = Math.Min(ColumnsByLine, endColumn - column);
            for (int row = 0; row < _rows; row++)
            {
                int at = (((product * _rows) + row) * _columns) + column;
                Bias?.Apply(output.Slice(at, count), at);
            }

            for (int start = 0; start < _depth; start += Contraction.BlockLength)
            {
                int end = Math.Min(_depth, start + Contraction.BlockLength);
                Span<float> sums = rented.AsSpan(0, _rows * count);
                sums.Clear();
                for (int k = start; k < end; k += 4)
                {
                    for (int row = 0; row < _rows; row++)
                    {
                        ReadOnlySpan<float> factors = left[((row * RowStep) + (k * DepthStep))..];
                        Contraction.AddLines(factors, DepthStep, Math.Min(4, end - k), right[((k * LineStep) + column)..], LineStep, sums.Slice(row * count, count));
                    }
                }

                for (int row = 0; row < _rows; row++)
                {
                    Span<float> totals = output.Slice((((product * _rows) + row) * _columns) + column, count);
                    if (start > 0 || Bias is not null)
                    {
                        TensorPrimitives.Add(sums.Slice(row * count, count), totals, totals);
                    }
                    else
                    {
                        sums.Slice(row * count, count).CopyTo(totals);
                    }
                }
            }

            for (int row = 0; row < _rows; row++)
            {
                int at = (((product * _rows) + row) * _columns) + column;
                Finish(output.Slice(at, count), at);
            }
        }

        ArrayPool<float>.Shared.Return(rented);
    }

    private void RunByRows(int product, bool inPlace, PackedMatrix? rented)
    {
        int tile = Contraction.TileRows;
        int tiles = (_rows + tile - 1) / tile;
        int blocks = ((tiles * tile) + RowsOfBlock - 1) / RowsOfBlock;

        // As many for each thread.
        blocks = Math.Min(tiles, (blocks + _context.Threads - 1) / _context.Threads * _context.Threads);
        _context.For(blocks, (long)_rows / blocks * _depth * _columns / 8, (from, to) =>
        {
            ProductRight right = Right(product, inPlace, rented);
            for (int block = from; block < to; block++)
            {
                int first = (int)((long)tiles * block / blocks) * tile;
                int end = Math.Min(_rows, (int)((long)tiles * (block + 1) / blocks) * tile);
                new ProductPart(this, right, LeftOf(product, first), ((product * _rows) + first) * _columns, end - first, 0, right.PanelCount).PackAndRun();
            }
        });
    }

    // Few rows: parts are panels, and the rows are packed once for all of them.
    private void RunByPanels(int product, bool inPlace, PackedMatrix? rented, int panels)
    {
        int tile = Contraction.TileRows;
        float[]? packed = ProductPart.IsPackingWorthIt(RowStep, DepthStep, _rows, _depth, panels) ? ArrayPool<float>.Shared.Rent(_rows * _depth) : null;
        if (packed is not null)
        {
            _context.For((_rows + tile - 1) / tile, (long)tile * _depth, (from, to) =>
            {
                int first = from * tile;
                ProductPart.Pack(LeftOf(product, first), RowStep, DepthStep, Math.Min(_rows, to * tile) - first, _depth, packed.AsSpan(first * _depth));
            });
        }

        _context.For(panels, (long)_rows * _depth * Contraction.PanelWidth / 8, (from, to) =>
        {
            var part = new ProductPart(this, Right(product, inPlace, rented), LeftOf(product, 0), product * _rows * _columns, _rows, from, to);
            if (packed is null)
            {
                part.Run();
            }
            else
            {
                part.RunPacked(packed);
            }
        });
        if (packed is not null)
        {
            ArrayPool<float>.Shared.Return(packed);
        }
    }

    private int LineStep => Strided?.LineStep ?? _columns;

    private bool IsReadInPlace => Packed is null && !_plan.RightTransposed && (long)_depth * _columns <= MostElementsInPlace;

    private bool IsReadByLine => (Strided is not null && !IsReadInPlace) || (Packed is null && !_plan.RightTransposed && !IsReadInPlace && _rows <= MostRowsByLine && _columns >= LeastColumnsByLine);

    private PackedMatrix RentRight(bool inPlace) => PackedMatrix.Rent(_depth, inPlace ? _columns % Contraction.PanelWidth : _columns);

    private void FillRight(PackedMatrix rented, ReadOnlySpan<float> matrix, bool inPlace, int from, int to)
    {
        if (inPlace)
        {
            // Only what is left after the whole panels.
            rented.FillColumns(matrix, LineStep, _columns - rented.Columns);
        }
        else
        {
            rented.Fill(from, to, matrix, _plan.RightTransposed);
        }
    }

    private ProductRight Right(int product, bool inPlace, PackedMatrix? rented) =>
        inPlace ? new ProductRight(MemoryMarshal.Cast<byte, float>(RightOf(product).Span), _columns, LineStep, rented!) : new ProductRight(Packed ?? rented!);

    private ReadOnlyMemory<byte> RightOf(int product)
    {
        int matrix = (int)Broadcast.Map(product, _plan.Products, _plan.RightStrides);
        return Strided is { } strided
            ? strided.Elements.Slice(matrix * strided.MatrixStep * sizeof(float), (((_depth - 1) * strided.LineStep) + _columns) * sizeof(float))
            : _right.Slice(matrix * _depth * _columns * sizeof(float), _depth * _columns * sizeof(float));
    }

    private ReadOnlySpan<float> LeftOf(int product, int row) =>
        MemoryMarshal.Cast<byte, float>(_left.Span).Slice((int)Broadcast.Map(product, _plan.Products, _plan.LeftStrides) * _rows * _depth, _rows * _depth)[(row * RowStep)..];
}
