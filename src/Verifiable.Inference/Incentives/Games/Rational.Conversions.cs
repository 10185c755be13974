using System.Numerics;

namespace Verifiable.Inference.Incentives.Games;

/// <content>Conversions: exact into fractions, correctly rounded out of them.</content>
public readonly partial struct Rational
{
    /// <summary>Converts an integer.</summary>
    /// <param name="value">The integer.</param>
    public static implicit operator Rational(int value) => new((Int128)value, Int128.One);

    /// <summary>Converts an integer.</summary>
    /// <param name="value">The integer.</param>
    public static implicit operator Rational(long value) => new((Int128)value, Int128.One);

    /// <summary>Converts an integer.</summary>
    /// <param name="value">The integer.</param>
    public static implicit operator Rational(BigInteger value) => new(value, BigInteger.One);

    /// <summary>Converts a decimal exactly.</summary>
    /// <param name="value">The decimal.</param>
    public static implicit operator Rational(decimal value)
    {
        Span<int> parts = stackalloc int[4];
        _ = decimal.GetBits(value, parts);
        BigInteger units = unchecked(((BigInteger)(uint)parts[2] << 64) | ((BigInteger)(uint)parts[1] << 32) | (uint)parts[0]);
        return new Rational(parts[3] < 0 ? -units : units, BigInteger.Pow(10, (parts[3] >> 16) & 0xFF));
    }

    /// <summary>Rounds to the nearest binary64 number, ties to even; beyond its range to an infinity.</summary>
    /// <param name="value">The number.</param>
    public static explicit operator double(Rational value) => value.ToDouble();

    /// <summary>Converts a binary64 number exactly.</summary>
    /// <param name="value">The number.</param>
    /// <returns>The fraction.</returns>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="value"/> is not finite.</exception>
    public static Rational FromDouble(double value)
    {
        if (!double.IsFinite(value))
        {
            throw new ArgumentOutOfRangeException(nameof(value), value, "Expected a finite number.");
        }

        long bits = BitConverter.DoubleToInt64Bits(value);
        int exponent = (int)((bits >> 52) & 0x7FF);
        long fraction = bits & 0xFFFFFFFFFFFFF;
        BigInteger size = exponent == 0 ? fraction : fraction | (1L << 52);
        int power = Math.Max(exponent, 1) - 1075;
        size = bits < 0 ? -size : size;
        return power >= 0 ? new Rational(size << power, BigInteger.One) : new Rational(size, BigInteger.One << -power);
    }

    /// <summary>Finds the greatest binary64 number that is not above this one; −∞ when there is none.</summary>
    /// <returns>The lower bound.</returns>
    public double ToDoubleBelow()
    {
        double nearest = ToDouble();
        return double.IsFinite(nearest) ? (FromDouble(nearest) > this ? Math.BitDecrement(nearest) : nearest) : nearest < 0 ? nearest : double.MaxValue;
    }

    /// <summary>Finds the least binary64 number that is not below this one; +∞ when there is none.</summary>
    /// <returns>The upper bound.</returns>
    public double ToDoubleAbove() => -(-this).ToDoubleBelow();

    private double ToDouble()
    {
        if (IsZero)
        {
            return 0;
        }

        BigInteger numerator = BigInteger.Abs(Numerator);
        BigInteger denominator = Denominator;

        // A quotient of 66 or 67 bits holds the 53 of the result, the bit that rounds, and a place for what was cut off.
        long shift = 66 + denominator.GetBitLength() - numerator.GetBitLength();
        if (shift is > 100_000 or < -100_000)
        {
            return Sign * (shift > 0 ? 0.0 : double.PositiveInfinity);
        }

        BigInteger quotient = shift >= 0
            ? BigInteger.DivRem(numerator << (int)shift, denominator, out BigInteger remainder)
            : BigInteger.DivRem(numerator, denominator << (int)-shift, out remainder);
        UInt128 digits = ((UInt128)quotient << 1) | (remainder.IsZero ? 0u : 1u);
        int exponent = (int)-shift - 1;
        int length = 128 - (int)UInt128.LeadingZeroCount(digits);
        int cut = Math.Max(length - 53, -1074 - exponent);
        if (cut > length)
        {
            return Sign * 0.0;
        }

        UInt128 kept = digits >> cut;
        UInt128 rest = digits - (kept << cut);
        UInt128 half = UInt128.One << (cut - 1);
        if (rest > half || (rest == half && (kept & 1) == 1))
        {
            kept += 1;
        }

        return Sign * Math.ScaleB((double)(ulong)kept, exponent + cut);
    }
}
