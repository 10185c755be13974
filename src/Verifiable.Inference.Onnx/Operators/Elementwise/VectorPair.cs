using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace Verifiable.Inference.Onnx.Operators;

/// <summary>A function of two elements over runs of pairs, by vectors where it has a vector form.</summary>
internal readonly struct VectorPair<TKernel, T> : IPairFunction<T, T>
    where TKernel : struct, IPairKernel<T>
    where T : unmanaged
{
    private static bool HasVector => Vector.IsHardwareAccelerated && TKernel.HasVector;

    public static T Apply(T left, T right) => TKernel.Apply(left, right);

    [MethodImpl(MethodImplOptions.NoInlining | MethodImplOptions.AggressiveOptimization)]
    public static void Apply(ReadOnlySpan<T> left, ReadOnlySpan<T> right, Span<T> result)
    {
        int i = 0;
        right = right[..left.Length];
        result = result[..left.Length];
        if (HasVector)
        {
            ref T x = ref MemoryMarshal.GetReference(left);
            ref T y = ref MemoryMarshal.GetReference(right);
            ref T z = ref MemoryMarshal.GetReference(result);
            for (; i <= left.Length - Vector<T>.Count; i += Vector<T>.Count)
            {
                TKernel.Apply(Vector.LoadUnsafe(ref x, (nuint)i), Vector.LoadUnsafe(ref y, (nuint)i)).StoreUnsafe(ref z, (nuint)i);
            }
        }

        for (; i < left.Length; i++)
        {
            result[i] = TKernel.Apply(left[i], right[i]);
        }
    }

    [MethodImpl(MethodImplOptions.NoInlining | MethodImplOptions.AggressiveOptimization)]
    public static void Apply(ReadOnlySpan<T> left, T right, Span<T> result)
    {
        int i = 0;
        result = result[..left.Length];
        if (HasVector)
        {
            ref T x = ref MemoryMarshal.GetReference(left);
            var y = new Vector<T>(right);
            ref T z = ref MemoryMarshal.GetReference(result);
            for (; i <= left.Length - Vector<T>.Count; i += Vector<T>.Count)
            {
                TKernel.Apply(Vector.LoadUnsafe(ref x, (nuint)i), y).StoreUnsafe(ref z, (nuint)i);
            }
        }

        for (; i < left.Length; i++)
        {
            result[i] = TKernel.Apply(left[i], right);
        }
    }

    [MethodImpl(MethodImplOptions.NoInlining | MethodImplOptions.AggressiveOptimization)]
    public static void Apply(T left, ReadOnlySpan<T> right, Span<T> result)
    {
        int i = 0;
        result = result[..right.Length];
        if (HasVector)
        {
            var x = new Vector<T>(left);
            ref T y = ref MemoryMarshal.GetReference(right);
            ref T z = ref MemoryMarshal.GetReference(result);
            for (; i <= right.Length - Vector<T>.Count; i += Vector<T>.Count)
            {
                TKernel.Apply(x, Vector.LoadUnsafe(ref y, (nuint)i)).StoreUnsafe(ref z, (nuint)i);
            }
        }

        for (; i < right.Length; i++)
        {
            result[i] = TKernel.Apply(left, right[i]);
        }
    }
}
