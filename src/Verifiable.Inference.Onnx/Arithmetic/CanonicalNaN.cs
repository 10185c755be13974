using System.Numerics;
using System.Runtime.InteropServices;
using Verifiable.Inference.Tensors;

namespace Verifiable.Inference.Onnx.Arithmetic;

/// <summary>Replaces every NaN of a tensor by the canonical one of its type: processors disagree on the sign and the payload of a NaN that they make.</summary>
internal static class CanonicalNaN
{
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
        int i = 0;
        if (Vector.IsHardwareAccelerated)
        {
            var canonical = new Vector<float>(BitConverter.UInt32BitsToSingle(CanonicalMath.CanonicalNaNBits));
            for (; i + Vector<float>.Count <= values.Length; i += Vector<float>.Count)
            {
                Span<float> chunk = values.Slice(i, Vector<float>.Count);
                var value = new Vector<float>(chunk);
                if (!Vector.EqualsAll(value, value))
                {
                    Vector.ConditionalSelect(Vector.Equals(value, value), value, canonical).CopyTo(chunk);
                }
            }
        }

        foreach (ref float value in values[i..])
        {
            value = CanonicalMath.CanonicalizeNaN(value);
        }
    }

    private static void ReplaceAbove(Span<ushort> values, int infinity, ushort canonical)
    {
        foreach (ref ushort value in values)
        {
            value = (value & 0x7FFF) > infinity ? canonical : value;
        }
    }
}
