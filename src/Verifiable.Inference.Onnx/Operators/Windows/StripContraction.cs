using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;
using Verifiable.Inference.Onnx.Arithmetic;

namespace Verifiable.Inference.Onnx.Operators;

/// <summary>A window of 3 × 3 over one channel with stride 1 and padding 1, where the input is: strips of one vector of columns, each from the top to the bottom, so that
/// every row is loaded once. For vectors of 512 bits only, by rule 2 of the canonical arithmetic. Stateless and thread-safe.</summary>
internal static class StripContraction
{
    private const int Lanes = 16;

    /// <summary>Tells whether the window is such a one over rows of a vector or more, and the processor has the vectors.</summary>
    internal static bool Fits(WindowPlan plan)
    {
        for (int axis = 0; axis < plan.Axes; axis++)
        {
            if (plan.Kernel[axis] != 3 || plan.Strides[axis] != 1 || plan.Dilations[axis] != 1 || plan.Before[axis] != 1 || plan.Outputs[axis] != plan.Inputs[axis])
            {
                return false;
            }
        }

        return plan.Axes == 2 && plan.Inputs[1] >= Lanes && Contraction.Width == 512;
    }

    /// <summary>Computes one output plane.</summary>
    /// <param name="input">The input plane.</param>
    /// <param name="width">The length of its rows, 16 or more.</param>
    /// <param name="weights">The nine weights.</param>
    /// <param name="bias">What the sums start from; empty or one number.</param>
    /// <param name="output">The output plane.</param>
    [MethodImpl(MethodImplOptions.NoInlining | MethodImplOptions.AggressiveOptimization)]
    internal static void Run(ReadOnlySpan<float> input, int width, ReadOnlySpan<float> weights, ReadOnlySpan<float> bias, Span<float> output)
    {
        int end = output.Length;
        _ = input[..end];
        _ = output[..Math.Max(width, Lanes)];
        ref float from = ref MemoryMarshal.GetReference(input);
        ref float to = ref MemoryMarshal.GetReference(output);
        bool hasBias = !bias.IsEmpty;
        Vector512<float> shift = Vector512.Create(hasBias ? bias[0] : 0f);
        Vector512<float> w0 = Vector512.Create(weights[0]), w1 = Vector512.Create(weights[1]), w2 = Vector512.Create(weights[2]);
        Vector512<float> w3 = Vector512.Create(weights[3]), w4 = Vector512.Create(weights[4]), w5 = Vector512.Create(weights[5]);
        Vector512<float> w6 = Vector512.Create(weights[6]), w7 = Vector512.Create(weights[7]), w8 = Vector512.Create(weights[8]);
        unchecked
        {
            for (int begin = 0; begin < width; begin += Lanes)
            {
                // The last strip overlaps the one before it.
                int column = Math.Min(begin, width - Lanes);
                bool isFirst = column == 0;
                bool isLast = column + Lanes == width;
                Vector512<float> above0 = Vector512<float>.Zero, above1 = above0, above2 = above0;
                ref float row = ref Unsafe.Add(ref from, column);
                Vector512<float> at1 = Vector512.LoadUnsafe(ref row);
                Vector512<float> at0 = isFirst ? ShiftRight(at1) : Vector512.LoadUnsafe(ref Unsafe.Subtract(ref row, 1));
                Vector512<float> at2 = isLast ? ShiftLeft(at1) : Vector512.LoadUnsafe(ref row, 1);
                for (int start = column; start < end; start += width)
                {
                    Vector512<float> below0 = Vector512<float>.Zero, below1 = below0, below2 = below0;
                    if (start + width < end)
                    {
                        row = ref Unsafe.Add(ref row, width);
                        below1 = Vector512.LoadUnsafe(ref row);
                        below0 = isFirst ? ShiftRight(below1) : Vector512.LoadUnsafe(ref Unsafe.Subtract(ref row, 1));
                        below2 = isLast ? ShiftLeft(below1) : Vector512.LoadUnsafe(ref row, 1);
                    }

                    Vector512<float> sum = Avx512F.FusedMultiplyAdd(above0, w0, Vector512<float>.Zero);
                    sum = Avx512F.FusedMultiplyAdd(above1, w1, sum);
                    sum = Avx512F.FusedMultiplyAdd(above2, w2, sum);
                    sum = Avx512F.FusedMultiplyAdd(at0, w3, sum);
                    sum = Avx512F.FusedMultiplyAdd(at1, w4, sum);
                    sum = Avx512F.FusedMultiplyAdd(at2, w5, sum);
                    sum = Avx512F.FusedMultiplyAdd(below0, w6, sum);
                    sum = Avx512F.FusedMultiplyAdd(below1, w7, sum);
                    sum = Avx512F.FusedMultiplyAdd(below2, w8, sum);
                    (hasBias ? sum + shift : sum).StoreUnsafe(ref to, (nuint)start);
                    (above0, above1, above2) = (at0, at1, at2);
                    (at0, at1, at2) = (below0, below1, below2);
                }
            }
        }
    }

    // Neighbours to the left, padding before the first.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector512<float> ShiftRight(Vector512<float> values) =>
        Avx512F.PermuteVar16x32x2(Vector512<float>.Zero, Vector512.Create(15, 16, 17, 18, 19, 20, 21, 22, 23, 24, 25, 26, 27, 28, 29, 30), values);

    // Neighbours to the right, padding after the last.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector512<float> ShiftLeft(Vector512<float> values) =>
        Avx512F.PermuteVar16x32x2(values, Vector512.Create(1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16), Vector512<float>.Zero);
}
