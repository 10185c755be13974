using Verifiable.Inference.Onnx.Format;
using Verifiable.Inference.Tensors;

namespace Verifiable.Inference.Onnx.Operators;

/// <summary>ReverseSequence: the first elements of every sequence of a batch reversed, as many as its length says. A length outside the axis fails the run; an element
/// alone takes the nearest one inside.</summary>
internal sealed class ReverseSequenceOperator : BoundOperator
{
    private readonly int _batchAxis;

    internal ReverseSequenceOperator(NodeBinder binder)
    {
        binder.Arity(2, 2);
        long batch = binder.Int("batch_axis", 1);
        long time = binder.Int("time_axis", 0);
        if (batch is not (0 or 1) || time != 1 - batch)
        {
            binder.Refuse(ModelRefusalReason.BadAttribute, $"Expected the batch and time axes 0 and 1, or 1 and 0, got {batch} and {time}.");
        }

        _batchAxis = batch == 0 ? 0 : 1;
    }

    private protected override bool OnlyMoves => true;

    public override ulong Element(OperatorContext context, OperatorInputs inputs, int output, long index)
    {
        TensorShape shape = inputs.ShapeOf(0);
        long[] coordinates = RowMajor.Coordinates(index, shape);
        int timeAxis = 1 - _batchAxis;
        long length = Math.Clamp(inputs.ReadInteger(1, coordinates[_batchAxis]), 0, shape[timeAxis]);
        coordinates[timeAxis] = coordinates[timeAxis] < length ? length - 1 - coordinates[timeAxis] : coordinates[timeAxis];
        return inputs.ReadBits(0, RowMajor.Index(coordinates, RowMajor.Strides(shape)));
    }

    private protected override string? Infer(OperatorInputs inputs, Span<TensorSignature> outputs)
    {
        outputs[0] = inputs.SignatureOf(0)!.Value;
        TensorShape shape = inputs.ShapeOf(0);
        string? fault = shape.Rank >= 2 ? null : $"Expected at least two axes, got {shape}.";
        fault ??= Faults.RequireType(inputs, 1, ElementType.Int64) ?? Faults.RequireRank(inputs, 1, 1);
        return fault is null && inputs.ShapeOf(1)[0] != shape[_batchAxis] ? $"Expected {shape[_batchAxis]} lengths, got {inputs.ShapeOf(1)}." : fault;
    }

    private protected override string? CheckElements(ReadOnlySpan<TensorValue?> inputs)
    {
        long most = inputs[0]!.Shape[1 - _batchAxis];
        foreach (long length in inputs[1]!.AsSpan<long>())
        {
            if (length < 0 || length > most)
            {
                return $"Expected lengths from 0 to {most}, got {length}.";
            }
        }

        return null;
    }

    private protected override void ComputeCore(OperatorContext context, ReadOnlySpan<TensorValue?> inputs, ReadOnlySpan<TensorBuffer?> outputs)
    {
        if (outputs[0] is not TensorBuffer output || output.Length == 0)
        {
            return;
        }

        TensorValue input = inputs[0]!;
        TensorValue lengths = inputs[1]!;
        (int first, int second) = ((int)input.Shape[0], (int)input.Shape[1]);
        int block = output.Bytes.Length / first / second;
        context.For(first * second, 4 + (block / 16), (from, to) =>
        {
            for (int item = from; item < to; item++)
            {
                (int row, int column) = Math.DivRem(item, second);
                int length = (int)lengths.AsSpan<long>()[_batchAxis == 0 ? row : column];
                int source = _batchAxis == 0
                    ? column < length ? (row * second) + length - 1 - column : item
                    : row < length ? ((length - 1 - row) * second) + column : item;
                input.Bytes.Span.Slice(source * block, block).CopyTo(output.Bytes[(item * block)..]);
            }
        });
    }
}
