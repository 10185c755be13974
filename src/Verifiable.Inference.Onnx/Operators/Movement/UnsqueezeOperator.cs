using System.Collections.Immutable;
using Verifiable.Inference.Onnx.Format;
using Verifiable.Inference.Tensors;

namespace Verifiable.Inference.Onnx.Operators;

/// <summary>Unsqueeze: the axes of the output that are named have length 1: by an attribute before version 13, by an input since.</summary>
internal sealed class UnsqueezeOperator : ViewOperator
{
    private readonly ImmutableArray<long> _axes;

    internal UnsqueezeOperator(NodeBinder binder)
    {
        bool hasInput = binder.Opset >= 13;
        binder.Arity(hasInput ? 2 : 1, hasInput ? 2 : 1);
        _axes = hasInput ? default : binder.Ints("axes");
        if (!hasInput && _axes.IsDefault)
        {
            binder.Refuse(ModelRefusalReason.BadAttribute, "Expected the attribute 'axes'.");
        }
    }

    private protected override string? Reshape(OperatorInputs inputs, out TensorShape shape)
    {
        TensorShape input = inputs.ShapeOf(0);
        shape = default;
        long[] values = [.. _axes.IsDefault ? [] : _axes.AsSpan()];
        string? fault = _axes.IsDefault ? ShapeInputs.ReadAxes(inputs, 1, out values) : null;
        if (fault is null && values.Length > TensorShape.MaxRank - input.Rank)
        {
            fault = $"Expected at most {TensorShape.MaxRank} axes, got {input} and {values.Length} more.";
        }

        if (fault is not null)
        {
            return fault;
        }

        fault = ShapeInputs.ResolveAxes(values, input.Rank + values.Length, out int[] axes);
        if (fault is not null)
        {
            return fault;
        }

        Span<long> lengths = stackalloc long[input.Rank + values.Length];
        int next = 0;
        for (int axis = 0; axis < lengths.Length; axis++)
        {
            lengths[axis] = axes.AsSpan().Contains(axis) ? 1 : input[next++];
        }

        return Faults.Shape(lengths, out shape);
    }
}
