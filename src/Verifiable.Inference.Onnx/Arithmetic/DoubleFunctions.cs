namespace Verifiable.Inference.Onnx.Arithmetic;

/// <summary>Elementary functions in binary64 as literal sequences of additions, multiplications, divisions and square roots, none of them fused. Each is total: NaN,
/// infinities and subnormals have results. This file: exponentials and logarithms.</summary>
internal static partial class DoubleFunctions
{
    // 32 ÷ ln 2, and ln 2 ÷ 32 in two parts, the first with trailing zeros so that its product with an integer below 2^17 is exact.
    internal const double InverseStep = 46.166241308446828384;
    internal const ulong StepHighBits = 0x3F96_2E42_FEFA_0000;
    internal const ulong StepLowBits = 0x3D2C_F79A_BC9E_3B3A;

    // ln 2 in two parts, the first with trailing zeros so that its product with an exponent is exact.
    internal const ulong Ln2HighBits = 0x3FE6_2E42_FEE0_0000;
    internal const ulong Ln2LowBits = 0x3DEA_39EF_3579_3C76;

    private const double Ln2 = 0.69314718055994530942;
    private const double TwoTo54 = 18014398509481984.0;
    private const double LeastNormal = 2.2250738585072014E-308;

    private static double NotANumber => BitConverter.UInt64BitsToDouble(CanonicalMath.CanonicalDoubleNaNBits);

    /// <summary>Computes e^x for |x| below 700.</summary>
    internal static double ExpInRange(double x)
    {
        double value = Power(x, out int exponent);
        return value * Exponent(exponent);
    }

    /// <summary>Computes e^x.</summary>
    internal static double Exp(double x)
    {
        if (double.IsNaN(x))
        {
            return NotANumber;
        }

        if (x >= 710)
        {
            return double.PositiveInfinity;
        }

        return x < -746 ? 0.0 : Scale(Power(x, out int exponent), exponent);
    }

    /// <summary>Computes e^x − 1: with e^x = 2^j·T·(1 + q), T = 2^(i ÷ 32) in two parts, it is (2^j·T − 1) + 2^j·(T's rest + T·q).</summary>
    internal static double Expm1(double x)
    {
        if (double.IsNaN(x))
        {
            return NotANumber;
        }

        if (x == 0)
        {
            return x;
        }

        if (x >= 710)
        {
            return double.PositiveInfinity;
        }

        if (x < -40)
        {
            return -1.0;
        }

        double k = Math.Round(x * InverseStep, MidpointRounding.ToEven);
        double r = (x - (k * BitConverter.UInt64BitsToDouble(StepHighBits))) - (k * BitConverter.UInt64BitsToDouble(StepLowBits));
        double q = r + (r * r * SecondOrder(r));
        int index = (int)k;
        double power = BitConverter.UInt64BitsToDouble(FunctionTables.Powers[index & 31]);
        double rest = BitConverter.UInt64BitsToDouble(FunctionTables.PowerRests[index & 31]) + (power * q);
        int exponent = index >> 5;
        if (exponent > 60)
        {
            return Scale(power + rest, exponent);
        }

        double scale = Exponent(exponent);
        return ((scale * power) - 1.0) + (scale * rest);
    }

    /// <summary>Computes log x: x = 2^k·m with m in [√½, √2), then log(1 + f) = f − (h − s·(h + R)), f = m − 1, h = f² ÷ 2, s = f ÷ (2 + f), R the series of
    /// 2·artanh(s) ÷ s − 2 (the arrangement of fdlibm's <c>e_log.c</c>, with the series' own coefficients).</summary>
    internal static double Log(double x)
    {
        if (!(x > 0) || double.IsPositiveInfinity(x))
        {
            return x == 0 ? double.NegativeInfinity : double.IsPositiveInfinity(x) ? x : NotANumber;
        }

        double f = Significand(x, out int k) - 1.0;
        double s = f / (2.0 + f);
        double z = s * s;
        double series = 2.0 / 23;
        for (int divisor = 21; divisor >= 3; divisor -= 2)
        {
            series = (2.0 / divisor) + (z * series);
        }

        double rest = z * series;
        double half = 0.5 * f * f;
        double high = BitConverter.UInt64BitsToDouble(Ln2HighBits);
        double low = BitConverter.UInt64BitsToDouble(Ln2LowBits);

        // k·high is exact; a two-sum keeps what its sum with f loses.
        double large = k * high;
        double sum = large + f;
        double back = sum - large;
        double lost = (large - (sum - back)) + (f - back);
        return sum + (lost + (((s * (half + rest)) + (k * low)) - half));
    }

    /// <summary>Computes log(1 + x): the logarithm of the rounded sum, and what rounding lost divided by the sum.</summary>
    internal static double Log1p(double x)
    {
        if (!(x > -1.0) || double.IsPositiveInfinity(x))
        {
            return x == -1.0 ? double.NegativeInfinity : double.IsPositiveInfinity(x) ? x : NotANumber;
        }

        double sum = 1.0 + x;
        if (sum == 1.0)
        {
            return x;
        }

        double lost = x >= 1.0 ? 1.0 - (sum - x) : x - (sum - 1.0);
        return Log(sum) + (lost / sum);
    }

    // e^x without its power of two: a number from ½ to 4.
    private static double Power(double x, out int exponent)
    {
        double k = Math.Round(x * InverseStep, MidpointRounding.ToEven);
        double r = (x - (k * BitConverter.UInt64BitsToDouble(StepHighBits))) - (k * BitConverter.UInt64BitsToDouble(StepLowBits));
        double p = 1.0 + (r * (1.0 + (r * ((1.0 / 2) + (r * ((1.0 / 6) + (r * ((1.0 / 24) + (r * ((1.0 / 120) + (r * (1.0 / 720))))))))))));
        int index = (int)k;
        exponent = index >> 5;
        return p * BitConverter.UInt64BitsToDouble(FunctionTables.Powers[index & 31]);
    }

    // (e^r − 1 − r) ÷ r².
    private static double SecondOrder(double r) =>
        (1.0 / 2) + (r * ((1.0 / 6) + (r * ((1.0 / 24) + (r * ((1.0 / 120) + (r * ((1.0 / 720) + (r * (1.0 / 5040))))))))));

    // x = 2^k·m with m in [√½, √2).
    private static double Significand(double x, out int k)
    {
        k = 0;
        if (x < LeastNormal)
        {
            x *= TwoTo54;
            k = -54;
        }

        long bits = BitConverter.DoubleToInt64Bits(x);
        long fraction = bits & 0x000F_FFFF_FFFF_FFFF;
        int upper = fraction >= 0x0006_A09E_667F_3BCD ? 1 : 0;
        k += (int)(bits >> 52) - 1023 + upper;
        return BitConverter.Int64BitsToDouble(fraction | ((long)(1023 - upper) << 52));
    }

    // 2^exponent of a normal number.
    private static double Exponent(int exponent) => BitConverter.Int64BitsToDouble((long)(exponent + 1023) << 52);

    // value·2^exponent in two steps, so that neither power overflows and only the last step can round.
    private static double Scale(double value, int exponent)
    {
        int half = exponent / 2;
        return value * Exponent(half) * Exponent(exponent - half);
    }
}
