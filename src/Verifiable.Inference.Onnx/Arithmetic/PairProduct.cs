using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace Verifiable.Inference.Onnx.Arithmetic;

/// <summary>
/// Sums of products of 9-bit integers, which are differences of 8-bit ones, modulo 2^32. Operands are packed as pairs of neighbours along the sum, 16 bits each; the
/// processor multiplies and adds both of a pair in one operation. Every order and width gives the same integers. Stateless and thread-safe.
/// </summary>
internal static class PairProduct
{
    /// <summary>The most rows of a tile.</summary>
    internal const int TileRows = 12;

    /// <summary>The most columns of a panel on any processor.</summary>
    internal const int MaxPanelWidth = 32;

    /// <summary>Gets the number of columns of a panel on this processor. It decides the layout of packed operands, never a result.</summary>
    internal static int PanelWidth { get; } = Contraction.Width switch
    {
        512 when Avx512BW.IsSupported => 32,
        512 or 256 when Avx2.IsSupported => 16,
        >= 128 => 8,
        _ => 2,
    };

    /// <summary>Makes a pair.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal static int Pair(int first, int second) => unchecked((first & 0xFFFF) | (second << 16));

    /// <summary>Counts the rows that a tile of some rows is packed with.</summary>
    internal static int PaddedRows(int rows) => (rows + 3) / 4 * 4;

    /// <inheritdoc cref="PairKernel{TWidth, TVector}.Multiply"/>
    internal static void Multiply(ReadOnlySpan<int> left, int rows, ReadOnlySpan<int> right, ReadOnlySpan<int> offsets, int most, Span<int> output, int stride)
    {
        switch (PanelWidth)
        {
            case 32:
                PairKernel<Pairs512, Vector512<int>>.Multiply(left, rows, right, offsets, most, output, stride);
                break;
            case 16:
                PairKernel<Pairs256, Vector256<int>>.Multiply(left, rows, right, offsets, most, output, stride);
                break;
            case 8:
                PairKernel<Pairs128, Vector128<int>>.Multiply(left, rows, right, offsets, most, output, stride);
                break;
            default:
                PairKernel<PairsScalar, int>.Multiply(left, rows, right, offsets, most, output, stride);
                break;
        }
    }
}
