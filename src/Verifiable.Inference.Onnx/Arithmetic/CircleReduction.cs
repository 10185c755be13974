namespace Verifiable.Inference.Onnx.Arithmetic;

/// <summary>
/// Exact reduction of an angle to the nearest multiple of π ÷ 2, in integers (M. Payne and R. Hanek, SIGNUM Newsletter 18(1), 1983): the significand times
/// the 192 bits of 2 ÷ π that reach the quadrant and the fraction behind it. Every finite binary64 is reduced with an error below 2^−64 of the result.
/// </summary>
internal static class CircleReduction
{
    // π ÷ 2 = Factor·2^−127, to the nearest.
    private static UInt128 Factor => new(0xC90F_DAA2_2168_C234, 0xC4C6_628B_80DC_1CD1);

    /// <summary>Finds q and r = angle + rest with x = q·π ÷ 2 + r and |r| up to π ÷ 4; q is returned modulo 4.</summary>
    /// <param name="x">A finite number above π ÷ 4.</param>
    /// <param name="angle">The first 53 bits of r.</param>
    /// <param name="rest">The 53 bits behind them, of the same sign.</param>
    internal static int Reduce(double x, out double angle, out double rest)
    {
        unchecked
        {
            ulong bits = BitConverter.DoubleToUInt64Bits(x);
            ulong significand = (bits & 0x000F_FFFF_FFFF_FFFF) | 0x0010_0000_0000_0000;

            // x = significand·2^exponent. Bits of 2 ÷ π before this position give whole turns; the table begins with 64 zeros.
            int position = (int)(bits >> 52) - 1075 - 2 + 64;
            UInt128 low = (UInt128)significand * Window(position + 128);
            UInt128 middle = ((UInt128)significand * Window(position + 64)) + (low >> 64);
            ulong top = (significand * Window(position)) + (ulong)(middle >> 64);
            ulong second = (ulong)middle;

            // Two bits of quadrant, then the fraction, of which 128 bits are kept.
            int quadrant = (int)(top >> 62);
            UInt128 fraction = new((top << 2) | (second >> 62), (second << 2) | ((ulong)low >> 62));
            double sign = 1.0;
            if (fraction >> 127 != 0)
            {
                fraction = UInt128.Zero - fraction;
                quadrant = (quadrant + 1) & 3;
                sign = -1.0;
            }

            int zeros = (int)UInt128.LeadingZeroCount(fraction);
            UInt128 product = High(fraction << zeros, Factor);
            angle = sign * (double)(ulong)(product >> 75) * Power(75 - 127 - zeros);
            rest = sign * (double)((ulong)(product >> 22) & 0x001F_FFFF_FFFF_FFFF) * Power(22 - 127 - zeros);
            return quadrant;
        }
    }

    // 64 bits of the table from a position on.
    private static ulong Window(int position)
    {
        int word = position >> 6;
        int shift = position & 63;
        ReadOnlySpan<ulong> table = FunctionTables.TwoOverPi;
        return shift == 0 ? table[word] : (table[word] << shift) | (table[word + 1] >> (64 - shift));
    }

    // The upper half of a product of 256 bits.
    private static UInt128 High(UInt128 left, UInt128 right)
    {
        unchecked
        {
            ulong leftHigh = (ulong)(left >> 64);
            ulong leftLow = (ulong)left;
            ulong rightHigh = (ulong)(right >> 64);
            ulong rightLow = (ulong)right;
            UInt128 first = (UInt128)leftHigh * rightLow;
            UInt128 second = (UInt128)leftLow * rightHigh;
            ulong lowest = Math.BigMul(leftLow, rightLow, out _);
            UInt128 carry = (UInt128)lowest + (ulong)first + (ulong)second;
            return ((UInt128)leftHigh * rightHigh) + (first >> 64) + (second >> 64) + (carry >> 64);
        }
    }

    private static double Power(int exponent) => BitConverter.Int64BitsToDouble((long)(exponent + 1023) << 52);
}
