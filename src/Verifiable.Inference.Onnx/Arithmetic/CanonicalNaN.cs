using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using Verifiable.Inference.Tensors;

namespace Verifiable.Inference.Onnx.Arithmetic;

/// <summary>Replaces every NaN of a tensor by the canonical one of its type: processors disagree on the sign and the payload of a NaN that they make.</summary>
internal static class CanonicalNaN
{
    /// <summary>Canonicalises elements in place; other types than floats are left alone.</summary>
    [MethodImpl(MethodImplOptions.NoInlining | MethodImplOptions.AggressiveOptimization)]
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
    [MethodImpl(MethodImplOptions.NoInlining | MethodImplOptions.AggressiveOptimization)]
    internal static bool IsNeeded(ElementType type, ReadOnlySpan<byte> elements)
    {
        switch (type)
        {
            case ElementType.Float32:
                ReadOnlySpan<float> floats = MemoryMarshal.Cast<byte, float>(elements);
                foreach (float value in floats[WithoutNaN(floats)..])
                {
                    if (float.IsNaN(value) && BitConverter.SingleToUInt32Bits(value) != CanonicalMath.CanonicalNaNBits)
                    {
                        return true;
                    }
                }

                return false;
            case ElementType.Float64:
                foreach (double value in MemoryMarshal.Cast<byte, double>(elements))
                {
                    if (double.IsNaN(value) && BitConverter.DoubleToUInt64Bits(value) != BitConverter.DoubleToUInt64Bits(CanonicalMath.CanonicalizeNaN(value)))
                    {
                        return true;
                    }
                }

                return false;
            case ElementType.Float16:
                return HasOther(MemoryMarshal.Cast<byte, ushort>(elements), 0x7C00, 0x7E00);
            case ElementType.BFloat16:
                return HasOther(MemoryMarshal.Cast<byte, ushort>(elements), 0x7F80, 0x7FC0);
            default:
                return false;
        }
    }

    /// <summary>Canonicalises binary32 elements in place.</summary>
    [MethodImpl(MethodImplOptions.NoInlining | MethodImplOptions.AggressiveOptimization)]
    internal static void Apply(Span<float> values)
    {
        int i = 0;
        if (Vector128.IsHardwareAccelerated)
        {
            // A NaN is beyond infinity when the sign is left out; four vectors are looked at together.
            ref int bits = ref Unsafe.As<float, int>(ref MemoryMarshal.GetReference(values));
            Vector512<int> magnitude = Vector512.Create(int.MaxValue);
            Vector512<int> infinity = Vector512.Create(0x7F80_0000);
            for (; i <= values.Length - 64; i += 64)
            {
                Vector512<int> left = Vector512.Max(Vector512.LoadUnsafe(ref bits, (nuint)i) & magnitude, Vector512.LoadUnsafe(ref bits, (nuint)i + 16) & magnitude);
                Vector512<int> right = Vector512.Max(Vector512.LoadUnsafe(ref bits, (nuint)i + 32) & magnitude, Vector512.LoadUnsafe(ref bits, (nuint)i + 48) & magnitude);
                if (Vector512.GreaterThanAny(Vector512.Max(left, right), infinity))
                {
                    ReplaceAll(values.Slice(i, 64));
                }
            }

            for (; i <= values.Length - 16; i += 16)
            {
                if (Vector512.GreaterThanAny(Vector512.LoadUnsafe(ref bits, (nuint)i) & magnitude, infinity))
                {
                    ReplaceAll(values.Slice(i, 16));
                }
            }
        }

        ReplaceAll(values[i..]);
    }

    // Counts elements from the first on that are no NaNs; there may be more.
    [MethodImpl(MethodImplOptions.NoInlining | MethodImplOptions.AggressiveOptimization)]
    private static int WithoutNaN(ReadOnlySpan<float> values)
    {
        int i = 0;
        if (Vector128.IsHardwareAccelerated)
        {
            ref int bits = ref Unsafe.As<float, int>(ref MemoryMarshal.GetReference(values));
            Vector512<int> magnitude = Vector512.Create(int.MaxValue);
            Vector512<int> infinity = Vector512.Create(0x7F80_0000);
            while (i <= values.Length - 16 && !Vector512.GreaterThanAny(Vector512.LoadUnsafe(ref bits, (nuint)i) & magnitude, infinity))
            {
                i += 16;
            }
        }

        return i;
    }

    [MethodImpl(MethodImplOptions.NoInlining | MethodImplOptions.AggressiveOptimization)]
    private static void ReplaceAll(Span<float> values)
    {
        foreach (ref float value in values)
        {
            value = CanonicalMath.CanonicalizeNaN(value);
        }
    }

    [MethodImpl(MethodImplOptions.NoInlining | MethodImplOptions.AggressiveOptimization)]
    private static void ReplaceAbove(Span<ushort> values, int infinity, ushort canonical)
    {
        foreach (ref ushort value in values)
        {
            value = (value & 0x7FFF) > infinity ? canonical : value;
        }
    }

    [MethodImpl(MethodImplOptions.NoInlining | MethodImplOptions.AggressiveOptimization)]
    private static bool HasOther(ReadOnlySpan<ushort> values, int infinity, ushort canonical)
    {
        foreach (ushort value in values)
        {
            if ((value & 0x7FFF) > infinity && value != canonical)
            {
                return true;
            }
        }

        return false;
    }
}
