using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace Verifiable.Inference.Onnx.Arithmetic;

/// <summary>Narrow weights in registers of 128 bits; used only where the processor has the instruction for a fused multiply-add.</summary>
internal readonly struct Weights128 : IWeightWidth<Vector128<float>>
{
    public static int Lanes => 4;

    public static int TileRows => 4;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector128<float> Load(ref readonly float source, nuint offset) => Width128.Load(in source, offset);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Store(Vector128<float> value, ref float destination, nuint offset) => Width128.Store(value, ref destination, offset);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector128<float> Broadcast(float value) => Width128.Broadcast(value);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector128<float> Add(Vector128<float> left, Vector128<float> right) => Width128.Add(left, right);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector128<float> FusedMultiplyAdd(Vector128<float> x, Vector128<float> y, Vector128<float> addend) => Width128.FusedMultiplyAdd(x, y, addend);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector128<float> LoadBytes(ref readonly sbyte source, nuint offset) => Vector128.ConvertToSingle(Widen(in source, offset));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector128<float> LoadHalves(ref readonly sbyte source, nuint offset, out Vector128<float> low)
    {
        Vector128<int> both = Widen(in source, offset);
        low = Vector128.ConvertToSingle((both << 28) >> 28);
        return Vector128.ConvertToSingle(both >> 4);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector128<int> Widen(ref readonly sbyte source, nuint offset)
    {
        ref byte first = ref Unsafe.As<sbyte, byte>(ref Unsafe.Add(ref Unsafe.AsRef(in source), offset));
        Vector128<sbyte> bytes = Vector128.CreateScalar(Unsafe.ReadUnaligned<uint>(ref first)).AsSByte();
        return Vector128.WidenLower(Vector128.WidenLower(bytes));
    }
}
