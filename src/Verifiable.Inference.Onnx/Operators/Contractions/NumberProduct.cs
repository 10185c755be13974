using System.Buffers;
using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using Verifiable.Inference.Onnx.Arithmetic;
using Verifiable.Inference.Tensors;

namespace Verifiable.Inference.Onnx.Operators;

/// <summary>A stack of matrix products of any type, by row and in index order: plain, for the types that networks rarely multiply.</summary>
/// <typeparam name="T">A float or an integer type.</typeparam>
internal static class NumberProduct<T>
    where T : unmanaged, INumber<T>
{
    /// <summary>Counts the bytes that <see cref="Run"/> rents.</summary>
    internal static Int128 ScratchBytes(MatMulPlan plan, int threads) => (Int128)plan.Columns * Unsafe.SizeOf<T>() * threads;

    /// <summary>Computes the products; NaNs become canonical.</summary>
    /// <param name="context">The threads, and the way to stop.</param>
    /// <param name="plan">The matrices.</param>
    /// <param name="left">The left operand.</param>
    /// <param name="right">The right operand.</param>
    /// <param name="output">The buffer to write to.</param>
    /// <param name="bias">What the sum of an output index starts from; <see langword="null"/> for sums without a bias.</param>
    /// <param name="scale">What becomes of a complete sum, by its output index; <see langword="null"/> for nothing.</param>
    internal static void Run(
        OperatorContext context, MatMulPlan plan, TensorValue left, TensorValue right, TensorBuffer output, Func<int, T>? bias, Func<T, int, T>? scale)
    {
        (int depth, int columns) = ((int)plan.Depth, (int)plan.Columns);
        if (output.Length == 0)
        {
            return;
        }

        context.For(output.Length / columns, (long)Math.Max(1, depth) * columns, (from, to) =>
        {
            ReadOnlySpan<T> x = left.AsSpan<T>();
            ReadOnlySpan<T> w = right.AsSpan<T>();
            T[] rented = ArrayPool<T>.Shared.Rent(columns);
            Span<T> block = rented.AsSpan(0, columns);
            for (int row = from; row < to; row++)
            {
                Span<T> y = output.AsSpan<T>().Slice(row * columns, columns);
                (long first, long step, long start, long rightStep) = plan.Find((long)row * columns);
                y.Clear();
                for (int column = 0; bias is not null && column < columns; column++)
                {
                    y[column] = bias((row * columns) + column);
                }

                for (int k0 = 0; k0 < depth; k0 += Contraction.BlockLength)
                {
                    block.Clear();
                    for (int k = k0; k < Math.Min(depth, k0 + Contraction.BlockLength); k++)
                    {
                        T factor = x[(int)(first + (k * step))];
                        ReadOnlySpan<T> line = w[(int)(start + (k * rightStep))..];
                        int columnStep = plan.RightTransposed ? depth : 1;
                        for (int column = 0; column < block.Length; column++)
                        {
                            block[column] = NumberSum<T>.MultiplyAdd(factor, line[column * columnStep], block[column]);
                        }
                    }

                    for (int column = 0; column < block.Length; column++)
                    {
                        y[column] = k0 == 0 && bias is null ? block[column] : unchecked(block[column] + y[column]);
                    }
                }

                for (int column = 0; scale is not null && column < columns; column++)
                {
                    y[column] = scale(y[column], (row * columns) + column);
                }

                CanonicalNaN.Apply(output.Signature.Type, MemoryMarshal.AsBytes(y));
            }

            ArrayPool<T>.Shared.Return(rented);
        });
    }

    /// <summary>Computes one output element by the definition.</summary>
    internal static T Element(OperatorInputs inputs, MatMulPlan plan, long index, T? bias)
    {
        NumberSum<T> sum = bias is T start ? new NumberSum<T>(start) : default;
        (long left, long leftStep, long right, long rightStep) = plan.Find(index);
        for (long k = 0; k < plan.Depth; k++)
        {
            sum.Add(ElementBits.To<T>(inputs.ReadBits(0, left + (k * leftStep))), ElementBits.To<T>(inputs.ReadBits(1, right + (k * rightStep))));
        }

        return sum.Result;
    }
}
