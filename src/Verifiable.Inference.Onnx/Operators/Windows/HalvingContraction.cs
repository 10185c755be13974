using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;
using Verifiable.Inference.Onnx.Arithmetic;

namespace Verifiable.Inference.Onnx.Operators;

/// <summary>A window of 3 × 3 over one channel with stride 2 and padding 1, where the input is: strips of one vector of output columns, each from the top to the bottom;
/// even and odd columns are parted in registers. For vectors of 512 bits only, by rule 2 of the canonical arithmetic. Stateless and thread-safe.</summary>
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

    /// <summary>Computes one output plane.</summary>
    /// <param name="input">The input, from the plane on; what follows the plane may be read in vain.</param>
    /// <param name="height">The plane's rows.</param>
    /// <param name="width">Their length.</param>
    /// <param name="weights">The nine weights.</param>
    /// <param name="bias">What the sums start from; empty or one number.</param>
    /// <param name="output">The output plane.</param>
    [MethodImpl(MethodImplOptions.NoInlining | MethodImplOptions.AggressiveOptimization)]
    internal static void Run(ReadOnlySpan<float> input, int height, int width, ReadOnlySpan<float> weights, ReadOnlySpan<float> bias, Span<float> output)
    {
        int places = (width + 1) / 2;
        Span<float> beside = stackalloc float[Lanes];
        beside.Clear();
        _ = input[..(height * width)];
        _ = output[..((height + 1) / 2 * places)];
        ref float rest = ref MemoryMarshal.GetReference(beside);
        ref float from = ref MemoryMarshal.GetReference(input);
        ref float to = ref MemoryMarshal.GetReference(output);
        bool hasBias = !bias.IsEmpty;
        Vector512<float> shift = Vector512.Create(hasBias ? bias[0] : 0f);
        Vector512<float> w0 = Vector512.Create(weights[0]), w1 = Vector512.Create(weights[1]), w2 = Vector512.Create(weights[2]);
        Vector512<float> w3 = Vector512.Create(weights[3]), w4 = Vector512.Create(weights[4]), w5 = Vector512.Create(weights[5]);
        Vector512<float> w6 = Vector512.Create(weights[6]), w7 = Vector512.Create(weights[7]), w8 = Vector512.Create(weights[8]);
        Vector512<int> lanes = Vector512.Create(0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15);
        unchecked
        {
            for (int begin = 0; begin < places; begin += Lanes)
            {
                // The last strip overlaps the one before it. A strip reads two vectors of each row; where they do not fit side by side, they overlap too.
                int column = Math.Max(0, Math.Min(begin, places - Lanes));
                int left = 2 * column;
                int second = Math.Max(0, Math.Min(Lanes, width - Lanes - left));
                Vector512<int> middle = lanes + lanes;
                Vector512<int> after = middle + Vector512<int>.One;
                Vector512<int> before = column > 0 ? middle : middle - Vector512<int>.One;
                Vector512<float> insideBefore = Vector512.LessThan(Vector512<int>.Zero, lanes + Vector512.Create(column)).AsSingle();
                Vector512<float> insideMiddle = Vector512.LessThan(middle, Vector512.Create(width - left)).AsSingle();
                Vector512<float> insideAfter = Vector512.LessThan(after, Vector512.Create(width - left)).AsSingle();
                int secondBefore = column > 0 ? Lanes - 1 : second;
                before = column > 0 ? before : Overlapped(before, second);
                middle = Overlapped(middle, second);
                after = Overlapped(after, second);
                int firstBefore = column > 0 ? -1 : 0;
                Vector512<float> above0 = Vector512<float>.Zero, above1 = above0, above2 = above0;
                for (int row = 0, start = column; row < height; row += 2, start += places)
                {
                    scoped ref float at = ref Unsafe.Add(ref from, (row * width) + left);
                    if (width < Lanes && ((row + 1) * width) + Lanes > input.Length)
                    {
                        // The last rows of all input.
                        Copy(ref at, ref rest, width);
                        at = ref rest;
                    }

                    Vector512<float> low = Vector512.LoadUnsafe(ref at);
                    Vector512<float> high = Vector512.LoadUnsafe(ref Unsafe.Add(ref at, second));
                    Vector512<float> at1 = Avx512F.PermuteVar16x32x2(low, middle, high) & insideMiddle;
                    Vector512<float> at2 = Avx512F.PermuteVar16x32x2(low, after, high) & insideAfter;
                    Vector512<float> at0 = Avx512F.PermuteVar16x32x2(
                        Vector512.LoadUnsafe(ref Unsafe.Add(ref at, firstBefore)), before, Vector512.LoadUnsafe(ref Unsafe.Add(ref at, secondBefore))) & insideBefore;
                    Vector512<float> below0 = Vector512<float>.Zero, below1 = below0, below2 = below0;
                    if (row + 1 < height)
                    {
                        scoped ref float below = ref Unsafe.Add(ref from, ((row + 1) * width) + left);
                        if (width < Lanes && ((row + 1) * width) + Lanes > input.Length)
                        {
                            Copy(ref below, ref rest, width);
                            below = ref rest;
                        }

                        low = Vector512.LoadUnsafe(ref below);
                        high = Vector512.LoadUnsafe(ref Unsafe.Add(ref below, second));
                        below1 = Avx512F.PermuteVar16x32x2(low, middle, high) & insideMiddle;
                        below2 = Avx512F.PermuteVar16x32x2(low, after, high) & insideAfter;
                        below0 = Avx512F.PermuteVar16x32x2(
                            Vector512.LoadUnsafe(ref Unsafe.Add(ref below, firstBefore)), before, Vector512.LoadUnsafe(ref Unsafe.Add(ref below, secondBefore))) & insideBefore;
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
                    sum = hasBias ? sum + shift : sum;
                    (above0, above1, above2) = (below0, below1, below2);
                    if (start + Lanes <= output.Length)
                    {
                        // What is written beyond the row, the next rows overwrite.
                        sum.StoreUnsafe(ref to, (nuint)start);
                    }
                    else
                    {
                        sum.StoreUnsafe(ref rest);
                        Copy(ref rest, ref Unsafe.Add(ref to, start), places);
                    }
                }
            }
        }
    }

    // Where the elements stand in two vectors, of which the second begins so far from the first.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector512<int> Overlapped(Vector512<int> elements, int second) =>
        Vector512.ConditionalSelect(Vector512.LessThan(elements, Vector512.Create(Lanes)), elements, elements + Vector512.Create(Lanes - second));

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
