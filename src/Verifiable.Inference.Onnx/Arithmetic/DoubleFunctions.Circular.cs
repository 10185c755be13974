namespace Verifiable.Inference.Onnx.Arithmetic;

/// <summary>Circular functions and their inverses.</summary>
internal static partial class DoubleFunctions
{
    private const double QuarterPi = 0.78539816339744830962;
    private const ulong HalfPiBits = 0x3FF9_21FB_5444_2D18;
    private const ulong HalfPiRestBits = 0x3C91_A626_3314_5C07;
    private const ulong PiBits = 0x4009_21FB_5444_2D18;
    private const ulong PiRestBits = 0x3CA1_A626_3314_5C07;

    /// <summary>Computes sin x; an infinity has none.</summary>
    internal static double Sin(double x)
    {
        double magnitude = Math.Abs(x);
        if (!double.IsFinite(x))
        {
            return NotANumber;
        }

        if (magnitude <= QuarterPi)
        {
            return Math.CopySign(SineOf(magnitude, 0.0), x);
        }

        int quadrant = CircleReduction.Reduce(magnitude, out double angle, out double rest);
        double value = (quadrant & 1) != 0 ? CosineOf(angle, rest) : SineOf(angle, rest);
        return ((quadrant & 2) != 0) != (x < 0) ? -value : value;
    }

    /// <summary>Computes cos x; an infinity has none.</summary>
    internal static double Cos(double x)
    {
        double magnitude = Math.Abs(x);
        if (!double.IsFinite(x))
        {
            return NotANumber;
        }

        if (magnitude <= QuarterPi)
        {
            return CosineOf(magnitude, 0.0);
        }

        int quadrant = CircleReduction.Reduce(magnitude, out double angle, out double rest);
        double value = (quadrant & 1) != 0 ? SineOf(angle, rest) : CosineOf(angle, rest);
        return quadrant is 1 or 2 ? -value : value;
    }

    /// <summary>Computes tan x as sine ÷ cosine; an infinity has none.</summary>
    internal static double Tan(double x)
    {
        double magnitude = Math.Abs(x);
        if (!double.IsFinite(x))
        {
            return NotANumber;
        }

        if (magnitude <= QuarterPi)
        {
            return Math.CopySign(SineOf(magnitude, 0.0) / CosineOf(magnitude, 0.0), x);
        }

        int quadrant = CircleReduction.Reduce(magnitude, out double angle, out double rest);
        double sine = SineOf(angle, rest);
        double cosine = CosineOf(angle, rest);
        double value = (quadrant & 1) != 0 ? -cosine / sine : sine / cosine;
        return x < 0 ? -value : value;
    }

    /// <summary>Computes arctan x.</summary>
    internal static double Atan(double x) => double.IsNaN(x) ? NotANumber : Math.CopySign(ArctangentOf(Math.Abs(x), 1.0), x);

    /// <summary>Computes arcsin x as arctan of |x| ÷ √((1 − |x|)·(1 + |x|)) with the sign of x; NaN beyond ±1.</summary>
    internal static double Asin(double x)
    {
        double magnitude = Math.Abs(x);
        return magnitude <= 1.0 ? Math.CopySign(ArctangentOf(magnitude, Opposite(magnitude)), x) : NotANumber;
    }

    /// <summary>Computes arccos x as the angle of (x, √((1 − |x|)·(1 + |x|))); NaN beyond ±1.</summary>
    internal static double Acos(double x)
    {
        double magnitude = Math.Abs(x);
        if (!(magnitude <= 1.0))
        {
            return NotANumber;
        }

        double opposite = Opposite(magnitude);
        if (x >= 0)
        {
            return ArctangentOf(opposite, magnitude);
        }

        return opposite <= magnitude
            ? BitConverter.UInt64BitsToDouble(PiBits) - (ArctangentOf(opposite / magnitude) - BitConverter.UInt64BitsToDouble(PiRestBits))
            : BitConverter.UInt64BitsToDouble(HalfPiBits) + (ArctangentOf(magnitude / opposite) + BitConverter.UInt64BitsToDouble(HalfPiRestBits));
    }

    private static double Opposite(double magnitude) => Math.Sqrt((1.0 - magnitude) * (1.0 + magnitude));

    // The angle of a point of the first quadrant.
    private static double ArctangentOf(double opposite, double adjacent) => opposite <= adjacent
        ? ArctangentOf(opposite / adjacent)
        : BitConverter.UInt64BitsToDouble(HalfPiBits) - (ArctangentOf(adjacent / opposite) - BitConverter.UInt64BitsToDouble(HalfPiRestBits));

    // arctan y = arctan c + arctan((y − c) ÷ (1 + y·c)), 0 ≤ y ≤ 1, c the nearest sixteenth; the second by its series.
    private static double ArctangentOf(double y)
    {
        double k = Math.Round(16.0 * y, MidpointRounding.ToEven);
        double c = k * (1.0 / 16);
        double t = (y - c) / (1.0 + (y * c));
        double z = t * t;
        double series = (1.0 / 9) + (z * (-1.0 / 11));
        series = (-1.0 / 7) + (z * series);
        series = (1.0 / 5) + (z * series);
        series = (-1.0 / 3) + (z * series);
        double rest = BitConverter.UInt64BitsToDouble(FunctionTables.ArctangentRests[(int)k]);
        return BitConverter.UInt64BitsToDouble(FunctionTables.Arctangents[(int)k]) + (t + ((t * (z * series)) + rest));
    }

    // The series of the sine of angle + rest, |angle| up to π ÷ 4 (the arrangement of fdlibm's k_sin.c, with the series' own coefficients).
    private static double SineOf(double angle, double rest)
    {
        double z = angle * angle;
        double series = (1.0 / 355687428096000) + (z * (-1.0 / 121645100408832000));
        series = (-1.0 / 1307674368000) + (z * series);
        series = (1.0 / 6227020800) + (z * series);
        series = (-1.0 / 39916800) + (z * series);
        series = (1.0 / 362880) + (z * series);
        series = (-1.0 / 5040) + (z * series);
        series = (1.0 / 120) + (z * series);
        double cube = z * angle;
        return angle - (((z * ((0.5 * rest) - (cube * series))) - rest) - (cube * (-1.0 / 6)));
    }

    // The same for the cosine (k_cos.c).
    private static double CosineOf(double angle, double rest)
    {
        double z = angle * angle;
        double series = (1.0 / 20922789888000) + (z * (-1.0 / 6402373705728000));
        series = (-1.0 / 87178291200) + (z * series);
        series = (1.0 / 479001600) + (z * series);
        series = (-1.0 / 3628800) + (z * series);
        series = (1.0 / 40320) + (z * series);
        series = (-1.0 / 720) + (z * series);
        series = (1.0 / 24) + (z * series);
        double half = 0.5 * z;
        double whole = 1.0 - half;
        return whole + (((1.0 - whole) - half) + ((z * (z * series)) - (angle * rest)));
    }
}
