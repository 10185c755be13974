using System.Numerics;
using System.Runtime.CompilerServices;

namespace Verifiable.Inference.Onnx.Operators;

/// <summary>
/// Reductions of integers. Sums, products and squares wrap; a mean is the sum ÷ the number, cut toward zero, and 0 of nothing; the largest of nothing is the least
/// integer of the type. The root and the logarithms are computed as those of the elements converted to binary64, and cut toward zero as Cast does.
/// </summary>
internal static class IntegerReduction
{
    /// <summary>Reduces a row.</summary>
    [MethodImpl(MethodImplOptions.NoInlining | MethodImplOptions.AggressiveOptimization)]
    internal static T Row<T>(ReduceKind kind, ReadOnlySpan<T> values)
        where T : unmanaged, IBinaryInteger<T>, IMinMaxValue<T>
    {
        switch (kind)
        {
            case ReduceKind.Max or ReduceKind.Min:
                T best = kind == ReduceKind.Max ? T.MinValue : T.MaxValue;
                foreach (T value in values)
                {
                    best = (kind == ReduceKind.Max ? value > best : value < best) ? value : best;
                }

                return best;
            case ReduceKind.L2 or ReduceKind.LogSum or ReduceKind.LogSumExp:
                double[] converted = new double[values.Length];
                for (int i = 0; i < converted.Length; i++)
                {
                    converted[i] = double.CreateChecked(values[i]);
                }

                return Cut<T>(FloatReduction.Plain<double>(kind, converted));
            default:
                return Finish(kind, Accumulate(kind, values), values.Length);
        }
    }

    [MethodImpl(MethodImplOptions.NoInlining | MethodImplOptions.AggressiveOptimization)]
    private static T Accumulate<T>(ReduceKind kind, ReadOnlySpan<T> values)
        where T : unmanaged, IBinaryInteger<T>
    {
        T result = kind == ReduceKind.Product ? T.One : T.Zero;
        unchecked
        {
            foreach (T value in values)
            {
                result = kind switch
                {
                    ReduceKind.Product => result * value,
                    ReduceKind.L1 => result + (T.IsNegative(value) ? T.Zero - value : value),
                    ReduceKind.SumSquare => result + (value * value),
                    _ => result + value,
                };
            }
        }

        return result;
    }

    private static T Finish<T>(ReduceKind kind, T reduced, int count)
        where T : unmanaged, IBinaryInteger<T> =>
        kind != ReduceKind.Mean ? reduced : count == 0 ? T.Zero : T.CreateTruncating(Int128.CreateChecked(reduced) / count);

    // Toward zero, saturating, NaN to 0.
    private static T Cut<T>(double value)
        where T : unmanaged, IBinaryInteger<T>, IMinMaxValue<T> => double.IsNaN(value) ? T.Zero : T.CreateSaturating(value);
}
