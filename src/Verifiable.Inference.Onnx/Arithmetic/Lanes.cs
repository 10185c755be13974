using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace Verifiable.Inference.Onnx.Arithmetic;

/// <summary>
/// Reductions by rule 3 of the canonical arithmetic: element i goes to lane i mod 64, each lane combines in index order, and a binary tree combines lane i + s with
/// lane i for s = 32, 16, … 1. Stateless and thread-safe.
/// </summary>
internal static class Lanes
{
    /// <summary>The number of lanes.</summary>
    internal const int Count = 64;

    /// <summary>Reduces a row.</summary>
    /// <param name="values">The elements, side by side.</param>
    /// <param name="parameter">The number that the map is given.</param>
    internal static T Reduce<T, TMap, TFold>(ReadOnlySpan<T> values, T parameter = default)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
        where TMap : struct, ILaneMap
        where TFold : struct, ILaneFold
    {
        if (values.IsEmpty)
        {
            return TFold.Empty<T>();
        }

        return Vector512.IsHardwareAccelerated ? Reduce<T, TMap, TFold, Vector512<T>, Register512<T>>(values, parameter)
            : Vector256.IsHardwareAccelerated ? Reduce<T, TMap, TFold, Vector256<T>, Register256<T>>(values, parameter)
            : Vector128.IsHardwareAccelerated ? Reduce<T, TMap, TFold, Vector128<T>, Register128<T>>(values, parameter)
            : Reduce<T, TMap, TFold, T, RegisterScalar<T>>(values, parameter);
    }

    /// <summary>Combines the 64 lanes by the tree; destroys them.</summary>
    internal static T Fold<T, TFold>(Span<T> lanes)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
        where TFold : struct, ILaneFold => Fold<T, TFold, T, RegisterScalar<T>>(ref MemoryMarshal.GetReference(lanes[..Count]));

    // In memory down to as many lanes as a register has, and in it from there on.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static T Fold<T, TFold, TVector, TRegister>(ref T lane)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
        where TFold : struct, ILaneFold
        where TVector : struct
        where TRegister : struct, IRegister<TVector, T>
    {
        unchecked
        {
            for (nuint stride = Count / 2; stride >= TRegister.Count; stride /= 2)
            {
                for (nuint i = 0; i < stride; i += TRegister.Count)
                {
                    TRegister.Store(TFold.Apply<T, TVector, TRegister>(TRegister.Load(in lane, i), TRegister.Load(in lane, i + stride)), ref lane, i);
                }
            }
        }

        return TRegister.Fold<TFold>(TRegister.Load(in lane, 0));
    }

    private static T Reduce<T, TMap, TFold, TVector, TRegister>(ReadOnlySpan<T> values, T parameter)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
        where TMap : struct, ILaneMap
        where TFold : struct, ILaneFold
        where TVector : struct
        where TRegister : struct, IRegister<TVector, T>
    {
        Span<T> lanes = stackalloc T[Count];
        ref T lane = ref MemoryMarshal.GetReference(lanes);
        ref T source = ref MemoryMarshal.GetReference(values);
        TVector one = TRegister.Create(parameter);
        unchecked
        {
            // Four registers at a time stay where they are over the whole row; their lanes are a part of the 64.
            nuint width = TRegister.Count;
            nuint whole = (nuint)values.Length / Count * Count;
            for (nuint part = 0; part < Count; part += 4 * width)
            {
                TVector a = TRegister.Create(TFold.Identity<T>());
                TVector b = a;
                TVector c = a;
                TVector d = a;
                for (nuint i = part; i < whole; i += Count)
                {
                    a = TFold.Apply<T, TVector, TRegister>(a, TMap.Apply<T, TVector, TRegister>(TRegister.Load(in source, i), one));
                    b = TFold.Apply<T, TVector, TRegister>(b, TMap.Apply<T, TVector, TRegister>(TRegister.Load(in source, i + width), one));
                    c = TFold.Apply<T, TVector, TRegister>(c, TMap.Apply<T, TVector, TRegister>(TRegister.Load(in source, i + (2 * width)), one));
                    d = TFold.Apply<T, TVector, TRegister>(d, TMap.Apply<T, TVector, TRegister>(TRegister.Load(in source, i + (3 * width)), one));
                }

                TRegister.Store(a, ref lane, part);
                TRegister.Store(b, ref lane, part + width);
                TRegister.Store(c, ref lane, part + (2 * width));
                TRegister.Store(d, ref lane, part + (3 * width));
            }

            nuint rest = (nuint)values.Length - whole;
            nuint j = 0;
            for (; j + width <= rest; j += width)
            {
                TVector mapped = TMap.Apply<T, TVector, TRegister>(TRegister.Load(in source, whole + j), one);
                TRegister.Store(TFold.Apply<T, TVector, TRegister>(TRegister.Load(in lane, j), mapped), ref lane, j);
            }

            for (; j < rest; j++)
            {
                T mapped = TMap.Apply<T, T, RegisterScalar<T>>(Unsafe.Add(ref source, whole + j), parameter);
                lanes[(int)j] = TFold.Apply<T, T, RegisterScalar<T>>(lanes[(int)j], mapped);
            }
        }

        return Fold<T, TFold, TVector, TRegister>(ref lane);
    }
}
