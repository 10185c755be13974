using System.Numerics;
using System.Runtime.CompilerServices;
using Verifiable.Inference.Onnx.Arithmetic;

namespace Verifiable.Inference.Onnx.Operators;

/// <summary>Reductions of binary32 and binary64: fast ones, and their definition.</summary>
internal static class FloatReduction
{
    /// <summary>Reduces a row.</summary>
    /// <param name="kind">What is computed.</param>
    /// <param name="values">The elements.</param>
    /// <param name="scratch">Memory for as many elements, for <see cref="ReduceKind.LogSumExp"/>; may be the elements' own.</param>
    internal static T Row<T>(ReduceKind kind, ReadOnlySpan<T> values, Span<T> scratch)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        if (kind == ReduceKind.LogSumExp)
        {
            return LogSumExp(values, scratch);
        }

        T reduced = kind switch
        {
            ReduceKind.Max => Lanes.Reduce<T, LaneMaps.Same, LaneFolds.Largest>(values),
            ReduceKind.Min => Lanes.Reduce<T, LaneMaps.Same, LaneFolds.Smallest>(values),
            ReduceKind.Product => Lanes.Reduce<T, LaneMaps.Same, LaneFolds.Product>(values),
            ReduceKind.L1 => Lanes.Reduce<T, LaneMaps.Magnitude, LaneFolds.Sum>(values),
            ReduceKind.L2 or ReduceKind.SumSquare => Lanes.Reduce<T, LaneMaps.Square, LaneFolds.Sum>(values),
            _ => Lanes.Reduce<T, LaneMaps.Same, LaneFolds.Sum>(values),
        };
        return Finish(kind, reduced, values.Length);
    }

    /// <summary>Reduces columns that stand side by side; any kind but <see cref="ReduceKind.LogSumExp"/>.</summary>
    [MethodImpl(MethodImplOptions.NoInlining | MethodImplOptions.AggressiveOptimization)]
    internal static void Columns<T>(ReduceKind kind, ReadOnlySpan<T> source, int stride, ReadOnlySpan<int> offsets, int count, Span<T> lanes, Span<T> results)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        switch (kind)
        {
            case ReduceKind.Max: ColumnLanes.Reduce<T, LaneMaps.Same, LaneFolds.Largest>(source, stride, offsets, count, lanes, results); break;
            case ReduceKind.Min: ColumnLanes.Reduce<T, LaneMaps.Same, LaneFolds.Smallest>(source, stride, offsets, count, lanes, results); break;
            case ReduceKind.Product: ColumnLanes.Reduce<T, LaneMaps.Same, LaneFolds.Product>(source, stride, offsets, count, lanes, results); break;
            case ReduceKind.L1: ColumnLanes.Reduce<T, LaneMaps.Magnitude, LaneFolds.Sum>(source, stride, offsets, count, lanes, results); break;
            case ReduceKind.L2 or ReduceKind.SumSquare: ColumnLanes.Reduce<T, LaneMaps.Square, LaneFolds.Sum>(source, stride, offsets, count, lanes, results); break;
            default: ColumnLanes.Reduce<T, LaneMaps.Same, LaneFolds.Sum>(source, stride, offsets, count, lanes, results); break;
        }

        foreach (ref T result in results)
        {
            result = Finish(kind, result, count);
        }
    }

    /// <summary>Reduces by the definition, without vectors.</summary>
    [MethodImpl(MethodImplOptions.NoInlining | MethodImplOptions.AggressiveOptimization)]
    internal static T Plain<T>(ReduceKind kind, ReadOnlySpan<T> values)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        if (kind is ReduceKind.Max or ReduceKind.Min or ReduceKind.LogSumExp)
        {
            T best = kind == ReduceKind.Min ? T.PositiveInfinity : T.NegativeInfinity;
            foreach (T value in values)
            {
                best = kind == ReduceKind.Min ? -Larger(-best, -value) : Larger(best, value);
            }

            return kind == ReduceKind.LogSumExp ? PlainLogSumExp(best, values) : best;
        }

        if (values.IsEmpty)
        {
            return Finish(kind, kind == ReduceKind.Product ? T.One : T.Zero, 0);
        }

        Span<T> lanes = stackalloc T[Lanes.Count];
        lanes.Fill(kind == ReduceKind.Product ? T.One : T.NegativeZero);
        for (int i = 0; i < values.Length; i++)
        {
            ref T lane = ref lanes[i % Lanes.Count];
            lane = kind switch
            {
                ReduceKind.Product => lane * values[i],
                ReduceKind.L1 => lane + T.Abs(values[i]),
                ReduceKind.L2 or ReduceKind.SumSquare => lane + (values[i] * values[i]),
                _ => lane + values[i],
            };
        }

        for (int stride = Lanes.Count / 2; stride >= 1; stride /= 2)
        {
            for (int i = 0; i < stride; i++)
            {
                lanes[i] = kind == ReduceKind.Product ? lanes[i] * lanes[i + stride] : lanes[i] + lanes[i + stride];
            }
        }

        return Finish(kind, lanes[0], values.Length);
    }

    /// <summary>Takes the larger of two numbers by the rule of <see cref="CanonicalMath.Max"/>.</summary>
    internal static T Larger<T>(T left, T right)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        if (left > right || T.IsNaN(left))
        {
            return left;
        }

        // Equal numbers differ in bits only when they are the two zeros.
        return left == right && T.IsNegative(right) ? left : right;
    }

    private static T Finish<T>(ReduceKind kind, T reduced, int count)
        where T : unmanaged, IBinaryFloatingPointIeee754<T> => kind switch
        {
            ReduceKind.Mean => reduced / T.CreateChecked(count),
            ReduceKind.L2 => T.Sqrt(reduced),
            ReduceKind.LogSum => FloatMath.Log(reduced),
            _ => reduced,
        };

    [MethodImpl(MethodImplOptions.NoInlining | MethodImplOptions.AggressiveOptimization)]
    private static T LogSumExp<T>(ReadOnlySpan<T> values, Span<T> scratch)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        T largest = Lanes.Reduce<T, LaneMaps.Same, LaneFolds.Largest>(values);
        if (!T.IsFinite(largest))
        {
            return largest;
        }

        for (int i = 0; i < values.Length; i++)
        {
            scratch[i] = values[i] - largest;
        }

        Span<T> row = scratch[..values.Length];
        FloatMath.Exp<T>(row, row);
        return largest + FloatMath.Log(Lanes.Reduce<T, LaneMaps.Same, LaneFolds.Sum>(row));
    }

    [MethodImpl(MethodImplOptions.NoInlining | MethodImplOptions.AggressiveOptimization)]
    private static T PlainLogSumExp<T>(T largest, ReadOnlySpan<T> values)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        if (!T.IsFinite(largest))
        {
            return largest;
        }

        T[] row = new T[values.Length];
        for (int i = 0; i < row.Length; i++)
        {
            row[i] = FloatMath.Exp(values[i] - largest);
        }

        return largest + FloatMath.Log(Plain<T>(ReduceKind.Sum, row));
    }
}
