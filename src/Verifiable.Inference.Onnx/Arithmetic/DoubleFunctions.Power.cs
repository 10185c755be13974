namespace Verifiable.Inference.Onnx.Arithmetic;

/// <summary>The power function.</summary>
internal static partial class DoubleFunctions
{
    /// <summary>Computes x to the power of y with the special cases of IEEE 754: x^0 = 1 and 1^y = 1 even for NaN, a negative x has powers with whole y only, of
    /// which odd ones are negative.</summary>
    internal static double Pow(double x, double y)
    {
        if (y == 0 || x == 1.0)
        {
            return 1.0;
        }

        if (double.IsNaN(x) || double.IsNaN(y))
        {
            return NotANumber;
        }

        if (y == 2.0)
        {
            return x * x;
        }

        double magnitude = Math.Abs(x);
        bool whole = Math.Round(y, MidpointRounding.ToEven) == y;
        bool odd = whole && Math.Abs(y) < 9007199254740992.0 && Math.Round(0.5 * y, MidpointRounding.ToEven) != 0.5 * y;
        double power;
        if (magnitude == 1.0)
        {
            power = whole || x > 0 ? 1.0 : NotANumber;
        }
        else if (double.IsInfinity(y))
        {
            power = magnitude > 1.0 == y > 0 ? double.PositiveInfinity : 0.0;
        }
        else if (magnitude == 0 || double.IsInfinity(magnitude))
        {
            power = magnitude == 0 == y < 0 ? double.PositiveInfinity : 0.0;
        }
        else
        {
            power = whole || x > 0 ? PositivePower(magnitude, y) : NotANumber;
        }

        return odd && double.IsNegative(x) ? -power : power;
    }

    // e^(y·log x) with the logarithm and the product in two parts, x positive and finite, y finite and not 0.
    private static double PositivePower(double x, double y)
    {
        TwoPartLog(x, out double log, out double logRest);
        double p = y * log;
        if (p >= 710)
        {
            return double.PositiveInfinity;
        }

        if (p < -746)
        {
            return 0.0;
        }

        double yHigh = UpperHalf(y);
        double yLow = y - yHigh;
        double logHigh = UpperHalf(log);
        double logLow = log - logHigh;
        double lost = ((((yHigh * logHigh) - p) + (yHigh * logLow)) + (yLow * logHigh)) + (yLow * logLow);
        lost += y * logRest;

        double k = Math.Round(p * InverseStep, MidpointRounding.ToEven);
        double near = p - (k * BitConverter.UInt64BitsToDouble(StepHighBits));
        double low = k * BitConverter.UInt64BitsToDouble(StepLowBits);
        double reduced = near - low;
        double reducedRest = ((near - reduced) - low) + lost;
        double r = reduced + reducedRest;
        double rest = (reduced - r) + reducedRest;
        int index = (int)k;
        double power = BitConverter.UInt64BitsToDouble(FunctionTables.Powers[index & 31]);
        double second = (power * (rest + (r * r * SecondOrder(r)))) + BitConverter.UInt64BitsToDouble(FunctionTables.PowerRests[index & 31]);
        return Scale(power + ((power * r) + second), index >> 5);
    }

    // log x = log + rest: x = 2^k·m, r = c·m − 1 exactly in two parts, c near 1 ÷ m from a table of 47, log x = k·log 2 − log c + log(1 + r).
    private static void TwoPartLog(double x, out double log, out double rest)
    {
        double m = Significand(x, out int k);
        int index = (int)Math.Round(64.0 * m, MidpointRounding.ToEven);
        double c = ((65536 + (index >> 1)) / index) * (1.0 / 1024);
        double mHigh = UpperHalf(m);
        double a = (mHigh * c) - 1.0;
        double b = (m - mHigh) * c;
        double r = a + b;
        double back = r - a;
        double rRest = (a - (r - back)) + (b - back);

        // r² ÷ 2 in two parts, then r − r² ÷ 2 as first + second.
        double rHigh = UpperHalf(r);
        double square = 0.5 * (rHigh * rHigh);
        double squareRest = 0.5 * ((r - rHigh) * (r + rHigh));
        double first = r - square;
        double second = (r - first) - square;
        double series = (-1.0 / 10) + (r * (1.0 / 11));
        series = (1.0 / 9) + (r * series);
        series = (-1.0 / 8) + (r * series);
        series = (1.0 / 7) + (r * series);
        series = (-1.0 / 6) + (r * series);
        series = (1.0 / 5) + (r * series);
        series = (-1.0 / 4) + (r * series);
        series = (1.0 / 3) + (r * series);
        double small = (((rRest - squareRest) - (r * rRest)) + (r * (r * r) * series)) + second;

        double whole = k * BitConverter.UInt64BitsToDouble(Ln2HighBits);
        double table = BitConverter.UInt64BitsToDouble(FunctionTables.Logarithms[index - 45]);
        double sum = whole + table;
        double sumBack = sum - whole;
        double sumRest = (whole - (sum - sumBack)) + (table - sumBack);
        double total = sum + first;
        double totalBack = total - sum;
        double totalRest = (sum - (total - totalBack)) + (first - totalBack);
        double wholeRest = k * BitConverter.UInt64BitsToDouble(Ln2LowBits);
        double low = ((wholeRest + BitConverter.UInt64BitsToDouble(FunctionTables.LogarithmRests[index - 45])) + (sumRest + totalRest)) + small;
        log = total + low;
        rest = low - (log - total);
    }

    // The number with the last 27 bits of its significand cleared.
    private static double UpperHalf(double value) => BitConverter.UInt64BitsToDouble(BitConverter.DoubleToUInt64Bits(value) & ~0x07FF_FFFFUL);
}
