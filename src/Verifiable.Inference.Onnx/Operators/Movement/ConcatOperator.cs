using System.Runtime.CompilerServices;
using Verifiable.Inference.Tensors;

namespace Verifiable.Inference.Onnx.Operators;

/// <summary>Concat of any type along one axis.</summary>
internal sealed class ConcatOperator : BoundOperator
{
    private readonly long _axis;

    private ConcatOperator(NodeBinder binder)
    {
        binder.Arity(Math.Max(1, binder.Node.Inputs.Length), int.MaxValue);
        _axis = binder.RequiredInt("axis");
    }

    internal static OperatorDefinition Definition { get; } = new("Concat", 4, binder => new ConcatOperator(binder));

    private protected override bool OnlyMoves => true;

    public override ulong Element(OperatorContext context, OperatorInputs inputs, int output, long index)
    {
        TensorShape first = inputs.ShapeOf(0);
        _ = Faults.ResolveAxis(_axis, first.Rank, false, out int axis);
        int inner = Walk.Product(first, axis + 1, first.Rank);
        long total = 0;
        for (int input = 0; input < inputs.Count; input++)
        {
            total += inputs.ShapeOf(input)[axis];
        }

        long along = index / inner % total;
        int part = 0;
        while (along >= inputs.ShapeOf(part)[axis])
        {
            along -= inputs.ShapeOf(part)[axis];
            part++;
        }

        return inputs.ReadBits(part, (((index / inner / total * inputs.ShapeOf(part)[axis]) + along) * inner) + (index % inner));
    }

    private protected override string? Infer(OperatorInputs inputs, Span<TensorSignature> outputs)
    {
        TensorShape first = inputs.ShapeOf(0);
        if (Faults.ResolveAxis(_axis, first.Rank, false, out int axis) is string fault)
        {
            return fault;
        }

        long[] lengths = [.. first.Lengths];
        for (int input = 1; input < inputs.Count; input++)
        {
            TensorShape shape = inputs.ShapeOf(input);
            bool fits = shape.Rank == first.Rank && DifferOnlyAlong(first, shape, axis) && inputs.TypeOf(input) == inputs.TypeOf(0);
            if (!fits || shape[axis] > long.MaxValue - lengths[axis])
            {
                return $"Expected tensors that differ along axis {axis} only, got {inputs.SignatureOf(0)} and {inputs.SignatureOf(input)}.";
            }

            lengths[axis] += shape[axis];
        }

        fault = Faults.Shape(lengths, out TensorShape combined)!;
        outputs[0] = new TensorSignature(inputs.TypeOf(0), combined);
        return fault;
    }

    [MethodImpl(MethodImplOptions.NoInlining | MethodImplOptions.AggressiveOptimization)]
    private static bool DifferOnlyAlong(TensorShape first, TensorShape other, int axis)
    {
        for (int i = 0; i < first.Rank; i++)
        {
            if (i != axis && first[i] != other[i])
            {
                return false;
            }
        }

        return true;
    }

    private protected override void ComputeCore(OperatorContext context, ReadOnlySpan<TensorValue?> inputs, ReadOnlySpan<TensorBuffer?> outputs)
    {
        if (outputs[0] is not TensorBuffer output || output.Length == 0)
        {
            return;
        }

        TensorShape shape = output.Signature.Shape;
        _ = Faults.ResolveAxis(_axis, shape.Rank, false, out int axis);
        long[] strides = RowMajor.Strides(shape);
        long start = 0;
        foreach (TensorValue? input in inputs)
        {
            StridedCopy.Run(context, input!.Bytes, 0, RowMajor.Strides(input.Shape), output, start * strides[axis], strides, input.Shape.Lengths.AsSpan());
            start += input.Shape[axis];
        }
    }
}
