using System.Runtime.CompilerServices;

namespace Verifiable.Inference.Onnx.Arithmetic;

/// <summary>Asserts that the thread computes as the canonical profile demands: subnormals kept, rounding to nearest even.</summary>
public static class FloatEnvironment
{
    // Written once and never changed; not constants, so that the compiler cannot compute the results itself.
    private static readonly float[] _probes = [1.17549435E-38f, 0.5f, 1f, 5.9604645E-08f, 1.1920929E-07f, -1f];

    /// <summary>Checks the calling thread.</summary>
    /// <exception cref="PlatformNotSupportedException">Native code on this thread has switched subnormals off or changed the rounding direction.</exception>
    public static void Require()
    {
        if (!KeepsSubnormals())
        {
            throw new PlatformNotSupportedException(
                "Expected subnormal floats to be kept, got them flushed to zero: native code has set the processor's flush-to-zero or denormals-are-zero flag on this thread. Reset it before running canonical inference.");
        }

        if (!RoundsToNearestEven())
        {
            throw new PlatformNotSupportedException(
                "Expected floats to round to nearest even, got another direction: native code has changed the rounding mode of this thread. Reset it before running canonical inference.");
        }
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static bool KeepsSubnormals()
    {
        float half = _probes[0] * _probes[1];
        return BitConverter.SingleToUInt32Bits(half) == 0x0040_0000u && BitConverter.SingleToUInt32Bits(half + half) == 0x0080_0000u;
    }

    // 1 + 2^-24 ties to the even 1; (1 + 2^-23) + 2^-24 ties to the even 1 + 2^-22; the negatives mirror them. Every directed mode fails one of these.
    [MethodImpl(MethodImplOptions.NoInlining)]
    private static bool RoundsToNearestEven()
    {
        float one = _probes[2];
        float tie = _probes[3];
        float next = one + _probes[4];
        return one + tie == one && next + tie == one + (2 * _probes[4]) && _probes[5] - tie == _probes[5] && -next - tie == -(one + (2 * _probes[4]));
    }
}
