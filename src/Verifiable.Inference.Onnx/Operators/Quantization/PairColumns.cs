using System.Runtime.CompilerServices;
using Verifiable.Inference.Onnx.Arithmetic;
using Verifiable.Inference.Tensors;

namespace Verifiable.Inference.Onnx.Operators;

/// <summary>A right operand of 8-bit integers packed for <see cref="PairProduct"/>: panels of columns, each pair by pair, zero points subtracted. Immutable once filled.</summary>
internal sealed class PairColumns
{
    private readonly int[] _panels;

    private PairColumns(int depth, int columns)
    {
        Columns = columns;
        Offsets = new int[(depth + 1) / 2];
        for (int i = 0; i < Offsets.Length; i++)
        {
            Offsets[i] = i * PairProduct.PanelWidth;
        }

        _panels = new int[checked(PanelCount * Offsets.Length * PairProduct.PanelWidth)];
    }

    internal int Columns { get; }

    internal int PanelCount => (Columns + PairProduct.PanelWidth - 1) / PairProduct.PanelWidth;

    /// <summary>Gets where the lines of a panel begin in it.</summary>
    internal int[] Offsets { get; }

    /// <summary>Counts the bytes that packed columns take.</summary>
    internal static Int128 BytesOf(Int128 depth, Int128 columns) =>
        (((columns + PairProduct.PanelWidth - 1) / PairProduct.PanelWidth * PairProduct.PanelWidth) + 1) * ((depth + 1) / 2) * sizeof(int);

    /// <summary>Packs a row-major matrix.</summary>
    /// <param name="context">The threads.</param>
    /// <param name="elements">The tensor that holds it.</param>
    /// <param name="first">Its first element.</param>
    /// <param name="depth">Its rows.</param>
    /// <param name="columns">Its columns.</param>
    /// <param name="zero">The zero point of a column.</param>
    internal static PairColumns Pack(OperatorContext context, TensorValue elements, int first, int depth, int columns, Func<int, int> zero)
    {
        PairColumns packed = new(depth, columns);
        bool isSigned = elements.Type == ElementType.Int8;
        int[] zeros = new int[columns];
        for (int i = 0; i < columns; i++)
        {
            zeros[i] = isSigned ? 128 + zero(i) : zero(i);
        }

        context.With(null).For(packed.PanelCount, 2L * PairProduct.PanelWidth * packed.Offsets.Length, (from, to) =>
        {
            for (int panel = from; panel < to; panel++)
            {
                packed.Fill(panel, depth == 0 ? [] : elements.Bytes.Span.Slice(first, depth * columns), isSigned ? (byte)0x80 : (byte)0, zeros, depth);
            }
        });
        return packed;
    }

    internal ReadOnlySpan<int> Panel(int panel) => _panels.AsSpan(panel * Offsets.Length * PairProduct.PanelWidth, Offsets.Length * PairProduct.PanelWidth);

    [MethodImpl(MethodImplOptions.NoInlining | MethodImplOptions.AggressiveOptimization)]
    private void Fill(int panel, ReadOnlySpan<byte> matrix, byte turn, ReadOnlySpan<int> zeros, int depth)
    {
        int width = PairProduct.PanelWidth;
        int start = panel * width;
        int count = Math.Min(width, Columns - start);
        zeros = zeros.Slice(start, count);
        for (int pair = 0; pair < Offsets.Length; pair++)
        {
            Span<int> to = _panels.AsSpan(((panel * Offsets.Length) + pair) * width, width);
            ReadOnlySpan<byte> one = matrix.Slice((2 * pair * Columns) + start, count);
            bool isLast = (2 * pair) + 1 == depth;
            ReadOnlySpan<byte> other = isLast ? one : matrix.Slice((((2 * pair) + 1) * Columns) + start, count);
            for (int i = 0; i < zeros.Length; i++)
            {
                to[i] = PairProduct.Pair((one[i] ^ turn) - zeros[i], isLast ? 0 : (other[i] ^ turn) - zeros[i]);
            }
        }
    }
}
