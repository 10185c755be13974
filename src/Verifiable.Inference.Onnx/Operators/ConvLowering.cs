using System.Buffers;
using Verifiable.Inference.Onnx.Arithmetic;
using Verifiable.Inference.Tensors;

namespace Verifiable.Inference.Onnx.Operators;

/// <summary>
/// Lays the input elements of a convolution out as the right operand of a contraction, one panel of places at a time: line k holds, for each place, the
/// element under tap k. The input is padded with zeros first, so that a place and a tap are two offsets to add.
/// </summary>
internal sealed class ConvLowering
{
    private readonly WindowPlan _plan;
    private readonly int _planes;
    private readonly int _paddedArea;
    private readonly bool _isPadded;
    private readonly int[] _placeOffsets;
    private readonly int[] _tapOffsets;
    private readonly bool _hasRuns;

    internal ConvLowering(OperatorContext context, WindowPlan plan, int batch, int channelsOfGroup, int groups)
    {
        _plan = plan;
        _planes = batch * channelsOfGroup * groups;
        long[] padded = [.. plan.Inputs.Select((length, axis) => length + plan.Before[axis] + plan.After[axis])];
        long paddedArea = padded.Aggregate(1L, (product, length) => product * length);
        _paddedArea = checked((int)paddedArea);
        _ = checked(_paddedArea * _planes);
        _isPadded = plan.Area != paddedArea;
        Places = checked((int)plan.Places);
        int taps = checked((int)plan.Taps);
        Depth = checked(channelsOfGroup * taps);
        _ = checked(Depth * Contraction.PanelWidth);
        _placeOffsets = Offsets(context, plan.Outputs, plan.Strides, padded, Places);
        int[] tapOffsets = Offsets(context, plan.Kernel, plan.Dilations, padded, taps);
        _tapOffsets = new int[Depth];
        context.For(Depth, 4, (from, to) =>
        {
            for (int k = from; k < to; k++)
            {
                _tapOffsets[k] = (k / taps * _paddedArea) + tapOffsets[k % taps];
            }
        });

        // Neighbouring places that read neighbouring elements are copied together; short rows are gathered.
        _hasRuns = plan.Strides[^1] == 1 && plan.Outputs[^1] >= 4;
        ElementsOfGroup = channelsOfGroup * _paddedArea;
    }

    /// <summary>Gets the number of places of the window in one plane.</summary>
    internal int Places { get; }

    /// <summary>Gets the number of products of one output element.</summary>
    internal int Depth { get; }

    private int ElementsOfGroup { get; }

    /// <summary>Counts the bytes that a convolution takes beside its output, on some threads.</summary>
    internal static Int128 ScratchBytes(WindowPlan plan, long planes, long channelsOfGroup, long rows, int threads)
    {
        Int128 padded = 1;
        for (int axis = 0; axis < plan.Axes; axis++)
        {
            // Stopped early, so that the product cannot overflow; what comes after could make it smaller only if it were 0, which has no places.
            padded = Int128.Min(padded * ((Int128)plan.Inputs[axis] + plan.Before[axis] + plan.After[axis]), long.MaxValue);
        }

        Int128 depth = (Int128)channelsOfGroup * plan.Taps;
        Int128 copy = padded == plan.Area ? 0 : Int128.Min(padded, int.MaxValue) * planes;
        Int128 panels = (depth + rows) * Contraction.PanelWidth * threads;
        return (copy + panels + plan.Places + depth + plan.Taps) * sizeof(float);
    }

    /// <summary>Copies the input with its padding of +0 into a rented array; <see langword="null"/> when there is no padding.</summary>
    internal float[]? RentPadded(OperatorContext context, TensorValue input)
    {
        if (!_isPadded)
        {
            return null;
        }

        float[] padded = ArrayPool<float>.Shared.Rent(_paddedArea * _planes);
        padded.AsSpan(0, _paddedArea * _planes).Clear();
        int area = (int)_plan.Area;
        int run = (int)_plan.Inputs[^1];
        context.For(area == 0 ? 0 : area / run, (long)run * _planes, (from, to) =>
        {
            for (int row = from; row < to; row++)
            {
                CopyRow(input.AsSpan<float>(), row, padded);
            }
        });
        return padded;
    }

    // Copies one row of every plane.
    private void CopyRow(ReadOnlySpan<float> input, int row, float[] padded)
    {
        int area = (int)_plan.Area;
        int run = (int)_plan.Inputs[^1];

        // Where the row starts in the padded plane.
        long rest = row;
        long target = _plan.Before[^1];
        long stride = run + _plan.Before[^1] + _plan.After[^1];
        for (int axis = _plan.Axes - 2; axis >= 0; axis--)
        {
            target += ((rest % _plan.Inputs[axis]) + _plan.Before[axis]) * stride;
            rest /= _plan.Inputs[axis];
            stride *= _plan.Inputs[axis] + _plan.Before[axis] + _plan.After[axis];
        }

        for (int plane = 0; plane < _planes; plane++)
        {
            input.Slice((plane * area) + (row * run), run).CopyTo(padded.AsSpan((plane * _paddedArea) + (int)target));
        }
    }

    /// <summary>Writes one panel.</summary>
    /// <param name="source">The input, padded where it is padded.</param>
    /// <param name="group">The group, counted over the batch.</param>
    /// <param name="first">The first place.</param>
    /// <param name="count">The number of places; the other columns of the panel become +0.</param>
    /// <param name="panel">Where to write: <see cref="Depth"/> lines.</param>
    internal void Pack(ReadOnlySpan<float> source, int group, int first, int count, Span<float> panel)
    {
        int width = Contraction.PanelWidth;
        ReadOnlySpan<float> elements = source.Slice(group * ElementsOfGroup, ElementsOfGroup);
        ReadOnlySpan<int> places = _placeOffsets.AsSpan(first, count);
        if (count < width)
        {
            panel[..(Depth * width)].Clear();
        }

        if (_hasRuns)
        {
            PackRuns(elements, first, places, panel);
            return;
        }

        for (int k = 0; k < Depth; k++)
        {
            Span<float> line = panel.Slice(k * width, count);
            ReadOnlySpan<float> shifted = elements[_tapOffsets[k]..];
            for (int column = 0; column < line.Length; column++)
            {
                line[column] = shifted[places[column]];
            }
        }
    }

    private void PackRuns(ReadOnlySpan<float> elements, int first, ReadOnlySpan<int> places, Span<float> panel)
    {
        int width = Contraction.PanelWidth;
        int row = (int)_plan.Outputs[^1];
        for (int column = 0; column < places.Length;)
        {
            int length = Math.Min(places.Length - column, row - ((first + column) % row));
            int start = places[column];
            for (int k = 0; k < _tapOffsets.Length; k++)
            {
                elements.Slice(_tapOffsets[k] + start, length).CopyTo(panel[((k * width) + column)..]);
            }

            column += length;
        }
    }

    private static int[] Offsets(OperatorContext context, long[] counts, long[] steps, long[] padded, int total)
    {
        int[] offsets = new int[total];
        context.For(total, 8 * counts.Length, (from, to) =>
        {
            for (int i = from; i < to; i++)
            {
                long rest = i;
                long stride = 1;
                long offset = 0;
                for (int axis = counts.Length - 1; axis >= 0; axis--)
                {
                    offset += rest % counts[axis] * steps[axis] * stride;
                    rest /= counts[axis];
                    stride *= padded[axis];
                }

                offsets[i] = (int)offset;
            }
        });

        return offsets;
    }
}
