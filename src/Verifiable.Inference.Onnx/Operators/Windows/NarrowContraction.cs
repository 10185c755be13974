using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;
using Verifiable.Inference.Onnx.Arithmetic;

namespace Verifiable.Inference.Onnx.Operators;

/// <summary>A window of 3 × 3 over one channel with stride 1 and padding 1, where the input is: a row is one vector, and neighbours are lanes beside. For vectors of 512
/// bits only, by rule 2 of the canonical arithmetic. Stateless and thread-safe.</summary>
internal static class NarrowContraction
{
    private const int Lanes = 16;

    /// <summary>Tells whether the window is such a one over rows that leave a lane for the padding, and the processor has the vectors.</summary>
    internal static bool Fits(WindowPlan plan)
    {
        for (int axis = 0; axis < plan.Axes; axis++)
        {
            if (plan.Kernel[axis] != 3 || plan.Strides[axis] != 1 || plan.Dilations[axis] != 1 || plan.Before[axis] != 1 || plan.Outputs[axis] != plan.Inputs[axis])
            {
                return false;
            }
        }

        return plan.Axes == 2 && plan.Inputs[1] < Lanes && Contraction.Width == 512;
    }

    /// <summary>Computes one output plane.</summary>
    /// <param name="input">The input, from the plane on; what follows the plane may be read in vain.</param>
    /// <param name="width">The length of the plane's rows.</param>
    /// <param name="weights">The nine weights.</param>
    /// <param name="bias">What the sums start from; empty or one number.</param>
    /// <param name="output">The output plane.</param>
    [MethodImpl(MethodImplOptions.NoInlining | MethodImplOptions.AggressiveOptimization)]
    internal static void Run(ReadOnlySpan<float> input, int width, ReadOnlySpan<float> weights, ReadOnlySpan<float> bias, Span<float> output)
    {
        Span<float> beside = stackalloc float[Lanes];
        _ = input[..output.Length];
        ref float rest = ref MemoryMarshal.GetReference(beside);
        ref float from = ref MemoryMarshal.GetReference(input);
        ref float to = ref MemoryMarshal.GetReference(output);
        bool hasBias = !bias.IsEmpty;
        Vector512<float> shift = Vector512.Create(hasBias ? bias[0] : 0f);
        Vector512<float> w0 = Vector512.Create(weights[0]), w1 = Vector512.Create(weights[1]), w2 = Vector512.Create(weights[2]);
        Vector512<float> w3 = Vector512.Create(weights[3]), w4 = Vector512.Create(weights[4]), w5 = Vector512.Create(weights[5]);
        Vector512<float> w6 = Vector512.Create(weights[6]), w7 = Vector512.Create(weights[7]), w8 = Vector512.Create(weights[8]);
        Vector512<int> lanes = Vector512.Create(0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15);
        Vector512<int> before = Vector512.Create(15, 0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14);
        Vector512<int> after = Vector512.Create(1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 0);
        Vector512<float> mask = Vector512.LessThan(lanes, Vector512.Create(width)).AsSingle();
        Vector512<float> above0 = Vector512<float>.Zero, above1 = above0, above2 = above0;
        Vector512<float> at1 = Load(ref from, 0, width, input.Length, ref rest) & mask;
        Vector512<float> at0 = Avx512F.PermuteVar16x32(at1, before);
        Vector512<float> at2 = Avx512F.PermuteVar16x32(at1, after);
        for (int start = 0; start < output.Length; start = unchecked(start + width))
        {
            int next = start + width;
            Vector512<float> below1 = next < output.Length ? Load(ref from, next, width, input.Length, ref rest) & mask : Vector512<float>.Zero;
            Vector512<float> below0 = Avx512F.PermuteVar16x32(below1, before);
            Vector512<float> below2 = Avx512F.PermuteVar16x32(below1, after);
            Vector512<float> sum = Avx512F.FusedMultiplyAdd(above0, w0, Vector512<float>.Zero);
            sum = Avx512F.FusedMultiplyAdd(above1, w1, sum);
            sum = Avx512F.FusedMultiplyAdd(above2, w2, sum);
            sum = Avx512F.FusedMultiplyAdd(at0, w3, sum);
            sum = Avx512F.FusedMultiplyAdd(at1, w4, sum);
            sum = Avx512F.FusedMultiplyAdd(at2, w5, sum);
            sum = Avx512F.FusedMultiplyAdd(below0, w6, sum);
            sum = Avx512F.FusedMultiplyAdd(below1, w7, sum);
            sum = Avx512F.FusedMultiplyAdd(below2, w8, sum);
            sum = hasBias ? sum + shift : sum;
            if (start + Lanes <= output.Length)
            {
                // What is written beyond the row, the next rows overwrite.
                sum.StoreUnsafe(ref to, (nuint)start);
            }
            else
            {
                sum.StoreUnsafe(ref rest);
                Copy(ref rest, ref Unsafe.Add(ref to, start), width);
            }

            (above0, above1, above2) = (at0, at1, at2);
            (at0, at1, at2) = (below0, below1, below2);
        }
    }

    // A row and what follows it; at the end of all input, the row only.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector512<float> Load(ref float from, int start, int width, int length, ref float beside)
    {
        if (start + Lanes <= length)
        {
            return Vector512.LoadUnsafe(ref from, (nuint)start);
        }

        Copy(ref Unsafe.Add(ref from, start), ref beside, width);
        return Vector512.LoadUnsafe(ref beside);
    }

    // A call would make the loop keep its vectors in memory.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Copy(ref float from, ref float to, int count)
    {
        for (int i = 0; i < count; i++)
        {
            Unsafe.Add(ref to, i) = Unsafe.Add(ref from, i);
        }
    }
}
