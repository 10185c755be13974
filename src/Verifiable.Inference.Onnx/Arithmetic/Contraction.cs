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

    /// <summary>Gets the number of columns of a panel on this processor. It decides the layout of packed operands, never a result.</summary>
    internal static int PanelWidth { get; } = Width switch { 512 => 32, 256 => 16, 128 => 8, _ => 2 };

    /// <summary>Gets the bits of the vectors that kernels use on this processor, or 0 where it has no fused multiply-add.</summary>
    internal static int Width => !CanonicalMath.HasHardwareFusedMultiplyAdd ? 0
        : Vector512.IsHardwareAccelerated && Avx512F.IsSupported ? 512
        : Vector256.IsHardwareAccelerated && Fma.IsSupported ? 256
        : Vector128.IsHardwareAccelerated ? 128
        : 0;

    /// <summary>Gets the narrowest panel that has room for some columns: it decides the layout of packed operands, never a result.</summary>
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

    /// <summary>Multiplies <paramref name="rows"/> rows by some panels of a packed operand into a row-major output of <c>right.Columns</c> columns.</summary>
    /// <param name="left">The rows, each of <c>right.Depth</c> elements.</param>
    /// <param name="rows">How many rows.</param>
    /// <param name="right">The packed right operand.</param>
    /// <param name="firstPanel">The first panel to compute.</param>
    /// <param name="panels">How many panels to compute.</param>
    /// <param name="output">The whole output.</param>
    /// <param name="hasBias">Whether the output starts from what it holds.</param>
    internal static void Multiply(ReadOnlySpan<float> left, int rows, PackedMatrix right, int firstPanel, int panels, Span<float> output, bool hasBias)
    {
        int width = PanelWidth;
        Span<float> narrow = stackalloc float[32];
        for (int panel = firstPanel; panel < firstPanel + panels; panel++)
        {
            int column = panel * width;
            int columns = Math.Min(width, right.Columns - column);
            int panelWidth = right.WidthOf(panel);
            if (columns == panelWidth)
            {
                MultiplyPanel(left, rows, right.Depth, right.Panel(panel), output[column..], right.Columns, hasBias, panelWidth);
                continue;
            }

            // The last panel is wider than what is left: it is computed beside the output, row by row, and copied.
            for (int row = 0; row < rows; row++)
            {
                Span<float> target = output.Slice((row * right.Columns) + column, columns);
                narrow.Clear();
                target.CopyTo(narrow);
                MultiplyPanel(left.Slice(row * right.Depth, right.Depth), 1, right.Depth, right.Panel(panel), narrow, panelWidth, hasBias, panelWidth);
                narrow[..columns].CopyTo(target);
            }
        }
    }

    // Two vectors of half the width; below 128 bits single floats, two at a time.
    private static int NextWidth(int width) => width > 8 ? width / 2 : 2;
}
