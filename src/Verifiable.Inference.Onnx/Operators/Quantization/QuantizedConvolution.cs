using System.Runtime.CompilerServices;
using Verifiable.Inference.Onnx.Arithmetic;
using Verifiable.Inference.Tensors;

namespace Verifiable.Inference.Onnx.Operators;

/// <summary>
/// A convolution of 8-bit integers over one or two axes without a matrix of windows: the input is laid out once as pairs of channels, padded, zero point subtracted, split into
/// images of what lies a stride apart, so that under each tap neighbouring places read neighbouring pairs. Immutable.
/// </summary>
internal sealed class QuantizedConvolution
{
    // Places that are summed before they are written.
    private const int Run = 512;

    private readonly WindowPlan _plan;
    private readonly int _channels;
    private readonly int _taps;
    private readonly int[] _offsets;
    private readonly int _most;
    private readonly (int Stride, int Before, int Input)[] _axes;
    private readonly int[][] _phases;
    private readonly int _height;
    private readonly int _width;

    private QuantizedConvolution(WindowPlan plan, int channels, int height, int width, int[][] phases)
    {
        _plan = plan;
        _channels = channels;
        _taps = (int)plan.Taps;
        _height = height;
        _width = width;
        _phases = phases;
        int x = plan.Axes - 1;
        _axes = [plan.Axes == 2 ? ((int)plan.Strides[0], (int)plan.Before[0], (int)plan.Inputs[0]) : (1, 0, 1), ((int)plan.Strides[x], (int)plan.Before[x], (int)plan.Inputs[x])];
        _offsets = new int[Pairs * _taps];
        int columns = (int)plan.Kernel[x];
        for (int pair = 0; pair < Pairs; pair++)
        {
            for (int tap = 0; tap < _taps; tap++)
            {
                int down = plan.Axes == 2 ? tap / columns * (int)plan.Dilations[0] : 0;
                int right = tap % columns * (int)plan.Dilations[x];
                int image = (((pair * phases[0].Length) + Array.IndexOf(phases[0], down % _axes[0].Stride)) * phases[1].Length) + Array.IndexOf(phases[1], right % _axes[1].Stride);
                _offsets[(pair * _taps) + tap] = (((image * height) + (down / _axes[0].Stride)) * width) + (right / _axes[1].Stride);
                _most = Math.Max(_most, _offsets[(pair * _taps) + tap]);
            }
        }
    }

    private int Pairs => (_channels + 1) / 2;

    private int Rows => _plan.Axes == 2 ? (int)_plan.Outputs[0] : 1;

    private int Columns => (int)_plan.Outputs[^1];

    /// <summary>Plans a convolution of one group, or gives <see langword="null"/> where the images would take more than a matrix of windows.</summary>
    internal static QuantizedConvolution? TryPlan(WindowPlan plan, long channels)
    {
        if (plan.Axes > 2 || channels is < 1 or > int.MaxValue || plan.Places < 1)
        {
            return null;
        }

        Int128 elements = (channels + 1) / 2;
        int[][] phases = new int[2][];
        Int128[] lengths = [1, 1];
        for (int axis = 2 - plan.Axes; axis < 2; axis++)
        {
            int at = axis - (2 - plan.Axes);
            Int128 reach = (plan.Kernel[at] - 1) * (Int128)plan.Dilations[at];
            if (reach > int.MaxValue || plan.Strides[at] > int.MaxValue || plan.Before[at] > int.MaxValue || plan.Inputs[at] > int.MaxValue || plan.Outputs[at] > int.MaxValue || plan.Kernel[at] > 4096)
            {
                return null;
            }

            lengths[axis] = plan.Outputs[at] + (reach / plan.Strides[at]);
            phases[axis] = [.. Enumerable.Range(0, (int)plan.Kernel[at]).Select(tap => (int)(tap * plan.Dilations[at] % plan.Strides[at])).Distinct()];
            elements *= lengths[axis] * phases[axis].Length;
        }

        phases[0] ??= [0];
        Int128 windows = channels * (Int128)plan.Taps * plan.Places;
        return elements + PairProduct.MaxPanelWidth > int.MaxValue / 8 || elements > windows + 4096 || channels * (Int128)plan.Taps > 1 << 24
            ? null
            : new QuantizedConvolution(plan, (int)channels, (int)lengths[0], (int)lengths[1], phases);
    }

    /// <summary>Counts the bytes that one group takes, without its weights.</summary>
    internal Int128 ScratchBytes(int threads) =>
        ((Int128)ImageLength + _offsets.Length + ((Int128)threads * PairProduct.TileRows * (Run + PairProduct.MaxPanelWidth)) + 4096) * sizeof(int);

    private int ImageLength => (Pairs * _phases[0].Length * _phases[1].Length * _height * _width) + Run + PairProduct.MaxPanelWidth;

    /// <summary>Packs the weights of one group.</summary>
    internal PairRows Pack(OperatorContext context, TensorValue weights, int firstChannel, int rows, Func<int, int> zero) =>
        PairRows.Pack(context, weights, firstChannel * _channels * _taps, rows, _channels * _taps, _channels, _taps, zero);

    /// <summary>Computes one group of one item.</summary>
    /// <param name="context">The threads, and the way to stop.</param>
    /// <param name="input">The input.</param>
    /// <param name="firstPlane">The first plane of the input.</param>
    /// <param name="zero">The input's zero point.</param>
    /// <param name="weights">The packed weights.</param>
    /// <param name="rows">The output channels.</param>
    /// <param name="write">Takes sums of neighbouring places of an output channel: the channel, the first place, the sums.</param>
    internal void Compute(OperatorContext context, TensorValue input, int firstPlane, int zero, PairRows weights, int rows, WriteRun write)
    {
        context = context.With(null);
        int[] image = new int[ImageLength];
        int area = _axes[0].Input * _axes[1].Input;
        int planes = Pairs * _phases[0].Length * _phases[1].Length;
        context.For(planes, 2L * _height * _width, (from, to) =>
        {
            for (int plane = from; plane < to; plane++)
            {
                int pair = plane / _phases[1].Length / _phases[0].Length;
                ReadOnlySpan<byte> one = input.Bytes.Span.Slice((firstPlane + (2 * pair)) * area, area);
                ReadOnlySpan<byte> other = (2 * pair) + 1 < _channels ? input.Bytes.Span.Slice((firstPlane + (2 * pair) + 1) * area, area) : [];
                Fill(image.AsSpan(plane * _height * _width, _height * _width), one, other, input.Type == ElementType.Int8 ? (byte)0x80 : (byte)0,
                    input.Type == ElementType.Int8 ? 128 + zero : zero, _phases[0][plane / _phases[1].Length % _phases[0].Length], _phases[1][plane % _phases[1].Length]);
            }
        });
        int places = ((Rows - 1) * _width) + Columns;
        int runs = (places + Run - 1) / Run;
        context.For(runs * weights.TileCount, (long)Run * PairProduct.TileRows * _offsets.Length / 8, (from, to) =>
        {
            int[] sums = new int[PairProduct.TileRows * (Run + PairProduct.MaxPanelWidth)];
            for (int item = from; item < to; item++)
            {
                int first = item / weights.TileCount * Run;
                int tile = item % weights.TileCount;
                int count = Math.Min(Run, places - first);
                ReadOnlySpan<int> packed = weights.Tile(tile, out int packedRows);
                for (int place = 0; place < count; place += PairProduct.PanelWidth)
                {
                    PairProduct.Multiply(packed, packedRows, image.AsSpan(first + place), _offsets, _most, sums.AsSpan(place), Run + PairProduct.MaxPanelWidth);
                }

                for (int row = 0; row < Math.Min(PairProduct.TileRows, rows - (tile * PairProduct.TileRows)); row++)
                {
                    WriteRow(sums.AsSpan(row * (Run + PairProduct.MaxPanelWidth), count), first, (tile * PairProduct.TileRows) + row, write);
                }
            }
        });
    }

    // Between the rows of the output stand places that are none.
    private void WriteRow(ReadOnlySpan<int> sums, int first, int channel, WriteRun write)
    {
        for (int y = first / _width; y < Rows && y * _width < first + sums.Length; y++)
        {
            int from = Math.Max(first, y * _width);
            int to = Math.Min(first + sums.Length, (y * _width) + Columns);
            if (from < to)
            {
                write(channel, (y * Columns) + from - (y * _width), sums[(from - first)..(to - first)]);
            }
        }
    }

    [MethodImpl(MethodImplOptions.NoInlining | MethodImplOptions.AggressiveOptimization)]
    private void Fill(Span<int> image, ReadOnlySpan<byte> one, ReadOnlySpan<byte> other, byte turn, int zero, int down, int right)
    {
        ((int strideY, int beforeY, int inputY), (int strideX, int beforeX, int inputX)) = (_axes[0], _axes[1]);
        for (int y = 0; y < _height; y++)
        {
            long row = ((long)y * strideY) + down - beforeY;
            if (row < 0 || row >= inputY)
            {
                // The memory is new and holds zeros.
                continue;
            }

            // The first place on the input, and the one behind the last.
            long offset = (long)right - beforeX;
            int start = (int)Math.Min(_width, offset >= 0 ? 0 : (-offset + strideX - 1) / strideX);
            int end = (int)Math.Clamp((inputX - offset + strideX - 1) / strideX, start, _width);
            Span<int> to = image.Slice(y * _width, _width);
            int at = (int)((row * inputX) + offset + ((long)start * strideX));
            if (other.IsEmpty)
            {
                for (int x = start; x < end; x++, at += strideX)
                {
                    to[x] = ((one[at] ^ turn) - zero) & 0xFFFF;
                }
            }
            else
            {
                for (int x = start; x < end; x++, at += strideX)
                {
                    to[x] = PairProduct.Pair((one[at] ^ turn) - zero, (other[at] ^ turn) - zero);
                }
            }
        }
    }

    /// <summary>Takes sums of neighbouring places of an output channel of the group.</summary>
    internal delegate void WriteRun(int channel, int place, ReadOnlySpan<int> sums);
}
