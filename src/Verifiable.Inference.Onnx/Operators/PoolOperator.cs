using System.Buffers;
using System.Collections.Immutable;
using Verifiable.Inference.Onnx.Arithmetic;
using Verifiable.Inference.Tensors;

namespace Verifiable.Inference.Onnx.Operators;

/// <summary>
/// MaxPool and AveragePool of binary32. The largest element by <see cref="CanonicalMath.Max"/>, padding left out; the average adds the window's elements in
/// index order, starting from the first, and divides by their number, or with <c>count_include_pad</c> by the number of taps within the padded input.
/// </summary>
internal sealed class PoolOperator : BoundOperator
{
    private readonly WindowGeometry _window;
    private readonly bool _averages;
    private readonly bool _countsPadding;

    private PoolOperator(NodeBinder binder, bool averages)
    {
        binder.Arity(1, 1);
        _averages = averages;
        _window = new WindowGeometry(binder, true, averages ? binder.Opset >= 19 : binder.Opset >= 10);
        _countsPadding = averages && binder.Opset >= 7 && binder.Flag("count_include_pad");
        if (!averages && binder.Opset >= 8)
        {
            // The order of the indices output, which is refused.
            binder.Ignore("storage_order");
        }
    }

    internal static ImmutableArray<OperatorDefinition> Definitions { get; } =
    [
        new("AveragePool", 1, binder => new PoolOperator(binder, true)),
        new("MaxPool", 1, binder => new PoolOperator(binder, false)),
    ];

    public override ulong Element(OperatorContext context, OperatorInputs inputs, int output, long index)
    {
        _ = _window.Place(inputs.ShapeOf(0), _window.Kernel.AsSpan(), out WindowPlan plan);
        long start = index / plan.Places * plan.Area;
        float result = _averages ? -0f : float.NegativeInfinity;
        long count = 0;
        for (long tap = 0; tap < plan.Taps; tap++)
        {
            long offset = plan.Locate(index % plan.Places, tap, out bool isWithin);
            if (offset >= 0)
            {
                float value = inputs.ReadSingle(0, start + offset);
                result = _averages ? result + value : CanonicalMath.Max(result, value);
            }

            count += offset >= 0 || (_countsPadding && isWithin) ? 1 : 0;
        }

        return ElementBits.Of(_averages ? result / count : result);
    }

    private protected override string? Infer(OperatorInputs inputs, Span<TensorSignature> outputs)
    {
        TensorShape input = inputs.ShapeOf(0);
        TensorShape shape = default;
        string? fault = Faults.RequireType(inputs, 0, ElementType.Float32)
            ?? _window.Place(input, _window.Kernel.AsSpan(), out WindowPlan plan)
            ?? plan.Shape(input[0], input[1], out shape);
        outputs[0] = new TensorSignature(ElementType.Float32, shape);
        return fault;
    }

    private protected override Int128 ScratchBytes(ReadOnlySpan<TensorValue?> inputs, ReadOnlySpan<TensorBuffer?> outputs, int threads)
    {
        if (outputs[0] is not TensorBuffer output || output.Length == 0)
        {
            return 0;
        }

        _ = _window.Place(inputs[0]!.Shape, _window.Kernel.AsSpan(), out WindowPlan plan);
        return (Int128)Math.Min(plan.Taps, plan.Area) * sizeof(int) * Math.Min(threads, plan.Places);
    }

    private protected override void ComputeCore(OperatorContext context, ReadOnlySpan<TensorValue?> inputs, ReadOnlySpan<TensorBuffer?> outputs)
    {
        if (outputs[0] is not TensorBuffer output || output.Length == 0)
        {
            return;
        }

        TensorValue input = inputs[0]!;
        _ = _window.Place(input.Shape, _window.Kernel.AsSpan(), out WindowPlan plan);
        (int places, int area) = ((int)plan.Places, (int)plan.Area);
        int planes = output.Length / places;
        int room = (int)Math.Min(plan.Taps, area);

        // What lies under the window once for all channels, a place at a time.
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
                    y[(plane * places) + place] = _averages ? Sum(elements, offsets.AsSpan(0, count)) / divisor : Max(elements, offsets.AsSpan(0, count));
                }
            }

            ArrayPool<int>.Shared.Return(offsets);
        });
    }

    private static float Sum(ReadOnlySpan<float> x, ReadOnlySpan<int> window)
    {
        float sum = -0f;
        foreach (int offset in window)
        {
            sum += x[offset];
        }

        return sum;
    }

    private static float Max(ReadOnlySpan<float> x, ReadOnlySpan<int> window)
    {
        float largest = float.NegativeInfinity;
        foreach (int offset in window)
        {
            largest = CanonicalMath.Max(largest, x[offset]);
        }

        return largest;
    }
}
