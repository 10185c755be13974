using Verifiable.Inference.Tensors;

namespace Verifiable.Inference.Onnx.Operators;

/// <summary>Compress: the slices along an axis, or without one the elements of the flattened input, whose condition is true. A shorter condition is false for the rest, a
/// longer one must not be true there.</summary>
internal sealed class CompressOperator : BoundOperator
{
    private readonly long? _axis;

    internal CompressOperator(NodeBinder binder)
    {
        binder.Arity(2, 2);
        long axis = binder.Int("axis", 0);
        _axis = binder.Node.KindOf("axis") == Graph.AttributeKind.None ? null : axis;
    }

    private protected override bool OnlyMoves => true;

    public override ulong Element(OperatorContext context, OperatorInputs inputs, int output, long index)
    {
        List<int> chosen = [];
        _ = Plan(inputs, chosen, context.CancellationToken, out int axis, out TensorShape shape, out _);
        long inner = RowMajor.Product(shape, axis + 1, shape.Rank);
        (long outer, long along) = Math.DivRem(index / inner, chosen.Count);
        return inputs.ReadBits(0, (((outer * shape[axis]) + chosen[(int)along]) * inner) + (index % inner));
    }

    private protected override string? Infer(OperatorInputs inputs, Span<TensorSignature> outputs)
    {
        if (Plan(inputs, null, inputs.CancellationToken, out int axis, out TensorShape shape, out long count) is string fault)
        {
            return fault;
        }

        long[] lengths = [.. shape.Lengths.AsSpan()];
        lengths[axis] = count;
        outputs[0] = new TensorSignature(inputs.TypeOf(0), new TensorShape(lengths));
        return null;
    }

    private protected override Int128 ScratchBytes(ReadOnlySpan<TensorValue?> inputs, ReadOnlySpan<TensorBuffer?> outputs, int threads) => (Int128)inputs[1]!.Length * 2 * sizeof(int);

    private protected override void ComputeCore(OperatorContext context, ReadOnlySpan<TensorValue?> inputs, ReadOnlySpan<TensorBuffer?> outputs)
    {
        if (outputs[0] is not TensorBuffer output || output.Length == 0)
        {
            return;
        }

        TensorValue source = inputs[0]!;
        List<int> chosen = [];
        _ = Plan(new TensorInputs(inputs.ToArray()), chosen, context.CancellationToken, out int axis, out TensorShape shape, out _);
        int block = (int)RowMajor.Product(shape, axis + 1, shape.Rank) * ElementTypes.SizeOf(source.Type);
        int length = (int)shape[axis];
        context.For(output.Bytes.Length / block, 4 + (block / 16), (from, to) =>
        {
            for (int item = from; item < to; item++)
            {
                (int outer, int along) = Math.DivRem(item, chosen.Count);
                source.Bytes.Span.Slice(((outer * length) + chosen[along]) * block, block).CopyTo(output.Bytes[(item * block)..]);
            }
        });
    }

    // Where the true conditions stand is listed only for those who need it, and counted for all.
    private string? Plan(OperatorInputs inputs, List<int>? chosen, CancellationToken cancellationToken, out int axis, out TensorShape shape, out long count)
    {
        shape = _axis is null ? new TensorShape(inputs.ShapeOf(0).ElementCount) : inputs.ShapeOf(0);
        count = 0;
        axis = 0;
        string? fault = Faults.RequireType(inputs, 1, ElementType.Boolean) ?? Faults.RequireRank(inputs, 1, 1) ?? Faults.ResolveAxis(_axis ?? 0, shape.Rank, false, out axis);
        long conditions = fault is null ? inputs.ShapeOf(1).ElementCount : 0;
        for (int i = 0; fault is null && i < conditions; i++)
        {
            if ((i & 4095) == 0)
            {
                cancellationToken.ThrowIfCancellationRequested();
            }

            if (inputs.ReadBits(1, i) == 0)
            {
                continue;
            }

            chosen?.Add(i);
            count++;
            fault = i < shape[axis] ? null : $"Expected conditions along axis {axis} of {shape}, got a true one at {i}.";
        }

        return fault;
    }
}
