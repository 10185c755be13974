using System.Numerics;
using Verifiable.Inference.Onnx.Arithmetic;
using Verifiable.Inference.Tensors;

namespace Verifiable.Inference.Onnx.Operators;

/// <summary>The products of some rows and the rows of a weight matrix, which is prepared once for many steps. Used by one run.</summary>
/// <typeparam name="T">Binary32 or binary64.</typeparam>
internal sealed class RecurrentProduct<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private readonly OperatorContext _context;
    private readonly MatMulPlan _plan;
    private readonly TensorValue _weights;
    private readonly PackedMatrix? _packed;
    private readonly int _columns;

    /// <summary>Prepares a product.</summary>
    /// <param name="context">The threads, and the way to stop.</param>
    /// <param name="rows">The rows of the left operand.</param>
    /// <param name="weights">The weights: their last axis is the sums' length.</param>
    /// <param name="first">The first row of the weights.</param>
    /// <param name="columns">How many rows of the weights.</param>
    /// <param name="packed">These rows, packed before; <see langword="null"/> to pack them now.</param>
    internal RecurrentProduct(OperatorContext context, int rows, TensorValue weights, int first, int columns, PackedMatrix? packed)
    {
        _context = context.With(null);
        _columns = columns;
        int depth = (int)weights.Shape[2];
        int size = ElementTypes.SizeOf(weights.Type);
        _weights = TensorValue.Take(weights.Type, new TensorShape(columns, depth), weights.Bytes.Slice(first * depth * size, columns * depth * size));
        _plan = Plan(rows, depth, columns);
        _packed = packed is not null ? packed : typeof(T) == typeof(float) && depth > 0 ? MatrixProduct.Pack(_context, _weights.Bytes, true, new PackedMatrix(depth, columns, new PreparedMemory())) : null;
        Output = TensorBuffer.Allocate(new TensorSignature(weights.Type, new TensorShape(rows, columns)));
    }

    internal TensorBuffer Output { get; }

    /// <summary>Counts the bytes that a product takes, its output included.</summary>
    internal static Int128 ScratchBytes(Int128 rows, long depth, long columns, int size, int threads)
    {
        Int128 output = rows * columns * size;
        if (output > int.MaxValue)
        {
            return output;
        }

        MatMulPlan plan = Plan((long)rows, depth, columns);
        return output + (size == sizeof(float) ? PackedMatrix.BytesOf((int)depth, (int)columns) + MatrixProduct.ScratchBytes(plan, true, threads) : NumberProduct<double>.ScratchBytes(plan, threads));
    }

    /// <summary>Computes the sums of all rows.</summary>
    internal void Run(TensorValue left)
    {
        if (typeof(T) == typeof(float))
        {
            new MatrixProduct(_context, _plan, left.Bytes, _weights.Bytes, Output) { Packed = _packed }.Run();
        }
        else
        {
            NumberProduct<double>.Run(_context, _plan, left, _weights, Output, null, null);
        }
    }

    /// <summary>Gets the sums of a row.</summary>
    internal Span<T> Row(long row) => Output.AsSpan<T>().Slice((int)row * _columns, _columns);

    private static MatMulPlan Plan(long rows, long depth, long columns)
    {
        _ = MatMulPlan.Make(new TensorShape(rows, depth), new TensorShape(columns, depth), false, true, out MatMulPlan plan);
        return plan;
    }
}
