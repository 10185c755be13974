using Verifiable.Inference.Onnx.Arithmetic;
using Verifiable.Inference.Tensors;

namespace Verifiable.Inference.Onnx.Operators;

/// <summary>ArgMax: the lowest index of the largest element (the highest with <c>select_last_index</c>). NaN is larger than every number and equal to
/// itself; the two zeros are equal.</summary>
internal sealed class ArgMaxOperator : BoundOperator
{
    private readonly long _axis;
    private readonly bool _keepsAxis;
    private readonly bool _last;

    private ArgMaxOperator(NodeBinder binder)
    {
        binder.Arity(1, 1);
        _axis = binder.Int("axis", 0);
        _keepsAxis = binder.Flag("keepdims", true);
        _last = binder.Opset >= 12 && binder.Flag("select_last_index");
    }

    internal static OperatorDefinition Definition { get; } = new("ArgMax", 1, binder => new ArgMaxOperator(binder));

    public override ulong Element(OperatorContext context, OperatorInputs inputs, int output, long index)
    {
        (int length, int stride) = Row(inputs.ShapeOf(0));
        long start = (index / stride * length * stride) + (index % stride);
        long best = 0;
        for (int i = 1; i < length; i++)
        {
            if (Replaces(inputs.ReadSingle(0, start + ((long)i * stride)), inputs.ReadSingle(0, start + (best * stride))))
            {
                best = i;
            }
        }

        return ElementBits.Of(best, ElementType.Int64);
    }

    private protected override string? Infer(OperatorInputs inputs, Span<TensorSignature> outputs)
    {
        TensorShape input = inputs.ShapeOf(0);
        if ((Faults.RequireType(inputs, 0, ElementType.Float32) ?? Faults.ResolveAxis(_axis, input.Rank, false, out _)) is string fault)
        {
            return fault;
        }

        int axis = Axis(input);
        if (input[axis] == 0)
        {
            return $"Expected at least one element along axis {axis}, got {input}.";
        }

        long[] lengths = [.. Enumerable.Range(0, input.Rank).Where(i => i != axis || _keepsAxis).Select(i => i == axis ? 1 : input[i])];
        fault = Faults.Shape(lengths, out TensorShape shape)!;
        outputs[0] = new TensorSignature(ElementType.Int64, shape);
        return fault;
    }

    private protected override void ComputeCore(OperatorContext context, ReadOnlySpan<TensorValue?> inputs, ReadOnlySpan<TensorBuffer?> outputs)
    {
        if (outputs[0] is not TensorBuffer output || output.Length == 0)
        {
            return;
        }

        TensorValue input = inputs[0]!;
        (int length, int stride) = Row(input.Shape);
        context.For(output.Length, length, (from, to) =>
        {
            ReadOnlySpan<float> x = input.AsSpan<float>();
            Span<long> y = output.AsSpan<long>();
            for (int item = from; item < to; item++)
            {
                int start = (item / stride * length * stride) + (item % stride);
                int best = 0;
                for (int i = 1; i < length; i++)
                {
                    best = Replaces(x[start + (i * stride)], x[start + (best * stride)]) ? i : best;
                }

                y[item] = best;
            }
        });
    }

    private bool Replaces(float candidate, float best)
    {
        if (float.IsNaN(candidate) || float.IsNaN(best))
        {
            return float.IsNaN(candidate) && (_last || !float.IsNaN(best));
        }

        return candidate > best || (_last && candidate == best);
    }

    private int Axis(TensorShape shape)
    {
        _ = Faults.ResolveAxis(_axis, shape.Rank, false, out int axis);
        return axis;
    }

    private (int Length, int Stride) Row(TensorShape shape)
    {
        int axis = Axis(shape);
        return ((int)shape[axis], Walk.Product(shape, axis + 1, shape.Rank));
    }
}
