using System.Collections.Immutable;
using Verifiable.Inference.Tensors;

namespace Verifiable.Inference.Onnx.Operators;

/// <summary>Squeeze: axes of length 1 go, all of them or those that are named: by an attribute before version 13, by an input since.</summary>
internal sealed class SqueezeOperator : ViewOperator
{
    private readonly ImmutableArray<long> _axes;

    internal SqueezeOperator(NodeBinder binder)
    {
        binder.Arity(1, binder.Opset >= 13 ? 2 : 1);
        _axes = binder.Opset < 13 ? binder.Ints("axes") : default;
    }

    private protected override string? Reshape(OperatorInputs inputs, out TensorShape shape)
    {
        TensorShape input = inputs.ShapeOf(0);
        shape = default;
        bool isNamed = !_axes.IsDefault || inputs.Has(1);
        int[] axes = [];
        if (isNamed)
        {
            long[] values = [.. _axes.IsDefault ? [] : _axes.AsSpan()];
            string? fault = inputs.Has(1) ? ShapeInputs.ReadAxes(inputs, 1, out values) : null;
            fault ??= ShapeInputs.ResolveAxes(values, input.Rank, out axes);
            if (fault is not null)
            {
                return fault;
            }
        }

        Span<long> lengths = stackalloc long[TensorShape.MaxRank];
        int count = 0;
        for (int axis = 0; axis < input.Rank; axis++)
        {
            bool goes = isNamed ? axes.AsSpan().Contains(axis) : input[axis] == 1;
            if (goes && input[axis] != 1)
            {
                return $"Expected axis {axis} of length 1, got {input}.";
            }

            if (!goes)
            {
                lengths[count++] = input[axis];
            }
        }

        return Faults.Shape(lengths[..count], out shape);
    }
}
