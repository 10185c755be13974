using Verifiable.Inference.Tensors;

namespace Verifiable.Inference.Onnx.Operators;

/// <summary>Gives the elements of the first input another shape.</summary>
internal abstract class ViewOperator : BoundOperator
{
    public sealed override bool IsView => true;

    public sealed override ulong Element(OperatorContext context, OperatorInputs inputs, int output, long index) => inputs.ReadBits(0, index);

    private protected sealed override string? Infer(OperatorInputs inputs, Span<TensorSignature> outputs)
    {
        string? fault = Reshape(inputs, out TensorShape shape);
        outputs[0] = new TensorSignature(inputs.TypeOf(0), shape);
        return fault;
    }

    private protected sealed override void ComputeCore(OperatorContext context, ReadOnlySpan<TensorValue?> inputs, ReadOnlySpan<TensorBuffer?> outputs)
    {
        if (outputs[0] is TensorBuffer output)
        {
            inputs[0]!.Bytes.Span.CopyTo(output.Bytes);
        }
    }

    /// <summary>Computes the new shape, which has as many elements as the old one.</summary>
    private protected abstract string? Reshape(OperatorInputs inputs, out TensorShape shape);
}
