namespace Verifiable.Inference.Incentives.Dynamics;

/// <summary>
/// Exponential and logarithm as fixed sequences of IEEE 754 additions, multiplications and divisions, without fused operations: the same bits on every processor, which the framework's functions do not
/// promise. Errors stay below 2 units in the last place. Reduction by two parts of ln 2 as in Muller, Elementary Functions, 2016, section 11.1; series in Horner form.
/// </summary>
internal static class StableFunctions
{
    private const double LogTwo = 0.69314718055994530942;

    // ln 2 in two parts; the upper one has 20 trailing zero bits, so that its product with an exponent is exact.
    private const double LogTwoUpper = 6.93147180369123816490e-01;
    private const double LogTwoLower = 1.90821492927058770002e-10;

    /// <summary>Computes eˣ; 0 below the range, infinity above it.</summary>
    internal static double Exp(double x)
    {
        if (!(x < 709.8))
        {
            return double.IsNaN(x) ? x : double.PositiveInfinity;
        }

        if (x < -745.2)
        {
            return 0;
        }

        double whole = Math.Round(x / LogTwo);
        double rest = (x - (whole * LogTwoUpper)) - (whole * LogTwoLower);
        double sum = 1.0 / 6227020800;
        sum = (sum * rest) + (1.0 / 479001600);
        sum = (sum * rest) + (1.0 / 39916800);
        sum = (sum * rest) + (1.0 / 3628800);
        sum = (sum * rest) + (1.0 / 362880);
        sum = (sum * rest) + (1.0 / 40320);
        sum = (sum * rest) + (1.0 / 5040);
        sum = (sum * rest) + (1.0 / 720);
        sum = (sum * rest) + (1.0 / 120);
        sum = (sum * rest) + (1.0 / 24);
        sum = (sum * rest) + (1.0 / 6);
        sum = (sum * rest) + 0.5;
        double power = 1 + (rest + (rest * rest * sum));

        // In two factors: the greatest and the least powers of two are no doubles.
        int half = (int)whole / 2;
        return power * PowerOfTwo(half) * PowerOfTwo((int)whole - half);
    }

    /// <summary>Computes ln x; −∞ at 0, NaN below it.</summary>
    internal static double Log(double x)
    {
        if (!(x > 0) || double.IsPositiveInfinity(x))
        {
            return x == 0 ? double.NegativeInfinity : x > 0 ? x : double.NaN;
        }

        int exponent = 0;
        if (!double.IsNormal(x))
        {
            x *= PowerOfTwo(54);
            exponent = -54;
        }

        long bits = BitConverter.DoubleToInt64Bits(x);
        exponent += (int)(bits >> 52) - 1023;
        double mantissa = BitConverter.Int64BitsToDouble((bits & 0x000F_FFFF_FFFF_FFFF) | 0x3FF0_0000_0000_0000);
        if (mantissa > 1.4142135623730951)
        {
            mantissa /= 2;
            exponent++;
        }

        // ln m = 2 artanh s with s = (m − 1)/(m + 1); ln m = d − s(d − r) with d = m − 1 and r the rest of the series keeps the leading part exact (Muller, section 11.2).
        double difference = mantissa - 1;
        double s = difference / (2 + difference);
        double square = s * s;
        double sum = 2.0 / 25;
        sum = (sum * square) + (2.0 / 23);
        sum = (sum * square) + (2.0 / 21);
        sum = (sum * square) + (2.0 / 19);
        sum = (sum * square) + (2.0 / 17);
        sum = (sum * square) + (2.0 / 15);
        sum = (sum * square) + (2.0 / 13);
        sum = (sum * square) + (2.0 / 11);
        sum = (sum * square) + (2.0 / 9);
        sum = (sum * square) + (2.0 / 7);
        sum = (sum * square) + (2.0 / 5);
        sum = (sum * square) + (2.0 / 3);
        double rest = difference - (s * (difference - (sum * square)));
        return (exponent * LogTwoUpper) + ((exponent * LogTwoLower) + rest);
    }

    /// <summary>Computes 1/(1 + e⁻ˣ).</summary>
    internal static double Logistic(double x)
    {
        if (x >= 0)
        {
            return 1 / (1 + Exp(-x));
        }

        double power = Exp(x);
        return power / (1 + power);
    }

    /// <summary>Computes xⁿ for a whole n ≥ 0 by repeated squaring.</summary>
    internal static double Power(double x, long exponent)
    {
        double power = 1;
        for (; exponent > 0; exponent >>= 1)
        {
            power = (exponent & 1) != 0 ? power * x : power;
            x *= x;
        }

        return power;
    }

    private static double PowerOfTwo(int exponent) => BitConverter.Int64BitsToDouble((long)(exponent + 1023) << 52);
}
