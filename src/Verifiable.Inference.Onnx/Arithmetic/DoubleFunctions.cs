namespace Verifiable.Inference.Onnx.Arithmetic;

/// <summary>Elementary functions in binary64 as literal sequences of additions, multiplications and divisions, none of them fused.</summary>
internal static class DoubleFunctions
{
    // 32 ÷ ln 2, and ln 2 ÷ 32 in two parts, the first with trailing zeros so that its product with an integer below 2^13 is exact.
    private const double InverseStep = 46.166241308446828384;
    private const ulong StepHighBits = 0x3F96_2E42_FEFA_0000;
    private const ulong StepLowBits = 0x3D2C_F79A_BC9E_3B3A;

    // ln 2 in two parts, the first with trailing zeros so that its product with an exponent is exact.
    private const ulong Ln2HighBits = 0x3FE6_2E42_FEE0_0000;
    private const ulong Ln2LowBits = 0x3DEA_39EF_3579_3C76;

    // 2^(i/32), correctly rounded.
    private static ReadOnlySpan<ulong> Powers =>
    [
        0x3ff0000000000000, 0x3ff059b0d3158574, 0x3ff0b5586cf9890f, 0x3ff11301d0125b51, 0x3ff172b83c7d517b, 0x3ff1d4873168b9aa, 0x3ff2387a6e756238, 0x3ff29e9df51fdee1,
        0x3ff306fe0a31b715, 0x3ff371a7373aa9cb, 0x3ff3dea64c123422, 0x3ff44e086061892d, 0x3ff4bfdad5362a27, 0x3ff5342b569d4f82, 0x3ff5ab07dd485429, 0x3ff6247eb03a5585,
        0x3ff6a09e667f3bcd, 0x3ff71f75e8ec5f74, 0x3ff7a11473eb0187, 0x3ff82589994cce13, 0x3ff8ace5422aa0db, 0x3ff93737b0cdc5e5, 0x3ff9c49182a3f090, 0x3ffa5503b23e255d,
        0x3ffae89f995ad3ad, 0x3ffb7f76f2fb5e47, 0x3ffc199bdd85529c, 0x3ffcb720dcef9069, 0x3ffd5818dcfba487, 0x3ffdfc97337b9b5f, 0x3ffea4afa2a490da, 0x3fff50765b6e4540,
    ];

    /// <summary>Computes e^x for |x| below 700.</summary>
    internal static double Exp(double x)
    {
        double k = Math.Round(x * InverseStep, MidpointRounding.ToEven);
        double r = (x - (k * BitConverter.UInt64BitsToDouble(StepHighBits))) - (k * BitConverter.UInt64BitsToDouble(StepLowBits));
        double p = 1.0 + (r * (1.0 + (r * ((1.0 / 2) + (r * ((1.0 / 6) + (r * ((1.0 / 24) + (r * ((1.0 / 120) + (r * (1.0 / 720))))))))))));
        int index = (int)k;
        double scale = BitConverter.Int64BitsToDouble((long)((index >> 5) + 1023) << 52);
        return p * BitConverter.UInt64BitsToDouble(Powers[index & 31]) * scale;
    }

    /// <summary>Computes log x: x = 2^k·m with m in [√½, √2), then log(1 + f) = f − (h − s·(h + R)), f = m − 1, h = f² ÷ 2, s = f ÷ (2 + f), R the series of
    /// 2·artanh(s) ÷ s − 2 (the arrangement of fdlibm's <c>e_log.c</c>, with the series' own coefficients).</summary>
    internal static double Log(double x)
    {
        if (!(x > 0) || double.IsPositiveInfinity(x))
        {
            return x == 0 ? double.NegativeInfinity : double.IsPositiveInfinity(x) ? x : BitConverter.UInt64BitsToDouble(CanonicalMath.CanonicalDoubleNaNBits);
        }

        int k = 0;
        if (x < 2.2250738585072014E-308)
        {
            x *= 18014398509481984.0;
            k = -54;
        }

        long bits = BitConverter.DoubleToInt64Bits(x);
        long fraction = bits & 0x000F_FFFF_FFFF_FFFF;
        int upper = fraction >= 0x0006_A09E_667F_3BCD ? 1 : 0;
        k += (int)(bits >> 52) - 1023 + upper;
        double f = BitConverter.Int64BitsToDouble(fraction | ((long)(1023 - upper) << 52)) - 1.0;
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

    /// <summary>Gets the bits of log x for the five binary32 whose logarithm lies so close to the middle of two binary32 that <see cref="Log"/> rounds to the
    /// wrong one; 0 for all others.</summary>
    internal static uint LogException(uint x) => x switch
    {
        0x3C41_3D3A => 0xC08E_158F,
        0x4117_8FEB => 0x400F_E5E7,
        0x4C5D_65A5 => 0x418F_034B,
        0x65D8_90D3 => 0x4254_D1F9,
        0x6F31_A8EC => 0x4284_5A89,
        _ => 0,
    };

    /// <summary>Computes tanh x: ±1 beyond 10.5, the odd series to x^21 below ¼, 1 − 2 ÷ (e^(2|x|) + 1) between.</summary>
    internal static double Tanh(double x)
    {
        if (x == 0)
        {
            // The series would turn −0 into +0.
            return x;
        }

        double magnitude = Math.Abs(x);
        if (magnitude > 10.5)
        {
            return x > 0 ? 1.0 : -1.0;
        }

        if (magnitude >= 0.25)
        {
            double positive = 1.0 - (2.0 / (Exp(2.0 * magnitude) + 1.0));
            return x > 0 ? positive : -positive;
        }

        double z = x * x;
        double series = 18888466084.0 / 194896477400625.0;
        series = (-443861162.0 / 1856156927625.0) + (z * series);
        series = (6404582.0 / 10854718875.0) + (z * series);
        series = (-929569.0 / 638512875.0) + (z * series);
        series = (21844.0 / 6081075.0) + (z * series);
        series = (-1382.0 / 155925.0) + (z * series);
        series = (62.0 / 2835.0) + (z * series);
        series = (-17.0 / 315.0) + (z * series);
        series = (2.0 / 15.0) + (z * series);
        series = (-1.0 / 3.0) + (z * series);
        return x + (x * (z * series));
    }
}
