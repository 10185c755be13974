using System.Buffers;
using System.Collections.Immutable;
using Verifiable.Inference.Onnx.Arithmetic;
using Verifiable.Inference.Tensors;

namespace Verifiable.Inference.Onnx.Operators;

/// <summary>
/// Softmax and LogSoftmax: m the largest element, e = exp(x − m) rounded to binary32, s the sum of e by rule 3; softmax is e ÷ s, its logarithm
/// (x − m) − log s. Before version 13 the axes from the given one on are one row; since then the row runs along the one axis.
/// </summary>
internal sealed class SoftmaxOperator : BoundOperator
{
    private readonly bool _logarithm;
    private readonly bool _flattens;
    private readonly long _axis;

    private SoftmaxOperator(NodeBinder binder, bool logarithm, bool flattens)
    {
        binder.Arity(1, 1);
        _logarithm = logarithm;
        _flattens = flattens;
        _axis = binder.Int("axis", flattens ? 1 : -1);
    }

    internal static ImmutableArray<OperatorDefinition> Definitions { get; } =
    [
        new("Softmax", 1, binder => new SoftmaxOperator(binder, false, true), 12),
        new("Softmax", 13, binder => new SoftmaxOperator(binder, false, false)),
        new("LogSoftmax", 1, binder => new SoftmaxOperator(binder, true, true), 12),
        new("LogSoftmax", 13, binder => new SoftmaxOperator(binder, true, false)),
    ];

    public override ulong Element(OperatorContext context, OperatorInputs inputs, int output, long index)
    {
        (int length, int stride) = Row(inputs.ShapeOf(0));
        long start = RowStart(index / ((long)length * stride), index % stride, length, stride);
        float[] row = new float[length];
        float largest = float.NegativeInfinity;
        for (int i = 0; i < length; i++)
        {
            row[i] = inputs.ReadSingle(0, start + ((long)i * stride));
            largest = CanonicalMath.Max(largest, row[i]);
        }

        float shifted = inputs.ReadSingle(0, index) - largest;
        for (int i = 0; i < length; i++)
        {
            row[i] = CanonicalMath.Exp(row[i] - largest);
        }

        float sum = ReduceOperator.PlainSum(row);
        return ElementBits.Of(_logarithm ? shifted - CanonicalMath.Log(sum) : CanonicalMath.Exp(shifted) / sum);
    }

    private protected override string? Infer(OperatorInputs inputs, Span<TensorSignature> outputs)
    {
        outputs[0] = inputs.SignatureOf(0)!.Value;
        return Faults.RequireType(inputs, 0, ElementType.Float32) ?? Faults.ResolveAxis(_axis, inputs.ShapeOf(0).Rank, _flattens, out _);
    }

    private protected override Int128 ScratchBytes(ReadOnlySpan<TensorValue?> inputs, ReadOnlySpan<TensorBuffer?> outputs, int threads)
    {
        if (outputs[0] is not TensorBuffer output || output.Length == 0)
        {
            return 0;
        }

        int length = Row(inputs[0]!.Shape).Length;
        return (Int128)length * sizeof(float) * Math.Min(threads, output.Length / length);
    }

    private protected override void ComputeCore(OperatorContext context, ReadOnlySpan<TensorValue?> inputs, ReadOnlySpan<TensorBuffer?> outputs)
    {
        if (outputs[0] is not TensorBuffer output || output.Length == 0)
        {
            return;
        }

        TensorValue input = inputs[0]!;
        (int length, int stride) = Row(input.Shape);
        context.For(output.Length / length, 40L * length, (from, to) =>
        {
            ReadOnlySpan<float> x = input.AsSpan<float>();
            Span<float> y = output.AsSpan<float>();
            float[] rented = ArrayPool<float>.Shared.Rent(length);
            Span<float> row = rented.AsSpan(0, length);
            for (int item = from; item < to; item++)
            {
                int start = (int)RowStart(item / stride, item % stride, length, stride);
                for (int i = 0; i < length; i++)
                {
                    row[i] = x[start + (i * stride)];
                }

                Fill(row, y[start..], stride);
            }

            ArrayPool<float>.Shared.Return(rented);
        });
    }

    private static long RowStart(long outer, long inner, int length, int stride) => (outer * length * stride) + inner;

    private void Fill(Span<float> row, Span<float> y, int stride)
    {
        float largest = Reduction.Max(row);
        for (int i = 0; i < row.Length; i++)
        {
            float shifted = row[i] - largest;
            y[i * stride] = shifted;
            row[i] = CanonicalMath.Exp(shifted);
        }

        float sum = Reduction.Sum(row);
        float logarithm = _logarithm ? CanonicalMath.Log(sum) : 0f;
        for (int i = 0; i < row.Length; i++)
        {
            y[i * stride] = _logarithm ? y[i * stride] - logarithm : row[i] / sum;
        }
    }

    // The length of a row and the distance between its elements.
    private (int Length, int Stride) Row(TensorShape shape)
    {
        _ = Faults.ResolveAxis(_axis, shape.Rank, _flattens, out int axis);
        return _flattens
            ? (Walk.Product(shape, axis, shape.Rank), 1)
            : shape.Rank == 0 ? (1, 1) : ((int)shape[axis], Walk.Product(shape, axis + 1, shape.Rank));
    }
}
