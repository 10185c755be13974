using Verifiable.Inference.Tensors;

namespace Verifiable.Inference.Onnx.Operators;

/// <summary>Expand: the input broadcast together with a shape; an axis of the shape may be 1 where the input's is longer.</summary>
internal sealed class ExpandOperator : BoundOperator
{
    internal ExpandOperator(NodeBinder binder) => binder.Arity(2, 2);

    private protected override bool OnlyMoves => true;

    public override ulong Element(OperatorContext context, OperatorInputs inputs, int output, long index)
    {
        _ = Plan(inputs, out TensorShape shape);
        return inputs.ReadBits(0, Broadcast.Map(index, shape, Broadcast.Strides(inputs.ShapeOf(0), shape)));
    }

    private protected override string? Infer(OperatorInputs inputs, Span<TensorSignature> outputs)
    {
        string? fault = Plan(inputs, out TensorShape shape);
        outputs[0] = new TensorSignature(inputs.TypeOf(0), shape);
        return fault;
    }

    private protected override void ComputeCore(OperatorContext context, ReadOnlySpan<TensorValue?> inputs, ReadOnlySpan<TensorBuffer?> outputs)
    {
        if (outputs[0] is TensorBuffer output && output.Length > 0)
        {
            StridedCopy.ToWhole(context, inputs[0]!.Bytes, 0, Broadcast.Strides(inputs[0]!.Shape, output.Signature.Shape), output);
        }
    }

    private static string? Plan(OperatorInputs inputs, out TensorShape shape)
    {
        shape = default;
        string? fault = ShapeInputs.ReadList(inputs, 1, out long[] lengths) ?? Faults.Shape(lengths, out shape);
        return fault ?? Broadcast.Combine(inputs.ShapeOf(0), shape, out shape);
    }
}
