using Verifiable.Inference.Onnx.Arithmetic;
using Verifiable.Inference.Onnx.Format;
using Verifiable.Inference.Tensors;

namespace Verifiable.Inference.Onnx.Operators;

/// <summary>BitCast: the bits of each element, taken for an element of another type of the same width. What no value here may be becomes the value that stands for it:
/// a NaN the canonical one, a Boolean byte beyond 1 true.</summary>
internal sealed class BitCastOperator : BoundOperator
{
    private readonly ElementType _type;

    private BitCastOperator(NodeBinder binder)
    {
        binder.Arity(1, 1);
        long to = binder.RequiredInt("to");
        _type = to is >= 0 and <= byte.MaxValue ? (ElementType)to : ElementType.None;
        if (!ElementTypes.IsKnown(_type))
        {
            binder.Refuse(ModelRefusalReason.UnsupportedType, $"Expected a number or Boolean type to take bits for, got type {to}.");
        }
    }

    internal static OperatorDefinition Definition { get; } = new("BitCast", 26, binder => new BitCastOperator(binder));

    public override ulong Element(OperatorContext context, OperatorInputs inputs, int output, long index)
    {
        ulong bits = inputs.ReadBits(0, index);
        if (_type == ElementType.Boolean)
        {
            return bits == 0 ? 0UL : 1UL;
        }

        if (!ElementTypes.IsFloat(_type))
        {
            return bits;
        }

        int size = ElementTypes.SizeOf(_type);
        Span<byte> element = stackalloc byte[sizeof(ulong)];
        ElementBits.Write(bits, element[..size]);
        CanonicalNaN.Apply(_type, element[..size]);
        return ElementBits.Read(element, 0, size);
    }

    private protected override string? Infer(OperatorInputs inputs, Span<TensorSignature> outputs)
    {
        outputs[0] = new TensorSignature(_type, inputs.ShapeOf(0));
        int size = ElementTypes.SizeOf(inputs.TypeOf(0));
        return size == ElementTypes.SizeOf(_type) ? null : $"Expected elements of {ElementTypes.SizeOf(_type)} bytes to take for {_type}, got {inputs.TypeOf(0)}.";
    }

    // NaNs become canonical afterwards.
    private protected override void ComputeCore(OperatorContext context, ReadOnlySpan<TensorValue?> inputs, ReadOnlySpan<TensorBuffer?> outputs)
    {
        if (outputs[0] is not TensorBuffer output)
        {
            return;
        }

        inputs[0]!.Bytes.Span.CopyTo(output.Bytes);
        if (_type == ElementType.Boolean)
        {
            foreach (ref byte element in output.Bytes)
            {
                element = Math.Min(element, (byte)1);
            }
        }
    }
}
