using Verifiable.Inference.Onnx.Arithmetic;
using Verifiable.Inference.Tensors;

namespace Verifiable.Inference.Onnx.Operators;

/// <summary>Shape: the lengths of the axes from <c>start</c> up to, but without, <c>end</c>; both count from the end where negative, and are clamped. Before version 15
/// all axes.</summary>
internal sealed class ShapeOperator : BoundOperator
{
    private readonly long _start;
    private readonly long _end = long.MaxValue;

    internal ShapeOperator(NodeBinder binder)
    {
        binder.Arity(1, 1);
        if (binder.Opset >= 15)
        {
            _start = binder.Int("start", 0);
            _end = binder.Int("end", long.MaxValue);
        }
    }

    internal override bool ReadsOnlyShapes => true;

    public override ulong Element(OperatorContext context, OperatorInputs inputs, int output, long index)
    {
        TensorShape shape = inputs.ShapeOf(0);
        return ElementBits.Of(shape[Clamp(_start, shape.Rank) + (int)index], ElementType.Int64);
    }

    private protected override string? Infer(OperatorInputs inputs, Span<TensorSignature> outputs)
    {
        int rank = inputs.ShapeOf(0).Rank;
        outputs[0] = new TensorSignature(ElementType.Int64, new TensorShape(Math.Max(0, Clamp(_end, rank) - Clamp(_start, rank))));
        return null;
    }

    private protected override void ComputeCore(OperatorContext context, ReadOnlySpan<TensorValue?> inputs, ReadOnlySpan<TensorBuffer?> outputs)
    {
        TensorShape shape = inputs[0]!.Shape;
        if (outputs[0] is TensorBuffer output)
        {
            shape.Lengths.AsSpan().Slice(output.Length == 0 ? 0 : Clamp(_start, shape.Rank), output.Length).CopyTo(output.AsSpan<long>());
        }
    }

    private static int Clamp(long axis, int rank) => (int)Math.Clamp(axis < 0 ? axis + rank : axis, 0, rank);
}
