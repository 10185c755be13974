using Verifiable.Inference.Tensors;

namespace Verifiable.Inference.Onnx.Operators;

/// <summary>Unique: the distinct slices along an axis, or without one the distinct elements; where each occurs first, which one each slice is, and how often it occurs. Slices
/// are compared row-major by the order of elements; the first of equal ones stands for all (NaN equals itself, and so do the zeros).</summary>
internal sealed class UniqueOperator : BoundOperator
{
    private const long MostElements = 1 << 24;

    private readonly long? _axis;
    private readonly bool _isSorted;

    internal UniqueOperator(NodeBinder binder)
    {
        binder.Arity(1, 1, 4);
        _isSorted = binder.Flag("sorted", true);
        long axis = binder.Int("axis", 0);
        _axis = binder.Node.KindOf("axis") == Graph.AttributeKind.None ? null : axis;
    }

    private protected override bool OnlyMoves => true;

    public override ulong Element(OperatorContext context, OperatorInputs inputs, int output, long index)
    {
        UniqueSlices slices = Find(inputs, context.CancellationToken, out TensorShape shape, out int axis);
        if (output > 0)
        {
            return unchecked((ulong)List(slices, output)[index]);
        }

        long inner = RowMajor.Product(shape, axis + 1, shape.Rank);
        (long outer, long group) = Math.DivRem(index / inner, slices.First.Length);
        return inputs.ReadBits(0, (((outer * shape[axis]) + slices.First[group]) * inner) + (index % inner));
    }

    private protected override string? Infer(OperatorInputs inputs, Span<TensorSignature> outputs)
    {
        TensorShape input = inputs.ShapeOf(0);
        if (input.ElementCount > MostElements || (_axis is not null && Faults.ResolveAxis(_axis.Value, input.Rank, false, out _) is not null))
        {
            return $"Expected at most {MostElements} elements and an axis of theirs, got {input} and {_axis}.";
        }

        if (_axis is not null && input.ElementCount == 0)
        {
            return $"Expected elements to compare along an axis, got {input}.";
        }

        UniqueSlices slices = Find(inputs, inputs.CancellationToken, out TensorShape shape, out int axis);
        long[] lengths = [.. shape.Lengths.AsSpan()];
        lengths[axis] = slices.First.Length;
        outputs[0] = new TensorSignature(inputs.TypeOf(0), new TensorShape(lengths));
        for (int i = 1; i < outputs.Length; i++)
        {
            outputs[i] = new TensorSignature(ElementType.Int64, new TensorShape(List(slices, i).Length));
        }

        return null;
    }

    private protected override Int128 ScratchBytes(ReadOnlySpan<TensorValue?> inputs, ReadOnlySpan<TensorBuffer?> outputs, int threads) => (Int128)inputs[0]!.Length * 6 * sizeof(ulong);

    private protected override void ComputeCore(OperatorContext context, ReadOnlySpan<TensorValue?> inputs, ReadOnlySpan<TensorBuffer?> outputs)
    {
        UniqueSlices slices = Find(new TensorInputs(inputs.ToArray()), context.CancellationToken, out TensorShape shape, out int axis);
        for (int i = 1; i < outputs.Length; i++)
        {
            if (outputs[i] is TensorBuffer buffer)
            {
                int[] list = List(slices, i);
                for (int j = 0; j < list.Length; j++)
                {
                    buffer.AsSpan<long>()[j] = list[j];
                }
            }
        }

        if (outputs[0] is TensorBuffer output && output.Length > 0)
        {
            int block = (int)RowMajor.Product(shape, axis + 1, shape.Rank) * ElementTypes.SizeOf(output.Signature.Type);
            int length = (int)shape[axis];
            for (int item = 0; item < output.Bytes.Length / block; item++)
            {
                (int outer, int group) = Math.DivRem(item, slices.First.Length);
                inputs[0]!.Bytes.Span.Slice(((outer * length) + slices.First[group]) * block, block).CopyTo(output.Bytes[(item * block)..]);
            }
        }
    }

    private static int[] List(UniqueSlices slices, int output) => output switch
    {
        1 => slices.First,
        2 => slices.Group,
        _ => slices.Count,
    };

    private UniqueSlices Find(OperatorInputs inputs, CancellationToken cancellationToken, out TensorShape shape, out int axis)
    {
        shape = _axis is null ? new TensorShape(inputs.ShapeOf(0).ElementCount) : inputs.ShapeOf(0);
        _ = Faults.ResolveAxis(_axis ?? 0, shape.Rank, false, out axis);
        return UniqueSlices.Find(inputs, shape, axis, _isSorted, cancellationToken);
    }
}
