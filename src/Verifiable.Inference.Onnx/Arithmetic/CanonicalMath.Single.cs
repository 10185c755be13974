namespace Verifiable.Inference.Onnx.Arithmetic;

/// <content>Elementary functions of a binary32: computed in binary64 without fused operations and rounded once.</content>
public static partial class CanonicalMath
{
    private static float NotANumber => BitConverter.UInt32BitsToSingle(CanonicalNaNBits);

    /// <summary>Computes e to the power of a binary32, correctly rounded for every input (R. Tang's table method, ACM TOMS 15(2), 1989, with 32 entries;
    /// a polynomial of degree 6 and a two-part ln 2 ÷ 32, all in binary64 without fused operations).</summary>
    public static float Exp(float x)
    {
        if (float.IsNaN(x))
        {
            return NotANumber;
        }

        if (x >= 88.8f)
        {
            return float.PositiveInfinity;
        }

        return x < -104.1f ? 0f : (float)DoubleFunctions.ExpInRange(x);
    }

    /// <summary>Computes the natural logarithm of a binary32, correctly rounded for every input: <see cref="Log(double)"/> rounded once, and five results by table.</summary>
    public static float Log(float x) => Except(DoubleFunctions.LogException(BitConverter.SingleToUInt32Bits(x)), DoubleFunctions.Log(x));

    /// <summary>Computes the hyperbolic tangent of a binary32, correctly rounded for every input.</summary>
    public static float Tanh(float x) => Round(DoubleFunctions.Tanh(x));

    /// <summary>Computes <c>1 ÷ (1 + exp(−x))</c> in binary64 and rounds once.</summary>
    public static float Sigmoid(float x)
    {
        if (float.IsNaN(x))
        {
            return NotANumber;
        }

        if (x < -104.1f)
        {
            return 0f;
        }

        return x > 104.1f ? 1f : (float)(1.0 / (1.0 + DoubleFunctions.ExpInRange(-(double)x)));
    }

    /// <summary>Computes the square root of a binary32, correctly rounded; of a negative number NaN, of −0 itself.</summary>
    public static float Sqrt(float x) => CanonicalizeNaN(MathF.Sqrt(x));

    /// <summary>Computes a power of binary32 in binary64 and rounds once, with the special cases of IEEE 754 (x^0 = 1 and 1^y = 1 even for NaN; a negative x
    /// has powers with whole y only). The third power is x·x·x in binary64.</summary>
    public static float Pow(float x, float y) => Round(y == 3f ? (double)x * x * x : DoubleFunctions.Pow(x, y));

    /// <summary>Computes e to the power of x, less one in binary64 and rounds once.</summary>
    public static float Expm1(float x) => Round(DoubleFunctions.Expm1(x));

    /// <summary>Computes the natural logarithm of 1 + x, −∞ at −1 and NaN below in binary64 and rounds once.</summary>
    public static float Log1p(float x) => Except(DoubleFunctions.Log1pException(BitConverter.SingleToUInt32Bits(x)), DoubleFunctions.Log1p(x));

    /// <summary>Computes log(1 + e^x) in binary64 and rounds once.</summary>
    public static float Softplus(float x) => Except(BitConverter.SingleToUInt32Bits(x) == 0x39EA_41D0 ? 0x3F31_80BDU : 0, DoubleFunctions.Softplus(x));

    /// <summary>Computes the error function in binary64 and rounds once.</summary>
    public static float Erf(float x) => Round(DoubleFunctions.Erf(x));

    /// <summary>Computes the sine of an angle in radians, reduced exactly; of an infinity NaN in binary64 and rounds once.</summary>
    public static float Sin(float x) => Round(DoubleFunctions.Sin(x));

    /// <summary>Computes the cosine of an angle in radians, reduced exactly; of an infinity NaN in binary64 and rounds once.</summary>
    public static float Cos(float x) => Round(DoubleFunctions.Cos(x));

    /// <summary>Computes the tangent of an angle in radians, reduced exactly; of an infinity NaN in binary64 and rounds once.</summary>
    public static float Tan(float x) => Round(DoubleFunctions.Tan(x));

    /// <summary>Computes the arcsine in radians; NaN beyond ±1 in binary64 and rounds once.</summary>
    public static float Asin(float x) => Round(DoubleFunctions.Asin(x));

    /// <summary>Computes the arccosine in radians; NaN beyond ±1 in binary64 and rounds once.</summary>
    public static float Acos(float x) => Except(
        BitConverter.SingleToUInt32Bits(x) switch
        {
            0x3288_85A3 => 0x3FC9_0FDB,
            0x3982_6222 => 0x3FC9_07B5,
            _ => 0U,
        },
        DoubleFunctions.Acos(x));

    /// <summary>Computes the arctangent in radians in binary64 and rounds once.</summary>
    public static float Atan(float x) => Round(DoubleFunctions.Atan(x));

    /// <summary>Computes the hyperbolic sine in binary64 and rounds once.</summary>
    public static float Sinh(float x) => Except(DoubleFunctions.SinhException(BitConverter.SingleToUInt32Bits(x)), DoubleFunctions.Sinh(x));

    /// <summary>Computes the hyperbolic cosine in binary64 and rounds once.</summary>
    public static float Cosh(float x) => Round(DoubleFunctions.Cosh(x));

    /// <summary>Computes the inverse hyperbolic sine in binary64 and rounds once.</summary>
    public static float Asinh(float x) => Except(DoubleFunctions.AsinhException(BitConverter.SingleToUInt32Bits(x)), DoubleFunctions.Asinh(x));

    /// <summary>Computes the inverse hyperbolic cosine; NaN below 1 in binary64 and rounds once.</summary>
    public static float Acosh(float x) => Except(DoubleFunctions.AcoshException(BitConverter.SingleToUInt32Bits(x)), DoubleFunctions.Acosh(x));

    /// <summary>Computes the inverse hyperbolic tangent; ±∞ at ±1, NaN beyond in binary64 and rounds once.</summary>
    public static float Atanh(float x) => Round(DoubleFunctions.Atanh(x));

    private static float Except(uint exception, double value) => exception != 0 ? BitConverter.UInt32BitsToSingle(exception) : Round(value);

    private static float Round(double value) => double.IsNaN(value) ? NotANumber : (float)value;
}
