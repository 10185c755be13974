using Verifiable.Inference.Onnx.Arithmetic;
using Verifiable.Inference.Tensors;

namespace Verifiable.Inference.Onnx.Operators;

/// <summary>Hardmax: one at the largest element of a row (ArgMax's rule), zero elsewhere. Before version 13 the axes from <c>axis</c> on are one row.</summary>
internal sealed class HardmaxOperator : BoundOperator
{
    private readonly long _axis;
    private readonly bool _isFlat;

    internal HardmaxOperator(NodeBinder binder)
    {
        binder.Arity(1, 1);
        _isFlat = binder.Opset < 13;
        _axis = binder.Int("axis", _isFlat ? 1 : -1);
    }

    private protected override bool OnlyMoves => true;

    public override ulong Element(OperatorContext context, OperatorInputs inputs, int output, long index)
    {
        (long length, long stride) = Row(inputs.ShapeOf(0));
        ElementType type = inputs.TypeOf(0);
        long start = (index / stride / length * length * stride) + (index % stride);
        long best = 0;
        for (long i = 1; i < length; i++)
        {
            best = ElementOrder.Key(inputs.ReadBits(0, start + (i * stride)), type) > ElementOrder.Key(inputs.ReadBits(0, start + (best * stride)), type) ? i : best;
        }

        return index == start + (best * stride) ? One(type) : 0;
    }

    private protected override string? Infer(OperatorInputs inputs, Span<TensorSignature> outputs)
    {
        outputs[0] = inputs.SignatureOf(0)!.Value;
        return Faults.RequireType(inputs, 0, ElementType.Float32, ElementType.Float64, ElementType.Float16, ElementType.BFloat16)
            ?? Faults.ResolveAxis(_axis, inputs.ShapeOf(0).Rank, false, out _);
    }

    private protected override void ComputeCore(OperatorContext context, ReadOnlySpan<TensorValue?> inputs, ReadOnlySpan<TensorBuffer?> outputs)
    {
        if (outputs[0] is not TensorBuffer output || output.Length == 0)
        {
            return;
        }

        TensorValue input = inputs[0]!;
        int size = ElementTypes.SizeOf(input.Type);
        (long length, long stride) = Row(input.Shape);
        output.Bytes.Clear();
        context.For((int)(output.Length / length), 2 * length, (from, to) =>
        {
            ReadOnlySpan<byte> x = input.Bytes.Span;
            for (int row = from; row < to; row++)
            {
                int start = (int)((row / stride * length * stride) + (row % stride));
                int best = start;
                ulong key = ElementOrder.Key(ElementBits.Read(x, start, size), input.Type);
                for (int i = 1; i < length; i++)
                {
                    int at = start + (i * (int)stride);
                    ulong candidate = ElementOrder.Key(ElementBits.Read(x, at, size), input.Type);
                    (best, key) = candidate > key ? (at, candidate) : (best, key);
                }

                ElementBits.Write(One(input.Type), output.Bytes.Slice(best * size, size));
            }
        });
    }

    private static ulong One(ElementType type) => ElementConversion.Convert(1, ElementType.UInt8, type);

    private (long Length, long Stride) Row(TensorShape shape)
    {
        _ = Faults.ResolveAxis(_axis, shape.Rank, false, out int axis);
        return _isFlat ? (RowMajor.Product(shape, axis, shape.Rank), 1) : (shape[axis], RowMajor.Product(shape, axis + 1, shape.Rank));
    }
}
