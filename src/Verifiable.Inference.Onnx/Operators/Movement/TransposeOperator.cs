using System.Collections.Immutable;
using Verifiable.Inference.Onnx.Format;
using Verifiable.Inference.Tensors;

namespace Verifiable.Inference.Onnx.Operators;

/// <summary>Transpose: axis i of the output is axis perm[i] of the input; without <c>perm</c> the axes are reversed.</summary>
internal sealed class TransposeOperator : BoundOperator
{
    private readonly ImmutableArray<long> _permutation;

    private TransposeOperator(NodeBinder binder)
    {
        binder.Arity(1, 1);
        _permutation = binder.Ints("perm");
        if (!_permutation.IsDefault && !_permutation.Order().SequenceEqual(Enumerable.Range(0, _permutation.Length).Select(axis => (long)axis)))
        {
            binder.Refuse(ModelRefusalReason.BadAttribute, $"Expected a permutation of the axes, got [{string.Join(", ", _permutation)}].");
        }
    }

    internal static OperatorDefinition Definition { get; } = new("Transpose", 1, binder => new TransposeOperator(binder));

    private protected override bool OnlyMoves => true;

    public override ulong Element(OperatorContext context, OperatorInputs inputs, int output, long index)
    {
        TensorShape input = inputs.ShapeOf(0);
        (long[] lengths, long[] strides) = Plan(input);
        return inputs.ReadBits(0, Broadcast.Map(index, new TensorShape(lengths), strides));
    }

    private protected override string? Infer(OperatorInputs inputs, Span<TensorSignature> outputs)
    {
        TensorShape input = inputs.ShapeOf(0);
        if (!_permutation.IsDefault && _permutation.Length != input.Rank)
        {
            return $"Expected a tensor of {_permutation.Length} axes, got {input}.";
        }

        outputs[0] = new TensorSignature(inputs.TypeOf(0), new TensorShape(Plan(input).Lengths));
        return null;
    }

    private protected override void ComputeCore(OperatorContext context, ReadOnlySpan<TensorValue?> inputs, ReadOnlySpan<TensorBuffer?> outputs)
    {
        if (outputs[0] is not TensorBuffer output || output.Length == 0)
        {
            return;
        }

        StridedCopy.ToWhole(context, inputs[0]!.Bytes, 0, Plan(inputs[0]!.Shape).Strides, output);
    }

    private (long[] Lengths, long[] Strides) Plan(TensorShape input)
    {
        long[] lengths = new long[input.Rank];
        long[] strides = new long[input.Rank];
        long[] inputStrides = new long[input.Rank];
        long stride = 1;
        for (int axis = input.Rank - 1; axis >= 0; axis--)
        {
            inputStrides[axis] = stride;
            stride *= input[axis];
        }

        for (int axis = 0; axis < lengths.Length; axis++)
        {
            int source = _permutation.IsDefault ? input.Rank - 1 - axis : (int)_permutation[axis];
            lengths[axis] = input[source];
            strides[axis] = inputStrides[source];
        }

        return (lengths, strides);
    }
}
