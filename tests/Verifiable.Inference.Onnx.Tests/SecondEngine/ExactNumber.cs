using System.Numerics;

namespace Verifiable.Inference.Onnx.Tests.SecondEngine;

/// <summary>Real numbers to 320 bits behind the point, for tables that are defined as the nearest binary64.</summary>
internal static class ExactNumber
{
    private const int Bits = 320;

    internal static BigInteger One { get; } = BigInteger.One << Bits;

    internal static BigInteger Pi { get; } = (16 * Arctangent(One / 5)) - (4 * Arctangent(One / 239));

    // Cut toward zero, so that the terms of series end.
    internal static BigInteger Product(BigInteger a, BigInteger b) => a.Sign * b.Sign * (BigInteger.Abs(a * b) >> Bits);

    internal static BigInteger Quotient(BigInteger a, BigInteger b) => (a << Bits) / b;

    internal static BigInteger Root(BigInteger value)
    {
        // Newton from above.
        BigInteger radicand = value << Bits;
        BigInteger root = BigInteger.One << (int)((radicand.GetBitLength() / 2) + 1);
        while (true)
        {
            BigInteger next = (root + (radicand / root)) / 2;
            if (next >= root)
            {
                return root;
            }

            root = next;
        }
    }

    internal static BigInteger Exp(BigInteger x)
    {
        BigInteger sum = BigInteger.Zero;
        BigInteger term = One;
        for (int n = 1; !term.IsZero; n++)
        {
            sum += term;
            term = Product(term, x) / n;
        }

        return sum;
    }

    internal static BigInteger Logarithm(BigInteger x)
    {
        BigInteger t = Quotient(x - One, x + One);
        return 2 * Odd(t, 1);
    }

    internal static BigInteger Arctangent(BigInteger x) =>
        x > One / 8 ? 2 * Arctangent(Quotient(x, One + Root(One + Product(x, x)))) : Odd(x, -1);

    /// <summary>Gets the nearest binary64, and the binary64 nearest to what it is short of.</summary>
    internal static (double Nearest, double Short) Split(BigInteger value)
    {
        double nearest = Nearest(value);
        return (nearest, Nearest(value - Exact(nearest)));
    }

    internal static double Nearest(BigInteger value)
    {
        BigInteger magnitude = BigInteger.Abs(value);
        int drop = (int)magnitude.GetBitLength() - 53;
        if (drop > 0)
        {
            BigInteger half = BigInteger.One << (drop - 1);
            BigInteger rest = magnitude & ((half << 1) - 1);
            magnitude >>= drop;
            magnitude += rest > half || (rest == half && !magnitude.IsEven) ? 1 : 0;
            magnitude <<= drop;
        }

        // At most 53 bits are set: the quotient of two powers of two and the conversion are exact.
        double result = Math.ScaleB((double)(magnitude >> Math.Max(0, drop)), Math.Max(0, drop) - Bits);
        return value.Sign < 0 ? -result : result;
    }

    private static BigInteger Exact(double value)
    {
        long bits = BitConverter.DoubleToInt64Bits(value);
        int exponent = (int)((bits >> 52) & 0x7FF);
        BigInteger mantissa = (bits & 0xF_FFFF_FFFF_FFFF) | (exponent == 0 ? 0 : 1L << 52);
        int shift = exponent - 1075 + Bits;
        mantissa = exponent == 0 ? 0 : shift >= 0 ? mantissa << shift : mantissa >> -shift;
        return bits < 0 ? -mantissa : mantissa;
    }

    // x + sign·x³/3 + x⁵/5 + …
    private static BigInteger Odd(BigInteger x, int sign)
    {
        BigInteger square = Product(x, x) * sign;
        BigInteger sum = BigInteger.Zero;
        BigInteger power = x;
        for (int n = 1; !power.IsZero; n += 2)
        {
            sum += power / n;
            power = Product(power, square);
        }

        return sum;
    }
}
