using Verifiable.Inference.Tensors;

namespace Verifiable.Inference.Onnx.Arithmetic;

/// <summary>
/// Converts an element from one type to another. To a narrower float: rounded once, to nearest even. From float to integer: cut toward zero, saturated, NaN
/// becomes 0. Between integers: the low bits. To Boolean: whether it is not zero, so that NaN is true.
/// </summary>
internal static class ElementConversion
{
    internal static ulong Convert(ulong bits, ElementType from, ElementType to) =>
        ElementTypes.IsFloat(from) ? FromFloat(Widen(bits, from), to) : FromInteger(bits, from, to);

    private static double Widen(ulong bits, ElementType type) => type switch
    {
        ElementType.Float64 => ElementBits.ToDouble(bits),
        ElementType.Float16 => (double)BitConverter.UInt16BitsToHalf((ushort)bits),
        ElementType.BFloat16 => ElementBits.ToSingle(bits << 16),
        _ => ElementBits.ToSingle(bits),
    };

    private static ulong FromFloat(double value, ElementType to) => to switch
    {
        ElementType.Boolean => value != 0 ? 1UL : 0UL,
        ElementType.Float32 => ElementBits.Of((float)value),
        ElementType.Float64 => ElementBits.Of(value),
        ElementType.Float16 => double.IsNaN(value) ? 0x7E00UL : BitConverter.HalfToUInt16Bits((Half)value),
        ElementType.BFloat16 => double.IsNaN(value) ? 0x7FC0UL : ToBFloat16(value),
        ElementType.UInt64 => !(value >= 1) ? 0UL : value >= 18446744073709551616.0 ? ulong.MaxValue : (ulong)value,
        _ => Saturate(value, to),
    };

    private static ulong Saturate(double value, ElementType to)
    {
        (long least, long most) = to switch
        {
            ElementType.Int8 => (sbyte.MinValue, sbyte.MaxValue),
            ElementType.Int16 => (short.MinValue, short.MaxValue),
            ElementType.Int32 => (int.MinValue, int.MaxValue),
            ElementType.UInt8 => (byte.MinValue, byte.MaxValue),
            ElementType.UInt16 => (ushort.MinValue, ushort.MaxValue),
            ElementType.UInt32 => (uint.MinValue, (long)uint.MaxValue),
            _ => (long.MinValue, long.MaxValue),
        };

        // The bounds are compared as floats: most of Int64 rounds up to 2^63, which saturates as it should.
        long result = double.IsNaN(value) ? 0 : value <= least ? least : value >= most ? most : (long)value;
        return ElementBits.Of(result, to);
    }

    private static ulong FromInteger(ulong bits, ElementType from, ElementType to)
    {
        long value = ElementBits.ToInt64(bits, from);
        bool isUpper = from == ElementType.UInt64 && value < 0;
        if (to == ElementType.Boolean)
        {
            return value != 0 ? 1UL : 0UL;
        }

        if (!ElementTypes.IsFloat(to))
        {
            return ElementBits.Of(value, to);
        }

        // An integer of more than 53 bits is first rounded to odd at 54 bits or more, so that the rounding that counts is the only one.
        return isUpper ? FromFloat(2.0 * ToOdd((long)((bits >> 1) | (bits & 1)), to), to) : FromFloat(ToOdd(value, to), to);
    }

    private static double ToOdd(long value, ElementType to)
    {
        if (to == ElementType.Float64 || value is > -(1L << 53) and < (1L << 53))
        {
            return value;
        }

        // Eleven low bits cannot be kept; one sticky bit stands for them. 2^53 and more have at least 42 bits above, enough for the narrower types.
        long kept = value & ~0xFFFL;
        return (value & 0xFFF) == 0 ? kept : kept | 0x800;
    }

    // Round to odd at binary32 first, then to nearest even at 8 bits: 24 ≥ 8 + 2, so the second rounding is as if it were the only one.
    private static ulong ToBFloat16(double value)
    {
        float narrow = (float)value;
        double error = value - narrow;
        uint bits = BitConverter.SingleToUInt32Bits(narrow);
        if (error != 0 && !float.IsInfinity(narrow) && (bits & 1) == 0)
        {
            bits = unchecked((error > 0) == (value > 0) ? bits + 1 : bits - 1);
        }

        uint rounded = unchecked(bits + 0x7FFF + ((bits >> 16) & 1));
        return rounded >> 16;
    }
}
