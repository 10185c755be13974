using System.Buffers;
using Verifiable.Inference.Onnx.Arithmetic;
using Verifiable.Inference.Tensors;

namespace Verifiable.Inference.Onnx.Operators;

/// <summary>
/// Conv of binary32 over any number of spatial axes: a contraction whose products run over the input channels of the group and the taps, row-major; a tap on
/// padding contributes a product with +0 and counts in the blocks of 256.
/// </summary>
internal sealed class ConvOperator : BoundOperator
{
    private readonly WindowGeometry _window;
    private readonly int _groups;

    private ConvOperator(NodeBinder binder)
    {
        binder.Arity(2, 3);
        _window = new WindowGeometry(binder, false, true);
        long groups = binder.Int("group", 1);
        if (groups is < 1 or > int.MaxValue)
        {
            binder.Refuse(Format.ModelRefusalReason.BadAttribute, $"Expected a group of 1 or more, got {groups}.");
        }

        _groups = (int)Math.Clamp(groups, 1, int.MaxValue);
    }

    internal static OperatorDefinition Definition { get; } = new("Conv", 1, binder => new ConvOperator(binder));

    public override ulong Element(OperatorContext context, OperatorInputs inputs, int output, long index)
    {
        TensorShape input = inputs.ShapeOf(0);
        TensorShape weights = inputs.ShapeOf(1);
        _ = _window.Place(input, weights.Lengths.AsSpan()[2..], out WindowPlan plan);
        long place = index % plan.Places;
        long channel = index / plan.Places % weights[0];
        long batch = index / plan.Places / weights[0];
        long channels = weights[1];
        long firstPlane = (batch * input[1]) + (channel / (weights[0] / _groups) * channels);
        ContractionSum sum = inputs.Has(2) ? new ContractionSum(inputs.ReadSingle(2, channel)) : default;
        for (long k = 0; k < channels * plan.Taps; k++)
        {
            long offset = plan.Locate(place, k % plan.Taps);
            float x = offset < 0 ? 0f : inputs.ReadSingle(0, ((firstPlane + (k / plan.Taps)) * plan.Area) + offset);
            sum.Add(x, inputs.ReadSingle(1, (channel * channels * plan.Taps) + k));
        }

        return ElementBits.Of(sum.Result);
    }

    private protected override string? Infer(OperatorInputs inputs, Span<TensorSignature> outputs)
    {
        TensorShape input = inputs.ShapeOf(0);
        TensorShape weights = inputs.ShapeOf(1);
        string? fault = Faults.RequireType(inputs, 0, ElementType.Float32) ?? Faults.RequireSameType(inputs, 1, 0);
        if (fault is not null || input.Rank < 3 || weights.Rank != input.Rank)
        {
            return fault ?? $"Expected an input of batch, channels and spatial axes and weights of as many axes, got {input} and {weights}.";
        }

        if (weights[1] > int.MaxValue || input[1] != weights[1] * _groups || weights[0] % _groups != 0)
        {
            return $"Expected weights [M, C ÷ {_groups}, …] for {_groups} groups and an input of C channels, got {weights} and {input}.";
        }

        if (weights.Lengths.AsSpan()[2..].Contains(0) || (!_window.Kernel.IsDefault && !_window.Kernel.AsSpan().SequenceEqual(weights.Lengths.AsSpan()[2..])))
        {
            return $"Expected weights of the window that kernel_shape states, got {weights}.";
        }

        if (inputs.Has(2) && (inputs.ShapeOf(2) != new TensorShape(weights[0]) || inputs.TypeOf(2) != ElementType.Float32))
        {
            return $"Expected a bias of shape [{weights[0]}], got {inputs.SignatureOf(2)}.";
        }

        fault = _window.Place(input, weights.Lengths.AsSpan()[2..], out WindowPlan plan);
        TensorShape shape = default;
        fault ??= plan.Shape(input[0], weights[0], out shape);
        outputs[0] = new TensorSignature(ElementType.Float32, shape);
        return fault;
    }

    private protected override Int128 ScratchBytes(ReadOnlySpan<TensorValue?> inputs, ReadOnlySpan<TensorBuffer?> outputs, int threads)
    {
        TensorShape weights = inputs[1]!.Shape;
        if (outputs[0] is not TensorBuffer output || output.Length == 0 || weights.ElementCount == 0)
        {
            return 0;
        }

        TensorShape input = inputs[0]!.Shape;
        _ = _window.Place(input, weights.Lengths.AsSpan()[2..], out WindowPlan plan);
        return ConvLowering.ScratchBytes(plan, input[0] * input[1], weights[1], weights[0] / _groups, threads);
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
        if (weights.Length == 0)
        {
            // No channels: no products.
            FillBias(bias, (int)weights.Shape[0], output);
            return;
        }

        _ = _window.Place(input.Shape, weights.Shape.Lengths.AsSpan()[2..], out WindowPlan plan);
        var lowering = new ConvLowering(context, plan, (int)input.Shape[0], (int)weights.Shape[1], _groups);
        int rows = (int)weights.Shape[0] / _groups;
        int places = lowering.Places;
        int depth = lowering.Depth;
        int width = Contraction.PanelWidth;
        int panels = (places + width - 1) / width;
        float[]? padded = lowering.RentPadded(context, input);
        context.For((int)input.Shape[0] * _groups * panels, (long)rows * depth * width / 8, (from, to) =>
        {
            ReadOnlySpan<float> source = padded is null ? input.AsSpan<float>() : padded;
            float[] panel = ArrayPool<float>.Shared.Rent(Math.Max(1, depth * width));
            float[] narrow = places % width == 0 ? [] : new float[rows * width];
            for (int item = from; item < to; item++)
            {
                int group = item / panels;
                int first = item % panels * width;
                int columns = Math.Min(width, places - first);
                lowering.Pack(source, group, first, columns, panel);
                ReadOnlySpan<float> left = weights.AsSpan<float>().Slice(group % _groups * rows * depth, rows * depth);
                Span<float> target = output.AsSpan<float>().Slice(group * rows * places, rows * places)[first..];
                ReadOnlySpan<float> shifts = bias is null ? default : bias.AsSpan<float>().Slice(group % _groups * rows, rows);

                // The last panel is wider than what is left: it is computed beside the output and copied.
                Span<float> result = columns == width ? target : narrow;
                int stride = columns == width ? places : width;
                for (int row = 0; row < shifts.Length; row++)
                {
                    result.Slice(row * stride, width).Fill(shifts[row]);
                }

                Contraction.MultiplyPanel(left, rows, depth, panel.AsSpan(0, depth * width), result, stride, bias is not null, width);
                for (int row = 0; columns < width && row < rows; row++)
                {
                    result.Slice(row * stride, columns).CopyTo(target[(row * places)..]);
                }
            }

            ArrayPool<float>.Shared.Return(panel);
        });
        if (padded is not null)
        {
            ArrayPool<float>.Shared.Return(padded);
        }
    }
    private static void FillBias(TensorValue? bias, int channels, TensorBuffer output)
    {
        Span<float> y = output.AsSpan<float>();
        int places = y.Length / (int)output.Signature.Shape[0] / channels;
        for (int plane = 0; plane < y.Length / places; plane++)
        {
            y.Slice(plane * places, places).Fill(bias is null ? 0f : bias.AsSpan<float>()[plane % channels]);
        }
    }
}
