using Verifiable.Inference.Onnx.Arithmetic;
using Verifiable.Inference.Tensors;

namespace Verifiable.Inference.Onnx.Operators;

/// <summary>Size: the number of elements.</summary>
internal sealed class SizeOperator : BoundOperator
{
    internal SizeOperator(NodeBinder binder) => binder.Arity(1, 1);

    internal override bool ReadsOnlyShapes => true;

    public override ulong Element(OperatorContext context, OperatorInputs inputs, int output, long index) => ElementBits.Of(inputs.ShapeOf(0).ElementCount, ElementType.Int64);

    private protected override string? Infer(OperatorInputs inputs, Span<TensorSignature> outputs)
    {
        outputs[0] = new TensorSignature(ElementType.Int64, default);
        return null;
    }

    private protected override void ComputeCore(OperatorContext context, ReadOnlySpan<TensorValue?> inputs, ReadOnlySpan<TensorBuffer?> outputs)
    {
        if (outputs[0] is TensorBuffer output)
        {
            output.AsSpan<long>()[0] = inputs[0]!.Shape.ElementCount;
        }
    }
}
