namespace Verifiable.Inference.Onnx.Arithmetic;

/// <summary>The fused multiply-add of processors that have none. In binary32: exact product in binary64, two-sum, rounding to odd, then to binary32. In binary64:
/// integers of 128 bits.</summary>
/// <remarks>S. Boldo and G. Melquiond, "Emulation of a FMA and correctly rounded sums: proved algorithms using rounding to odd", IEEE Transactions on
/// Computers 57(4), 2008. The product of two binary32 is exact in binary64 (48 of 53 bits, exponents in range), and 53 ≥ 24 + 2 bits make the second
/// rounding innocuous, for subnormal results too.</remarks>
internal static class SoftwareFusedMultiplyAdd
{
    internal static float Compute(float x, float y, float addend)
    {
        double product = (double)x * y;
        double term = addend;
        double sum = product + term;
        if (!double.IsFinite(sum))
        {
            return (float)sum;
        }

        // Two-sum: product + term = sum + error exactly.
        double back = sum - product;
        double error = (product - (sum - back)) + (term - back);
        if (error != 0)
        {
            sum = ToOdd(sum, error);
        }

        return (float)sum;
    }

    // An inexact sum whose last bit is 0 is replaced by its neighbour on the side of the error, whose last bit is 1.
    internal static double ToOdd(double sum, double error)
    {
        long bits = BitConverter.DoubleToInt64Bits(sum);
        if ((bits & 1) == 0)
        {
            bits += (error > 0) == (sum > 0) ? 1 : -1;
        }

        return BitConverter.Int64BitsToDouble(bits);
    }

    /// <summary>Computes the binary64 form.</summary>
    internal static double Compute(double x, double y, double addend)
    {
        if (!double.IsFinite(x) || !double.IsFinite(y) || x == 0 || y == 0)
        {
            // The product is exact: an infinity, a NaN or a zero.
            return (x * y) + addend;
        }

        if (!double.IsFinite(addend))
        {
            return addend;
        }

        (ulong xSignificand, int xExponent) = Split(x);
        (ulong ySignificand, int yExponent) = Split(y);
        (ulong significand, int exponent) = Split(addend);
        var product = new Term((UInt128)xSignificand * ySignificand, xExponent + yExponent, double.IsNegative(x) != double.IsNegative(y));
        return addend == 0 ? product.Round() : product.Add(new Term(significand, exponent, double.IsNegative(addend))).Round();
    }

    // The number without its sign as an integer times a power of two.
    private static (ulong Significand, int Exponent) Split(double value)
    {
        ulong bits = BitConverter.DoubleToUInt64Bits(value);
        ulong fraction = bits & ((1UL << 52) - 1);
        int exponent = (int)(bits >> 52) & 0x7FF;
        return exponent == 0 ? (fraction, -1074) : (fraction | (1UL << 52), exponent - 1075);
    }

    // A number of at most 127 significant bits. Unless it is 0, the highest is bit 125, so that a sum of two fits.
    private readonly struct Term
    {
        private readonly UInt128 _significand;
        private readonly int _exponent;
        private readonly bool _isNegative;

        internal Term(UInt128 significand, int exponent, bool isNegative)
        {
            int shift = significand == 0 ? 0 : (int)UInt128.LeadingZeroCount(significand) - 2;
            _significand = shift >= 0 ? significand << shift : significand >> -shift;
            _exponent = exponent - shift;
            _isNegative = isNegative;
        }

        // Neither term is 0.
        internal Term Add(Term other)
        {
            bool isLarger = _exponent != other._exponent ? _exponent > other._exponent : _significand >= other._significand;
            (Term large, Term small) = isLarger ? (this, other) : (other, this);
            int distance = large._exponent - small._exponent;

            // At least 20 low bits of either term are 0: bits are lost only where the terms are so far apart that the sum keeps its highest bits, and then one bit
            // that stands for all lost ones decides the rounding as they would.
            UInt128 shifted = distance > 127 ? UInt128.Zero : small._significand >> distance;
            UInt128 lost = distance > 127 ? UInt128.One : small._significand - (shifted << distance) == 0 ? UInt128.Zero : UInt128.One;
            shifted |= lost;
            UInt128 sum = unchecked(large._isNegative == small._isNegative ? large._significand + shifted : large._significand - shifted);

            // An exact difference of 0 is +0. A carry into bit 126 is kept as it is: shifting it away could lose the bit that stands for the lost ones.
            return sum == 0 ? default : new Term(sum, large._exponent, large._isNegative, false);
        }

        internal double Round()
        {
            if (_significand == 0)
            {
                return 0;
            }

            int highest = 127 - (int)UInt128.LeadingZeroCount(_significand);

            // 53 bits, or those down to 2^−1074.
            int drop = Math.Max(highest - 52, -1074 - _exponent);
            if (drop > highest + 1)
            {
                return _isNegative ? -0.0 : 0.0;
            }

            UInt128 kept = drop >= 0 ? _significand >> drop : _significand << -drop;
            UInt128 rest = drop > 0 ? _significand - (kept << drop) : UInt128.Zero;
            UInt128 half = drop > 0 ? UInt128.One << (drop - 1) : UInt128.One;
            if (rest > half || (rest == half && (kept & 1) == 1))
            {
                kept++;
            }

            // The hidden bit adds 1 to the exponent; a carry out of the fraction adds 1 more, up to infinity.
            long power = (long)_exponent + drop + 1074;
            ulong bits = power > 2045 ? 0x7FFUL << 52 : ((ulong)power << 52) + (ulong)kept;
            return BitConverter.UInt64BitsToDouble(bits | (_isNegative ? 1UL << 63 : 0));
        }

        private Term(UInt128 significand, int exponent, bool isNegative, bool _)
        {
            _significand = significand;
            _exponent = exponent;
            _isNegative = isNegative;
        }
    }
}
