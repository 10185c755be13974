using System.Runtime.CompilerServices;

namespace Verifiable.Inference.Onnx.Arithmetic;

/// <summary>One float at a time: the form of processors without a fused multiply-add, and the plain form that tests compare the vectors with.</summary>
internal readonly struct WidthScalar : IVectorWidth<float>
{
    public static int Lanes => 1;

    public static int TileRows => 4;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static float Load(ref readonly float source, nuint offset) => Unsafe.Add(ref Unsafe.AsRef(in source), offset);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Store(float value, ref float destination, nuint offset) => Unsafe.Add(ref destination, offset) = value;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static float Broadcast(float value) => value;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static float Add(float left, float right) => left + right;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static float FusedMultiplyAdd(float x, float y, float addend) => CanonicalMath.FusedMultiplyAdd(x, y, addend);
}
