using Verifiable.Inference.Tensors;

namespace Verifiable.Inference.Onnx.Arithmetic;

/// <summary>The order in which operators search and sort elements: numbers by value, the two zeros equal, NaN larger than every number and equal to itself.</summary>
internal static class ElementOrder
{
    /// <summary>Maps an element's bits to a number of as many bits; the numbers compare as the elements do.</summary>
    internal static ulong Key(ulong bits, ElementType type) => type switch
    {
        ElementType.Float32 => FloatKey(bits, 0x8000_0000, 0x7F80_0000),
        ElementType.Float64 => FloatKey(bits, 1UL << 63, 0x7FF0_0000_0000_0000),
        ElementType.Float16 => FloatKey(bits, 0x8000, 0x7C00),
        ElementType.BFloat16 => FloatKey(bits, 0x8000, 0x7F80),
        ElementType.Int8 => bits ^ 0x80,
        ElementType.Int16 => bits ^ 0x8000,
        ElementType.Int32 => bits ^ 0x8000_0000,
        ElementType.Int64 => bits ^ (1UL << 63),
        _ => bits,
    };

    /// <summary>Tells whether an element is something else than zero; NaN is.</summary>
    internal static bool IsNonZero(ulong bits, ElementType type) => (ElementTypes.IsFloat(type) ? bits & (ulong.MaxValue >> (65 - (8 * ElementTypes.SizeOf(type)))) : bits) != 0;

    /// <summary>Tells whether the bits are a NaN.</summary>
    internal static bool IsNaN(ulong bits, ElementType type) => type switch
    {
        ElementType.Float32 => (bits & 0x7FFF_FFFF) > 0x7F80_0000,
        ElementType.Float64 => (bits & long.MaxValue) > 0x7FF0_0000_0000_0000,
        ElementType.Float16 => (bits & 0x7FFF) > 0x7C00,
        ElementType.BFloat16 => (bits & 0x7FFF) > 0x7F80,
        _ => false,
    };

    private static ulong FloatKey(ulong bits, ulong sign, ulong infinity)
    {
        ulong magnitude = bits & (sign - 1);
        if (magnitude > infinity)
        {
            return sign | (sign - 1);
        }

        return (bits & sign) != 0 ? sign - magnitude : sign + magnitude;
    }
}
