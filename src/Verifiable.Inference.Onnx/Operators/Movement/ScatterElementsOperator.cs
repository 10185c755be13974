using Verifiable.Inference.Onnx.Arithmetic;
using Verifiable.Inference.Tensors;

namespace Verifiable.Inference.Onnx.Operators;

/// <summary>
/// ScatterElements, and Scatter before version 11: the data with updates at the places of their own, but for the coordinate along one axis, which an index gives. Updates
/// go in index order, so that the last one of a place stays, or each is reduced into what is there. An index outside the axis fails the run; an element
/// alone passes over such an update.
/// </summary>
internal sealed class ScatterElementsOperator : BoundOperator
{
    private readonly long _axis;
    private readonly ScatterReduction _reduction;

    internal ScatterElementsOperator(NodeBinder binder)
    {
        binder.Arity(3, 3);
        _axis = binder.Int("axis", 0);
        _reduction = new ScatterReduction(binder);
    }

    private protected override bool OnlyMoves => _reduction.Replaces;

    public override ulong Element(OperatorContext context, OperatorInputs inputs, int output, long index)
    {
        TensorShape shape = inputs.ShapeOf(0);
        TensorShape indices = inputs.ShapeOf(1);
        _ = Faults.ResolveAxis(_axis, shape.Rank, false, out int axis);
        long[] strides = RowMajor.Strides(shape);
        ulong value = inputs.ReadBits(0, index);
        for (long i = 0; i < indices.ElementCount; i++)
        {
            long[] coordinates = RowMajor.Coordinates(i, indices);
            coordinates[axis] = IndexSpan.Resolve(inputs.ReadInteger(1, i), shape[axis]);
            if (coordinates[axis] >= 0 && RowMajor.Index(coordinates, strides) == index)
            {
                value = _reduction.Apply(value, inputs.ReadBits(2, i), inputs.TypeOf(0));
            }
        }

        return value;
    }

    private protected override string? Infer(OperatorInputs inputs, Span<TensorSignature> outputs)
    {
        outputs[0] = inputs.SignatureOf(0)!.Value;
        string? fault = GatherElementsOperator.RequireWithin(inputs, _axis, out _) ?? _reduction.Require(inputs);
        return fault is null && inputs.ShapeOf(1) != inputs.ShapeOf(2) ? $"Expected an update for each index of {inputs.ShapeOf(1)}, got {inputs.ShapeOf(2)}." : fault;
    }

    private protected override string? CheckElements(ReadOnlySpan<TensorValue?> inputs)
    {
        TensorShape shape = inputs[0]!.Shape;
        _ = Faults.ResolveAxis(_axis, shape.Rank, false, out int axis);
        return new IndexSpan(inputs[1]!).Check(shape[axis]);
    }

    private protected override void ComputeCore(OperatorContext context, ReadOnlySpan<TensorValue?> inputs, ReadOnlySpan<TensorBuffer?> outputs)
    {
        if (outputs[0] is not TensorBuffer output || output.Length == 0)
        {
            return;
        }

        inputs[0]!.Bytes.Span.CopyTo(output.Bytes);
        TensorValue indices = inputs[1]!;
        TensorValue updates = inputs[2]!;
        TensorShape shape = output.Signature.Shape;
        _ = Faults.ResolveAxis(_axis, shape.Rank, false, out int axis);
        long[] strides = RowMajor.Strides(shape);
        int length = (int)shape[axis];
        int along = (int)strides[axis];
        strides[axis] = 0;
        int size = ElementTypes.SizeOf(output.Signature.Type);

        // Updates may meet in one place, where their order counts: one thread.
        context.InOrder(indices.Length, 16, (from, to) =>
        {
            var index = new IndexSpan(indices);
            ReadOnlySpan<byte> u = updates.Bytes.Span;
            Span<byte> y = output.Bytes;
            for (int i = from; i < to; i++)
            {
                int place = (int)Broadcast.Map(i, indices.Shape, strides) + (index.Resolved(i, length) * along);
                ulong update = ElementBits.Read(u, i, size);
                update = _reduction.Replaces ? update : _reduction.Apply(ElementBits.Read(y, place, size), update, output.Signature.Type);
                ElementBits.Write(update, y.Slice(place * size, size));
            }
        });
    }
}
