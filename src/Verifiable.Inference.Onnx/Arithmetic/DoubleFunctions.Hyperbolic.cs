namespace Verifiable.Inference.Onnx.Arithmetic;

/// <summary>Hyperbolic functions, their inverses, the logistic functions and the error function.</summary>
internal static partial class DoubleFunctions
{
    private const double TwoTo28 = 268435456.0;

    /// <summary>Computes tanh x as E ÷ (E + 2), E = e^2|x| − 1, with the sign of x; from 20 on it is ±1.</summary>
    internal static double Tanh(double x)
    {
        if (double.IsNaN(x))
        {
            return NotANumber;
        }

        double magnitude = Math.Abs(x);
        if (magnitude > 20)
        {
            return Math.CopySign(1.0, x);
        }

        double e = Expm1(2.0 * magnitude);
        return Math.CopySign(e / (e + 2.0), x);
    }

    /// <summary>Computes 1 ÷ (1 + e^−x).</summary>
    internal static double Sigmoid(double x) => x < -700 ? Exp(x) : 1.0 / (1.0 + Exp(-x));

    /// <summary>Computes log(1 + e^x) as max(x, 0) + log1p(e^−|x|).</summary>
    internal static double Softplus(double x)
    {
        double rest = Log1p(Exp(-Math.Abs(x)));
        return x > 0 ? x + rest : rest;
    }

    /// <summary>Computes sinh x as (E + E ÷ (E + 1)) ÷ 2, E = e^|x| − 1, with the sign of x; from 20 on as e^|x| ÷ 2.</summary>
    internal static double Sinh(double x)
    {
        if (double.IsNaN(x))
        {
            return NotANumber;
        }

        double magnitude = Math.Abs(x);
        if (magnitude >= 20)
        {
            return Math.CopySign(HalfExp(magnitude), x);
        }

        double e = Expm1(magnitude);
        return Math.CopySign(0.5 * (e + (e / (e + 1.0))), x);
    }

    /// <summary>Computes cosh x as (e + 1 ÷ e) ÷ 2, e = e^|x|; from 20 on as e^|x| ÷ 2.</summary>
    internal static double Cosh(double x)
    {
        if (double.IsNaN(x))
        {
            return NotANumber;
        }

        double magnitude = Math.Abs(x);
        if (magnitude >= 20)
        {
            return HalfExp(magnitude);
        }

        double e = Exp(magnitude);
        return 0.5 * (e + (1.0 / e));
    }

    /// <summary>Computes arsinh x as log1p(|x| + x² ÷ (1 + √(x² + 1))) with the sign of x; above 2^28 as log |x| + log 2.</summary>
    internal static double Asinh(double x)
    {
        if (double.IsNaN(x))
        {
            return NotANumber;
        }

        double magnitude = Math.Abs(x);
        if (magnitude > TwoTo28)
        {
            return Math.CopySign(Log(magnitude) + Ln2, x);
        }

        double square = magnitude * magnitude;
        return Math.CopySign(Log1p(magnitude + (square / (1.0 + Math.Sqrt(square + 1.0)))), x);
    }

    /// <summary>Computes arcosh x as log1p(t + √(t·(t + 2))), t = x − 1; above 2^28 as log x + log 2. Below 1 it is NaN.</summary>
    internal static double Acosh(double x)
    {
        if (!(x >= 1.0))
        {
            return NotANumber;
        }

        if (x > TwoTo28)
        {
            return Log(x) + Ln2;
        }

        double t = x - 1.0;
        return Log1p(t + Math.Sqrt(t * (t + 2.0)));
    }

    /// <summary>Computes artanh x as log1p(2|x| ÷ (1 − |x|)) ÷ 2 with the sign of x; ±∞ at ±1, NaN beyond.</summary>
    internal static double Atanh(double x)
    {
        double magnitude = Math.Abs(x);
        return magnitude <= 1.0 ? Math.CopySign(0.5 * Log1p(2.0 * magnitude / (1.0 - magnitude)), x) : NotANumber;
    }

    /// <summary>Computes erf x by the Taylor polynomial at the nearest quarter, with the sign of x; from 6 on it is ±1.</summary>
    internal static double Erf(double x)
    {
        if (double.IsNaN(x))
        {
            return NotANumber;
        }

        double magnitude = Math.Abs(x);
        if (magnitude >= 6)
        {
            return Math.CopySign(1.0, x);
        }

        double k = Math.Round(4.0 * magnitude, MidpointRounding.ToEven);
        double t = magnitude - (0.25 * k);
        bool far = k >= ErfTable.NearPoints;
        ReadOnlySpan<ulong> table = far ? ErfTable.Far : ErfTable.Near;
        int points = far ? ErfTable.FarPoints : ErfTable.NearPoints;
        int point = far ? (int)k - ErfTable.NearPoints : (int)k;
        double p = BitConverter.UInt64BitsToDouble(table[(ErfTable.Degree * points) + point]);
        for (int degree = ErfTable.Degree - 1; degree >= 0; degree--)
        {
            p = BitConverter.UInt64BitsToDouble(table[(degree * points) + point]) + (t * p);
        }

        return Math.CopySign(p, x);
    }

    private static double HalfExp(double x) => x >= 711 ? double.PositiveInfinity : Scale(Power(x, out int exponent), exponent - 1);
}
