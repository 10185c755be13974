using Verifiable.Inference.Tensors;

namespace Verifiable.Inference.Onnx.Operators;

/// <summary>Tile: the input repeated along each axis.</summary>
internal sealed class TileOperator : BoundOperator
{
    internal TileOperator(NodeBinder binder) => binder.Arity(2, 2);

    private protected override bool OnlyMoves => true;

    public override ulong Element(OperatorContext context, OperatorInputs inputs, int output, long index)
    {
        TensorShape shape = inputs.ShapeOf(0);
        _ = Plan(inputs, out TensorShape tiled);
        long[] coordinates = RowMajor.Coordinates(index, tiled);
        for (int axis = 0; axis < coordinates.Length; axis++)
        {
            coordinates[axis] %= shape[axis];
        }

        return inputs.ReadBits(0, RowMajor.Index(coordinates, RowMajor.Strides(shape)));
    }

    private protected override string? Infer(OperatorInputs inputs, Span<TensorSignature> outputs)
    {
        string? fault = Plan(inputs, out TensorShape shape);
        outputs[0] = new TensorSignature(inputs.TypeOf(0), shape);
        return fault;
    }

    private protected override void ComputeCore(OperatorContext context, ReadOnlySpan<TensorValue?> inputs, ReadOnlySpan<TensorBuffer?> outputs)
    {
        if (outputs[0] is not TensorBuffer output || output.Length == 0)
        {
            return;
        }

        // Each axis becomes two: which repetition, and where in it.
        TensorShape shape = inputs[0]!.Shape;
        long[] from = RowMajor.Strides(shape);
        long[] to = RowMajor.Strides(output.Signature.Shape);
        long[] lengths = new long[2 * shape.Rank];
        long[] source = new long[2 * shape.Rank];
        long[] target = new long[2 * shape.Rank];
        for (int axis = 0; axis < shape.Rank; axis++)
        {
            lengths[2 * axis] = output.Signature.Shape[axis] / shape[axis];
            target[2 * axis] = to[axis] * shape[axis];
            lengths[(2 * axis) + 1] = shape[axis];
            source[(2 * axis) + 1] = from[axis];
            target[(2 * axis) + 1] = to[axis];
        }

        StridedCopy.Run(context, inputs[0]!.Bytes, 0, source, output, 0, target, lengths);
    }

    private static string? Plan(OperatorInputs inputs, out TensorShape shape)
    {
        TensorShape input = inputs.ShapeOf(0);
        shape = default;
        if (ShapeInputs.ReadList(inputs, 1, out long[] repeats) is string fault)
        {
            return fault;
        }

        if (repeats.Length != input.Rank)
        {
            return $"Expected {input.Rank} repetitions, got {repeats.Length}.";
        }

        for (int axis = 0; axis < repeats.Length; axis++)
        {
            Int128 length = (Int128)repeats[axis] * input[axis];
            if (repeats[axis] < 0 || length > long.MaxValue)
            {
                return $"Expected repetitions of 0 or more of {input}, got [{string.Join(", ", repeats)}].";
            }

            repeats[axis] = (long)length;
        }

        return Faults.Shape(repeats, out shape);
    }
}
