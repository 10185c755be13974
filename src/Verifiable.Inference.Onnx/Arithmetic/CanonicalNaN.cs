using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using Verifiable.Inference.Tensors;

namespace Verifiable.Inference.Onnx.Arithmetic;

/// <summary>Replaces every NaN of a tensor by the canonical one of its type: processors disagree on the sign and the payload of a NaN that they make.</summary>
internal static class CanonicalNaN
{
    private const int ChunkLength = 64;

    /// <summary>Canonicalises elements in place; other types than floats are left alone.</summary>
    internal static void Apply(ElementType type, Span<byte> elements)
    {
        switch (type)
        {
            case ElementType.Float32:
                Apply(MemoryMarshal.Cast<byte, float>(elements));
                break;
            case ElementType.Float64:
                foreach (ref double value in MemoryMarshal.Cast<byte, double>(elements))
                {
                    value = CanonicalMath.CanonicalizeNaN(value);
                }

                break;
            case ElementType.Float16:
                ReplaceAbove(MemoryMarshal.Cast<byte, ushort>(elements), 0x7C00, 0x7E00);
                break;
            case ElementType.BFloat16:
                ReplaceAbove(MemoryMarshal.Cast<byte, ushort>(elements), 0x7F80, 0x7FC0);
                break;
        }
    }

    /// <summary>Tells whether some NaN is not the canonical one.</summary>
    internal static bool IsNeeded(ElementType type, ReadOnlySpan<byte> elements)
    {
        switch (type)
        {
            case ElementType.Float32:
                foreach (float value in MemoryMarshal.Cast<byte, float>(elements))
                {
                    if (float.IsNaN(value) && BitConverter.SingleToUInt32Bits(value) != CanonicalMath.CanonicalNaNBits)
                    {
                        return true;
                    }
                }

                return false;
            case ElementType.Float64 or ElementType.Float16 or ElementType.BFloat16:
                byte[] copy = elements.ToArray();
                Apply(type, copy);
                return !elements.SequenceEqual(copy);
            default:
                return false;
        }
    }

    /// <summary>Canonicalises binary32 elements in place.</summary>
    internal static void Apply(Span<float> values)
    {
        // Hardly ever is there a NaN: most chunks are only looked at.
        ref float first = ref MemoryMarshal.GetReference(values);
        int i = 0;
        for (; i + ChunkLength <= values.Length; i += ChunkLength)
        {
            if (!HoldsNumbersOnly(ref Unsafe.Add(ref first, i)))
            {
                Replace(values.Slice(i, ChunkLength));
            }
        }

        Replace(values[i..]);
    }

    private static void Replace(Span<float> values)
    {
        foreach (ref float value in values)
        {
            value = CanonicalMath.CanonicalizeNaN(value);
        }
    }

    // A NaN equals nothing, itself included.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static bool HoldsNumbersOnly(ref float chunk)
    {
        if (Vector512.IsHardwareAccelerated)
        {
            Vector512<float> a = Vector512.LoadUnsafe(ref chunk);
            Vector512<float> b = Vector512.LoadUnsafe(ref chunk, 16);
            Vector512<float> c = Vector512.LoadUnsafe(ref chunk, 32);
            Vector512<float> d = Vector512.LoadUnsafe(ref chunk, 48);
            return (Vector512.Equals(a, a) & Vector512.Equals(b, b) & Vector512.Equals(c, c) & Vector512.Equals(d, d)).AsInt32() == Vector512<int>.AllBitsSet;
        }

        if (!Vector128.IsHardwareAccelerated)
        {
            return false;
        }

        Vector128<float> equal = Vector128<float>.AllBitsSet;
        for (nuint i = 0; i < ChunkLength; i += 4)
        {
            Vector128<float> value = Vector128.LoadUnsafe(ref chunk, i);
            equal &= Vector128.Equals(value, value);
        }

        return equal.AsInt32() == Vector128<int>.AllBitsSet;
    }

    private static void ReplaceAbove(Span<ushort> values, int infinity, ushort canonical)
    {
        foreach (ref ushort value in values)
        {
            value = (value & 0x7FFF) > infinity ? canonical : value;
        }
    }
}
