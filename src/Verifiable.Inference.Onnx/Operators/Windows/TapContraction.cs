using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;
using Verifiable.Inference.Onnx.Arithmetic;

namespace Verifiable.Inference.Onnx.Operators;

/// <summary>Tiles of 14 neighbouring places of one row, which are read where the input is laid out, tap by tap: nothing is packed, and a panel of weights meets all tiles
/// before the next one. Rows of 14, 28 and 56 places, as networks for images of 224 × 224 have them, are whole tiles. For vectors of 512 bits only, by rule 2 of the
/// canonical arithmetic. Stateless and thread-safe.</summary>
internal static class TapContraction
{
    /// <summary>The places of a tile.</summary>
    internal const int TilePlaces = 14;

    /// <summary>The output channels of a panel.</summary>
    internal const int PanelWidth = 32;

    private const int Lanes = 16;

    /// <summary>Tells whether rows of places are whole tiles and output channels whole panels, and the processor has the vectors.</summary>
    /// <param name="window">Where the window stands.</param>
    /// <param name="rows">The output channels of a group.</param>
    internal static bool Fits(WindowPlan window, Int128 rows) =>
        Contraction.Width == 512 && window.Outputs[window.Axes - 1] % TilePlaces == 0 && rows > 0 && rows % PanelWidth == 0;

    /// <summary>Computes one block of some tiles and one panel.</summary>
    /// <param name="source">The input of a group, laid out.</param>
    /// <param name="layout">How it is laid out.</param>
    /// <param name="first">The first tile.</param>
    /// <param name="taps">The offset of each product's input.</param>
    /// <param name="lines">The lines of the panel, from the block's first product on.</param>
    /// <param name="bias">What the sums start from, where they hold nothing: one number for each channel of the panel; empty for nothing.</param>
    /// <param name="accumulates">Whether the block is added to what the sums hold.</param>
    /// <param name="sums">Where the sums go: <see cref="PanelWidth"/> for each place of the tiles, as many as there is room for.</param>
    [MethodImpl(MethodImplOptions.NoInlining | MethodImplOptions.AggressiveOptimization)]
    internal static void Multiply(
        ReadOnlySpan<float> source, WindowLayout layout, int first, ReadOnlySpan<int> taps, ReadOnlySpan<float> lines, ReadOnlySpan<float> bias, bool accumulates, Span<float> sums)
    {
        // The kernel below reads and writes through references: everything is checked here.
        uint largest = 0;
        foreach (int tap in taps)
        {
            largest = Math.Max(largest, checked((uint)tap));
        }

        if (taps.IsEmpty)
        {
            throw new ArgumentException("Expected a tap or more, got none.", nameof(taps));
        }

        _ = lines[..checked(taps.Length * PanelWidth)];
        _ = bias.IsEmpty ? bias : bias[..PanelWidth];
        int tiles = sums.Length / (TilePlaces * PanelWidth);
        ref float shift = ref accumulates || bias.IsEmpty ? ref Unsafe.NullRef<float>() : ref MemoryMarshal.GetReference(bias);
        for (int tile = 0; tile < tiles; tile++)
        {
            int row = (first + tile) * TilePlaces / layout.RowLength;
            int start = layout.RowStarts[row] + ((first + tile) * TilePlaces) - (row * layout.RowLength);
            ReadOnlySpan<float> places = source.Slice(start, checked((int)largest + TilePlaces));
            Fourteen(
                ref MemoryMarshal.GetReference(places), ref MemoryMarshal.GetReference(taps), taps.Length, ref MemoryMarshal.GetReference(lines), accumulates, ref shift,
                ref MemoryMarshal.GetReference(sums.Slice(tile * TilePlaces * PanelWidth, TilePlaces * PanelWidth)));
        }
    }

    // 28 accumulators, two vectors of the panel and one factor: 31 of 32 registers.
    [MethodImpl(MethodImplOptions.NoInlining | MethodImplOptions.AggressiveOptimization)]
    private static void Fourteen(ref float source, ref int taps, int length, ref float b, bool accumulates, ref float bias, ref float c)
    {
        Vector512<float> c000 = Vector512<float>.Zero, c001 = c000, c010 = c000, c011 = c000;
        Vector512<float> c020 = c000, c021 = c000, c030 = c000, c031 = c000, c040 = c000, c041 = c000, c050 = c000, c051 = c000;
        Vector512<float> c060 = c000, c061 = c000, c070 = c000, c071 = c000, c080 = c000, c081 = c000, c090 = c000, c091 = c000;
        Vector512<float> c100 = c000, c101 = c000, c110 = c000, c111 = c000, c120 = c000, c121 = c000, c130 = c000, c131 = c000;
        unchecked
        {
            for (int k = length; ;)
            {
                ref float a = ref Unsafe.Add(ref source, (nuint)(uint)taps);
                Vector512<float> b0 = Vector512.LoadUnsafe(ref b);
                Vector512<float> b1 = Vector512.LoadUnsafe(ref b, Lanes);
                Vector512<float> x = Vector512.Create(a);
                c000 = Avx512F.FusedMultiplyAdd(x, b0, c000);
                c001 = Avx512F.FusedMultiplyAdd(x, b1, c001);
                x = Vector512.Create(Unsafe.Add(ref a, 1));
                c010 = Avx512F.FusedMultiplyAdd(x, b0, c010);
                c011 = Avx512F.FusedMultiplyAdd(x, b1, c011);
                x = Vector512.Create(Unsafe.Add(ref a, 2));
                c020 = Avx512F.FusedMultiplyAdd(x, b0, c020);
                c021 = Avx512F.FusedMultiplyAdd(x, b1, c021);
                x = Vector512.Create(Unsafe.Add(ref a, 3));
                c030 = Avx512F.FusedMultiplyAdd(x, b0, c030);
                c031 = Avx512F.FusedMultiplyAdd(x, b1, c031);
                x = Vector512.Create(Unsafe.Add(ref a, 4));
                c040 = Avx512F.FusedMultiplyAdd(x, b0, c040);
                c041 = Avx512F.FusedMultiplyAdd(x, b1, c041);
                x = Vector512.Create(Unsafe.Add(ref a, 5));
                c050 = Avx512F.FusedMultiplyAdd(x, b0, c050);
                c051 = Avx512F.FusedMultiplyAdd(x, b1, c051);
                x = Vector512.Create(Unsafe.Add(ref a, 6));
                c060 = Avx512F.FusedMultiplyAdd(x, b0, c060);
                c061 = Avx512F.FusedMultiplyAdd(x, b1, c061);
                x = Vector512.Create(Unsafe.Add(ref a, 7));
                c070 = Avx512F.FusedMultiplyAdd(x, b0, c070);
                c071 = Avx512F.FusedMultiplyAdd(x, b1, c071);
                x = Vector512.Create(Unsafe.Add(ref a, 8));
                c080 = Avx512F.FusedMultiplyAdd(x, b0, c080);
                c081 = Avx512F.FusedMultiplyAdd(x, b1, c081);
                x = Vector512.Create(Unsafe.Add(ref a, 9));
                c090 = Avx512F.FusedMultiplyAdd(x, b0, c090);
                c091 = Avx512F.FusedMultiplyAdd(x, b1, c091);
                x = Vector512.Create(Unsafe.Add(ref a, 10));
                c100 = Avx512F.FusedMultiplyAdd(x, b0, c100);
                c101 = Avx512F.FusedMultiplyAdd(x, b1, c101);
                x = Vector512.Create(Unsafe.Add(ref a, 11));
                c110 = Avx512F.FusedMultiplyAdd(x, b0, c110);
                c111 = Avx512F.FusedMultiplyAdd(x, b1, c111);
                x = Vector512.Create(Unsafe.Add(ref a, 12));
                c120 = Avx512F.FusedMultiplyAdd(x, b0, c120);
                c121 = Avx512F.FusedMultiplyAdd(x, b1, c121);
                x = Vector512.Create(Unsafe.Add(ref a, 13));
                c130 = Avx512F.FusedMultiplyAdd(x, b0, c130);
                c131 = Avx512F.FusedMultiplyAdd(x, b1, c131);
                if (--k == 0)
                {
                    break;
                }

                taps = ref Unsafe.Add(ref taps, 1);
                b = ref Unsafe.Add(ref b, PanelWidth);
            }

            bool hasBias = !Unsafe.IsNullRef(ref bias);
            Vector512<float> shift0 = hasBias ? Vector512.LoadUnsafe(ref bias) : Vector512<float>.Zero;
            Vector512<float> shift1 = hasBias ? Vector512.LoadUnsafe(ref bias, Lanes) : Vector512<float>.Zero;

            Finish(c000, c001, ref c, 0 * PanelWidth, accumulates, hasBias, shift0, shift1);
            Finish(c010, c011, ref c, 1 * PanelWidth, accumulates, hasBias, shift0, shift1);
            Finish(c020, c021, ref c, 2 * PanelWidth, accumulates, hasBias, shift0, shift1);
            Finish(c030, c031, ref c, 3 * PanelWidth, accumulates, hasBias, shift0, shift1);
            Finish(c040, c041, ref c, 4 * PanelWidth, accumulates, hasBias, shift0, shift1);
            Finish(c050, c051, ref c, 5 * PanelWidth, accumulates, hasBias, shift0, shift1);
            Finish(c060, c061, ref c, 6 * PanelWidth, accumulates, hasBias, shift0, shift1);
            Finish(c070, c071, ref c, 7 * PanelWidth, accumulates, hasBias, shift0, shift1);
            Finish(c080, c081, ref c, 8 * PanelWidth, accumulates, hasBias, shift0, shift1);
            Finish(c090, c091, ref c, 9 * PanelWidth, accumulates, hasBias, shift0, shift1);
            Finish(c100, c101, ref c, 10 * PanelWidth, accumulates, hasBias, shift0, shift1);
            Finish(c110, c111, ref c, 11 * PanelWidth, accumulates, hasBias, shift0, shift1);
            Finish(c120, c121, ref c, 12 * PanelWidth, accumulates, hasBias, shift0, shift1);
            Finish(c130, c131, ref c, 13 * PanelWidth, accumulates, hasBias, shift0, shift1);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Finish(
        Vector512<float> first, Vector512<float> second, ref float c, nuint offset, bool accumulates, bool hasBias, Vector512<float> shift0, Vector512<float> shift1)
    {
        unchecked
        {
            if (accumulates)
            {
                first += Vector512.LoadUnsafe(ref c, offset);
                second += Vector512.LoadUnsafe(ref c, offset + Lanes);
            }
            else if (hasBias)
            {
                first += shift0;
                second += shift1;
            }

            first.StoreUnsafe(ref c, offset);
            second.StoreUnsafe(ref c, offset + Lanes);
        }
    }
}
