using System.Numerics.Tensors;
using Verifiable.Inference.Tensors;

namespace Verifiable.Inference.Onnx.Operators;

/// <summary>Writes the bias of a Gemm, broadcast, so that the sums start from it.</summary>
internal sealed class GemmBias : Epilogue
{
    private readonly TensorValue _bias;
    private readonly int _columns;
    private readonly bool _isLine;

    /// <summary>Creates a bias.</summary>
    /// <param name="bias">The tensor of binary32.</param>
    /// <param name="columns">The columns of the output, 1 or more.</param>
    internal GemmBias(TensorValue bias, int columns)
    {
        _bias = bias;
        _columns = columns;
        _isLine = bias.Length == columns && (bias.Shape.Rank < 2 || bias.Shape[0] == 1);
    }

    /// <summary>Finds the element of a bias that belongs to an output element.</summary>
    internal static long IndexOf(TensorShape bias, long columns, long index)
    {
        long stretch = bias.Rank == 0 || bias[bias.Rank - 1] == 1 ? 0 : 1;
        long line = bias.Rank < 2 || bias[0] == 1 ? 0 : bias[1];
        return (index / columns * line) + (index % columns * stretch);
    }

    internal override void Apply(Span<float> values, int start)
    {
        ReadOnlySpan<float> bias = _bias.AsSpan<float>();
        while (!values.IsEmpty)
        {
            int column = start % _columns;
            int count = Math.Min(values.Length, _columns - column);
            if (_isLine)
            {
                bias.Slice(column, count).CopyTo(values);
            }
            else
            {
                for (int i = 0; i < count; i++)
                {
                    values[i] = bias[(int)IndexOf(_bias.Shape, _columns, start + i)];
                }
            }

            values = values[count..];
            start += count;
        }
    }

    /// <summary>Computes <c>fl(fl(alpha·r) + fl(beta·C))</c> in the place of each sum r; without a bias <c>fl(alpha·r)</c>.</summary>
    /// <param name="alpha">The factor of the sums.</param>
    /// <param name="beta">The factor of the bias.</param>
    /// <param name="bias">The bias; <see langword="null"/> for none.</param>
    internal sealed class Scale(float alpha, float beta, GemmBias? bias) : Epilogue
    {
        private const int RunLength = 256;

        internal override void Apply(Span<float> values, int start)
        {
            if (alpha != 1f)
            {
                TensorPrimitives.Multiply(values, alpha, values);
            }

            Span<float> shifts = stackalloc float[RunLength];
            for (int i = 0; bias is not null && i < values.Length; i += RunLength)
            {
                Span<float> run = values.Slice(i, Math.Min(RunLength, values.Length - i));
                Span<float> shift = shifts[..run.Length];
                bias.Apply(shift, start + i);
                TensorPrimitives.Multiply(shift, beta, shift);
                TensorPrimitives.Add(run, shift, run);
            }
        }
    }
}
