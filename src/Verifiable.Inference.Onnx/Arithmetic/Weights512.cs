using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace Verifiable.Inference.Onnx.Arithmetic;

/// <summary>Narrow weights in registers of 512 bits; used only where the processor has the instruction for a fused multiply-add.</summary>
internal readonly struct Weights512 : IWeightWidth<Vector512<float>>
{
    public static int Lanes => 16;

    public static int TileRows => 4;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<float> Load(ref readonly float source, nuint offset) => Width512.Load(in source, offset);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Store(Vector512<float> value, ref float destination, nuint offset) => Width512.Store(value, ref destination, offset);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<float> Broadcast(float value) => Width512.Broadcast(value);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<float> Add(Vector512<float> left, Vector512<float> right) => Width512.Add(left, right);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<float> FusedMultiplyAdd(Vector512<float> x, Vector512<float> y, Vector512<float> addend) => Width512.FusedMultiplyAdd(x, y, addend);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<float> LoadBytes(ref readonly sbyte source, nuint offset) => Vector512.ConvertToSingle(Widen(in source, offset));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<float> LoadHalves(ref readonly sbyte source, nuint offset, out Vector512<float> low)
    {
        Vector512<int> both = Widen(in source, offset);
        low = Vector512.ConvertToSingle((both << 28) >> 28);
        return Vector512.ConvertToSingle(both >> 4);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector512<int> Widen(ref readonly sbyte source, nuint offset)
    {
        ref byte first = ref Unsafe.As<sbyte, byte>(ref Unsafe.Add(ref Unsafe.AsRef(in source), offset));
        return Avx512F.ConvertToVector512Int32(Unsafe.ReadUnaligned<Vector128<sbyte>>(ref first));
    }
}
