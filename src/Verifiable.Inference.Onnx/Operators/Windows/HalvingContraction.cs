using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;
using Verifiable.Inference.Onnx.Arithmetic;

namespace Verifiable.Inference.Onnx.Operators;

/// <summary>A window of 3 × 3 over one channel with stride 2 and padding 1, where the input is: even and odd columns are parted in registers. For vectors of 512 bits
/// only, by rule 2 of the canonical arithmetic. Stateless and thread-safe.</summary>
internal static class HalvingContraction
{
    private const int Lanes = 16;

    /// <summary>Tells whether the window is such a one, and the processor has the vectors.</summary>
    internal static bool Fits(WindowPlan plan)
    {
        for (int axis = 0; axis < plan.Axes; axis++)
        {
            if (plan.Kernel[axis] != 3 || plan.Strides[axis] != 2 || plan.Dilations[axis] != 1 || plan.Before[axis] != 1 || plan.Outputs[axis] != (plan.Inputs[axis] + 1) / 2)
            {
                return false;
            }
        }

        return plan.Axes == 2 && Contraction.Width == 512;
    }

    /// <summary>Counts the elements that <see cref="Run"/> needs beside the output.</summary>
    internal static int ScratchLength(WindowPlan plan) => 9 * Lanes * Vectors((int)plan.Outputs[1]);

    /// <summary>Computes one output plane.</summary>
    /// <param name="input">The input, from the plane on; what follows the plane may be read in vain.</param>
    /// <param name="height">The plane's rows.</param>
    /// <param name="width">Their length.</param>
    /// <param name="weights">The nine weights.</param>
    /// <param name="bias">What the sums start from; empty or one number.</param>
    /// <param name="scratch"><see cref="ScratchLength"/> elements that become anything.</param>
    /// <param name="output">The output plane.</param>
    [MethodImpl(MethodImplOptions.NoInlining | MethodImplOptions.AggressiveOptimization)]
    internal static void Run(
        ReadOnlySpan<float> input, int height, int width, ReadOnlySpan<float> weights, ReadOnlySpan<float> bias, Span<float> scratch, Span<float> output)
    {
        int places = (width + 1) / 2;
        int vectors = Vectors(places);
        int reach = 2 * Lanes * vectors;
        ReadOnlySpan<float> plane = input[..(height * width)];
        ref float begin = ref MemoryMarshal.GetReference(input);
        ref float beside = ref MemoryMarshal.GetReference(scratch[(4 * reach)..]);
        scratch[..reach].Clear();
        ref float zeros = ref MemoryMarshal.GetReference(scratch);
        ref float to = ref MemoryMarshal.GetReference(output);
        for (int start = 0, row = 0; start < output.Length; start += places, row += 2)
        {
            // Rows whose vectors would go over the end of all input are copied first.
            ref float above = ref zeros;
            ref float at = ref Unsafe.Add(ref begin, row * width);
            ref float below = ref zeros;
            bool copies = ((row + 1) * width) + reach > input.Length;
            if (row > 0)
            {
                above = ref copies ? ref Copy(plane, row - 1, width, scratch.Slice(reach, reach)) : ref Unsafe.Add(ref begin, (row - 1) * width);
            }

            if (row + 1 < height)
            {
                below = ref copies ? ref Copy(plane, row + 1, width, scratch.Slice(2 * reach, reach)) : ref Unsafe.Add(ref begin, (row + 1) * width);
            }

            if (copies)
            {
                at = ref Copy(plane, row, width, scratch.Slice(3 * reach, reach));
            }

            // The vectors of the last rows would go over the end of the output.
            if (start + (Lanes * vectors) <= output.Length)
            {
                Row(ref above, ref at, ref below, weights, bias, vectors, width, ref Unsafe.Add(ref to, start));
            }
            else
            {
                Row(ref above, ref at, ref below, weights, bias, vectors, width, ref beside);
                scratch.Slice(4 * reach, places).CopyTo(output[start..]);
            }
        }
    }

    private static int Vectors(int places) => (places + Lanes - 1) / Lanes;

    private static ref float Copy(ReadOnlySpan<float> plane, int row, int width, Span<float> target)
    {
        plane.Slice(row * width, width).CopyTo(target);
        return ref MemoryMarshal.GetReference(target);
    }

    [MethodImpl(MethodImplOptions.NoInlining | MethodImplOptions.AggressiveOptimization)]
    private static void Row(
        ref float above, ref float at, ref float below, ReadOnlySpan<float> weights, ReadOnlySpan<float> bias, int vectors, int width, ref float to)
    {
        bool hasBias = !bias.IsEmpty;
        Vector512<float> shift = Vector512.Create(hasBias ? bias[0] : 0f);
        Vector512<float> w0 = Vector512.Create(weights[0]), w1 = Vector512.Create(weights[1]), w2 = Vector512.Create(weights[2]);
        Vector512<float> w3 = Vector512.Create(weights[3]), w4 = Vector512.Create(weights[4]), w5 = Vector512.Create(weights[5]);
        Vector512<float> w6 = Vector512.Create(weights[6]), w7 = Vector512.Create(weights[7]), w8 = Vector512.Create(weights[8]);
        Vector512<int> even = Vector512.Create(0, 2, 4, 6, 8, 10, 12, 14, 16, 18, 20, 22, 24, 26, 28, 30);
        Vector512<int> odd = even + Vector512<int>.One;
        Vector512<int> before = Vector512.Create(15, 16, 17, 18, 19, 20, 21, 22, 23, 24, 25, 26, 27, 28, 29, 30);

        // The odd column after the last one is padding.
        Vector512<int> lanes = Vector512.Create(0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15);
        Vector512<float> oddAbove = Vector512<float>.Zero, oddAt = oddAbove, oddBelow = oddAbove;
        unchecked
        {
            for (int vector = 0; vector < vectors; vector++)
            {
                nuint from = (nuint)vector * (2 * Lanes);
                Vector512<float> mask = Vector512.LessThan(lanes, Vector512.Create((width / 2) - (vector * Lanes))).AsSingle();
                Vector512<float> first = Vector512.LoadUnsafe(ref above, from);
                Vector512<float> second = Vector512.LoadUnsafe(ref above, from + Lanes);
                Vector512<float> right = Avx512F.PermuteVar16x32x2(first, odd, second) & mask;
                Vector512<float> sum = Avx512F.FusedMultiplyAdd(Avx512F.PermuteVar16x32x2(oddAbove, before, right), w0, Vector512<float>.Zero);
                sum = Avx512F.FusedMultiplyAdd(Avx512F.PermuteVar16x32x2(first, even, second), w1, sum);
                sum = Avx512F.FusedMultiplyAdd(right, w2, sum);
                oddAbove = right;
                first = Vector512.LoadUnsafe(ref at, from);
                second = Vector512.LoadUnsafe(ref at, from + Lanes);
                right = Avx512F.PermuteVar16x32x2(first, odd, second) & mask;
                sum = Avx512F.FusedMultiplyAdd(Avx512F.PermuteVar16x32x2(oddAt, before, right), w3, sum);
                sum = Avx512F.FusedMultiplyAdd(Avx512F.PermuteVar16x32x2(first, even, second), w4, sum);
                sum = Avx512F.FusedMultiplyAdd(right, w5, sum);
                oddAt = right;
                first = Vector512.LoadUnsafe(ref below, from);
                second = Vector512.LoadUnsafe(ref below, from + Lanes);
                right = Avx512F.PermuteVar16x32x2(first, odd, second) & mask;
                sum = Avx512F.FusedMultiplyAdd(Avx512F.PermuteVar16x32x2(oddBelow, before, right), w6, sum);
                sum = Avx512F.FusedMultiplyAdd(Avx512F.PermuteVar16x32x2(first, even, second), w7, sum);
                sum = Avx512F.FusedMultiplyAdd(right, w8, sum);
                oddBelow = right;
                (hasBias ? sum + shift : sum).StoreUnsafe(ref to, (nuint)vector * Lanes);
            }
        }
    }
}
