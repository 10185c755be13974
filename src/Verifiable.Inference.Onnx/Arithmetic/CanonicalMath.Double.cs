namespace Verifiable.Inference.Onnx.Arithmetic;

/// <content>Elementary functions of a binary64: fixed sequences of operations, not correctly rounded. The error bounds are the largest seen at 200 000 arguments.</content>
public static partial class CanonicalMath
{
    /// <summary>Computes the natural logarithm of a binary64 as a fixed sequence of operations, within about one unit in the last place. The logarithm of
    /// ±0 is −∞, of a negative number NaN.</summary>
    public static double Log(double x) => DoubleFunctions.Log(x);

    /// <summary>Computes e to the power of x, within 2 units in the last place.</summary>
    public static double Exp(double x) => DoubleFunctions.Exp(x);

    /// <summary>Computes the hyperbolic tangent, within 3 units in the last place.</summary>
    public static double Tanh(double x) => DoubleFunctions.Tanh(x);

    /// <summary>Computes <c>1 ÷ (1 + exp(−x))</c>, within 3 units in the last place.</summary>
    public static double Sigmoid(double x) => DoubleFunctions.Sigmoid(x);

    /// <summary>Computes the square root, correctly rounded; of a negative number NaN, of −0 itself.</summary>
    public static double Sqrt(double x) => CanonicalizeNaN(Math.Sqrt(x));

    /// <summary>Computes a power within 0.6 units in the last place, with the special cases of IEEE 754 (x^0 = 1 and 1^y = 1 even for NaN; a negative x has
    /// powers with whole y only).</summary>
    public static double Pow(double x, double y) => DoubleFunctions.Pow(x, y);

    /// <summary>Computes e to the power of x, less one, within 2 units in the last place.</summary>
    public static double Expm1(double x) => DoubleFunctions.Expm1(x);

    /// <summary>Computes the natural logarithm of 1 + x, −∞ at −1 and NaN below, within 2 units in the last place.</summary>
    public static double Log1p(double x) => DoubleFunctions.Log1p(x);

    /// <summary>Computes log(1 + e^x), within 4 units in the last place.</summary>
    public static double Softplus(double x) => DoubleFunctions.Softplus(x);

    /// <summary>Computes the error function, within 2 units in the last place.</summary>
    public static double Erf(double x) => DoubleFunctions.Erf(x);

    /// <summary>Computes the sine of an angle in radians, reduced exactly; of an infinity NaN, within 1 unit in the last place.</summary>
    public static double Sin(double x) => DoubleFunctions.Sin(x);

    /// <summary>Computes the cosine of an angle in radians, reduced exactly; of an infinity NaN, within 1 unit in the last place.</summary>
    public static double Cos(double x) => DoubleFunctions.Cos(x);

    /// <summary>Computes the tangent of an angle in radians, reduced exactly; of an infinity NaN, within 3 units in the last place.</summary>
    public static double Tan(double x) => DoubleFunctions.Tan(x);

    /// <summary>Computes the arcsine in radians; NaN beyond ±1, within 3 units in the last place.</summary>
    public static double Asin(double x) => DoubleFunctions.Asin(x);

    /// <summary>Computes the arccosine in radians; NaN beyond ±1, within 2 units in the last place.</summary>
    public static double Acos(double x) => DoubleFunctions.Acos(x);

    /// <summary>Computes the arctangent in radians, within 2 units in the last place.</summary>
    public static double Atan(double x) => DoubleFunctions.Atan(x);

    /// <summary>Computes the hyperbolic sine, within 3 units in the last place.</summary>
    public static double Sinh(double x) => DoubleFunctions.Sinh(x);

    /// <summary>Computes the hyperbolic cosine, within 3 units in the last place.</summary>
    public static double Cosh(double x) => DoubleFunctions.Cosh(x);

    /// <summary>Computes the inverse hyperbolic sine, within 2 units in the last place.</summary>
    public static double Asinh(double x) => DoubleFunctions.Asinh(x);

    /// <summary>Computes the inverse hyperbolic cosine; NaN below 1, within 3 units in the last place.</summary>
    public static double Acosh(double x) => DoubleFunctions.Acosh(x);

    /// <summary>Computes the inverse hyperbolic tangent; ±∞ at ±1, NaN beyond, within 2 units in the last place.</summary>
    public static double Atanh(double x) => DoubleFunctions.Atanh(x);
}
