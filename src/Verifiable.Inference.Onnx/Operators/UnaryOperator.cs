using Verifiable.Inference.Onnx.Arithmetic;
using Verifiable.Inference.Tensors;

namespace Verifiable.Inference.Onnx.Operators;

/// <summary>Applies one function of a binary32 to every element.</summary>
internal sealed class UnaryOperator<TFunction> : BoundOperator
    where TFunction : struct, IUnaryFunction
{
    public override ulong Element(OperatorContext context, OperatorInputs inputs, int output, long index) =>
        ElementBits.Of(TFunction.Apply(inputs.ReadSingle(0, index)));

    private protected override string? Infer(OperatorInputs inputs, Span<TensorSignature> outputs)
    {
        outputs[0] = inputs.SignatureOf(0)!.Value;
        return Faults.RequireType(inputs, 0, ElementType.Float32);
    }

    private protected override void ComputeCore(OperatorContext context, ReadOnlySpan<TensorValue?> inputs, ReadOnlySpan<TensorBuffer?> outputs)
    {
        if (outputs[0] is not TensorBuffer output)
        {
            return;
        }

        TensorValue input = inputs[0]!;
        context.For(output.Length, TFunction.Work, (from, to) => TFunction.Apply(input.AsSpan<float>()[from..to], output.AsSpan<float>()[from..to]));
    }
}
