using Verifiable.Inference.Onnx.Arithmetic;
using Verifiable.Inference.Tensors;

namespace Verifiable.Inference.Onnx.Operators;

/// <summary>Applies one function of a float to every element.</summary>
internal sealed class FloatOperator<TFunction> : BoundOperator
    where TFunction : struct, IFloatFunction
{
    private readonly TFunction _function;

    internal FloatOperator(TFunction function)
    {
        _function = function;
    }

    internal override bool FinishesOutput => true;

    internal override bool CanFollow(int input) => true;

    internal override void Follow(ReadOnlySpan<TensorValue?> inputs, int input, TensorShape shape, Span<float> values, int start) => _function.Apply<float>(values, values);

    public override ulong Element(OperatorContext context, OperatorInputs inputs, int output, long index) => inputs.TypeOf(0) == ElementType.Float32
        ? ElementBits.Of(_function.Apply(inputs.ReadSingle(0, index)))
        : ElementBits.Of(_function.Apply(inputs.ReadDouble(0, index)));

    private protected override string? Infer(OperatorInputs inputs, Span<TensorSignature> outputs)
    {
        outputs[0] = inputs.SignatureOf(0)!.Value;
        return Faults.RequireType(inputs, 0, TypeSets.Floats);
    }

    private protected override void ComputeCore(OperatorContext context, ReadOnlySpan<TensorValue?> inputs, ReadOnlySpan<TensorBuffer?> outputs)
    {
        if (outputs[0] is not TensorBuffer output)
        {
            return;
        }

        TensorValue input = inputs[0]!;
        if (input.Type == ElementType.Float32)
        {
            ElementRuns.For<float>(context, output, _function.Work, (elements, start) => _function.Apply(ElementRuns.Of<float>(input).Slice(start, elements.Length), elements));
        }
        else
        {
            ElementRuns.For<double>(context, output, _function.Work, (elements, start) => _function.Apply(ElementRuns.Of<double>(input).Slice(start, elements.Length), elements));
        }
    }
}
