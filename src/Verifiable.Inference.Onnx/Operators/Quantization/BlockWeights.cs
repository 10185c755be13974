using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using Verifiable.Inference.Onnx.Arithmetic;

namespace Verifiable.Inference.Onnx.Operators;

/// <summary>
/// Weights of few bits, packed for rows times them at the speed of memory: panels of columns, line by line along the sum, zero points subtracted. They stand as signed halves of
/// bytes or as signed bytes where they fit, else as binary32; all are exact. Immutable once filled.
/// </summary>
internal sealed class BlockWeights
{
    private const int Halves = 4;
    private const int Bytes = 8;
    private const int Singles = 32;

    private readonly int _depth;
    private readonly int _block;
    private readonly int _form;
    private readonly sbyte[] _narrow;
    private readonly float[] _wide;
    private readonly float[] _scales;

    private BlockWeights(int depth, int columns, int block, int form)
    {
        _depth = depth;
        Columns = columns;
        _block = block;
        _form = form;
        int elements = checked(PanelCount * PanelWidth * Lines);
        _narrow = form == Singles ? [] : GC.AllocateUninitializedArray<sbyte>(elements, pinned: true);
        _wide = form == Singles ? new float[elements] : [];
        _scales = new float[PanelCount * PanelWidth * BlockCount];
    }

    /// <summary>Gets the number of columns of a panel on this processor.</summary>
    internal static int PanelWidth { get; } = Contraction.Width switch { 512 => 64, 256 => 32, _ => 16 };

    internal int Columns { get; }

    internal int PanelCount => (Columns + PanelWidth - 1) / PanelWidth;

    private int BlockCount => (_depth + _block - 1) / _block;

    // A line of halves holds two neighbours of a block; only the last block may be odd.
    private int Lines => _form == Halves ? (BlockCount - 1) * LinesOf(0) + LinesOf(BlockCount - 1) : _depth;

    /// <summary>Counts the bytes that packed weights take at most.</summary>
    internal static Int128 BytesOf(Int128 depth, Int128 columns, Int128 block, bool mayBeWide) =>
        (columns + PanelWidth) * ((depth * (mayBeWide ? sizeof(float) : 1)) + 1 + ((depth + block - 1) / block * sizeof(float)));

    /// <summary>Packs weights.</summary>
    /// <param name="context">The threads, and the way to stop.</param>
    /// <param name="source">The weights.</param>
    internal static BlockWeights Pack(OperatorContext context, IBlockSource source)
    {
        BlockWeights packed = new(source.Depth, source.Columns, source.Block, FormOf(source));
        context.With(null).For(packed.PanelCount, 4L * PanelWidth * source.Depth, (from, to) =>
        {
            for (int panel = from; panel < to; panel++)
            {
                packed.Fill(panel, source);
            }
        });
        return packed;
    }

    /// <summary>Multiplies rows by one panel.</summary>
    /// <param name="x">The rows' elements.</param>
    /// <param name="rows">1 or 4.</param>
    /// <param name="panel">The panel.</param>
    /// <param name="totals">The totals, a row of <see cref="PanelWidth"/> for each row, which hold what the sums start from.</param>
    internal void Multiply(ReadOnlySpan<float> x, int rows, int panel, Span<float> totals)
    {
        if (rows is not (1 or 4) || x.Length < rows * _depth || totals.Length < rows * PanelWidth)
        {
            throw new InvalidOperationException("Expected whole rows.");
        }

        if (Contraction.Width == 0)
        {
            Plainly(x, rows, panel, totals);
            return;
        }

        int line = panel * PanelWidth * Lines;
        for (int block = 0; block < BlockCount; block++)
        {
            nuint length = (nuint)LengthOf(block);
            ref float from = ref Unsafe.AsRef(in x[block * _block]);
            ref float scales = ref _scales[((panel * BlockCount) + block) * PanelWidth];
            switch (Contraction.Width)
            {
                case 512:
                    Add<Weights512, Vector512<float>>(ref from, rows, line, length, ref scales, ref totals[0]);
                    break;
                case 256:
                    Add<Weights256, Vector256<float>>(ref from, rows, line, length, ref scales, ref totals[0]);
                    break;
                default:
                    Add<Weights128, Vector128<float>>(ref from, rows, line, length, ref scales, ref totals[0]);
                    break;
            }

            line += PanelWidth * LinesOf(block);
        }
    }

    private static int FormOf(IBlockSource source)
    {
        (int least, int most) = source.Range();
        return least >= -8 && most <= 7 ? Halves : least >= sbyte.MinValue && most <= sbyte.MaxValue ? Bytes : Singles;
    }

    private int LengthOf(int block) => Math.Min(_block, _depth - (block * _block));

    private int LinesOf(int block) => _form == Halves ? (LengthOf(block) + 1) / 2 : LengthOf(block);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private void Add<TWidth, TVector>(ref float x, int rows, int line, nuint length, ref float scales, ref float totals)
        where TWidth : struct, IWeightWidth<TVector>
        where TVector : struct
    {
        nuint stride = (nuint)_depth;
        if (_form == Singles)
        {
            BlockKernel<TWidth, TVector>.AddSingles(ref x, stride, rows, ref _wide[line], length, ref scales, ref totals, (nuint)PanelWidth);
        }
        else if (_form == Bytes)
        {
            BlockKernel<TWidth, TVector>.AddBytes(ref x, stride, rows, ref _narrow[line], length, ref scales, ref totals, (nuint)PanelWidth);
        }
        else
        {
            BlockKernel<TWidth, TVector>.AddHalves(ref x, stride, rows, ref _narrow[line], length, ref scales, ref totals, (nuint)PanelWidth);
        }
    }

    // Without the instruction for a fused multiply-add.
    private void Plainly(ReadOnlySpan<float> x, int rows, int panel, Span<float> totals)
    {
        for (int row = 0; row < rows; row++)
        {
            for (int column = 0; column < PanelWidth; column++)
            {
                int line = panel * PanelWidth * Lines;
                float total = totals[(row * PanelWidth) + column];
                for (int block = 0; block < BlockCount; block++)
                {
                    float sum = 0f;
                    for (int k = 0; k < LengthOf(block); k++)
                    {
                        float weight = _form switch
                        {
                            Singles => _wide[line + (k * PanelWidth) + column],
                            Bytes => _narrow[line + (k * PanelWidth) + column],
                            _ => HalfOf(_narrow[line + (k / 2 * PanelWidth) + column], k % 2),
                        };
                        sum = CanonicalMath.FusedMultiplyAdd(x[(row * _depth) + (block * _block) + k], weight, sum);
                    }

                    total = CanonicalMath.FusedMultiplyAdd(sum, _scales[(((panel * BlockCount) + block) * PanelWidth) + column], total);
                    line += PanelWidth * LinesOf(block);
                }

                totals[(row * PanelWidth) + column] = total;
            }
        }
    }

    private static int HalfOf(sbyte both, int half) => half == 0 ? unchecked((sbyte)(both << 4)) >> 4 : both >> 4;

    private void Fill(int panel, IBlockSource source)
    {
        int first = panel * PanelWidth;
        int count = Math.Min(PanelWidth, Columns - first);
        int width = PanelWidth;
        int start = panel * width * Lines;
        if (_form != Singles)
        {
            _narrow.AsSpan(start, width * Lines).Clear();
        }

        for (int column = 0; column < count; column++)
        {
            int line = start + column;
            for (int block = 0; block < BlockCount; block++)
            {
                _scales[(((panel * BlockCount) + block) * width) + column] = source.Scale(first + column, block);
                int length = LengthOf(block);
                if (_form == Singles)
                {
                    for (int k = 0; k < length; k++)
                    {
                        _wide[line + (k * width)] = source.Weight(first + column, block, k);
                    }
                }
                else
                {
                    Span<sbyte> to = _narrow.AsSpan(line);
                    source.Read(first + column, block, length, to, width, _form == Halves);
                }

                line += width * LinesOf(block);
            }
        }
    }
}
