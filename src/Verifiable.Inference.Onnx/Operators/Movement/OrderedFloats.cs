using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace Verifiable.Inference.Onnx.Operators;

/// <summary>Turns binary32 elements into integers of the same order and back: −0 is below +0, and the canonical NaN above +∞, so that the largest integer is the
/// largest element by the canonical rule. Stateless and thread-safe.</summary>
internal static class OrderedFloats
{
    /// <summary>Turns floats into integers, or such integers into floats, in place: what is below zero has its other bits flipped.</summary>
    internal static void Turn(Span<float> values)
    {
        Span<int> bits = MemoryMarshal.Cast<float, int>(values);
        int i = 0;
        if (Vector128.IsHardwareAccelerated)
        {
            ref int first = ref MemoryMarshal.GetReference(bits);
            Vector512<int> others = Vector512.Create(int.MaxValue);
            for (; i <= bits.Length - Vector512<int>.Count; i += Vector512<int>.Count)
            {
                Vector512<int> value = Vector512.LoadUnsafe(ref first, (nuint)i);
                (value ^ ((value >> 31) & others)).StoreUnsafe(ref first, (nuint)i);
            }
        }

        foreach (ref int value in bits[i..])
        {
            value ^= (value >> 31) & int.MaxValue;
        }
    }
}
