using System.Numerics;
using Verifiable.Inference.Onnx.Arithmetic;
using Verifiable.Inference.Tensors;

namespace Verifiable.Inference.Onnx.Operators;

/// <summary>Det: Gaussian elimination. The pivot of a column is the element of largest magnitude (the first on ties, NaN the largest); rows below lose
/// <c>fl(fl(a ÷ pivot) · pivot row)</c>; the determinant is the product of the pivots in order, negated for an odd number of exchanges, and +0 as soon as a pivot is 0.</summary>
internal sealed class DetOperator : BoundOperator
{
    internal DetOperator(NodeBinder binder) => binder.Arity(1, 1);

    private protected override long ElementWork => 1 << 16;

    public override ulong Element(OperatorContext context, OperatorInputs inputs, int output, long index) =>
        inputs.TypeOf(0) == ElementType.Float32 ? ElementBits.Of(Determinant<float>(context, inputs, index)) : ElementBits.Of(Determinant<double>(context, inputs, index));

    private protected override string? Infer(OperatorInputs inputs, Span<TensorSignature> outputs)
    {
        TensorShape shape = inputs.ShapeOf(0);
        if (Faults.RequireType(inputs, 0, ElementType.Float32, ElementType.Float64) is string fault)
        {
            return fault;
        }

        if (shape.Rank < 2 || shape[shape.Rank - 1] != shape[shape.Rank - 2])
        {
            return $"Expected square matrices, got {shape}.";
        }

        outputs[0] = new TensorSignature(inputs.TypeOf(0), new TensorShape(shape.Lengths.AsSpan()[..^2]));
        return null;
    }

    private protected override Int128 ScratchBytes(ReadOnlySpan<TensorValue?> inputs, ReadOnlySpan<TensorBuffer?> outputs, int threads) =>
        (Int128)inputs[0]!.Length * sizeof(double) * threads;

    private static T Determinant<T>(OperatorContext context, OperatorInputs inputs, long index)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        TensorShape shape = inputs.ShapeOf(0);
        long size = shape[shape.Rank - 1];
        T[] a = inputs.MakeRoom<T>(size * size);
        for (int i = 0; i < a.Length; i++)
        {
            a[i] = inputs.Read<T>(0, (index * a.Length) + i);
        }

        return Eliminate(context, a, (int)size);
    }

    private static T Eliminate<T>(OperatorContext context, T[] a, int size)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        T determinant = T.One;
        bool isNegated = false;
        for (int k = 0; k < size; k++)
        {
            // One matrix may take hours.
            context.CancellationToken.ThrowIfCancellationRequested();
            int pivot = k;
            for (int row = k + 1; row < size; row++)
            {
                T best = T.Abs(a[(pivot * size) + k]);
                T candidate = T.Abs(a[(row * size) + k]);
                pivot = candidate > best || (T.IsNaN(candidate) && !T.IsNaN(best)) ? row : pivot;
            }

            if (pivot != k)
            {
                isNegated = !isNegated;
                for (int column = k; column < size; column++)
                {
                    (a[(k * size) + column], a[(pivot * size) + column]) = (a[(pivot * size) + column], a[(k * size) + column]);
                }
            }

            T divisor = a[(k * size) + k];
            if (divisor == T.Zero)
            {
                return T.Zero;
            }

            determinant = k == 0 ? divisor : determinant * divisor;
            for (int row = k + 1; row < size; row++)
            {
                T factor = a[(row * size) + k] / divisor;
                for (int column = k + 1; column < size; column++)
                {
                    T product = factor * a[(k * size) + column];
                    a[(row * size) + column] -= product;
                }
            }
        }

        return isNegated ? -determinant : determinant;
    }
}
