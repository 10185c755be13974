using System.Collections.Immutable;
using Verifiable.Inference.Onnx.Arithmetic;
using Verifiable.Inference.Tensors;

namespace Verifiable.Inference.Onnx.Operators;

/// <summary>ArgMax and ArgMin: the lowest index of the largest or smallest element (the highest with <c>select_last_index</c>). NaN wins over every number and is equal to
/// itself; the two zeros are equal.</summary>
internal sealed class ArgExtremeOperator : BoundOperator
{
    private readonly long _axis;
    private readonly bool _keepsAxis;
    private readonly bool _last;
    private readonly bool _least;

    private ArgExtremeOperator(NodeBinder binder, bool least)
    {
        binder.Arity(1, 1);
        _least = least;
        _axis = binder.Int("axis", 0);
        _keepsAxis = binder.Flag("keepdims", true);
        _last = binder.Opset >= 12 && binder.Flag("select_last_index");
    }

    internal static ImmutableArray<OperatorDefinition> Definitions { get; } =
    [
        new("ArgMax", 1, binder => new ArgExtremeOperator(binder, false)),
        new("ArgMin", 1, binder => new ArgExtremeOperator(binder, true)),
    ];

    public override ulong Element(OperatorContext context, OperatorInputs inputs, int output, long index)
    {
        (int length, int stride) = Row(inputs.ShapeOf(0));
        long start = (index / stride * length * stride) + (index % stride);
        ElementType type = inputs.TypeOf(0);
        long best = 0;
        ulong key = Key(inputs.ReadBits(0, start), type);
        for (int i = 1; i < length; i++)
        {
            ulong candidate = Key(inputs.ReadBits(0, start + ((long)i * stride)), type);
            if (candidate > key || (_last && candidate == key))
            {
                (best, key) = (i, candidate);
            }
        }

        return ElementBits.Of(best, ElementType.Int64);
    }

    private protected override string? Infer(OperatorInputs inputs, Span<TensorSignature> outputs)
    {
        TensorShape input = inputs.ShapeOf(0);
        if (Faults.ResolveAxis(_axis, input.Rank, false, out int axis) is string fault)
        {
            return fault;
        }

        if (input[axis] == 0 || inputs.TypeOf(0) == ElementType.Boolean)
        {
            return $"Expected numbers, at least one along axis {axis}, got {inputs.SignatureOf(0)}.";
        }

        ReadOnlySpan<long> lengths = input.Lengths.AsSpan();
        fault = Faults.Shape([.. lengths[..axis], .. _keepsAxis ? [1L] : ReadOnlySpan<long>.Empty, .. lengths[(axis + 1)..]], out TensorShape shape)!;
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
        int size = ElementTypes.SizeOf(input.Type);
        context.For(output.Length, 2L * length, (from, to) =>
        {
            Span<long> y = output.AsSpan<long>();
            for (int item = from; item < to; item++)
            {
                int start = (item / stride * length * stride) + (item % stride);
                y[item] = input.Type == ElementType.Float32 ? Best(input.AsSpan<float>(), start, stride, length) : Best(input, size, start, stride, length);
            }
        });
    }

    private int Best(ReadOnlySpan<float> x, int start, int stride, int length)
    {
        int best = 0;
        for (int i = 1; i < length; i++)
        {
            best = Replaces(x[start + (i * stride)], x[start + (best * stride)]) ? i : best;
        }

        return best;
    }

    private int Best(TensorValue input, int size, int start, int stride, int length)
    {
        ReadOnlySpan<byte> x = input.Bytes.Span;
        int best = 0;
        ulong key = Key(ElementBits.Read(x, start, size), input.Type);
        for (int i = 1; i < length; i++)
        {
            ulong candidate = Key(ElementBits.Read(x, start + (i * stride), size), input.Type);
            if (candidate > key || (_last && candidate == key))
            {
                (best, key) = (i, candidate);
            }
        }

        return best;
    }

    private bool Replaces(float candidate, float best)
    {
        if (float.IsNaN(candidate) || float.IsNaN(best))
        {
            return float.IsNaN(candidate) && (_last || !float.IsNaN(best));
        }

        return (_least ? candidate < best : candidate > best) || (_last && candidate == best);
    }

    // The larger key wins; NaN has the largest one either way, which no number has once the keys of floats are turned.
    private ulong Key(ulong bits, ElementType type)
    {
        ulong key = ElementOrder.Key(bits, type);
        return _least && !ElementOrder.IsNaN(bits, type) ? ~key & (ulong.MaxValue >> (64 - (8 * ElementTypes.SizeOf(type)))) : key;
    }

    private (int Length, int Stride) Row(TensorShape shape)
    {
        _ = Faults.ResolveAxis(_axis, shape.Rank, false, out int axis);
        return ((int)shape[axis], Walk.Product(shape, axis + 1, shape.Rank));
    }
}
