using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.Arm;
using System.Runtime.Intrinsics.X86;

namespace Verifiable.Inference.Onnx.Arithmetic;

/// <summary>
/// The float operations of the canonical profile, each a fixed sequence of correctly rounded IEEE 754 operations, so that every processor gives the same
/// bits. Stateless and thread-safe. The normative text is <c>docs/reference/canonical-arithmetic.md</c>.
/// </summary>
public static class CanonicalMath
{
    /// <summary>The only NaN of a committed binary32 tensor: <c>0x7FC00000</c>.</summary>
    public const uint CanonicalNaNBits = 0x7FC0_0000;

    /// <summary>The only NaN of a committed binary64 tensor: <c>0x7FF8000000000000</c>.</summary>
    public const ulong CanonicalDoubleNaNBits = 0x7FF8_0000_0000_0000;

    /// <summary>Gets whether the processor has a fused multiply-add that the runtime uses; without it the exact software form runs and gives the same bits.</summary>
    public static bool HasHardwareFusedMultiplyAdd
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        get => Fma.IsSupported || AdvSimd.IsSupported;
    }

    /// <summary>Computes <c>x·y + addend</c> with one rounding (IEEE 754 fusedMultiplyAdd, to nearest even).</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static float FusedMultiplyAdd(float x, float y, float addend)
    {
        // The instruction itself: MathF may call the C library, whose form nobody here has checked.
        if (Fma.IsSupported)
        {
            return Fma.MultiplyAddScalar(Vector128.CreateScalarUnsafe(x), Vector128.CreateScalarUnsafe(y), Vector128.CreateScalarUnsafe(addend)).ToScalar();
        }

        return AdvSimd.IsSupported
            ? AdvSimd.FusedMultiplyAddScalar(Vector64.CreateScalarUnsafe(addend), Vector64.CreateScalarUnsafe(x), Vector64.CreateScalarUnsafe(y)).ToScalar()
            : SoftwareFusedMultiplyAdd.Compute(x, y, addend);
    }

    /// <summary>Computes <c>x·y + addend</c> in binary64 with one rounding (IEEE 754 fusedMultiplyAdd, to nearest even).</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static double FusedMultiplyAdd(double x, double y, double addend)
    {
        if (Fma.IsSupported)
        {
            return Fma.MultiplyAddScalar(Vector128.CreateScalarUnsafe(x), Vector128.CreateScalarUnsafe(y), Vector128.CreateScalarUnsafe(addend)).ToScalar();
        }

        return AdvSimd.IsSupported
            ? AdvSimd.FusedMultiplyAddScalar(Vector64.Create(addend), Vector64.Create(x), Vector64.Create(y)).ToScalar()
            : SoftwareFusedMultiplyAdd.Compute(x, y, addend);
    }

    /// <summary>Returns the number, or the canonical NaN for any NaN.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static float CanonicalizeNaN(float value) => float.IsNaN(value) ? BitConverter.UInt32BitsToSingle(CanonicalNaNBits) : value;

    /// <summary>Returns the number, or the canonical NaN for any NaN.</summary>
    public static double CanonicalizeNaN(double value) => double.IsNaN(value) ? BitConverter.UInt64BitsToDouble(CanonicalDoubleNaNBits) : value;

    /// <summary>Returns the larger number: a NaN wins over every number, and +0 is larger than −0.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static float Max(float left, float right)
    {
        if (left > right || float.IsNaN(left))
        {
            return left;
        }

        // Equal values differ in bits only when they are the two zeros: the sum of +0 and −0 is +0.
        return left == right ? BothZero(left, right) ? left + right : left : right;
    }

    /// <summary>Returns the smaller number: a NaN wins over every number, and −0 is smaller than +0.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static float Min(float left, float right)
    {
        if (left < right || float.IsNaN(left))
        {
            return left;
        }

        return left == right ? BothZero(left, right) ? -(-left + -right) : left : right;
    }

    /// <summary>Computes e to the power of a binary32, correctly rounded for every input (R. Tang's table method, ACM TOMS 15(2), 1989, with 32 entries;
    /// a polynomial of degree 6 and a two-part ln 2 ÷ 32, all in binary64 without fused operations).</summary>
    public static float Exp(float x)
    {
        if (float.IsNaN(x))
        {
            return BitConverter.UInt32BitsToSingle(CanonicalNaNBits);
        }

        if (x >= 88.8f)
        {
            return float.PositiveInfinity;
        }

        return x < -104.1f ? 0f : (float)DoubleFunctions.Exp(x);
    }

    /// <summary>Computes the natural logarithm of a binary32, correctly rounded for every input: <see cref="Log(double)"/> rounded once, and five results by table.</summary>
    public static float Log(float x)
    {
        uint exception = DoubleFunctions.LogException(BitConverter.SingleToUInt32Bits(x));
        return exception != 0 ? BitConverter.UInt32BitsToSingle(exception) : CanonicalizeNaN((float)Log((double)x));
    }

    /// <summary>Computes the natural logarithm of a binary64 as a fixed sequence of operations, within about one unit in the last place. The logarithm of
    /// ±0 is −∞, of a negative number NaN.</summary>
    public static double Log(double x) => DoubleFunctions.Log(x);

    /// <summary>Computes the hyperbolic tangent of a binary32 in binary64 and rounds once: an odd series below ¼, <c>1 − 2 ÷ (exp(2|x|) + 1)</c> above.</summary>
    public static float Tanh(float x)
    {
        if (float.IsNaN(x))
        {
            return BitConverter.UInt32BitsToSingle(CanonicalNaNBits);
        }

        return (float)DoubleFunctions.Tanh(x);
    }

    /// <summary>Computes <c>1 ÷ (1 + exp(−x))</c> in binary64 and rounds once.</summary>
    public static float Sigmoid(float x)
    {
        if (float.IsNaN(x))
        {
            return BitConverter.UInt32BitsToSingle(CanonicalNaNBits);
        }

        if (x < -104.1f)
        {
            return 0f;
        }

        return x > 104.1f ? 1f : (float)(1.0 / (1.0 + DoubleFunctions.Exp(-(double)x)));
    }

    private static bool BothZero(float left, float right) => left == 0f && right == 0f;
}
