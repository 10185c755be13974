using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;
using Verifiable.Inference.Onnx.Arithmetic;

namespace Verifiable.Inference.Onnx.Operators;

/// <summary>Clip of binary32 with vectors, by the rules of Max and Min; NaNs of the result are canonical. Stateless and thread-safe.</summary>
internal static class ClipLoop
{
    /// <summary>Tells whether the loop computes with these bounds: no NaN, and no zero above, where the sign of a zero would be decided by the upper bound.</summary>
    internal static bool Fits(float lower, float upper) => lower <= upper && upper != 0f;

    /// <summary>Clips elements; the result may lie in their place.</summary>
    /// <param name="x">The elements.</param>
    /// <param name="lower">The lower bound, for which <see cref="Fits"/> holds.</param>
    /// <param name="upper">The upper bound.</param>
    /// <param name="y">As many results.</param>
    [MethodImpl(MethodImplOptions.NoInlining | MethodImplOptions.AggressiveOptimization)]
    internal static void Run(ReadOnlySpan<float> x, float lower, float upper, Span<float> y)
    {
        int count = x.Length;
        _ = y[..count];
        ref float from = ref MemoryMarshal.GetReference(x);
        ref float to = ref MemoryMarshal.GetReference(y);

        // A lower bound of +0 turns −0 into +0; adding −0 changes nothing.
        float zero = BitConverter.SingleToInt32Bits(lower) == 0 ? 0f : -0f;
        Vector512<float> least = Vector512.Create(lower);
        Vector512<float> most = Vector512.Create(upper);
        Vector512<float> zeros = Vector512.Create(zero);
        Vector512<int> magnitude = Vector512.Create(int.MaxValue);
        Vector512<int> largest = Vector512<int>.Zero;
        int i = 0;
        int vectors = Vector128.IsHardwareAccelerated ? count : 0;
        unchecked
        {
            for (; i <= vectors - (2 * Vector512<float>.Count); i += 2 * Vector512<float>.Count)
            {
                Vector512<float> left = Clip(Vector512.LoadUnsafe(ref from, (nuint)i), least, most, zeros);
                Vector512<float> right = Clip(Vector512.LoadUnsafe(ref from, (nuint)i + 16), least, most, zeros);
                left.StoreUnsafe(ref to, (nuint)i);
                right.StoreUnsafe(ref to, (nuint)i + 16);
                largest = Vector512.Max(largest, Vector512.Max(left.AsInt32() & magnitude, right.AsInt32() & magnitude));
            }

            for (; i <= vectors - Vector512<float>.Count; i += Vector512<float>.Count)
            {
                Vector512<float> one = Clip(Vector512.LoadUnsafe(ref from, (nuint)i), least, most, zeros);
                one.StoreUnsafe(ref to, (nuint)i);
                largest = Vector512.Max(largest, one.AsInt32() & magnitude);
            }

            for (; i < count; i++)
            {
                float value = Unsafe.Add(ref from, i);
                value = (value < lower ? lower : value) + zero;
                value = value > upper ? upper : value;
                Unsafe.Add(ref to, i) = CanonicalMath.CanonicalizeNaN(value);
            }
        }

        // A NaN, which passes both bounds, is beyond infinity when the sign is left out.
        if (Vector512.GreaterThanAny(largest, Vector512.Create(0x7F80_0000)))
        {
            CanonicalNaN.Apply(y[..count]);
        }
    }

    // Where neither number is larger, or one is NaN, the processor's instructions take the second one, as the selections do.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector512<float> Clip(Vector512<float> x, Vector512<float> lower, Vector512<float> upper, Vector512<float> zeros)
    {
        if (Avx512F.IsSupported)
        {
            return Avx512F.Min(upper, Avx512F.Max(lower, x) + zeros);
        }

        Vector512<float> raised = Vector512.ConditionalSelect(Vector512.LessThan(x, lower), lower, x) + zeros;
        return Vector512.ConditionalSelect(Vector512.GreaterThan(raised, upper), upper, raised);
    }
}
