using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.Arm;
using System.Runtime.Intrinsics.X86;

namespace Verifiable.Inference.Onnx.Arithmetic;

/// <summary>
/// The float operations of the canonical profile, each a fixed sequence of correctly rounded IEEE 754 operations, so that every processor gives the same
/// bits. Stateless and thread-safe. The normative text is <c>docs/reference/canonical-arithmetic.md</c>.
/// </summary>
public static partial class CanonicalMath
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

    private static bool BothZero(float left, float right) => left == 0f && right == 0f;
}
