using System.Collections.Immutable;
using Verifiable.Inference.Tensors;

namespace Verifiable.Inference.Onnx.Operators;

/// <summary>CenterCropPad: the middle of an axis, or the axis in the middle of zeros; where the difference is odd, the extra element is at the end.</summary>
internal sealed class CenterCropPadOperator : BoundOperator
{
    private readonly ImmutableArray<long> _axes;

    internal CenterCropPadOperator(NodeBinder binder)
    {
        binder.Arity(2, 2);
        _axes = binder.Ints("axes");
    }

    private protected override bool OnlyMoves => true;

    public override ulong Element(OperatorContext context, OperatorInputs inputs, int output, long index)
    {
        TensorShape shape = inputs.ShapeOf(0);
        _ = Plan(inputs, out TensorShape target);
        long[] coordinates = RowMajor.Coordinates(index, target);
        for (int axis = 0; axis < coordinates.Length; axis++)
        {
            coordinates[axis] = Source(coordinates[axis], shape[axis], target[axis]);
            if (coordinates[axis] < 0)
            {
                return 0;
            }
        }

        return inputs.ReadBits(0, RowMajor.Index(coordinates, RowMajor.Strides(shape)));
    }

    private protected override string? Infer(OperatorInputs inputs, Span<TensorSignature> outputs)
    {
        string? fault = Plan(inputs, out TensorShape shape);
        outputs[0] = new TensorSignature(inputs.TypeOf(0), shape);
        return fault;
    }

    private protected override Int128 ScratchBytes(ReadOnlySpan<TensorValue?> inputs, ReadOnlySpan<TensorBuffer?> outputs, int threads) =>
        outputs[0] is null or { Length: 0 } ? 0 : IndexedCopy.ScratchBytes(outputs[0]!.Signature.Shape);

    private protected override void ComputeCore(OperatorContext context, ReadOnlySpan<TensorValue?> inputs, ReadOnlySpan<TensorBuffer?> outputs)
    {
        if (outputs[0] is TensorBuffer output && output.Length > 0)
        {
            TensorShape shape = inputs[0]!.Shape;
            TensorShape target = output.Signature.Shape;
            IndexedCopy.Run(context, inputs[0]!, output, IndexedCopy.Tables(shape, target, (axis, i) => Source(i, shape[axis], target[axis])), 0);
        }
    }

    private static long Source(long index, long length, long target)
    {
        long at = length < target ? index - ((target - length) / 2) : index + ((length - target) / 2);
        return at >= 0 && at < length ? at : -1;
    }

    private string? Plan(OperatorInputs inputs, out TensorShape target)
    {
        TensorShape shape = inputs.ShapeOf(0);
        target = default;
        int[] axes = [];
        long[] named = _axes.IsDefault ? [.. Enumerable.Range(0, shape.Rank)] : [.. _axes];
        string? fault = ShapeInputs.ReadList(inputs, 1, out long[] asked) ?? ShapeInputs.ResolveAxes(named, shape.Rank, out axes);
        if (fault is not null || asked.Length != axes.Length)
        {
            return fault ?? $"Expected {axes.Length} lengths, got {asked.Length}.";
        }

        long[] lengths = [.. shape.Lengths.AsSpan()];
        for (int i = 0; i < axes.Length; i++)
        {
            lengths[axes[i]] = asked[i];
        }

        return Faults.Shape(lengths, out target);
    }
}
