using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace Verifiable.Inference.Onnx.Arithmetic;

/// <summary>The reductions of <see cref="Lanes"/> for columns that stand side by side: the same order of operations for each, vectors over columns.</summary>
internal static class ColumnLanes
{
    /// <summary>The number of columns whose lanes are kept in cache together.</summary>
    internal const int Tile = 64;

    /// <summary>The number of elements that the lanes of one tile take.</summary>
    internal const int Scratch = Lanes.Count * Tile;

    /// <summary>Reduces columns.</summary>
    /// <param name="source">The elements; element i of column c stands at the i-th offset + c.</param>
    /// <param name="stride">The distance of the elements of a column, where <paramref name="offsets"/> is empty.</param>
    /// <param name="offsets">The offsets of the first column's elements; empty where they have one distance.</param>
    /// <param name="count">The number of elements of a column.</param>
    /// <param name="lanes">Memory for <see cref="Scratch"/> elements.</param>
    /// <param name="results">The results, one a column: at most <see cref="Tile"/>.</param>
    internal static void Reduce<T, TMap, TFold>(ReadOnlySpan<T> source, int stride, ReadOnlySpan<int> offsets, int count, Span<T> lanes, Span<T> results)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
        where TMap : struct, ILaneMap
        where TFold : struct, ILaneFold
    {
        if (count == 0)
        {
            results.Fill(TFold.Empty<T>());
            return;
        }

        int width = results.Length;
        for (int i = 0; i < count; i++)
        {
            ReadOnlySpan<T> row = source.Slice(offsets.IsEmpty ? i * stride : offsets[i], width);
            Span<T> lane = lanes.Slice(i % Lanes.Count * width, width);
            if (i < Lanes.Count)
            {
                Combine<T, TMap, First>(lane, row, lane);
            }
            else
            {
                Combine<T, TMap, TFold>(lane, row, lane);
            }
        }

        // Lanes without elements hold the identity: leaving them out changes nothing.
        int filled = Math.Min(count, Lanes.Count);
        for (int distance = Lanes.Count / 2; distance >= 1; distance /= 2)
        {
            for (int i = 0; i + distance < filled && i < distance; i++)
            {
                Span<T> lane = lanes.Slice(i * width, width);
                Combine<T, LaneMaps.Same, TFold>(lane, lanes.Slice((i + distance) * width, width), lane);
            }

            filled = Math.Min(filled, distance);
        }

        lanes[..width].CopyTo(results);
    }

    private static void Combine<T, TMap, TFold>(ReadOnlySpan<T> left, ReadOnlySpan<T> right, Span<T> result)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
        where TMap : struct, ILaneMap
        where TFold : struct, ILaneFold
    {
        ref T a = ref MemoryMarshal.GetReference(left);
        ref T b = ref MemoryMarshal.GetReference(right);
        ref T y = ref MemoryMarshal.GetReference(result);
        nuint length = (nuint)Math.Min(Math.Min(left.Length, right.Length), result.Length);
        nuint i = 0;
        if (Vector512.IsHardwareAccelerated)
        {
            i = Combine<T, TMap, TFold, Vector512<T>, Register512<T>>(in a, in b, ref y, i, length);
        }

        if (Vector256.IsHardwareAccelerated)
        {
            i = Combine<T, TMap, TFold, Vector256<T>, Register256<T>>(in a, in b, ref y, i, length);
        }

        if (Vector128.IsHardwareAccelerated)
        {
            i = Combine<T, TMap, TFold, Vector128<T>, Register128<T>>(in a, in b, ref y, i, length);
        }

        _ = Combine<T, TMap, TFold, T, RegisterScalar<T>>(in a, in b, ref y, i, length);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static nuint Combine<T, TMap, TFold, TVector, TRegister>(ref readonly T a, ref readonly T b, ref T y, nuint from, nuint length)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
        where TMap : struct, ILaneMap
        where TFold : struct, ILaneFold
        where TVector : struct
        where TRegister : struct, IRegister<TVector, T>
    {
        nuint i = from;
        unchecked
        {
            for (; i + TRegister.Count <= length; i += TRegister.Count)
            {
                TVector mapped = TMap.Apply<T, TVector, TRegister>(TRegister.Load(in b, i), TRegister.Load(in b, i));
                TRegister.Store(TFold.Apply<T, TVector, TRegister>(TRegister.Load(in a, i), mapped), ref y, i);
            }
        }

        return i;
    }

    /// <summary>Takes the right side: the first element of a lane stands as it is.</summary>
    private readonly struct First : ILaneFold
    {
        public static T Identity<T>()
            where T : unmanaged, IBinaryFloatingPointIeee754<T> => T.Zero;

        public static T Empty<T>()
            where T : unmanaged, IBinaryFloatingPointIeee754<T> => T.Zero;

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static TVector Apply<T, TVector, TRegister>(TVector left, TVector right)
            where T : unmanaged
            where TVector : struct
            where TRegister : struct, IRegister<TVector, T> => right;
    }
}
