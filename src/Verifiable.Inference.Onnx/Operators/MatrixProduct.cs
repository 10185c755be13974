using System.Buffers;
using System.Runtime.InteropServices;
using Verifiable.Inference.Onnx.Arithmetic;

namespace Verifiable.Inference.Onnx.Operators;

/// <summary>Runs a matrix product over the threads of a context; parts are made of output elements, so that their number cannot change a bit.</summary>
/// <remarks>Blocks of products are outermost, so that the packed rows of a block stay in the second cache while the panels pass; a panel's lines of a block
/// stay there too while the tiles pass.</remarks>
internal static class MatrixProduct
{
    // 240 rows of a block of products take 240 KiB when packed.
    private const int RowsOfBlock = 240;

    // Rows are packed at once for all products when they are few: this many elements at most.
    private const int MostElementsPackedAtOnce = 1 << 20;

    /// <summary>Packs a right operand.</summary>
    /// <param name="context">The threads, and the way to stop.</param>
    /// <param name="matrix">The bytes of the elements: [depth, columns], or [columns, depth] when <paramref name="transposed"/>.</param>
    /// <param name="depth">The number of products of one output element.</param>
    /// <param name="columns">The number of output columns.</param>
    /// <param name="transposed">Whether the matrix is stored by column.</param>
    internal static PackedMatrix Pack(OperatorContext context, ReadOnlyMemory<byte> matrix, int depth, int columns, bool transposed)
    {
        var packed = new PackedMatrix(depth, columns);
        context.For(packed.PanelCount, (long)depth * Contraction.PanelWidth, (from, to) =>
        {
            for (int panel = from; panel < to; panel++)
            {
                packed.Fill(panel, MemoryMarshal.Cast<byte, float>(matrix.Span), transposed);
            }
        });
        return packed;
    }

    /// <summary>Counts the bytes that <see cref="Run"/> rents.</summary>
    internal static Int128 ScratchBytes(long rows, long depth, int threads) =>
        sizeof(float) * (Int128.Min((Int128)rows * depth, MostElementsPackedAtOnce) + (threads * Int128.Min(rows, RowsOfBlock) * Math.Min(depth, Contraction.BlockLength)));

    /// <summary>Multiplies rows by a packed matrix.</summary>
    /// <param name="context">The threads, and the way to stop.</param>
    /// <param name="left">The rows as the bytes of binary32 elements.</param>
    /// <param name="rows">How many rows.</param>
    /// <param name="transposed">Whether the rows are stored by column.</param>
    /// <param name="right">The packed right operand.</param>
    /// <param name="output">The buffer to write to.</param>
    /// <param name="start">Where in the buffer the product starts.</param>
    /// <param name="hasBias">Whether the output starts from what it holds.</param>
    internal static void Run(
        OperatorContext context, ReadOnlyMemory<byte> left, int rows, bool transposed, PackedMatrix right, TensorBuffer output, int start, bool hasBias)
    {
        if (rows == 0 || right.Columns == 0)
        {
            return;
        }

        if (right.Depth == 0)
        {
            // No products: the bias as it is (−0 stays −0), else +0.
            context.For(hasBias ? 0 : rows, right.Columns, (from, to) => output.AsSpan<float>().Slice(start + (from * right.Columns), (to - from) * right.Columns).Clear());
            return;
        }

        int rowStep = transposed ? 1 : right.Depth;
        int depthStep = transposed ? rows : 1;
        int tile = Contraction.TileRows;
        long elements = (long)rows * right.Depth;
        if (rows > tile && (rows > RowsOfBlock || right.PanelCount < 2 * context.Threads || elements > MostElementsPackedAtOnce))
        {
            int tiles = (rows + tile - 1) / tile;
            int blocks = ((tiles * tile) + RowsOfBlock - 1) / RowsOfBlock;

            // As many for each thread.
            blocks = Math.Min(tiles, (blocks + context.Threads - 1) / context.Threads * context.Threads);
            context.For(blocks, elements / blocks * right.Columns / 8, (from, to) =>
            {
                for (int block = from; block < to; block++)
                {
                    int first = (int)((long)tiles * block / blocks) * tile;
                    int end = Math.Min(rows, (int)((long)tiles * (block + 1) / blocks) * tile);
                    new ProductPart(MemoryMarshal.Cast<byte, float>(left.Span)[(first * rowStep)..], rowStep, depthStep, end - first, right, 0, right.PanelCount)
                        .PackAndRun(output.AsSpan<float>()[(start + (first * right.Columns))..], hasBias);
                }
            });
            return;
        }

        // Few rows: parts are panels, and the rows are packed once for all of them.
        float[]? packed = rows > 1 && right.PanelCount >= ProductPart.LeastPanelsToPack ? ArrayPool<float>.Shared.Rent((int)elements) : null;
        if (packed is not null)
        {
            context.For((rows + tile - 1) / tile, (long)tile * right.Depth, (from, to) =>
            {
                int first = from * tile;
                ProductPart.Pack(MemoryMarshal.Cast<byte, float>(left.Span)[(first * rowStep)..], rowStep, depthStep, Math.Min(rows, to * tile) - first, right.Depth, packed.AsSpan(first * right.Depth));
            });
        }

        context.For(right.PanelCount, elements * Contraction.PanelWidth / 8, (from, to) =>
        {
            var part = new ProductPart(MemoryMarshal.Cast<byte, float>(left.Span), rowStep, depthStep, rows, right, from, to);
            Span<float> target = output.AsSpan<float>()[start..];
            if (packed is null)
            {
                part.Run(target, hasBias);
            }
            else
            {
                part.RunPacked(packed, target, hasBias);
            }
        });
        if (packed is not null)
        {
            ArrayPool<float>.Shared.Return(packed);
        }
    }
}
