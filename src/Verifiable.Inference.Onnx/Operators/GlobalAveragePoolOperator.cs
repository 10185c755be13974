using Verifiable.Inference.Onnx.Arithmetic;
using Verifiable.Inference.Tensors;

namespace Verifiable.Inference.Onnx.Operators;

/// <summary>GlobalAveragePool: the mean over all spatial axes, summed as a reduction (64 lanes and a tree).</summary>
internal sealed class GlobalAveragePoolOperator : BoundOperator
{
    private GlobalAveragePoolOperator(NodeBinder binder) => binder.Arity(1, 1);

    internal static OperatorDefinition Definition { get; } = new("GlobalAveragePool", 1, binder => new GlobalAveragePoolOperator(binder));

    public override ulong Element(OperatorContext context, OperatorInputs inputs, int output, long index)
    {
        TensorShape shape = inputs.ShapeOf(0);
        float[] values = new float[Walk.Product(shape, 2, shape.Rank)];
        for (int i = 0; i < values.Length; i++)
        {
            values[i] = inputs.ReadSingle(0, (index * values.Length) + i);
        }

        return ElementBits.Of(ReduceOperator.PlainSum(values) / values.Length);
    }

    private protected override string? Infer(OperatorInputs inputs, Span<TensorSignature> outputs)
    {
        TensorShape input = inputs.ShapeOf(0);
        if (input.Rank < 3)
        {
            return $"Expected an input of batch, channels and at least one spatial axis, got {input}.";
        }

        string? fault = Faults.Shape([.. input.Lengths.Select((length, axis) => axis < 2 ? length : 1)], out TensorShape shape);
        outputs[0] = new TensorSignature(ElementType.Float32, shape);
        return fault ?? Faults.RequireType(inputs, 0, ElementType.Float32);
    }

    private protected override void ComputeCore(OperatorContext context, ReadOnlySpan<TensorValue?> inputs, ReadOnlySpan<TensorBuffer?> outputs)
    {
        if (outputs[0] is not TensorBuffer output || output.Length == 0)
        {
            return;
        }

        TensorValue input = inputs[0]!;
        int area = Walk.Product(input.Shape, 2, input.Shape.Rank);
        context.For(output.Length, area, (from, to) =>
        {
            for (int plane = from; plane < to; plane++)
            {
                output.AsSpan<float>()[plane] = Reduction.Sum(input.AsSpan<float>().Slice(plane * area, area)) / area;
            }
        });
    }
}
