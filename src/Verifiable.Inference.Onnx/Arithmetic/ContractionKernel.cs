using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace Verifiable.Inference.Onnx.Arithmetic;

/// <summary>Multiplies rows by one packed panel, by rule 2 of the canonical arithmetic; vectors run over output columns only.</summary>
/// <typeparam name="TWidth">The vector width.</typeparam>
/// <typeparam name="TVector">Its vector.</typeparam>
internal static class ContractionKernel<TWidth, TVector>
    where TWidth : struct, IVectorWidth<TVector>
    where TVector : struct
{
    /// <summary>Gets the number of columns of a panel: two vectors.</summary>
    internal static int PanelWidth
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        get => 2 * TWidth.Lanes;
    }

    /// <summary>Computes <c>output[row, 0 … PanelWidth)</c> for a number of rows.</summary>
    /// <param name="left">The rows, each of <paramref name="depth"/> elements.</param>
    /// <param name="rows">How many rows.</param>
    /// <param name="depth">The number K of products of one output element.</param>
    /// <param name="panel">The right operand: <paramref name="depth"/> lines of <see cref="PanelWidth"/> columns.</param>
    /// <param name="output">Where the first row goes; holds the bias already when <paramref name="hasBias"/>.</param>
    /// <param name="outputStride">The distance between output rows.</param>
    /// <param name="hasBias">Whether the output starts from what it holds.</param>
    internal static void Multiply(ReadOnlySpan<float> left, int rows, int depth, ReadOnlySpan<float> panel, Span<float> output, int outputStride, bool hasBias)
    {
        if (rows == 0)
        {
            return;
        }

        if (depth == 0)
        {
            // No products: the bias as it is (−0 stays −0), else +0.
            for (int row = 0; row < rows && !hasBias; row++)
            {
                output.Slice(row * outputStride, PanelWidth).Clear();
            }

            return;
        }

        // The kernels below read and write through references: everything is checked once, here.
        int width = PanelWidth;
        _ = left[..checked(rows * depth)];
        _ = panel[..checked(depth * width)];
        _ = output[..checked(((rows - 1) * outputStride) + width)];
        ref float a = ref MemoryMarshal.GetReference(left);
        ref float b = ref MemoryMarshal.GetReference(panel);
        ref float c = ref MemoryMarshal.GetReference(output);
        for (int start = 0; start < depth; start += Contraction.BlockLength)
        {
            int length = Math.Min(Contraction.BlockLength, depth - start);
            bool accumulates = hasBias || start > 0;
            ref float line = ref Unsafe.Add(ref b, start * width);
            int row = 0;
            for (; row + 4 <= rows; row += 4)
            {
                Four(ref Unsafe.Add(ref a, (row * depth) + start), (nuint)depth, ref line, length, ref Unsafe.Add(ref c, row * outputStride), (nuint)outputStride, accumulates);
            }

            for (; row < rows; row++)
            {
                One(ref Unsafe.Add(ref a, (row * depth) + start), ref line, length, ref Unsafe.Add(ref c, row * outputStride), accumulates);
            }
        }
    }

    private static void Four(ref float a, nuint depth, ref float b, int length, ref float c, nuint stride, bool accumulates)
    {
        nuint lanes = (nuint)TWidth.Lanes;
        TVector c00 = TWidth.Broadcast(0f), c01 = c00, c10 = c00, c11 = c00, c20 = c00, c21 = c00, c30 = c00, c31 = c00;
        unchecked
        {
            for (int k = 0; k < length; k++)
            {
                TVector b0 = TWidth.Load(ref b, 0);
                TVector b1 = TWidth.Load(ref b, lanes);
                b = ref Unsafe.Add(ref b, 2 * lanes);
                TVector x = TWidth.Broadcast(a);
                c00 = TWidth.FusedMultiplyAdd(x, b0, c00);
                c01 = TWidth.FusedMultiplyAdd(x, b1, c01);
                x = TWidth.Broadcast(Unsafe.Add(ref a, depth));
                c10 = TWidth.FusedMultiplyAdd(x, b0, c10);
                c11 = TWidth.FusedMultiplyAdd(x, b1, c11);
                x = TWidth.Broadcast(Unsafe.Add(ref a, 2 * depth));
                c20 = TWidth.FusedMultiplyAdd(x, b0, c20);
                c21 = TWidth.FusedMultiplyAdd(x, b1, c21);
                x = TWidth.Broadcast(Unsafe.Add(ref a, 3 * depth));
                c30 = TWidth.FusedMultiplyAdd(x, b0, c30);
                c31 = TWidth.FusedMultiplyAdd(x, b1, c31);
                a = ref Unsafe.Add(ref a, 1);
            }

            Finish(c00, c01, ref c, 0, accumulates);
            Finish(c10, c11, ref c, stride, accumulates);
            Finish(c20, c21, ref c, 2 * stride, accumulates);
            Finish(c30, c31, ref c, 3 * stride, accumulates);
        }
    }

    private static void One(ref float a, ref float b, int length, ref float c, bool accumulates)
    {
        nuint lanes = (nuint)TWidth.Lanes;
        TVector c0 = TWidth.Broadcast(0f), c1 = c0;
        unchecked
        {
            for (int k = 0; k < length; k++)
            {
                TVector x = TWidth.Broadcast(a);
                c0 = TWidth.FusedMultiplyAdd(x, TWidth.Load(ref b, 0), c0);
                c1 = TWidth.FusedMultiplyAdd(x, TWidth.Load(ref b, lanes), c1);
                b = ref Unsafe.Add(ref b, 2 * lanes);
                a = ref Unsafe.Add(ref a, 1);
            }

            Finish(c0, c1, ref c, 0, accumulates);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Finish(TVector first, TVector second, ref float c, nuint offset, bool accumulates)
    {
        nuint lanes = (nuint)TWidth.Lanes;
        if (accumulates)
        {
            first = TWidth.Add(first, TWidth.Load(ref c, offset));
            second = TWidth.Add(second, TWidth.Load(ref c, offset + lanes));
        }

        TWidth.Store(first, ref c, offset);
        TWidth.Store(second, ref c, offset + lanes);
    }
}
