using System.Numerics;

namespace Verifiable.Inference.Onnx.Tests.SecondEngine;

/// <summary>Elementary functions as canonical arithmetic, part 4, says: tables by their definition, sequences line by line. None of the engine's code is used.</summary>
internal static class PlainFunctions
{
    private const double C32 = 46.166241308446828384;

    private static readonly double _h = BitConverter.UInt64BitsToDouble(0x3F962E42FEFA0000);
    private static readonly double _hRest = BitConverter.UInt64BitsToDouble(0x3D2CF79ABC9E3B3A);

    /// <summary>Gets T and T'.</summary>
    internal static (double Nearest, double Short)[] Powers { get; } = [.. Enumerable.Range(0, 32).Select(i =>
    {
        BigInteger value = ExactNumber.One << i;
        for (int root = 0; root < 5; root++)
        {
            value = ExactNumber.Root(value);
        }

        return ExactNumber.Split(value);
    })];

    /// <summary>Gets A and A'.</summary>
    internal static (double Nearest, double Short)[] Arctangents { get; } = [.. Enumerable.Range(0, 17).Select(i => ExactNumber.Split(ExactNumber.Arctangent(ExactNumber.One * i / 16)))];

    /// <summary>Gets L and L', from i = 45 on.</summary>
    internal static (double Nearest, double Short)[] Logarithms { get; } = [.. Enumerable.Range(45, 47).Select(i =>
        ExactNumber.Split(-ExactNumber.Logarithm(ExactNumber.One * ((65536 + (i / 2)) / i) / 1024)))];

    /// <summary>Gets E, by degree and point.</summary>
    internal static double[][] Errors { get; } = MakeErrors();

    internal static float Exp(float x) => x >= 88.8f ? float.PositiveInfinity : x < -104.1f ? 0f : (float)Exp((double)x);

    internal static float Tanh(float x) => (float)Tanh((double)x);

    internal static float Sigmoid(float x) => (float)(x < -700 ? Exp((double)x) : 1 / (1 + Exp(-(double)x)));

    internal static float Erf(float x) => (float)Erf((double)x);

    internal static double Exp(double x)
    {
        if (double.IsNaN(x))
        {
            return x;
        }

        if (x >= 710)
        {
            return double.PositiveInfinity;
        }

        if (x < -746)
        {
            return 0;
        }

        (double r, int i, int j) = Reduce(x);
        double p = 1 + (r * (1 + (r * Inverses(r, 720, 120, 24, 6, 2))));
        return Scale(p * Powers[i].Nearest, j);
    }

    internal static double Expm1(double x)
    {
        if (x == 0 || double.IsNaN(x))
        {
            return x;
        }

        if (x >= 710)
        {
            return double.PositiveInfinity;
        }

        if (x < -40)
        {
            return -1;
        }

        (double r, int i, int j) = Reduce(x);
        double q = r + ((r * r) * Inverses(r, 5040, 720, 120, 24, 6, 2));
        double u = Powers[i].Short + (Powers[i].Nearest * q);
        return j > 60 ? Scale(Powers[i].Nearest + u, j) : ((Math.ScaleB(1, j) * Powers[i].Nearest) - 1) + (Math.ScaleB(1, j) * u);
    }

    internal static double Tanh(double x)
    {
        double m = Math.Abs(x);
        if (m > 20)
        {
            return Math.CopySign(1, x);
        }

        double e = Expm1(2 * m);
        return Math.CopySign(e / (e + 2), x);
    }

    internal static double Erf(double x)
    {
        double m = Math.Abs(x);
        if (m >= 6)
        {
            return Math.CopySign(1, x);
        }

        if (double.IsNaN(x))
        {
            return x;
        }

        int k = (int)Math.Round(4 * m, MidpointRounding.ToEven);
        double t = m - (0.25 * k);
        double p = Errors[13][k];
        for (int n = 12; n >= 0; n--)
        {
            p = Errors[n][k] + (t * p);
        }

        return Math.CopySign(p, x);
    }

    private static (double R, int I, int J) Reduce(double x)
    {
        double k = Math.Round(x * C32, MidpointRounding.ToEven);
        double r = (x - (k * _h)) - (k * _hRest);
        int whole = (int)k;
        return (r, ((whole % 32) + 32) % 32, (int)Math.Floor(k / 32));
    }

    // 1/last + r·(… + r·(1/first)).
    private static double Inverses(double r, params ReadOnlySpan<double> divisors)
    {
        double p = 1 / divisors[0];
        foreach (double divisor in divisors[1..])
        {
            p = (1 / divisor) + (r * p);
        }

        return p;
    }

    private static double Scale(double v, int j)
    {
        int a = j / 2;
        return v * Math.ScaleB(1, a) * Math.ScaleB(1, j - a);
    }

    // The derivatives of erf are 2 ÷ √π·exp(−x²) times ± Hermite's polynomials.
    private static double[][] MakeErrors()
    {
        BigInteger factor = ExactNumber.Quotient(2 * ExactNumber.One, ExactNumber.Root(ExactNumber.Pi));
        double[][] rows = [.. Enumerable.Range(0, 14).Select(_ => new double[25])];
        for (int k = 0; k < 25; k++)
        {
            BigInteger x = ExactNumber.One * k / 4;
            BigInteger square = ExactNumber.Product(x, x);
            BigInteger density = ExactNumber.Product(factor, ExactNumber.Quotient(ExactNumber.One, ExactNumber.Exp(square)));
            rows[0][k] = ExactNumber.Nearest(Series(x, square, factor));

            // c[n] are the coefficients of the density: (n + 1)·c[n + 1] = −2·(x·c[n] + c[n − 1]).
            BigInteger before = BigInteger.Zero;
            BigInteger now = density;
            for (int n = 1; n < 14; n++)
            {
                rows[n][k] = ExactNumber.Nearest(now / n);
                (before, now) = (now, -2 * (ExactNumber.Product(x, now) + before) / n);
            }
        }

        return rows;
    }

    // erf(x) = 2 ÷ √π·exp(−x²)·Σ 2ⁿ·x^(2n + 1) ÷ (1·3·…·(2n + 1)), whose terms are all positive.
    private static BigInteger Series(BigInteger x, BigInteger square, BigInteger factor)
    {
        BigInteger sum = BigInteger.Zero;
        BigInteger term = x;
        for (int n = 1; !term.IsZero; n++)
        {
            sum += term;
            term = ExactNumber.Product(term, 2 * square) / ((2 * n) + 1);
        }

        return ExactNumber.Product(ExactNumber.Product(factor, sum), ExactNumber.Quotient(ExactNumber.One, ExactNumber.Exp(square)));
    }
}
