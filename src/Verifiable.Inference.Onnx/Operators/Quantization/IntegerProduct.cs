using System.Runtime.InteropServices;
using Verifiable.Inference.Onnx.Arithmetic;
using Verifiable.Inference.Tensors;

namespace Verifiable.Inference.Onnx.Operators;

/// <summary>
/// A product of matrices of 9-bit integers, which are differences of 8-bit ones, with sums modulo 2^32. A block of 256 products is at most 256·255², which is less
/// than 2^24: the kernels for binary32 compute it exactly.
/// </summary>
internal static class IntegerProduct
{
    /// <summary>Counts the bytes that <see cref="Run"/> takes, the sums included.</summary>
    internal static Int128 ScratchBytes(Int128 rows, Int128 depth, Int128 columns, int threads)
    {
        Int128 block = Int128.Min(depth, Contraction.BlockLength);
        Int128 bytes = ((rows * block) + (block * columns) + (2 * rows * columns)) * sizeof(float);
        return bytes > int.MaxValue ? bytes : bytes + MatrixProduct.ScratchBytes(Plan((int)rows, (int)block, (int)columns), false, threads);
    }

    /// <summary>Computes the sums, row by row.</summary>
    /// <param name="context">The threads, and the way to stop.</param>
    /// <param name="rows">The rows of the left matrix.</param>
    /// <param name="depth">The products of a sum.</param>
    /// <param name="columns">The columns of the right matrix.</param>
    /// <param name="left">Writes some neighbours of a row of the left matrix.</param>
    /// <param name="right">Writes a row of the right matrix, from its first column on.</param>
    internal static int[] Run(OperatorContext context, int rows, int depth, int columns, FillLine left, FillLine right)
    {
        int[] sums = new int[rows * columns];
        OperatorContext plain = context.With(null);
        int most = Math.Min(depth, Contraction.BlockLength);
        byte[] leftBlock = new byte[rows * most * sizeof(float)];
        byte[] rightBlock = new byte[most * columns * sizeof(float)];
        TensorBuffer products = TensorBuffer.Allocate(new TensorSignature(ElementType.Float32, new TensorShape(rows, columns)));
        for (int start = 0; start < depth; start += most)
        {
            int first = start;
            int length = Math.Min(most, depth - start);
            plain.For(rows, length, (from, to) =>
            {
                for (int row = from; row < to; row++)
                {
                    left(row, first, MemoryMarshal.Cast<byte, float>(leftBlock.AsSpan(row * length * sizeof(float), length * sizeof(float))));
                }
            });
            plain.For(length, columns, (from, to) =>
            {
                for (int k = from; k < to; k++)
                {
                    right(first + k, 0, MemoryMarshal.Cast<byte, float>(rightBlock.AsSpan(k * columns * sizeof(float), columns * sizeof(float))));
                }
            });
            new MatrixProduct(plain, Plan(rows, length, columns), leftBlock.AsMemory(0, rows * length * sizeof(float)), rightBlock.AsMemory(0, length * columns * sizeof(float)), products).Run();
            plain.For(sums.Length, 1, (from, to) =>
            {
                ReadOnlySpan<float> block = products.AsSpan<float>();
                for (int i = from; i < to; i++)
                {
                    sums[i] = unchecked(sums[i] + (int)block[i]);
                }
            });
        }

        return sums;
    }

    private static MatMulPlan Plan(int rows, int depth, int columns)
    {
        _ = MatMulPlan.Make(new TensorShape(rows, depth), new TensorShape(depth, columns), false, false, out MatMulPlan plan);
        return plan;
    }

    /// <summary>Writes numbers of a line of a matrix, from a place on.</summary>
    internal delegate void FillLine(int line, int start, Span<float> values);
}
