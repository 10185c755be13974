using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using Verifiable.Inference.Tensors;

namespace Verifiable.Inference.Onnx.Arithmetic;

/// <summary>Converts single elements to and from their bits, NaNs canonical.</summary>
internal static class ElementBits
{
    internal static ulong Of(float value) => BitConverter.SingleToUInt32Bits(CanonicalMath.CanonicalizeNaN(value));

    internal static ulong Of(double value) => BitConverter.DoubleToUInt64Bits(CanonicalMath.CanonicalizeNaN(value));

    /// <summary>Gets the bits of an integer in two's complement, cut to the width of the type.</summary>
    internal static ulong Of(long value, ElementType type)
    {
        int bits = 8 * ElementTypes.SizeOf(type);
        return unchecked((ulong)value) & (ulong.MaxValue >> (64 - bits));
    }

    /// <summary>Reads an integer or a Boolean; the upper half of UInt64 comes out negative.</summary>
    internal static long ToInt64(ulong bits, ElementType type) => unchecked(type switch
    {
        ElementType.Int8 => (sbyte)bits,
        ElementType.Int16 => (short)bits,
        ElementType.Int32 => (int)bits,
        _ => (long)bits,
    });

    /// <summary>Reads the bits of one element, little-endian.</summary>
    /// <param name="elements">The bytes of the elements.</param>
    /// <param name="index">The index of the element.</param>
    /// <param name="size">The bytes of one element: 1, 2, 4 or 8.</param>
    internal static ulong Read(ReadOnlySpan<byte> elements, int index, int size) => size switch
    {
        1 => elements[index],
        2 => MemoryMarshal.Cast<byte, ushort>(elements)[index],
        4 => MemoryMarshal.Cast<byte, uint>(elements)[index],
        _ => MemoryMarshal.Cast<byte, ulong>(elements)[index],
    };

    /// <summary>Writes the low bits as one element, little-endian.</summary>
    /// <param name="bits">The bits.</param>
    /// <param name="element">The bytes of the element: 1, 2, 4 or 8 of them.</param>
    internal static void Write(ulong bits, Span<byte> element)
    {
        for (int i = 0; i < element.Length; i++)
        {
            element[i] = unchecked((byte)(bits >> (8 * i)));
        }
    }

    internal static float ToSingle(ulong bits) => BitConverter.UInt32BitsToSingle((uint)bits);

    internal static double ToDouble(ulong bits) => BitConverter.UInt64BitsToDouble(bits);

    /// <summary>Reads the low bits as a number of a type.</summary>
    internal static T To<T>(ulong bits)
        where T : unmanaged, INumber<T>
    {
        if (typeof(T) == typeof(float))
        {
            return (T)(object)ToSingle(bits);
        }

        return typeof(T) == typeof(double) ? (T)(object)ToDouble(bits) : T.CreateTruncating(bits);
    }

    /// <summary>Gets the bits of a number in the low bits of the result, a NaN canonical.</summary>
    internal static ulong Of<T>(T value)
        where T : unmanaged, INumber<T>
    {
        if (typeof(T) == typeof(float))
        {
            return Of((float)(object)value);
        }

        return typeof(T) == typeof(double) ? Of((double)(object)value) : ulong.CreateTruncating(value) & (ulong.MaxValue >> (64 - (8 * Unsafe.SizeOf<T>())));
    }
}
