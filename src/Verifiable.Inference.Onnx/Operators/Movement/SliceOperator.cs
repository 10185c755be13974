using System.Collections.Immutable;
using Verifiable.Inference.Onnx.Format;
using Verifiable.Inference.Tensors;

namespace Verifiable.Inference.Onnx.Operators;

/// <summary>Slice: every <c>step</c>-th coordinate from <c>start</c> up (or down) to, but without, <c>end</c>, along some axes. Attributes before version 10, inputs since.</summary>
internal sealed class SliceOperator : BoundOperator
{
    private readonly bool _hasInputs;
    private readonly ImmutableArray<long> _starts;
    private readonly ImmutableArray<long> _ends;
    private readonly ImmutableArray<long> _axes;

    internal SliceOperator(NodeBinder binder)
    {
        _hasInputs = binder.Opset >= 10;
        if (_hasInputs)
        {
            binder.Arity(3, 5);
            return;
        }

        binder.Arity(1, 1);
        _starts = binder.Ints("starts");
        _ends = binder.Ints("ends");
        _axes = binder.Ints("axes");
        if (_starts.IsDefault || _ends.IsDefault)
        {
            binder.Refuse(ModelRefusalReason.BadAttribute, "Expected the attributes 'starts' and 'ends'.");
        }
    }

    private protected override bool OnlyMoves => true;

    public override ulong Element(OperatorContext context, OperatorInputs inputs, int output, long index)
    {
        _ = Plan(inputs, out long[] lengths, out long[] starts, out long[] steps);
        long[] coordinates = RowMajor.Coordinates(index, new TensorShape(lengths));
        for (int axis = 0; axis < coordinates.Length; axis++)
        {
            coordinates[axis] = starts[axis] + (coordinates[axis] * steps[axis]);
        }

        return inputs.ReadBits(0, RowMajor.Index(coordinates, RowMajor.Strides(inputs.ShapeOf(0))));
    }

    private protected override string? Infer(OperatorInputs inputs, Span<TensorSignature> outputs)
    {
        string? fault = Plan(inputs, out long[] lengths, out _, out _);
        if (fault is null)
        {
            fault = Faults.Shape(lengths, out TensorShape shape);
            outputs[0] = new TensorSignature(inputs.TypeOf(0), shape);
        }

        return fault;
    }

    private protected override void ComputeCore(OperatorContext context, ReadOnlySpan<TensorValue?> inputs, ReadOnlySpan<TensorBuffer?> outputs)
    {
        if (outputs[0] is not TensorBuffer output || output.Length == 0)
        {
            return;
        }

        _ = Plan(new TensorInputs(inputs.ToArray()), out _, out long[] starts, out long[] steps);
        long[] strides = RowMajor.Strides(inputs[0]!.Shape);
        long start = RowMajor.Index(starts, strides);
        for (int axis = 0; axis < strides.Length; axis++)
        {
            strides[axis] *= steps[axis];
        }

        StridedCopy.ToWhole(context, inputs[0]!.Bytes, start, strides, output);
    }

    // Steps of axes with at most one coordinate are 0: a stranger's step may be anything.
    private string? Plan(OperatorInputs inputs, out long[] lengths, out long[] starts, out long[] steps)
    {
        TensorShape shape = inputs.ShapeOf(0);
        lengths = [.. shape.Lengths.AsSpan()];
        starts = new long[shape.Rank];
        steps = new long[shape.Rank];
        steps.AsSpan().Fill(1);
        string? fault = Bounds(inputs, out long[] from, out long[] to, out long[]? axes, out long[]? by);
        if (fault is not null)
        {
            return fault;
        }

        if (from.Length != to.Length || (axes ?? from).Length != from.Length || (by ?? from).Length != from.Length || from.Length > shape.Rank)
        {
            return $"Expected as many starts, ends, axes and steps, at most {shape.Rank}, got {from.Length}, {to.Length}, {axes?.Length ?? from.Length} and {by?.Length ?? from.Length}.";
        }

        axes ??= [.. Enumerable.Range(0, from.Length)];
        if (ShapeInputs.ResolveAxes(axes, shape.Rank, out int[] resolved) is string wrong)
        {
            return wrong;
        }

        for (int i = 0; i < resolved.Length; i++)
        {
            int axis = resolved[i];
            long step = by is null ? 1 : by[i];
            if (step == 0)
            {
                return $"Expected steps other than 0, got 0 along axis {axis}.";
            }

            starts[axis] = Clamp(from[i], lengths[axis], 0, step < 0 ? -1 : 0);
            long end = Clamp(to[i], lengths[axis], step < 0 ? -1 : 0, step < 0 ? -1 : 0);
            Int128 count = lengths[axis] == 0 ? 0 : ((Int128)end - starts[axis] + step - Math.Sign(step)) / step;
            lengths[axis] = (long)Int128.Max(0, count);
            steps[axis] = lengths[axis] > 1 ? step : 0;
        }

        return null;
    }

    private string? Bounds(OperatorInputs inputs, out long[] starts, out long[] ends, out long[]? axes, out long[]? steps)
    {
        if (!_hasInputs)
        {
            (starts, ends, axes, steps) = ([.. _starts], [.. _ends], _axes.IsDefault ? null : [.. _axes], null);
            return null;
        }

        (ends, axes, steps) = ([], null, null);
        string? fault = ShapeInputs.ReadList(inputs, 1, out starts) ?? ShapeInputs.ReadList(inputs, 2, out ends);
        if (fault is null && inputs.Has(3))
        {
            fault = ShapeInputs.ReadList(inputs, 3, out axes);
        }

        if (fault is null && inputs.Has(4))
        {
            fault = ShapeInputs.ReadList(inputs, 4, out steps);
        }

        return fault;
    }

    // Bounds count from the end where negative; least and most are relative to 0 and to the length.
    private static long Clamp(long bound, long length, long least, long most)
    {
        long value = bound < 0 ? bound + length : bound;
        return Math.Max(least, Math.Min(value, length + most));
    }
}
