using System.Buffers;
using System.Collections.Immutable;
using System.Numerics;
using System.Runtime.CompilerServices;
using Verifiable.Inference.Onnx.Arithmetic;
using Verifiable.Inference.Tensors;

namespace Verifiable.Inference.Onnx.Operators;

/// <summary>
/// AveragePool and MaxPool without indices. The largest element by <see cref="CanonicalMath.Max"/>, padding left out; the average adds the window's elements in
/// index order, starting from the first, and divides by their number, or with <c>count_include_pad</c> by the number of taps within the padded input.
/// </summary>
/// <remarks>AveragePool takes dilations since operator set 19, MaxPool since 10; both round up since 10. MaxPool takes 8-bit integers since 12.</remarks>
internal sealed class PoolOperator : BoundOperator
{
    private readonly WindowGeometry _window;
    private readonly bool _averages;
    private readonly bool _countsPadding;
    private readonly bool _takesBytes;
    private readonly TableCell<PoolPlan> _plans;

    private PoolOperator(NodeBinder binder, bool averages)
    {
        binder.Arity(1, 1);
        _plans = binder.Tables<PoolPlan>();
        _averages = averages;
        _window = new WindowGeometry(binder, true, averages ? binder.Opset >= 19 : binder.Opset >= 10);
        _countsPadding = averages && binder.Opset >= 7 && binder.Flag("count_include_pad");
        _takesBytes = !averages && binder.Opset >= 12;
        if (!averages && binder.Opset >= 8)
        {
            // The order of the indices, which nobody wants.
            binder.Ignore("storage_order");
        }
    }

    internal static ImmutableArray<OperatorDefinition> Definitions { get; } =
    [
        new("AveragePool", 1, binder => new PoolOperator(binder, true), floats: FloatInputs.Of(0), reachesBack: true),
        new("MaxPool", 1, binder => binder.Node.HasOutput(1) ? new MaxPoolWithIndicesOperator(binder) : new PoolOperator(binder, false), floats: FloatInputs.Of(0), reachesBack: true),
    ];

    internal override bool FinishesOutput => true;

    private protected override bool OnlyMoves => !_averages;

    public override ulong Element(OperatorContext context, OperatorInputs inputs, int output, long index)
    {
        _ = _window.Place(inputs.ShapeOf(0), _window.Kernel.AsSpan(), out WindowPlan plan);
        int[] offsets = inputs.MakeRoom<int>(Math.Min(plan.Taps, plan.Area));
        int count = plan.List(index % plan.Places, offsets, out long within);
        long start = index / plan.Places * plan.Area;
        if (_averages)
        {
            long divisor = _countsPadding ? within : count;
            return inputs.TypeOf(0) == ElementType.Float32
                ? ElementBits.Of(Sum<float>(inputs, start, offsets.AsSpan(0, count)) / divisor)
                : ElementBits.Of(Sum<double>(inputs, start, offsets.AsSpan(0, count)) / divisor);
        }

        ElementType type = inputs.TypeOf(0);
        ulong largest = MaxPoolWithIndicesOperator.Least(type);
        for (int i = 0; i < count; i++)
        {
            ulong value = inputs.ReadBits(0, start + offsets[i]);
            largest = MaxPoolWithIndicesOperator.IsGreater(value, largest, type) ? value : largest;
        }

        return largest;
    }

    private protected override string? Infer(OperatorInputs inputs, Span<TensorSignature> outputs)
    {
        TensorShape input = inputs.ShapeOf(0);
        TensorShape shape = default;
        string? fault = MaxPoolWithIndicesOperator.RequireType(inputs, _takesBytes)
            ?? _window.Place(input, _window.Kernel.AsSpan(), out WindowPlan plan)
            ?? plan.Shape(input[0], input[1], out shape);
        outputs[0] = new TensorSignature(inputs.TypeOf(0), shape);
        return fault;
    }

    private protected override Int128 ScratchBytes(ReadOnlySpan<TensorValue?> inputs, ReadOnlySpan<TensorBuffer?> outputs, int threads)
    {
        if (outputs[0] is not TensorBuffer output || output.Length == 0)
        {
            return 0;
        }

        WindowPlan plan = PlanFor(inputs[0]!.Shape).Window;
        return CanLayOut(plan)
            ? WindowLayout.CountBytes(plan) + (sizeof(float) * (plan.Places + (threads * ((2 * WindowLayout.CountElements(plan)) + plan.Area + (2 * WindowLayout.Slack)))))
            : (Int128)Math.Min(plan.Taps, plan.Area) * sizeof(int) * Math.Min(threads, plan.Places);
    }

    private protected override void ComputeCore(OperatorContext context, ReadOnlySpan<TensorValue?> inputs, ReadOnlySpan<TensorBuffer?> outputs)
    {
        if (outputs[0] is not TensorBuffer output || output.Length == 0)
        {
            return;
        }

        TensorValue input = inputs[0]!;
        PoolPlan pool = PlanFor(input.Shape);
        WindowPlan plan = pool.Window;
        if (input.Type == ElementType.Float64 || (input.Type != ElementType.Float32 && !CanLayOut(plan)))
        {
            base.ComputeCore(context, inputs, outputs);
        }
        else if (CanLayOut(plan))
        {
            if (pool.Tables is not { } tables)
            {
                tables = new PoolTables(new WindowLayout(plan), _averages ? Divisors(plan) : []);
                pool = new PoolPlan(input.Shape, plan, tables);
                _plans.Keep(pool, pool.Bytes);
            }

            RunPlanes(context, input, tables.Layout, tables.Divisors, output);
        }
        else
        {
            RunPlaces(context, input, plan, output);
        }
    }

    // The plan of the last shape is kept: most models run with one.
    private PoolPlan PlanFor(TensorShape input)
    {
        PoolPlan? plan = _plans.Value;
        if (plan is null || plan.Input != input)
        {
            _ = _window.Place(input, _window.Kernel.AsSpan(), out WindowPlan window);
            plan = new PoolPlan(input, window, null);
            _plans.Keep(plan, plan.Bytes);
        }

        return plan;
    }

    // Not where padding or a stride beyond the window would make the layout much larger than the input.
    private static bool CanLayOut(WindowPlan plan) => plan.Taps <= 4096 && WindowLayout.CountElements(plan) <= 65536 + (4 * (Int128)plan.Area);

    [MethodImpl(MethodImplOptions.NoInlining | MethodImplOptions.AggressiveOptimization)]
    private static T Sum<T>(OperatorInputs inputs, long start, ReadOnlySpan<int> window)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        T sum = T.NegativeZero;
        foreach (int offset in window)
        {
            sum += inputs.Read<T>(0, start + offset);
        }

        return sum;
    }

    [MethodImpl(MethodImplOptions.NoInlining | MethodImplOptions.AggressiveOptimization)]
    private float[] Divisors(WindowPlan plan)
    {
        float[] divisors = new float[plan.Places];
        for (int place = 0; place < divisors.Length; place++)
        {
            long rest = place;
            long count = 1;
            for (int axis = plan.Axes - 1; axis >= 0; axis--)
            {
                count *= plan.CountTaps(axis, rest % plan.Outputs[axis], _countsPadding);
                rest /= plan.Outputs[axis];
            }

            divisors[place] = count;
        }

        return divisors;
    }

    private void RunPlanes(OperatorContext context, TensorValue input, WindowLayout layout, float[] divisors, TensorBuffer output)
    {
        int places = layout.RowStarts.Length * layout.RowLength;
        int area = input.Length / (output.Length / places);
        int laidOut = layout.PlaneLength + WindowLayout.Slack;
        context.For(output.Length / places, (long)places * (layout.TapOffsets.Length + 4) / 8, (from, to) =>
        {
            float[] scratch = ArrayPool<float>.Shared.Rent(laidOut + WindowPlanes.ScratchLength(layout) + area + places);
            Span<float> beside = scratch.AsSpan(laidOut);
            Span<float> widened = beside[WindowPlanes.ScratchLength(layout)..];
            for (int plane = from; plane < to; plane++)
            {
                bool isFloat = input.Type == ElementType.Float32;
                ReadOnlySpan<float> elements = isFloat ? input.AsSpan<float>()[(plane * area)..] : Bytes.Widen(input, plane * area, widened[..area]);
                layout.Copy(elements, scratch, _averages ? -0f : isFloat ? float.NegativeInfinity : sbyte.MinValue);
                Span<float> result = isFloat ? output.AsSpan<float>().Slice(plane * places, places) : widened.Slice(area, places);
                if (_averages)
                {
                    WindowPlanes.Run(new WindowFolding<WindowSum>(layout.TapOffsets, layout.LargestTap), layout, scratch, beside, result);
                    Divide(result, divisors);
                }
                else
                {
                    OrderedFloats.Turn(scratch.AsSpan(0, layout.PlaneLength));
                    WindowPlanes.Run(new WindowFolding<WindowMax>(layout.TapOffsets, layout.LargestTap), layout, scratch, beside, result);
                    OrderedFloats.Turn(result);
                }

                if (isFloat)
                {
                    context.Finish(result, plane * places);
                }
                else
                {
                    Bytes.Narrow(result, output, plane * places);
                }
            }

            ArrayPool<float>.Shared.Return(scratch);
        });
    }

    [MethodImpl(MethodImplOptions.NoInlining | MethodImplOptions.AggressiveOptimization)]
    private static void Divide(Span<float> values, ReadOnlySpan<float> divisors)
    {
        int i = 0;
        for (; i <= values.Length - Vector<float>.Count; i += Vector<float>.Count)
        {
            (new Vector<float>(values[i..]) / new Vector<float>(divisors[i..])).CopyTo(values[i..]);
        }

        for (; i < values.Length; i++)
        {
            values[i] /= divisors[i];
        }
    }

    // What lies under the window once for all channels, a place at a time.
    private void RunPlaces(OperatorContext context, TensorValue input, WindowPlan plan, TensorBuffer output)
    {
        (int places, int area) = ((int)plan.Places, (int)plan.Area);
        int planes = output.Length / places;
        int room = (int)Math.Min(plan.Taps, area);
        context.For(places, ((long)planes + 4) * Math.Max(1, room), (from, to) =>
        {
            int[] offsets = ArrayPool<int>.Shared.Rent(room);
            ReadOnlySpan<float> x = input.AsSpan<float>();
            Span<float> y = output.AsSpan<float>();
            for (int place = from; place < to; place++)
            {
                int count = plan.List(place, offsets, out long within);
                float divisor = _countsPadding ? within : count;
                for (int plane = 0; plane < planes; plane++)
                {
                    ReadOnlySpan<float> elements = x.Slice(plane * area, area);
                    float result = _averages ? -0f : float.NegativeInfinity;
                    foreach (int offset in offsets.AsSpan(0, count))
                    {
                        result = _averages ? result + elements[offset] : CanonicalMath.Max(result, elements[offset]);
                    }

                    y[(plane * places) + place] = _averages ? result / divisor : result;
                }
            }

            ArrayPool<int>.Shared.Return(offsets);
        });
        for (int plane = 0; plane < planes; plane++)
        {
            context.Finish(output.AsSpan<float>().Slice(plane * places, places), plane * places);
        }
    }

    private sealed record PoolTables(WindowLayout Layout, float[] Divisors);

    // The tables come with the first run.
    private sealed record PoolPlan(TensorShape Input, WindowPlan Window, PoolTables? Tables)
    {
        // About what the rest takes.
        private const int OtherBytes = 1024;

        internal long Bytes => OtherBytes + (Tables is null ? 0 : Tables.Layout.TableBytes + (sizeof(float) * (long)Tables.Divisors.Length));
    }
}
