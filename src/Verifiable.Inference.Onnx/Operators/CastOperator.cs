using System.Buffers.Binary;
using Verifiable.Inference.Onnx.Arithmetic;
using Verifiable.Inference.Onnx.Format;
using Verifiable.Inference.Tensors;

namespace Verifiable.Inference.Onnx.Operators;

/// <summary>Cast between numbers and Booleans; every element by <see cref="ElementConversion"/>.</summary>
internal sealed class CastOperator : BoundOperator
{
    private readonly ElementType _type;

    private CastOperator(NodeBinder binder)
    {
        binder.Arity(1, 1);
        long to = binder.RequiredInt("to");
        if (binder.Opset >= 19)
        {
            // It steers conversions to 8-bit floats only, which are refused.
            binder.Ignore("saturate");
        }

        _type = to is >= 0 and <= byte.MaxValue ? (ElementType)to : ElementType.None;
        if (!ElementTypes.IsKnown(_type))
        {
            binder.Refuse(ModelRefusalReason.UnsupportedType, $"Expected a number or Boolean type to cast to, got type {to}.");
        }
    }

    internal static OperatorDefinition Definition { get; } = new("Cast", 6, binder => new CastOperator(binder));

    public override ulong Element(OperatorContext context, OperatorInputs inputs, int output, long index) =>
        ElementConversion.Convert(inputs.ReadBits(0, index), inputs.TypeOf(0), _type);

    private protected override string? Infer(OperatorInputs inputs, Span<TensorSignature> outputs)
    {
        outputs[0] = new TensorSignature(_type, inputs.ShapeOf(0));
        return null;
    }

    private protected override void ComputeCore(OperatorContext context, ReadOnlySpan<TensorValue?> inputs, ReadOnlySpan<TensorBuffer?> outputs)
    {
        if (outputs[0] is not TensorBuffer output)
        {
            return;
        }

        TensorValue input = inputs[0]!;
        var reader = new TensorInputs([input]);
        int size = ElementTypes.SizeOf(_type);
        context.For(output.Length, 16, (from, to) =>
        {
            Span<byte> bits = stackalloc byte[sizeof(ulong)];
            Span<byte> y = output.Bytes;
            for (int i = from; i < to; i++)
            {
                BinaryPrimitives.WriteUInt64LittleEndian(bits, ElementConversion.Convert(reader.ReadBits(0, i), input.Type, _type));
                bits[..size].CopyTo(y[(i * size)..]);
            }
        });
    }
}
