using System.Numerics;
using System.Runtime.CompilerServices;
using Verifiable.Inference.Onnx.Arithmetic;
using Verifiable.Inference.Onnx.Format;
using Verifiable.Inference.Tensors;

namespace Verifiable.Inference.Onnx.Operators;

/// <summary>
/// Conv over any number of spatial axes: a contraction whose products run over the input channels of the group and the taps, row-major; a tap on
/// padding contributes a product with +0 and counts in the blocks of 256.
/// </summary>
internal sealed class ConvOperator : BoundOperator
{
    private readonly WindowGeometry _window;
    private readonly int _groups;
    private readonly ConvWeightsCell? _cell;
    private readonly TableCell<ConvPlan> _plans;

    private ConvOperator(NodeBinder binder)
    {
        binder.Arity(2, 3);
        _plans = binder.Tables<ConvPlan>();
        _window = new WindowGeometry(binder, false, true);
        long groups = binder.Int("group", 1);
        if (groups is < 1 or > int.MaxValue)
        {
            binder.Refuse(Format.ModelRefusalReason.BadAttribute, $"Expected a group of 1 or more, got {groups}.");
        }

        _groups = (int)Math.Clamp(groups, 1, int.MaxValue);
        _cell = binder.Constant(1) is TensorValue { Type: ElementType.Float32, Shape.Rank: >= 3, Length: > 0 } weights ? binder.Convolution(1, weights.Shape, _groups) : null;
    }

    internal static OperatorDefinition Definition { get; } = new("Conv", 1, binder => new ConvOperator(binder), floats: FloatInputs.Of(0, 1, 2), reachesBack: true);

    internal override bool FinishesOutput => true;

    public override ulong Element(OperatorContext context, OperatorInputs inputs, int output, long index) => inputs.TypeOf(0) == ElementType.Float32
        ? ElementBits.Of(Sum<float>(inputs, index))
        : ElementBits.Of(Sum<double>(inputs, index));

    private protected override string? Infer(OperatorInputs inputs, Span<TensorSignature> outputs)
    {
        TensorShape input = inputs.ShapeOf(0);
        TensorShape weights = inputs.ShapeOf(1);
        string? fault = Faults.RequireType(inputs, 0, TypeSets.Floats) ?? Faults.RequireSameType(inputs, 1, 0);
        if (fault is not null || input.Rank < 3 || weights.Rank != input.Rank)
        {
            return fault ?? $"Expected an input of batch, channels and spatial axes and weights of as many axes, got {input} and {weights}.";
        }

        if (weights[1] > int.MaxValue || input[1] != weights[1] * _groups || weights[0] % _groups != 0)
        {
            return $"Expected weights [M, C ÷ {_groups}, …] for {_groups} groups and an input of C channels, got {weights} and {input}.";
        }

        if (Walk.HasZero(weights, 2) || (!_window.Kernel.IsDefault && !_window.Kernel.AsSpan().SequenceEqual(weights.Lengths.AsSpan()[2..])))
        {
            return $"Expected weights of the window that kernel_shape states, got {weights}.";
        }

        if (inputs.Has(2) && (inputs.ShapeOf(2) != new TensorShape(weights[0]) || inputs.TypeOf(2) != inputs.TypeOf(0)))
        {
            return $"Expected a bias of shape [{weights[0]}], got {inputs.SignatureOf(2)}.";
        }

        fault = _window.Place(input, weights.Lengths.AsSpan()[2..], out WindowPlan plan);
        TensorShape shape = default;
        fault ??= plan.Shape(input[0], weights[0], out shape);
        outputs[0] = new TensorSignature(inputs.TypeOf(0), shape);
        return fault;
    }

    private protected override Int128 ScratchBytes(ReadOnlySpan<TensorValue?> inputs, ReadOnlySpan<TensorBuffer?> outputs, int threads)
    {
        TensorShape weights = inputs[1]!.Shape;
        if (outputs[0] is not TensorBuffer output || output.Length == 0 || weights.ElementCount == 0 || output.Signature.Type != ElementType.Float32)
        {
            return 0;
        }

        TensorShape input = inputs[0]!.Shape;
        WindowPlan plan;
        if (_plans.Value is ConvPlan last && last.Input == input && last.Weights == weights)
        {
            plan = last.Window;
        }
        else
        {
            _ = _window.Place(input, weights.Lengths.AsSpan()[2..], out plan);
        }

        ConvForm form = ConvPlan.ChooseForm(plan, weights[0] / _groups, weights[1] * (Int128)plan.Taps, _groups);
        form = form != ConvForm.Direct && _cell?.Weights is ConvWeights packed ? packed.Form : form;
        return ConvPlan.ScratchBytes(plan, input, weights, _groups, form, threads) + (_cell is not null ? 0 : ConvWeights.BytesOf(weights, _groups));
    }

    private protected override void ComputeCore(OperatorContext context, ReadOnlySpan<TensorValue?> inputs, ReadOnlySpan<TensorBuffer?> outputs)
    {
        if (outputs[0] is not TensorBuffer output || output.Length == 0)
        {
            return;
        }

        TensorValue input = inputs[0]!;
        TensorValue weights = inputs[1]!;
        TensorValue? bias = inputs.Length > 2 ? inputs[2] : null;
        if (output.Signature.Type != ElementType.Float32)
        {
            base.ComputeCore(context, inputs, outputs);
            return;
        }

        if (weights.Length == 0)
        {
            // No channels: no products.
            FillBias(context, bias, (int)weights.Shape[0], output);
            return;
        }

        ConvPlan plan = PlanFor(input.Shape, weights.Shape);
        var run = new Convolution(context, plan, input, weights, bias, output);
        if (plan.Form == ConvForm.Direct)
        {
            run.RunDirect();
            return;
        }

        run.Run(_cell?.Weights ?? Pack(context, weights, plan));
    }

    private ConvWeights Pack(OperatorContext context, TensorValue weights, ConvPlan plan)
    {
        if (_cell is null)
        {
            return ConvWeights.Pack(context, weights, plan, new PreparedMemory());
        }

        ConvWeights packed = _cell.Get(memory => ConvWeights.Pack(context, weights, plan, memory));
        MappedFile.LetGo(weights.Bytes);
        return packed;
    }

    [MethodImpl(MethodImplOptions.NoInlining | MethodImplOptions.AggressiveOptimization)]
    private T Sum<T>(OperatorInputs inputs, long index)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        TensorShape input = inputs.ShapeOf(0);
        TensorShape weights = inputs.ShapeOf(1);
        _ = _window.Place(input, weights.Lengths.AsSpan()[2..], out WindowPlan plan);
        long place = index % plan.Places;
        long channel = index / plan.Places % weights[0];
        long batch = index / plan.Places / weights[0];
        long channels = weights[1];
        long firstPlane = (batch * input[1]) + (channel / (weights[0] / _groups) * channels);
        NumberSum<T> sum = inputs.Has(2) ? new NumberSum<T>(inputs.Read<T>(2, channel)) : default;
        for (long k = 0; k < channels * plan.Taps; k++)
        {
            long offset = plan.Locate(place, k % plan.Taps);
            T x = offset < 0 ? T.Zero : inputs.Read<T>(0, ((firstPlane + (k / plan.Taps)) * plan.Area) + offset);
            sum.Add(x, inputs.Read<T>(1, (channel * channels * plan.Taps) + k));
        }

        return sum.Result;
    }

    [MethodImpl(MethodImplOptions.NoInlining | MethodImplOptions.AggressiveOptimization)]
    private static void FillBias(OperatorContext context, TensorValue? bias, int channels, TensorBuffer output)
    {
        Span<float> y = output.AsSpan<float>();
        int places = y.Length / (int)output.Signature.Shape[0] / channels;
        for (int plane = 0; plane < y.Length / places; plane++)
        {
            Span<float> values = y.Slice(plane * places, places);
            values.Fill(bias is null ? 0f : bias.AsSpan<float>()[plane % channels]);
            context.Finish(values, plane * places);
        }
    }

    // The plan of the last shape is kept: most models run with one.
    private ConvPlan PlanFor(TensorShape input, TensorShape weights)
    {
        ConvPlan? plan = _plans.Value;
        if (plan is null || plan.Input != input || plan.Weights != weights)
        {
            _ = _window.Place(input, weights.Lengths.AsSpan()[2..], out WindowPlan window);
            plan = new ConvPlan(window, input, weights, _groups);
            _plans.Keep(plan, plan.TableBytes);
        }

        return plan;
    }
}
