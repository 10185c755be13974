using System.Runtime.InteropServices;
using Verifiable.Inference.Tensors;

namespace Verifiable.Inference.Onnx.Operators;

/// <summary>GatherElements: each element from the place of its own, but for the coordinate along one axis, which an index gives. An index outside the axis fails the
/// run; an element alone is 0 there.</summary>
internal sealed class GatherElementsOperator : BoundOperator
{
    private readonly long _axis;

    internal GatherElementsOperator(NodeBinder binder)
    {
        binder.Arity(2, 2);
        _axis = binder.Int("axis", 0);
    }

    private protected override bool OnlyMoves => true;

    public override ulong Element(OperatorContext context, OperatorInputs inputs, int output, long index)
    {
        TensorShape shape = inputs.ShapeOf(0);
        _ = Faults.ResolveAxis(_axis, shape.Rank, false, out int axis);
        long[] coordinates = RowMajor.Coordinates(index, inputs.ShapeOf(1));
        coordinates[axis] = IndexSpan.Resolve(inputs.ReadInteger(1, index), shape[axis]);
        return coordinates[axis] < 0 ? 0 : inputs.ReadBits(0, RowMajor.Index(coordinates, RowMajor.Strides(shape)));
    }

    /// <summary>Requires indices of the data's rank that lie, but for one axis, within it.</summary>
    internal static string? RequireWithin(OperatorInputs inputs, long attribute, out int axis)
    {
        TensorShape shape = inputs.ShapeOf(0);
        TensorShape indices = inputs.ShapeOf(1);
        string? fault = Faults.RequireType(inputs, 1, ElementType.Int64, ElementType.Int32) ?? Faults.RequireRank(inputs, 1, shape.Rank) ?? Faults.ResolveAxis(attribute, shape.Rank, false, out _);
        _ = Faults.ResolveAxis(attribute, shape.Rank, false, out axis);
        for (int i = 0; fault is null && i < shape.Rank; i++)
        {
            if (i != axis && indices[i] > shape[i])
            {
                fault = $"Expected indices of a shape within {shape} but for axis {axis}, got {indices}.";
            }
        }

        return fault;
    }

    private protected override string? Infer(OperatorInputs inputs, Span<TensorSignature> outputs)
    {
        string? fault = RequireWithin(inputs, _axis, out _);
        outputs[0] = new TensorSignature(inputs.TypeOf(0), inputs.ShapeOf(1));
        return fault;
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

        switch (ElementTypes.SizeOf(output.Signature.Type))
        {
            case 1:
                Run<byte>(context, inputs[0]!, inputs[1]!, output);
                break;
            case 2:
                Run<ushort>(context, inputs[0]!, inputs[1]!, output);
                break;
            case 4:
                Run<uint>(context, inputs[0]!, inputs[1]!, output);
                break;
            default:
                Run<ulong>(context, inputs[0]!, inputs[1]!, output);
                break;
        }
    }

    private void Run<T>(OperatorContext context, TensorValue source, TensorValue indices, TensorBuffer output)
        where T : unmanaged
    {
        TensorShape shape = indices.Shape;
        _ = Faults.ResolveAxis(_axis, shape.Rank, false, out int axis);
        long[] strides = RowMajor.Strides(source.Shape);
        int length = (int)source.Shape[axis];
        int along = (int)strides[axis];
        strides[axis] = 0;
        int step = (int)strides[^1];
        int run = (int)shape[shape.Rank - 1];
        context.For(output.Length / run, run * 2, (from, to) =>
        {
            ReadOnlySpan<T> x = MemoryMarshal.Cast<byte, T>(source.Bytes.Span);
            Span<T> y = MemoryMarshal.Cast<byte, T>(output.Bytes);
            var index = new IndexSpan(indices);
            for (int row = from; row < to; row++)
            {
                int first = row * run;
                int start = (int)Broadcast.Map(first, shape, strides);
                for (int i = 0; i < run; i++)
                {
                    y[first + i] = x[start + (i * step) + (index.Resolved(first + i, length) * along)];
                }
            }
        });
    }
}
