using Verifiable.Inference.Onnx.Arithmetic;
using Verifiable.Inference.Onnx.Format;
using Verifiable.Inference.Tensors;

namespace Verifiable.Inference.Onnx.Operators;

/// <summary>BatchNormalization in inference: s = scale ÷ √(variance + ε), then (x − mean)·s + bias, every step rounded. Training is refused.</summary>
internal sealed class BatchNormalizationOperator : BoundOperator
{
    private readonly float _epsilon;

    private BatchNormalizationOperator(NodeBinder binder)
    {
        binder.Arity(5, 5);
        _epsilon = binder.Float("epsilon", 1e-5f);
        binder.Ignore("momentum");
        if (binder.Opset >= 14 && binder.Flag("training_mode"))
        {
            binder.Refuse(ModelRefusalReason.UnsupportedAttribute, "Expected inference, got training_mode = 1.");
        }

        if (binder.Opset < 9 && !binder.Flag("spatial", true))
        {
            binder.Refuse(ModelRefusalReason.UnsupportedAttribute, "Expected statistics a channel, got spatial = 0.");
        }
    }

    internal static OperatorDefinition Definition { get; } = new("BatchNormalization", 7, binder => new BatchNormalizationOperator(binder));

    public override ulong Element(OperatorContext context, OperatorInputs inputs, int output, long index)
    {
        TensorShape shape = inputs.ShapeOf(0);
        long channel = index / Walk.Product(shape, 2, shape.Rank) % Channels(shape);
        float factor = inputs.ReadSingle(1, channel) / MathF.Sqrt(inputs.ReadSingle(4, channel) + _epsilon);
        float centered = inputs.ReadSingle(0, index) - inputs.ReadSingle(3, channel);
        float scaled = centered * factor;
        return ElementBits.Of(scaled + inputs.ReadSingle(2, channel));
    }

    private protected override string? Infer(OperatorInputs inputs, Span<TensorSignature> outputs)
    {
        TensorShape shape = inputs.ShapeOf(0);
        outputs[0] = new TensorSignature(ElementType.Float32, shape);
        for (int input = 0; input < 5; input++)
        {
            if (Faults.RequireType(inputs, input, ElementType.Float32) is string fault)
            {
                return fault;
            }

            if (input > 0 && inputs.ShapeOf(input) != new TensorShape(Channels(shape)))
            {
                return $"Expected input {input} of shape [{Channels(shape)}] beside {shape}, got {inputs.ShapeOf(input)}.";
            }
        }

        return shape.Rank == 0 ? "Expected a batch axis, got a scalar." : null;
    }

    private protected override void ComputeCore(OperatorContext context, ReadOnlySpan<TensorValue?> inputs, ReadOnlySpan<TensorBuffer?> outputs)
    {
        if (outputs[0] is not TensorBuffer output || output.Length == 0)
        {
            return;
        }

        (TensorValue input, TensorValue scale, TensorValue bias, TensorValue mean, TensorValue variance) = (inputs[0]!, inputs[1]!, inputs[2]!, inputs[3]!, inputs[4]!);
        int channels = (int)Channels(input.Shape);
        int area = Walk.Product(input.Shape, 2, input.Shape.Rank);
        context.For(output.Length / area, area, (from, to) =>
        {
            ReadOnlySpan<float> x = input.AsSpan<float>();
            Span<float> y = output.AsSpan<float>();
            for (int item = from; item < to; item++)
            {
                int channel = item % channels;
                float factor = scale.AsSpan<float>()[channel] / MathF.Sqrt(variance.AsSpan<float>()[channel] + _epsilon);
                float center = mean.AsSpan<float>()[channel];
                float shift = bias.AsSpan<float>()[channel];
                for (int i = item * area; i < (item + 1) * area; i++)
                {
                    float scaled = (x[i] - center) * factor;
                    y[i] = scaled + shift;
                }
            }
        });
    }

    private static long Channels(TensorShape shape) => shape.Rank < 2 ? 1 : shape[1];
}
