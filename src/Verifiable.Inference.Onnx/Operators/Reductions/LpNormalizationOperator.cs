using System.Buffers;
using System.Numerics;
using Verifiable.Inference.Onnx.Arithmetic;
using Verifiable.Inference.Onnx.Format;
using Verifiable.Inference.Tensors;

namespace Verifiable.Inference.Onnx.Operators;

/// <summary>LpNormalization: x ÷ the sum of magnitudes along an axis (p = 1), or ÷ the root of the sum of squares (p = 2); +0 where that is zero.</summary>
internal sealed class LpNormalizationOperator : BoundOperator
{
    private readonly ReduceKind _kind;
    private readonly long _axis;

    private LpNormalizationOperator(NodeBinder binder)
    {
        binder.Arity(1, 1);
        _axis = binder.Int("axis", -1);
        long power = binder.Int("p", 2);
        _kind = power == 1 ? ReduceKind.L1 : ReduceKind.L2;
        if (power is not (1 or 2))
        {
            binder.Refuse(ModelRefusalReason.BadAttribute, $"Expected 1 or 2 for 'p', got {power}.");
        }
    }

    internal static OperatorDefinition Definition { get; } = new("LpNormalization", 1, binder => new LpNormalizationOperator(binder), floats: FloatInputs.Of(0));

    public override ulong Element(OperatorContext context, OperatorInputs inputs, int output, long index) =>
        inputs.TypeOf(0) == ElementType.Float64 ? ElementBits.Of(Element<double>(inputs, index)) : ElementBits.Of(Element<float>(inputs, index));

    private protected override string? Infer(OperatorInputs inputs, Span<TensorSignature> outputs)
    {
        outputs[0] = inputs.SignatureOf(0)!.Value;
        return Faults.RequireType(inputs, 0, ElementType.Float32, ElementType.Float64) ?? Faults.ResolveAxis(_axis, inputs.ShapeOf(0).Rank, false, out _);
    }

    private protected override Int128 ScratchBytes(ReadOnlySpan<TensorValue?> inputs, ReadOnlySpan<TensorBuffer?> outputs, int threads) =>
        inputs[0]!.Length == 0 ? 0 : (Int128)threads * Row(inputs[0]!.Shape).Length * ElementTypes.SizeOf(inputs[0]!.Type);

    private protected override void ComputeCore(OperatorContext context, ReadOnlySpan<TensorValue?> inputs, ReadOnlySpan<TensorBuffer?> outputs)
    {
        if (outputs[0] is not TensorBuffer output || output.Length == 0)
        {
            return;
        }

        if (output.Signature.Type == ElementType.Float64)
        {
            Compute<double>(context, inputs[0]!, output);
        }
        else
        {
            Compute<float>(context, inputs[0]!, output);
        }
    }

    private static long Start(long row, int length, int stride) => (row / stride * length * stride) + (row % stride);

    private T Element<T>(OperatorInputs inputs, long index)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        (int length, int stride) = Row(inputs.ShapeOf(0));
        long start = Start((index / ((long)length * stride) * stride) + (index % stride), length, stride);
        T[] row = inputs.MakeRoom<T>(length);
        for (int i = 0; i < length; i++)
        {
            row[i] = inputs.Read<T>(0, start + ((long)i * stride));
        }

        T norm = FloatReduction.Plain<T>(_kind, row);
        return norm == T.Zero ? T.Zero : inputs.Read<T>(0, index) / norm;
    }

    private void Compute<T>(OperatorContext context, TensorValue input, TensorBuffer output)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        (int length, int stride) = Row(input.Shape);
        context.For(output.Length / length, 4L * length, (from, to) =>
        {
            ReadOnlySpan<T> x = input.AsSpan<T>();
            Span<T> y = output.AsSpan<T>();
            T[] row = ArrayPool<T>.Shared.Rent(length);
            for (int item = from; item < to; item++)
            {
                int start = (int)Start(item, length, stride);
                for (int i = 0; i < length; i++)
                {
                    row[i] = x[start + (i * stride)];
                }

                T norm = FloatReduction.Row<T>(_kind, row.AsSpan(0, length), []);
                for (int i = 0; i < length; i++)
                {
                    y[start + (i * stride)] = norm == T.Zero ? T.Zero : row[i] / norm;
                }
            }

            ArrayPool<T>.Shared.Return(row);
        });
    }

    private (int Length, int Stride) Row(TensorShape shape)
    {
        _ = Faults.ResolveAxis(_axis, shape.Rank, false, out int axis);
        return ((int)shape[axis], Walk.Product(shape, axis + 1, shape.Rank));
    }
}
