using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace Verifiable.Inference.Onnx.Arithmetic;

/// <summary>
/// Sums of products by rule 2 of the canonical arithmetic: blocks of 256 in index order, a chain of fused multiply-adds within a block, blocks added to
/// the running total, which starts from the bias. Stateless and thread-safe.
/// </summary>
internal static class Contraction
{
    /// <summary>The number of products in a block.</summary>
    internal const int BlockLength = 256;

    /// <summary>The most rows of a tile and the most columns of a panel on any processor.</summary>
    internal const int MaxTileRows = 12;

    /// <inheritdoc cref="MaxTileRows"/>
    internal const int MaxPanelWidth = 32;

    /// <summary>Gets the number of columns of a panel on this processor. It decides the layout of packed operands, never a result.</summary>
    internal static int PanelWidth { get; } = Width switch { 512 => 32, 256 => 16, 128 => 8, _ => 2 };

    /// <summary>Gets the number of rows that are packed together on this processor. It decides the layout of packed operands, never a result.</summary>
    internal static int TileRows { get; } = PanelWidth switch { 32 => Width512.TileRows, 16 => Width256.TileRows, 8 => Width128.TileRows, _ => WidthScalar.TileRows };

    /// <summary>Gets the bits of the vectors that kernels use on this processor, or 0 where it has no fused multiply-add.</summary>
    internal static int Width => !CanonicalMath.HasHardwareFusedMultiplyAdd ? 0
        : Vector512.IsHardwareAccelerated && Avx512F.IsSupported ? 512
        : Vector256.IsHardwareAccelerated && Fma.IsSupported ? 256
        : Vector128.IsHardwareAccelerated ? 128
        : 0;

    /// <summary>Gets the narrowest panel that has room for some columns: it decides the layout of packed operands, never a result.</summary>
    [MethodImpl(MethodImplOptions.NoInlining | MethodImplOptions.AggressiveOptimization)]
    internal static int WidthFor(int columns)
    {
        int width = PanelWidth;
        while (width > 2 && NextWidth(width) >= columns)
        {
            width = NextWidth(width);
        }

        return width;
    }

    /// <summary>Multiplies rows by one packed panel of a width that <see cref="WidthFor"/> gives; see <see cref="ContractionKernel{TWidth, TVector}.Multiply"/>.</summary>
    internal static void MultiplyPanel(ReadOnlySpan<float> left, int rows, int depth, ReadOnlySpan<float> panel, Span<float> output, int outputStride, bool hasBias, int width)
    {
        switch (width)
        {
            case 32:
                ContractionKernel<Width512, Vector512<float>>.Multiply(left, rows, depth, panel, output, outputStride, hasBias);
                break;
            case 16:
                ContractionKernel<Width256, Vector256<float>>.Multiply(left, rows, depth, panel, output, outputStride, hasBias);
                break;
            case 8:
                ContractionKernel<Width128, Vector128<float>>.Multiply(left, rows, depth, panel, output, outputStride, hasBias);
                break;
            default:
                ContractionKernel<WidthScalar, float>.Multiply(left, rows, depth, panel, output, outputStride, hasBias);
                break;
        }
    }

    /// <summary>Computes one block of some rows and one panel; see <see cref="ContractionKernel{TWidth, TVector}.MultiplyBlock"/>.</summary>
    internal static void MultiplyBlock(
        in ContractionBlock block, ReadOnlySpan<float> left, ReadOnlySpan<float> right, Span<float> output, int width, ReadOnlySpan<float> bias = default)
    {
        switch (width)
        {
            case 32:
                ContractionKernel<Width512, Vector512<float>>.MultiplyBlock(block, left, right, output, bias);
                break;
            case 16:
                ContractionKernel<Width256, Vector256<float>>.MultiplyBlock(block, left, right, output, bias);
                break;
            case 8:
                ContractionKernel<Width128, Vector128<float>>.MultiplyBlock(block, left, right, output, bias);
                break;
            default:
                ContractionKernel<WidthScalar, float>.MultiplyBlock(block, left, right, output, bias);
                break;
        }
    }

    /// <summary>Computes one block of packed rows and one panel.</summary>
    /// <param name="packed">The rows of one tile as <see cref="RowPacking.Pack"/> wrote them, from the block's first product on.</param>
    /// <param name="rows">How many rows were packed together.</param>
    /// <param name="panel">The lines of the panel, from the block's first product on.</param>
    /// <param name="length">How many products, at most <see cref="BlockLength"/>.</param>
    /// <param name="output">Where the first row goes.</param>
    /// <param name="outputStride">The distance between output rows.</param>
    /// <param name="accumulates">Whether the block is added to what the output holds: a bias, or earlier blocks.</param>
    /// <param name="width">The width of the panel.</param>
    internal static void MultiplyTile(
        ReadOnlySpan<float> packed, int rows, ReadOnlySpan<float> panel, int length, Span<float> output, int outputStride, bool accumulates, int width) =>
        MultiplyBlock(new ContractionBlock(rows, length, 1, rows, width, outputStride, accumulates), packed, panel, output, width);

    /// <summary>Computes one block of some rows and the first columns of a panel, for a panel that is wider than what is left of the output.</summary>
    [MethodImpl(MethodImplOptions.NoInlining | MethodImplOptions.AggressiveOptimization)]
    internal static void MultiplyNarrow(
        in ContractionBlock block, ReadOnlySpan<float> left, ReadOnlySpan<float> right, Span<float> output, int width, int columns, ReadOnlySpan<float> bias = default)
    {
        // Computed beside the output and copied, a tile at a time.
        Span<float> beside = stackalloc float[MaxTileRows * MaxPanelWidth];
        for (int row = 0; row < block.Rows; row += MaxTileRows)
        {
            int rows = Math.Min(MaxTileRows, block.Rows - row);
            Span<float> target = output[(row * block.OutputStep)..];
            for (int i = 0; block.Accumulates && i < rows; i++)
            {
                target.Slice(i * block.OutputStep, columns).CopyTo(beside[(i * width)..]);
            }

            MultiplyBlock(block with { Rows = rows, OutputStep = width }, left[(row * block.RowStep)..], right, beside, width, bias.IsEmpty ? bias : bias[row..]);
            for (int i = 0; i < rows; i++)
            {
                beside.Slice(i * width, columns).CopyTo(target[(i * block.OutputStep)..]);
            }
        }
    }

    /// <summary>Adds the products of one row and lines that are read in place; see <see cref="ContractionKernel{TWidth, TVector}.AddLines"/>.</summary>
    internal static void AddLines(ReadOnlySpan<float> left, int depthStep, int length, ReadOnlySpan<float> right, int lineStep, Span<float> sums)
    {
        switch (PanelWidth)
        {
            case 32:
                ContractionKernel<Width512, Vector512<float>>.AddLines(left, depthStep, length, right, lineStep, sums);
                break;
            case 16:
                ContractionKernel<Width256, Vector256<float>>.AddLines(left, depthStep, length, right, lineStep, sums);
                break;
            case 8:
                ContractionKernel<Width128, Vector128<float>>.AddLines(left, depthStep, length, right, lineStep, sums);
                break;
            default:
                ContractionKernel<WidthScalar, float>.AddLines(left, depthStep, length, right, lineStep, sums);
                break;
        }
    }

    /// <summary>Copies lines to panels of the widest kind; see <see cref="ContractionKernel{TWidth, TVector}.CopyToPanels"/>.</summary>
    internal static void CopyToPanels(ReadOnlySpan<float> matrix, int lineStep, int depth, int panels, Span<float> packed)
    {
        switch (PanelWidth)
        {
            case 32:
                ContractionKernel<Width512, Vector512<float>>.CopyToPanels(matrix, lineStep, depth, panels, packed);
                break;
            case 16:
                ContractionKernel<Width256, Vector256<float>>.CopyToPanels(matrix, lineStep, depth, panels, packed);
                break;
            case 8:
                ContractionKernel<Width128, Vector128<float>>.CopyToPanels(matrix, lineStep, depth, panels, packed);
                break;
            default:
                ContractionKernel<WidthScalar, float>.CopyToPanels(matrix, lineStep, depth, panels, packed);
                break;
        }
    }

    // Two vectors of half the width; below 128 bits single floats, two at a time.
    private static int NextWidth(int width) => width > 8 ? width / 2 : 2;
}
