using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace Verifiable.Inference.Onnx.Operators;

/// <summary>The sum of the elements under a window.</summary>
internal readonly struct WindowSum : IWindowFold
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static float Fold(float left, float right) => left + right;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<float> Fold(Vector512<float> left, Vector512<float> right) => left + right;
}

/// <summary>The largest of the elements under a window, which are integers in the order of <see cref="OrderedFloats"/>.</summary>
internal readonly struct WindowMax : IWindowFold
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static float Fold(float left, float right) =>
        BitConverter.Int32BitsToSingle(Math.Max(BitConverter.SingleToInt32Bits(left), BitConverter.SingleToInt32Bits(right)));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<float> Fold(Vector512<float> left, Vector512<float> right) => Vector512.Max(left.AsInt32(), right.AsInt32()).AsSingle();
}
