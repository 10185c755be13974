using Verifiable.Inference.Onnx.Arithmetic;
using Verifiable.Inference.Tensors;

namespace Verifiable.Inference.Onnx.Operators;

/// <summary>NonZero: the coordinates of the elements that are not zero, row-major, one row an axis. NaN is not zero.</summary>
internal sealed class NonZeroOperator : BoundOperator
{
    internal NonZeroOperator(NodeBinder binder) => binder.Arity(1, 1);

    public override ulong Element(OperatorContext context, OperatorInputs inputs, int output, long index)
    {
        TensorShape shape = inputs.ShapeOf(0);
        (long axis, long rank) = Math.DivRem(index, Count(inputs, context.CancellationToken));
        long at = -1;
        for (long left = rank; left >= 0; left--)
        {
            at++;
            while (!ElementOrder.IsNonZero(inputs.ReadBits(0, at), inputs.TypeOf(0)))
            {
                at++;
            }
        }

        return ElementBits.Of(RowMajor.Coordinates(at, shape)[axis], ElementType.Int64);
    }

    private protected override string? Infer(OperatorInputs inputs, Span<TensorSignature> outputs)
    {
        string? fault = Faults.Shape([inputs.ShapeOf(0).Rank, Count(inputs, inputs.CancellationToken)], out TensorShape shape);
        outputs[0] = new TensorSignature(ElementType.Int64, shape);
        return fault;
    }

    private protected override void ComputeCore(OperatorContext context, ReadOnlySpan<TensorValue?> inputs, ReadOnlySpan<TensorBuffer?> outputs)
    {
        if (outputs[0] is not TensorBuffer output || output.Length == 0)
        {
            return;
        }

        TensorValue input = inputs[0]!;
        int size = ElementTypes.SizeOf(input.Type);
        int count = (int)output.Signature.Shape[1];
        int found = 0;
        context.InOrder(input.Length, 4, (from, to) =>
        {
            ReadOnlySpan<byte> x = input.Bytes.Span;
            Span<long> y = output.AsSpan<long>();
            for (int i = from; i < to; i++)
            {
                if (!ElementOrder.IsNonZero(ElementBits.Read(x, i, size), input.Type))
                {
                    continue;
                }

                int rest = i;
                for (int axis = input.Shape.Rank - 1; axis >= 0; axis--)
                {
                    (rest, int coordinate) = Math.DivRem(rest, (int)input.Shape[axis]);
                    y[(axis * count) + found] = coordinate;
                }

                found++;
            }
        });
    }

    private static long Count(OperatorInputs inputs, CancellationToken cancellationToken)
    {
        ElementType type = inputs.TypeOf(0);
        long elements = inputs.ShapeOf(0).ElementCount;
        long count = 0;
        for (long i = 0; i < elements; i++)
        {
            if ((i & 4095) == 0)
            {
                cancellationToken.ThrowIfCancellationRequested();
            }

            count += ElementOrder.IsNonZero(inputs.ReadBits(0, i), type) ? 1 : 0;
        }

        return count;
    }
}
