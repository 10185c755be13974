using System.Runtime.InteropServices;
using Verifiable.Inference.Onnx.Arithmetic;

namespace Verifiable.Inference.Onnx.Operators;

/// <summary>Runs a matrix product over the threads of a context; parts are made of output elements, so that their number cannot change a bit.</summary>
internal static class MatrixProduct
{
    private const int RowsOfPart = 32;

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

    /// <summary>Multiplies rows by a packed matrix.</summary>
    /// <param name="context">The threads, and the way to stop.</param>
    /// <param name="left">The rows as the bytes of binary32 elements.</param>
    /// <param name="rows">How many rows.</param>
    /// <param name="right">The packed right operand.</param>
    /// <param name="output">The buffer to write to.</param>
    /// <param name="start">Where in the buffer the product starts.</param>
    /// <param name="hasBias">Whether the output starts from what it holds.</param>
    internal static void Run(OperatorContext context, ReadOnlyMemory<byte> left, int rows, PackedMatrix right, TensorBuffer output, int start, bool hasBias)
    {
        // Few rows: parts are panels. Many rows: parts are rows, each with all panels.
        if (rows <= RowsOfPart)
        {
            context.For(right.PanelCount, (long)rows * right.Depth * Contraction.PanelWidth / 8, (from, to) => Contraction.Multiply(
                MemoryMarshal.Cast<byte, float>(left.Span), rows, right, from, to - from, output.AsSpan<float>().Slice(start, rows * right.Columns), hasBias));
            return;
        }

        context.For((rows + RowsOfPart - 1) / RowsOfPart, (long)RowsOfPart * right.Depth * right.Columns / 8, (from, to) =>
        {
            int first = from * RowsOfPart;
            int count = Math.Min(rows, to * RowsOfPart) - first;
            Contraction.Multiply(
                MemoryMarshal.Cast<byte, float>(left.Span)[(first * right.Depth)..],
                count,
                right,
                0,
                right.PanelCount,
                output.AsSpan<float>().Slice(start + (first * right.Columns), count * right.Columns),
                hasBias);
        });
    }
}
