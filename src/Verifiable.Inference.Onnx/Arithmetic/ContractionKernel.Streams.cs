using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace Verifiable.Inference.Onnx.Arithmetic;

/// <content>What reads lines of a right operand in place, from the first to the last column: no panels, and a sum of each column in memory.</content>
internal static partial class ContractionKernel<TWidth, TVector>
{
    /// <summary>Adds the products of one row and some lines to the sums of a block, in index order.</summary>
    /// <param name="left">The row, from the first product on.</param>
    /// <param name="depthStep">The distance between the elements of neighbouring products.</param>
    /// <param name="length">How many products.</param>
    /// <param name="right">The lines, from the first column on.</param>
    /// <param name="lineStep">The distance between lines.</param>
    /// <param name="sums">The sums, one a column.</param>
    [MethodImpl(MethodImplOptions.NoInlining | MethodImplOptions.AggressiveOptimization)]
    internal static void AddLines(ReadOnlySpan<float> left, int depthStep, int length, ReadOnlySpan<float> right, int lineStep, Span<float> sums)
    {
        int k = 0;
        for (; k + 4 <= length; k += 4)
        {
            ReadOnlySpan<float> factors = left[(k * depthStep)..];
            AddFourLines(factors[0], factors[depthStep], factors[2 * depthStep], factors[3 * depthStep], right[(k * lineStep)..], lineStep, sums);
        }

        for (; k < length; k++)
        {
            float factor = left[k * depthStep];
            ReadOnlySpan<float> line = right.Slice(k * lineStep, sums.Length);
            for (int column = 0; column < sums.Length; column++)
            {
                sums[column] = CanonicalMath.FusedMultiplyAdd(factor, line[column], sums[column]);
            }
        }
    }

    [MethodImpl(MethodImplOptions.NoInlining | MethodImplOptions.AggressiveOptimization)]
    private static void AddFourLines(float first, float second, float third, float fourth, ReadOnlySpan<float> right, int lineStep, Span<float> sums)
    {
        _ = right[..checked((3 * lineStep) + sums.Length)];
        ref float b = ref MemoryMarshal.GetReference(right);
        ref float c = ref MemoryMarshal.GetReference(sums);
        unchecked
        {
            nuint lanes = (nuint)TWidth.Lanes;
            nuint step = (nuint)lineStep;
            nuint count = (nuint)sums.Length;
            (TVector x0, TVector x1, TVector x2, TVector x3) = (TWidth.Broadcast(first), TWidth.Broadcast(second), TWidth.Broadcast(third), TWidth.Broadcast(fourth));
            nuint column = 0;
            for (; column + lanes <= count; column += lanes)
            {
                TVector sum = TWidth.Load(ref c, column);
                sum = TWidth.FusedMultiplyAdd(x0, TWidth.Load(ref b, column), sum);
                sum = TWidth.FusedMultiplyAdd(x1, TWidth.Load(ref b, column + step), sum);
                sum = TWidth.FusedMultiplyAdd(x2, TWidth.Load(ref b, column + (2 * step)), sum);
                sum = TWidth.FusedMultiplyAdd(x3, TWidth.Load(ref b, column + (3 * step)), sum);
                TWidth.Store(sum, ref c, column);
            }

            for (; column < count; column++)
            {
                float sum = CanonicalMath.FusedMultiplyAdd(first, Unsafe.Add(ref b, column), Unsafe.Add(ref c, column));
                sum = CanonicalMath.FusedMultiplyAdd(second, Unsafe.Add(ref b, column + step), sum);
                sum = CanonicalMath.FusedMultiplyAdd(third, Unsafe.Add(ref b, column + (2 * step)), sum);
                Unsafe.Add(ref c, column) = CanonicalMath.FusedMultiplyAdd(fourth, Unsafe.Add(ref b, column + (3 * step)), sum);
            }
        }
    }

    /// <summary>Copies lines of a row-major matrix to panels.</summary>
    /// <param name="matrix">The matrix, from the first column of the first panel on.</param>
    /// <param name="lineStep">The distance between its lines.</param>
    /// <param name="depth">How many lines.</param>
    /// <param name="panels">How many panels of <see cref="PanelWidth"/> columns.</param>
    /// <param name="packed">Where to write the panels.</param>
    [MethodImpl(MethodImplOptions.NoInlining | MethodImplOptions.AggressiveOptimization)]
    internal static void CopyToPanels(ReadOnlySpan<float> matrix, int lineStep, int depth, int panels, Span<float> packed)
    {
        if (depth == 0 || panels == 0)
        {
            return;
        }

        _ = matrix[..checked(((depth - 1) * lineStep) + (panels * PanelWidth))];
        _ = packed[..checked(depth * panels * PanelWidth)];
        ref float from = ref MemoryMarshal.GetReference(matrix);
        ref float to = ref MemoryMarshal.GetReference(packed);
        unchecked
        {
            nuint lanes = (nuint)TWidth.Lanes;
            for (nuint k = 0; k < (nuint)depth; k++)
            {
                for (nuint panel = 0; panel < (nuint)panels; panel++)
                {
                    nuint source = (k * (nuint)lineStep) + (2 * lanes * panel);
                    nuint target = 2 * lanes * (k + (panel * (nuint)depth));
                    TVector first = TWidth.Load(ref from, source);
                    TVector second = TWidth.Load(ref from, source + lanes);
                    TWidth.Store(first, ref to, target);
                    TWidth.Store(second, ref to, target + lanes);
                }
            }
        }
    }
}
