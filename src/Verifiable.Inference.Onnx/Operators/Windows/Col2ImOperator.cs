using System.Collections.Immutable;
using System.Numerics;
using Verifiable.Inference.Onnx.Arithmetic;
using Verifiable.Inference.Onnx.Format;
using Verifiable.Inference.Tensors;

namespace Verifiable.Inference.Onnx.Operators;

/// <summary>Col2Im: columns of window taps are added into images; each element is a sum from +0 over the taps that meet it, in row-major order of the taps.</summary>
internal sealed class Col2ImOperator : BoundOperator
{
    private readonly ImmutableArray<long> _strides;
    private readonly ImmutableArray<long> _dilations;
    private readonly ImmutableArray<long> _pads;

    private Col2ImOperator(NodeBinder binder)
    {
        binder.Arity(3, 3);
        _strides = binder.Ints("strides");
        _dilations = binder.Ints("dilations");
        _pads = binder.Ints("pads");
        if (Wrong(_strides, 1) || Wrong(_dilations, 1) || Wrong(_pads, 0))
        {
            binder.Refuse(ModelRefusalReason.BadAttribute, "Expected strides and dilations in [1, 2^31) and pads in [0, 2^31).");
        }
    }

    internal static OperatorDefinition Definition { get; } = new("Col2Im", 18, binder => new Col2ImOperator(binder), floats: FloatInputs.Of(0));

    public override ulong Element(OperatorContext context, OperatorInputs inputs, int output, long index) => inputs.TypeOf(0) == ElementType.Float64
        ? ElementBits.Of(Element<double>(inputs, index))
        : ElementBits.Of(Element<float>(inputs, index));

    private protected override string? Infer(OperatorInputs inputs, Span<TensorSignature> outputs)
    {
        TensorShape shape = default;
        string? fault = Faults.RequireType(inputs, 0, TypeSets.Floats) ?? Faults.RequireRank(inputs, 0, 3) ?? Plan(inputs, out WindowPlan plan) ?? Shape(inputs.ShapeOf(0), plan, out shape);
        outputs[0] = new TensorSignature(inputs.TypeOf(0), shape);
        return fault;
    }

    private protected override void ComputeCore(OperatorContext context, ReadOnlySpan<TensorValue?> inputs, ReadOnlySpan<TensorBuffer?> outputs)
    {
        if (outputs[0] is not TensorBuffer { Length: > 0 } output)
        {
            return;
        }

        _ = Plan(new TensorInputs(inputs.ToArray()), out WindowPlan plan);
        if (inputs[0]!.Type == ElementType.Float64)
        {
            Compute<double>(context, plan, inputs[0]!, output);
        }
        else
        {
            Compute<float>(context, plan, inputs[0]!, output);
        }
    }

    private static void Compute<T>(OperatorContext context, WindowPlan plan, TensorValue input, TensorBuffer output)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        (int taps, int places, int area) = ((int)plan.Taps, (int)plan.Places, (int)plan.Area);
        context.For(output.Length / area, area + (20L * taps * places), (from, to) =>
        {
            for (int plane = from; plane < to; plane++)
            {
                Span<T> image = output.AsSpan<T>().Slice(plane * area, area);
                ReadOnlySpan<T> columns = input.AsSpan<T>().Slice(plane * taps * places, taps * places);
                image.Clear();
                for (int i = 0; i < columns.Length; i++)
                {
                    int offset = (int)plan.Locate(i % places, i / places);
                    if (offset >= 0)
                    {
                        image[offset] += columns[i];
                    }
                }
            }
        });
    }

    private T Element<T>(OperatorInputs inputs, long index)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        _ = Plan(inputs, out WindowPlan plan);
        inputs.Spend(plan.Taps);
        T sum = T.Zero;
        for (long tap = 0; tap < plan.Taps; tap++)
        {
            if (plan.TryLocateTransposed(index % plan.Area, tap, out long place) && place >= 0)
            {
                sum += inputs.Read<T>(0, (((index / plan.Area * plan.Taps) + tap) * plan.Places) + place);
            }
        }

        return sum;
    }

    private static string? Shape(TensorShape input, WindowPlan plan, out TensorShape shape) => plan.Taps < 1 || input[1] % plan.Taps != 0 || input[2] != plan.Places
        ? Fault(input, plan, out shape)
        : Faults.Shape([input[0], input[1] / plan.Taps, .. plan.Inputs], out shape);

    private static string Fault(TensorShape input, WindowPlan plan, out TensorShape shape)
    {
        shape = default;
        return $"Expected columns [N, C·{plan.Taps}, {plan.Places}], got {input}.";
    }

    private string? Plan(OperatorInputs inputs, out WindowPlan plan)
    {
        plan = null!;
        long[] block = [];
        string? fault = ShapeInputs.ReadList(inputs, 1, out long[] image) ?? ShapeInputs.ReadList(inputs, 2, out block);
        int axes = image.Length;
        bool fits = axes > 0 && axes <= TensorShape.MaxRank - 2 && block.Length == axes && Count(_strides, axes) == axes && Count(_dilations, axes) == axes && Count(_pads, 2 * axes) == 2 * axes;
        if (fault is not null || !fits)
        {
            return fault ?? $"Expected lengths of a window, strides and dilations for {axes} axes, and twice as many pads.";
        }

        Int128 taps = 1;
        Int128 places = 1;
        Int128 area = 1;
        var placed = new WindowPlan(axes);
        for (int axis = 0; axis < axes; axis++)
        {
            long stride = _strides.IsDefaultOrEmpty ? 1 : _strides[axis];
            long dilation = _dilations.IsDefaultOrEmpty ? 1 : _dilations[axis];
            long before = _pads.IsDefaultOrEmpty ? 0 : _pads[axis];
            long after = _pads.IsDefaultOrEmpty ? 0 : _pads[axis + axes];
            Int128 room = (Int128)image[axis] + before + after - (((Int128)block[axis] - 1) * dilation) - 1;
            if (image[axis] < 1 || block[axis] < 1 || room < 0)
            {
                return $"Expected a window [{string.Join(", ", block)}] within an image [{string.Join(", ", image)}].";
            }

            long count = (long)(room / stride) + 1;
            (taps, places, area) = (taps * block[axis], places * count, area * image[axis]);
            if (Int128.Max(Int128.Max(taps, places), area) > int.MaxValue)
            {
                return $"Expected windows and images of fewer than 2^31 elements, got [{string.Join(", ", block)}] and [{string.Join(", ", image)}].";
            }

            placed.Set(axis, image[axis], block[axis], count, stride, dilation, before, after);
        }

        plan = placed;
        return null;
    }

    private static int Count(ImmutableArray<long> values, int missing) => values.IsDefaultOrEmpty ? missing : values.Length;

    private static bool Wrong(ImmutableArray<long> values, long least) => !values.IsDefault && values.Any(value => value < least || value > int.MaxValue);
}
