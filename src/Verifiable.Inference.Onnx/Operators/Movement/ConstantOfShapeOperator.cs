using Verifiable.Inference.Onnx.Arithmetic;
using Verifiable.Inference.Onnx.Format;
using Verifiable.Inference.Tensors;

namespace Verifiable.Inference.Onnx.Operators;

/// <summary>ConstantOfShape: one value everywhere; binary32 0 where none is given.</summary>
internal sealed class ConstantOfShapeOperator : BoundOperator
{
    private readonly TensorValue _value;

    internal ConstantOfShapeOperator(NodeBinder binder)
    {
        binder.Arity(1, 1);
        _value = binder.Tensor("value") ?? TensorValue.Create([0f], 1);
        if (_value.Length != 1)
        {
            binder.Refuse(ModelRefusalReason.BadAttribute, $"Expected one element as 'value', got {_value}.");
        }
    }

    private protected override bool OnlyMoves => true;

    public override ulong Element(OperatorContext context, OperatorInputs inputs, int output, long index) =>
        ElementBits.Read(_value.Bytes.Span, 0, ElementTypes.SizeOf(_value.Type));

    private protected override string? Infer(OperatorInputs inputs, Span<TensorSignature> outputs)
    {
        TensorShape shape = default;
        string? fault = ShapeInputs.ReadList(inputs, 0, out long[] lengths) ?? Faults.Shape(lengths, out shape);
        outputs[0] = new TensorSignature(_value.Type, shape);
        return fault;
    }

    private protected override void ComputeCore(OperatorContext context, ReadOnlySpan<TensorValue?> inputs, ReadOnlySpan<TensorBuffer?> outputs)
    {
        if (outputs[0] is TensorBuffer output)
        {
            ElementFill.Run(output.Bytes, _value.Bytes.Span);
        }
    }
}
