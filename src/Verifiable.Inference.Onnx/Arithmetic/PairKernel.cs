using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace Verifiable.Inference.Onnx.Arithmetic;

/// <summary>Tiles of products of pairs: some rows of a left operand by two registers of columns of a right one, sums in registers. Integers modulo 2^32: neither the width
/// nor the order reaches a result. Stateless.</summary>
/// <typeparam name="TWidth">The operations.</typeparam>
/// <typeparam name="TVector">The register.</typeparam>
internal static class PairKernel<TWidth, TVector>
    where TWidth : struct, IPairWidth<TVector>
    where TVector : struct
{
    /// <summary>Multiplies the rows of one packed tile by one panel of columns.</summary>
    /// <param name="left">For each pair the rows of the tile: <paramref name="rows"/> of them, a multiple of four.</param>
    /// <param name="rows">The rows.</param>
    /// <param name="right">Where the pairs of the columns stand.</param>
    /// <param name="offsets">For each pair, where its line of columns begins in <paramref name="right"/>.</param>
    /// <param name="most">The largest of them.</param>
    /// <param name="output">The sums, row by row.</param>
    /// <param name="stride">The distance of rows in the output.</param>
    internal static void Multiply(ReadOnlySpan<int> left, int rows, ReadOnlySpan<int> right, ReadOnlySpan<int> offsets, int most, Span<int> output, int stride)
    {
        int pairs = offsets.Length;
        int columns = 2 * TWidth.Lanes;

        // The loops below look at no bounds.
        if (rows % 4 != 0 || left.Length < (long)rows * pairs || output.Length < ((long)(rows - 1) * stride) + columns || (pairs > 0 && most > right.Length - columns))
        {
            throw new InvalidOperationException("Expected operands of whole tiles.");
        }

        ref int first = ref MemoryMarshal.GetReference(left);
        ref int lines = ref MemoryMarshal.GetReference(offsets);
        ref int from = ref MemoryMarshal.GetReference(right);
        ref int to = ref MemoryMarshal.GetReference(output);
        int row = 0;
        for (; TWidth.Lanes == 16 && row + 12 <= rows; row += 12)
        {
            Tile12(ref Unsafe.Add(ref first, row), (nuint)rows, ref from, ref lines, pairs, ref Unsafe.Add(ref to, row * stride), (nuint)stride);
        }

        for (; row < rows; row += 4)
        {
            Tile4(ref Unsafe.Add(ref first, row), (nuint)rows, ref from, ref lines, pairs, ref Unsafe.Add(ref to, row * stride), (nuint)stride);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Store(TVector first, TVector second, ref int output, nuint offset)
    {
        TWidth.Store(first, ref output, offset);
        TWidth.Store(second, ref output, offset + (nuint)TWidth.Lanes);
    }

    /// <summary>Multiplies 12 rows by two registers of columns.</summary>
    [MethodImpl(MethodImplOptions.NoInlining | MethodImplOptions.AggressiveOptimization)]
    private static void Tile12(ref int left, nuint leftStride, ref int right, ref int offsets, int pairs, ref int output, nuint stride)
    {
        TVector s00 = default;
        TVector s01 = default;
        TVector s10 = default;
        TVector s11 = default;
        TVector s20 = default;
        TVector s21 = default;
        TVector s30 = default;
        TVector s31 = default;
        TVector s40 = default;
        TVector s41 = default;
        TVector s50 = default;
        TVector s51 = default;
        TVector s60 = default;
        TVector s61 = default;
        TVector s70 = default;
        TVector s71 = default;
        TVector s80 = default;
        TVector s81 = default;
        TVector s90 = default;
        TVector s91 = default;
        TVector s100 = default;
        TVector s101 = default;
        TVector s110 = default;
        TVector s111 = default;
        ref int row = ref left;
        for (nuint k = 0; k < (nuint)pairs; k++)
        {
            ref int line = ref Unsafe.Add(ref right, Unsafe.Add(ref offsets, k));
            TVector b0 = TWidth.Load(ref line, 0);
            TVector b1 = TWidth.Load(ref line, (nuint)TWidth.Lanes);
            TVector a = TWidth.Broadcast(row);
            s00 = TWidth.Accumulate(s00, a, b0);
            s01 = TWidth.Accumulate(s01, a, b1);
            a = TWidth.Broadcast(Unsafe.Add(ref row, 1));
            s10 = TWidth.Accumulate(s10, a, b0);
            s11 = TWidth.Accumulate(s11, a, b1);
            a = TWidth.Broadcast(Unsafe.Add(ref row, 2));
            s20 = TWidth.Accumulate(s20, a, b0);
            s21 = TWidth.Accumulate(s21, a, b1);
            a = TWidth.Broadcast(Unsafe.Add(ref row, 3));
            s30 = TWidth.Accumulate(s30, a, b0);
            s31 = TWidth.Accumulate(s31, a, b1);
            a = TWidth.Broadcast(Unsafe.Add(ref row, 4));
            s40 = TWidth.Accumulate(s40, a, b0);
            s41 = TWidth.Accumulate(s41, a, b1);
            a = TWidth.Broadcast(Unsafe.Add(ref row, 5));
            s50 = TWidth.Accumulate(s50, a, b0);
            s51 = TWidth.Accumulate(s51, a, b1);
            a = TWidth.Broadcast(Unsafe.Add(ref row, 6));
            s60 = TWidth.Accumulate(s60, a, b0);
            s61 = TWidth.Accumulate(s61, a, b1);
            a = TWidth.Broadcast(Unsafe.Add(ref row, 7));
            s70 = TWidth.Accumulate(s70, a, b0);
            s71 = TWidth.Accumulate(s71, a, b1);
            a = TWidth.Broadcast(Unsafe.Add(ref row, 8));
            s80 = TWidth.Accumulate(s80, a, b0);
            s81 = TWidth.Accumulate(s81, a, b1);
            a = TWidth.Broadcast(Unsafe.Add(ref row, 9));
            s90 = TWidth.Accumulate(s90, a, b0);
            s91 = TWidth.Accumulate(s91, a, b1);
            a = TWidth.Broadcast(Unsafe.Add(ref row, 10));
            s100 = TWidth.Accumulate(s100, a, b0);
            s101 = TWidth.Accumulate(s101, a, b1);
            a = TWidth.Broadcast(Unsafe.Add(ref row, 11));
            s110 = TWidth.Accumulate(s110, a, b0);
            s111 = TWidth.Accumulate(s111, a, b1);
            row = ref Unsafe.Add(ref row, leftStride);
        }

        Store(s00, s01, ref output, 0);
        Store(s10, s11, ref output, 1 * stride);
        Store(s20, s21, ref output, 2 * stride);
        Store(s30, s31, ref output, 3 * stride);
        Store(s40, s41, ref output, 4 * stride);
        Store(s50, s51, ref output, 5 * stride);
        Store(s60, s61, ref output, 6 * stride);
        Store(s70, s71, ref output, 7 * stride);
        Store(s80, s81, ref output, 8 * stride);
        Store(s90, s91, ref output, 9 * stride);
        Store(s100, s101, ref output, 10 * stride);
        Store(s110, s111, ref output, 11 * stride);
    }

    /// <summary>Multiplies 4 rows by two registers of columns.</summary>
    [MethodImpl(MethodImplOptions.NoInlining | MethodImplOptions.AggressiveOptimization)]
    private static void Tile4(ref int left, nuint leftStride, ref int right, ref int offsets, int pairs, ref int output, nuint stride)
    {
        TVector s00 = default;
        TVector s01 = default;
        TVector s10 = default;
        TVector s11 = default;
        TVector s20 = default;
        TVector s21 = default;
        TVector s30 = default;
        TVector s31 = default;
        ref int row = ref left;
        for (nuint k = 0; k < (nuint)pairs; k++)
        {
            ref int line = ref Unsafe.Add(ref right, Unsafe.Add(ref offsets, k));
            TVector b0 = TWidth.Load(ref line, 0);
            TVector b1 = TWidth.Load(ref line, (nuint)TWidth.Lanes);
            TVector a = TWidth.Broadcast(row);
            s00 = TWidth.Accumulate(s00, a, b0);
            s01 = TWidth.Accumulate(s01, a, b1);
            a = TWidth.Broadcast(Unsafe.Add(ref row, 1));
            s10 = TWidth.Accumulate(s10, a, b0);
            s11 = TWidth.Accumulate(s11, a, b1);
            a = TWidth.Broadcast(Unsafe.Add(ref row, 2));
            s20 = TWidth.Accumulate(s20, a, b0);
            s21 = TWidth.Accumulate(s21, a, b1);
            a = TWidth.Broadcast(Unsafe.Add(ref row, 3));
            s30 = TWidth.Accumulate(s30, a, b0);
            s31 = TWidth.Accumulate(s31, a, b1);
            row = ref Unsafe.Add(ref row, leftStride);
        }

        Store(s00, s01, ref output, 0);
        Store(s10, s11, ref output, 1 * stride);
        Store(s20, s21, ref output, 2 * stride);
        Store(s30, s31, ref output, 3 * stride);
    }
}
