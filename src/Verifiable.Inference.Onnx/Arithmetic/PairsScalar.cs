using System.Runtime.CompilerServices;

namespace Verifiable.Inference.Onnx.Arithmetic;

/// <summary>One pair of 16-bit integers at a time.</summary>
internal readonly struct PairsScalar : IPairWidth<int>
{
    public static int Lanes => 1;

    public static int Load(ref readonly int source, nuint offset) => Unsafe.Add(ref Unsafe.AsRef(in source), offset);

    public static void Store(int value, ref int destination, nuint offset) => Unsafe.Add(ref destination, offset) = value;

    public static int Broadcast(int pair) => pair;

    public static int Accumulate(int sum, int left, int right) => unchecked(sum + ((short)left * (short)right) + ((left >> 16) * (right >> 16)));
}
