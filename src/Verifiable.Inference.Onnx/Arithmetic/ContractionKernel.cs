using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace Verifiable.Inference.Onnx.Arithmetic;

/// <summary>Multiplies rows by lines of a right operand, by rule 2 of the canonical arithmetic; vectors run over output columns only.</summary>
/// <remarks>A tile keeps the sums of one block of some rows and two vectors of columns in registers. How many rows a tile has decides no bit: every output
/// element has its own sum.</remarks>
/// <typeparam name="TWidth">The vector width.</typeparam>
/// <typeparam name="TVector">Its vector.</typeparam>
internal static partial class ContractionKernel<TWidth, TVector>
    where TWidth : struct, IVectorWidth<TVector>
    where TVector : struct
{
    /// <summary>Gets the number of columns of a panel: two vectors.</summary>
    internal static int PanelWidth
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        get => 2 * TWidth.Lanes;
    }

    /// <summary>Computes <c>output[row, 0 … PanelWidth)</c> for a number of rows and all their products.</summary>
    /// <param name="left">The rows, each of <paramref name="depth"/> elements.</param>
    /// <param name="rows">How many rows.</param>
    /// <param name="depth">The number K of products of one output element.</param>
    /// <param name="panel">The right operand: <paramref name="depth"/> lines of <see cref="PanelWidth"/> columns.</param>
    /// <param name="output">Where the first row goes; holds the bias already when <paramref name="hasBias"/>.</param>
    /// <param name="outputStride">The distance between output rows.</param>
    /// <param name="hasBias">Whether the output starts from what it holds.</param>
    [MethodImpl(MethodImplOptions.NoInlining | MethodImplOptions.AggressiveOptimization)]
    internal static void Multiply(ReadOnlySpan<float> left, int rows, int depth, ReadOnlySpan<float> panel, Span<float> output, int outputStride, bool hasBias)
    {
        if (depth == 0)
        {
            // No products: the bias as it is (−0 stays −0), else +0.
            for (int row = 0; row < rows && !hasBias; row++)
            {
                output.Slice(row * outputStride, PanelWidth).Clear();
            }

            return;
        }

        for (int start = 0; start < depth; start += Contraction.BlockLength)
        {
            int length = Math.Min(Contraction.BlockLength, depth - start);
            var block = new ContractionBlock(rows, length, depth, 1, PanelWidth, outputStride, hasBias || start > 0);
            MultiplyBlock(block, left[start..], panel[(start * PanelWidth)..], output);
        }
    }

    /// <summary>Computes one block: what it adds to <c>output[row, 0 … Panels · PanelWidth)</c>.</summary>
    /// <param name="block">The numbers of rows, products and panels, and how far apart the elements are.</param>
    /// <param name="left">The rows, from the block's first product on.</param>
    /// <param name="right">The right operand, from the block's first line and the first column on.</param>
    /// <param name="output">Where the first row goes.</param>
    /// <param name="bias">What each row starts from, where the block is the first one and the output holds nothing; empty for nothing.</param>
    [MethodImpl(MethodImplOptions.NoInlining | MethodImplOptions.AggressiveOptimization)]
    internal static void MultiplyBlock(in ContractionBlock block, ReadOnlySpan<float> left, ReadOnlySpan<float> right, Span<float> output, ReadOnlySpan<float> bias = default)
    {
        int rows = block.Rows;
        if (rows == 0 || block.Panels == 0)
        {
            return;
        }

        // The kernels below read and write through references: everything is checked once, here.
        _ = left[..block.LeftExtent];
        _ = right[..block.RightExtent(PanelWidth)];
        _ = output[..block.OutputExtent(PanelWidth)];
        bool hasBias = !bias.IsEmpty;
        _ = hasBias ? bias[..rows] : bias;
        ref float a = ref MemoryMarshal.GetReference(left);
        ref float c = ref MemoryMarshal.GetReference(output);
        var operands = new Operands(block);
        int panels = block.Panels;
        unchecked
        {
            for (int row = 0; row < rows;)
            {
                int tile = RowsOfTile(rows - row);
                ref float x = ref Unsafe.AddByteOffset(ref a, row * operands.RowStep);
                ref float b = ref MemoryMarshal.GetReference(right);
                ref float y = ref Unsafe.Add(ref c, (nuint)row * operands.OutputStep);
                ref float shift = ref hasBias ? ref Unsafe.Add(ref MemoryMarshal.GetReference(bias), row) : ref Unsafe.NullRef<float>();
                for (int panel = 0; panel < panels; panel++)
                {
                    switch (tile)
                    {
                        case 12: Twelve(operands, ref x, ref b, ref y, ref shift); break;
                        case 6: Six(operands, ref x, ref b, ref y, ref shift); break;
                        case 4: Four(operands, ref x, ref b, ref y, ref shift); break;
                        case 3: Three(operands, ref x, ref b, ref y, ref shift); break;
                        case 2: Two(operands, ref x, ref b, ref y, ref shift); break;
                        case 1 when panel + 1 < panels:
                            OneOfTwoPanels(operands, ref x, ref b, ref y, ref shift);
                            panel++;
                            b = ref Unsafe.AddByteOffset(ref b, operands.PanelStep);
                            y = ref Unsafe.Add(ref y, PanelWidth);
                            break;
                        default: One(operands, ref x, ref b, ref y, ref shift); break;
                    }

                    if (panel + 1 < panels)
                    {
                        b = ref Unsafe.AddByteOffset(ref b, operands.PanelStep);
                        y = ref Unsafe.Add(ref y, PanelWidth);
                    }
                }

                row += tile;
            }
        }
    }

    // As many as a tile holds; the last ones in tiles that are not too low.
    private static int RowsOfTile(int rows) => rows switch
    {
        >= 12 when TWidth.TileRows >= 12 => 12,
        6 or 9 or 10 or >= 12 when TWidth.TileRows >= 6 => 6,
        5 => 3,
        _ => Math.Min(rows, 4),
    };

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Finish(TVector first, TVector second, ref float c, nuint offset, bool accumulates, ref float bias, nuint row)
    {
        nuint lanes = (nuint)TWidth.Lanes;
        unchecked
        {
            if (accumulates)
            {
                first = TWidth.Add(first, TWidth.Load(ref c, offset));
                second = TWidth.Add(second, TWidth.Load(ref c, offset + lanes));
            }
            else if (!Unsafe.IsNullRef(ref bias))
            {
                TVector shift = TWidth.Broadcast(Unsafe.Add(ref bias, row));
                first = TWidth.Add(first, shift);
                second = TWidth.Add(second, shift);
            }

            TWidth.Store(first, ref c, offset);
            TWidth.Store(second, ref c, offset + lanes);
        }
    }

    // Steps of the left and the right operand in bytes, of the output in elements.
    private readonly struct Operands(in ContractionBlock block)
    {
        internal readonly nint RowStep = (nint)block.RowStep * sizeof(float);
        internal readonly nint DepthStep = (nint)block.DepthStep * sizeof(float);
        internal readonly nint LineStep = (nint)block.LineStep * sizeof(float);
        internal readonly nint PanelStep = (nint)block.PanelStep * sizeof(float);
        internal readonly nuint OutputStep = (nuint)block.OutputStep;
        internal readonly int Length = block.Length;
        internal readonly bool Accumulates = block.Accumulates;
    }
}
