using System.Runtime.InteropServices;
using Verifiable.Inference.Tensors;

namespace Verifiable.Inference.Onnx.Operators;

/// <summary>Gather: slices of the data along one axis. An index outside the axis fails the run; an element alone is 0 there.</summary>
internal sealed class GatherOperator : BoundOperator
{
    private readonly long _axis;

    internal GatherOperator(NodeBinder binder)
    {
        binder.Arity(2, 2);
        _axis = binder.Int("axis", 0);
    }

    private protected override bool OnlyMoves => true;

    public override ulong Element(OperatorContext context, OperatorInputs inputs, int output, long index)
    {
        TensorShape shape = inputs.ShapeOf(0);
        _ = Faults.ResolveAxis(_axis, shape.Rank, false, out int axis);
        long inner = RowMajor.Product(shape, axis + 1, shape.Rank);
        long count = inputs.ShapeOf(1).ElementCount;
        long at = IndexSpan.Resolve(inputs.ReadInteger(1, index / inner % count), shape[axis]);
        return at < 0 ? 0 : inputs.ReadBits(0, (((index / inner / count * shape[axis]) + at) * inner) + (index % inner));
    }

    private protected override string? Infer(OperatorInputs inputs, Span<TensorSignature> outputs)
    {
        TensorShape shape = inputs.ShapeOf(0);
        string? fault = Faults.RequireType(inputs, 1, ElementType.Int64, ElementType.Int32) ?? Faults.ResolveAxis(_axis, shape.Rank, false, out _);
        if (fault is not null)
        {
            return fault;
        }

        _ = Faults.ResolveAxis(_axis, shape.Rank, false, out int axis);
        long[] lengths = [.. shape.Lengths.AsSpan()[..axis], .. inputs.ShapeOf(1).Lengths.AsSpan(), .. shape.Lengths.AsSpan()[(axis + 1)..]];
        fault = Faults.Shape(lengths, out TensorShape gathered);
        outputs[0] = new TensorSignature(inputs.TypeOf(0), gathered);
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

        TensorValue source = inputs[0]!;
        TensorValue indices = inputs[1]!;
        _ = Faults.ResolveAxis(_axis, source.Shape.Rank, false, out int axis);
        int inner = (int)RowMajor.Product(source.Shape, axis + 1, source.Shape.Rank);
        int length = (int)source.Shape[axis];
        if (inner == 1 && ElementTypes.SizeOf(source.Type) == sizeof(uint))
        {
            Pick<uint>(context, source, indices, output, length);
        }
        else if (inner == 1 && ElementTypes.SizeOf(source.Type) == sizeof(ulong))
        {
            Pick<ulong>(context, source, indices, output, length);
        }
        else
        {
            Blocks(context, source, indices, output, length, inner * ElementTypes.SizeOf(source.Type));
        }
    }

    private static void Blocks(OperatorContext context, TensorValue source, TensorValue indices, TensorBuffer output, int length, int block)
    {
        int count = indices.Length;
        context.For(output.Bytes.Length / block, 4 + (block / 16), (from, to) =>
        {
            ReadOnlySpan<byte> x = source.Bytes.Span;
            Span<byte> y = output.Bytes;
            var index = new IndexSpan(indices);
            for (int item = from; item < to; item++)
            {
                (int outer, int position) = Math.DivRem(item, count);
                x.Slice(((outer * length) + index.Resolved(position, length)) * block, block).CopyTo(y[(item * block)..]);
            }
        });
    }

    private static void Pick<T>(OperatorContext context, TensorValue source, TensorValue indices, TensorBuffer output, int length)
        where T : unmanaged
    {
        int count = indices.Length;
        context.For(output.Length, 4, (from, to) =>
        {
            ReadOnlySpan<T> x = MemoryMarshal.Cast<byte, T>(source.Bytes.Span);
            Span<T> y = MemoryMarshal.Cast<byte, T>(output.Bytes);
            var index = new IndexSpan(indices);
            for (int item = from; item < to; item++)
            {
                (int outer, int position) = Math.DivRem(item, count);
                y[item] = x[(outer * length) + index.Resolved(position, length)];
            }
        });
    }
}
