using System.Buffers;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using Verifiable.Inference.Onnx.Arithmetic;
using Verifiable.Inference.Tensors;

namespace Verifiable.Inference.Onnx.Operators;

/// <summary>Computes one convolution of binary32 by its plan; parts are made of output elements, so that neither their number nor their form can change a bit.</summary>
internal readonly partial struct Convolution
{
    // Elements that are completed together, where planes are small.
    private const int LeastFinished = 2048;

    private readonly OperatorContext _context;
    private readonly ConvPlan _plan;
    private readonly TensorValue _input;
    private readonly TensorValue _weights;
    private readonly TensorValue? _bias;
    private readonly TensorBuffer _output;

    /// <summary>Creates the computation.</summary>
    internal Convolution(OperatorContext context, ConvPlan plan, TensorValue input, TensorValue weights, TensorValue? bias, TensorBuffer output)
    {
        _context = context;
        _plan = plan;
        _input = input;
        _weights = weights;
        _bias = bias;
        _output = output;
    }

    /// <summary>Computes the output where groups have few channels.</summary>
    internal void RunDirect()
    {
        Convolution self = this;
        ConvPlan plan = _plan;
        int laidOut = plan.BorderTaps is not null || plan.Halves || plan.IsNarrow || plan.IsInStrips ? 0 : plan.Layout.IsInput && !WindowPlanes.ReadsSlack(plan.Layout) ? 0 : (plan.Channels * plan.PlaneLength) + WindowLayout.Slack;
        _context.For(plan.Batch * plan.Groups, (long)plan.Rows * plan.Depth * plan.Places / 2, (from, to) =>
        {
            float[] scratch = ArrayPool<float>.Shared.Rent(laidOut + plan.ScratchOfDirect);
            int planes = plan.Rows * plan.Places;
            int finished = from * planes;
            for (int group = from; group < to; group++)
            {
                ReadOnlySpan<float> source = self._input.AsSpan<float>()[(group * plan.Channels * plan.Area)..];
                for (int channel = 0; laidOut > 0 && channel < plan.Channels; channel++)
                {
                    plan.Layout.Copy(source[(channel * plan.Area)..], scratch.AsSpan(channel * plan.PlaneLength), 0f);
                }

                source = laidOut > 0 ? scratch : source;
                for (int row = 0; row < plan.Rows; row++)
                {
                    self.RunPlane(group, row, source, scratch.AsSpan(laidOut));
                }

                // Small planes are completed together.
                int computed = (group + 1) * planes;
                if (computed - finished >= LeastFinished || group + 1 == to)
                {
                    self._context.Finish(self._output.AsSpan<float>()[finished..computed], finished);
                    finished = computed;
                }
            }

            ArrayPool<float>.Shared.Return(scratch);
        });
    }

    /// <summary>Computes the output from packed weights.</summary>
    [MethodImpl(MethodImplOptions.NoInlining | MethodImplOptions.AggressiveOptimization)]
    internal void Run(ConvWeights weights)
    {
        // One image after the other.
        ConvPlan plan = _plan;
        int planes = plan.Groups * plan.Channels;
        int image = planes * plan.Area;
        float[]? laidOut = plan.Layout.IsInput ? null : ArrayPool<float>.Shared.Rent(checked((planes * plan.PlaneLength) + WindowLayout.Slack));
        for (int i = 0; i < plan.Batch; i++)
        {
            ReadOnlyMemory<byte> elements = _input.Bytes.Slice(i * image * sizeof(float), image * sizeof(float));
            if (laidOut is not null)
            {
                LayOut(elements, laidOut, planes);
            }

            if (weights.Form == ConvForm.PlacesAreColumns)
            {
                RunColumns(i, elements, laidOut, weights);
            }
            else
            {
                RunRows(i, elements, laidOut, weights);
            }
        }

        if (laidOut is not null)
        {
            ArrayPool<float>.Shared.Return(laidOut);
        }
    }

    private static ReadOnlySpan<float> Floats(ReadOnlyMemory<byte> bytes) => MemoryMarshal.Cast<byte, float>(bytes.Span);

    private void RunPlane(int group, int row, ReadOnlySpan<float> source, Span<float> beside)
    {
        int channel = (group % _plan.Groups * _plan.Rows) + row;
        int start = ((group * _plan.Rows) + row) * _plan.Places;
        ReadOnlySpan<float> weights = _weights.AsSpan<float>().Slice(channel * _plan.Depth, _plan.Depth);
        ReadOnlySpan<float> bias = _bias is null ? default : _bias.AsSpan<float>().Slice(channel, 1);
        Span<float> plane = _output.AsSpan<float>().Slice(start, _plan.Places);
        if (_plan.Halves)
        {
            HalvingContraction.Run(source, (int)_plan.Window.Inputs[0], (int)_plan.Window.Inputs[1], weights, bias, plane);
            return;
        }

        if (_plan.IsNarrow)
        {
            NarrowContraction.Run(source, (int)_plan.Window.Inputs[1], weights, bias, plane);
            return;
        }

        if (_plan.IsInStrips)
        {
            StripContraction.Run(source, (int)_plan.Window.Inputs[1], weights, bias, plane);
            return;
        }

        int[] taps = _plan.BorderTaps ?? _plan.Taps;
        int largest = _plan.BorderTaps is not null ? taps[^1] : ((_plan.Channels - 1) * _plan.PlaneLength) + _plan.Layout.LargestTap;
        switch (Contraction.Width)
        {
            case 512:
                RunPlane(new WindowContraction<Width512, Vector512<float>>(taps, largest, weights, bias), source, weights, bias, beside, plane);
                break;
            case 256:
                RunPlane(new WindowContraction<Width256, Vector256<float>>(taps, largest, weights, bias), source, weights, bias, beside, plane);
                break;
            case 128:
                RunPlane(new WindowContraction<Width128, Vector128<float>>(taps, largest, weights, bias), source, weights, bias, beside, plane);
                break;
            default:
                RunPlane(new WindowContraction<WidthScalar, float>(taps, largest, weights, bias), source, weights, bias, beside, plane);
                break;
        }

    }

    private void RunPlane<TKernel>(in TKernel kernel, ReadOnlySpan<float> source, ReadOnlySpan<float> weights, ReadOnlySpan<float> bias, Span<float> beside, Span<float> plane)
        where TKernel : struct, IWindowKernel, allows ref struct
    {
        if (_plan.BorderTaps is not null)
        {
            BorderedContraction.Run(kernel, source[..plane.Length], (int)_plan.Window.Inputs[1], weights, bias, beside, plane);
        }
        else
        {
            WindowPlanes.Run(kernel, _plan.Layout, source, beside, plane);
        }
    }

    private void LayOut(ReadOnlyMemory<byte> image, float[] target, int planes)
    {
        ConvPlan plan = _plan;
        _context.For(planes, plan.PlaneLength, (from, to) =>
        {
            // A plane's slack is the next one's start, which another thread may have written: the last plane goes through memory of its own.
            float[]? last = to < planes ? ArrayPool<float>.Shared.Rent(plan.PlaneLength + WindowLayout.Slack) : null;
            for (int plane = from; plane < to; plane++)
            {
                bool isBeside = last is not null && plane >= to - plan.PlanesOfSlack;
                Span<float> lines = target.AsSpan(plane * plan.PlaneLength);
                plan.Layout.Copy(Floats(image)[(plane * plan.Area)..], isBeside ? last : lines, 0f);
                if (isBeside)
                {
                    last.AsSpan(0, plan.PlaneLength).CopyTo(lines);
                }
            }

            if (last is not null)
            {
                ArrayPool<float>.Shared.Return(last);
            }
        });
    }

    private void RunColumns(int image, ReadOnlyMemory<byte> elements, float[]? laidOut, ConvWeights weights)
    {
        Convolution self = this;
        ConvPlan plan = _plan;
        int parts = plan.PartsOfRows(_context.Threads);
        int strips = plan.Strips(parts > 1 ? 1 : _context.Threads);
        _context.For(checked(plan.Groups * parts * strips), (long)plan.Rows * plan.Depth * (plan.Places / strips) / 8 / parts, (from, to) =>
        {
            ReadOnlySpan<float> source = laidOut is null ? Floats(elements) : laidOut;
            float[] packed = ArrayPool<float>.Shared.Rent(
                PlacePacking.PanelLength(Math.Min(plan.Depth, Contraction.BlockLength), Contraction.PanelWidth) * ((plan.Places / strips / Contraction.PanelWidth) + 2));
            for (int item = from; item < to; item++)
            {
                int group = item / strips / parts;
                self.RunStrip(image, group, (item % strips, strips), (item / strips % parts, parts), source[(group * plan.Channels * plan.PlaneLength)..], packed, weights.Rows[group]);
            }

            ArrayPool<float>.Shared.Return(packed);
        });
    }

    // A strip of places and a part of the output channels.
    [MethodImpl(MethodImplOptions.NoInlining | MethodImplOptions.AggressiveOptimization)]
    private void RunStrip(
        int image, int group, (int Index, int Count) strip, (int Index, int Count) part, ReadOnlySpan<float> source, Span<float> packed, PackedRows weights)
    {
        ConvPlan plan = _plan;
        int width = Contraction.PanelWidth;
        int first = plan.StartOfStrip(strip.Index, strip.Count);
        int count = plan.StartOfStrip(strip.Index + 1, strip.Count) - first;
        int begin = (((image * plan.Groups) + group) * plan.Rows * plan.Places) + first;
        int full = count / width;
        int rest = count - (full * width);
        int narrow = Contraction.WidthFor(rest);
        int inPlace = plan.PlacesReadInPlace(count);
        Span<float> output = _output.AsSpan<float>();
        for (int start = 0; start < plan.Depth; start += Contraction.BlockLength)
        {
            int length = Math.Min(Contraction.BlockLength, plan.Depth - start);
            int panel = PlacePacking.PanelLength(length, width);
            ReadOnlySpan<float> right = packed;
            ReadOnlySpan<float> last;
            (int lineStep, int lastStep, int panelStep) = (width, narrow, panel);
            if (inPlace > 0)
            {
                right = source[((start * plan.Area) + first)..];
                (lineStep, panelStep) = (plan.Area, width);
            }

            if (inPlace == count)
            {
                last = right[(full * width)..];
                lastStep = plan.Area;
            }
            else
            {
                PlacePacking.Pack(source, plan.Layout, plan.Taps.AsSpan(start, length), first + inPlace, count - inPlace, width, narrow, packed);
                last = packed[((count - inPlace) / width * panel)..];
            }

            int end = (int)((long)weights.TileCount * (part.Index + 1) / part.Count);
            for (int tile = (int)((long)weights.TileCount * part.Index / part.Count); tile < end; tile++)
            {
                int rows = weights.RowsOf(tile);
                int target = begin + (tile * Contraction.TileRows * plan.Places);
                ReadOnlySpan<float> left = weights.Tile(tile).Slice(start * rows, length * rows);
                var block = new ContractionBlock(rows, length, 1, rows, lineStep, plan.Places, start > 0) { PanelStep = panelStep };
                ReadOnlySpan<float> bias = start > 0 || _bias is null ? default : _bias.AsSpan<float>().Slice((group * plan.Rows) + (tile * Contraction.TileRows), rows);
                if (full > 0)
                {
                    Contraction.MultiplyBlock(block with { Panels = full }, left, right, output[target..], width, bias);
                }

                if (rest > 0)
                {
                    Contraction.MultiplyNarrow(
                        block with { Panels = 1, PanelStep = 0, LineStep = lastStep }, left, last, output[(target + (full * width))..], narrow, rest, bias);
                }

                if (start + length == plan.Depth)
                {
                    Finish(output, target, rows, count);
                }
            }
        }
    }

    // Completes a run of each of some neighbouring planes.
    [MethodImpl(MethodImplOptions.NoInlining | MethodImplOptions.AggressiveOptimization)]
    private void Finish(Span<float> output, int start, int planes, int count)
    {
        if (count == _plan.Places)
        {
            _context.Finish(output.Slice(start, planes * count), start);
            return;
        }

        for (int plane = 0; plane < planes; plane++, start += _plan.Places)
        {
            _context.Finish(output.Slice(start, count), start);
        }
    }
}
