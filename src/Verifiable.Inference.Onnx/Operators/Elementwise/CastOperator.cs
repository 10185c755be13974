using System.Collections.Immutable;
using Verifiable.Inference.Onnx.Arithmetic;
using Verifiable.Inference.Onnx.Format;
using Verifiable.Inference.Tensors;

namespace Verifiable.Inference.Onnx.Operators;

/// <summary>Cast and CastLike between numbers and Booleans; every element by <see cref="ElementConversion"/>.</summary>
internal sealed class CastOperator : BoundOperator
{
    // No type where it is that of the second input.
    private readonly ElementType _type;

    private CastOperator(NodeBinder binder, bool isLike)
    {
        binder.Arity(isLike ? 2 : 1, isLike ? 2 : 1);
        if (binder.Opset >= 19)
        {
            // It steers conversions to 8-bit floats only, which are refused.
            binder.Ignore("saturate");
        }

        if (binder.Opset >= 24)
        {
            // It steers conversions to floats without a fraction only.
            binder.Ignore("round_mode");
        }

        if (isLike)
        {
            return;
        }

        long to = binder.RequiredInt("to");
        _type = to is >= 0 and <= byte.MaxValue ? (ElementType)to : ElementType.None;
        if (!ElementTypes.IsKnown(_type))
        {
            binder.Refuse(ModelRefusalReason.UnsupportedType, $"Expected a number or Boolean type to cast to, got type {to}.");
        }
    }

    internal static ImmutableArray<OperatorDefinition> Definitions { get; } =
    [
        new("Cast", 6, binder => new CastOperator(binder, false)),
        new("CastLike", 15, binder => new CastOperator(binder, true)),
    ];

    internal override bool FinishesOutput => true;

    public override ulong Element(OperatorContext context, OperatorInputs inputs, int output, long index) =>
        ElementConversion.Convert(inputs.ReadBits(0, index), inputs.TypeOf(0), TargetType(inputs));

    private protected override string? Infer(OperatorInputs inputs, Span<TensorSignature> outputs)
    {
        outputs[0] = new TensorSignature(TargetType(inputs), inputs.ShapeOf(0));
        return null;
    }

    private protected override void ComputeCore(OperatorContext context, ReadOnlySpan<TensorValue?> inputs, ReadOnlySpan<TensorBuffer?> outputs)
    {
        if (outputs[0] is not TensorBuffer output)
        {
            return;
        }

        TensorValue input = inputs[0]!;
        ElementType type = output.Signature.Type;
        int fromSize = ElementTypes.SizeOf(input.Type);
        int toSize = ElementTypes.SizeOf(type);
        context.For(output.Length, 2, (from, to) =>
        {
            for (int start = from; start < to; start += ElementRuns.Length)
            {
                int count = Math.Min(ElementRuns.Length, to - start);
                Span<byte> run = output.Bytes.Slice(start * toSize, count * toSize);
                ElementCasts.Convert(input.Type, input.Bytes.Span.Slice(start * fromSize, count * fromSize), type, run);
                ElementRuns.Finish(context, type, run, start);
            }
        });
    }

    private ElementType TargetType(OperatorInputs inputs) => _type == ElementType.None ? inputs.TypeOf(1) : _type;
}
