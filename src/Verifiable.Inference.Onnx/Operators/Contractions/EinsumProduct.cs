using System.Buffers;
using Verifiable.Inference.Tensors;

namespace Verifiable.Inference.Onnx.Operators;

/// <summary>An Einsum of two operands of binary32 as a stack of matrix products: axes of both operands are the stack, those of one its rows or columns, and what is summed is the
/// depth. Operands are copied where their elements do not lie that way already. Used by one run.</summary>
internal sealed class EinsumProduct
{
    private readonly EinsumPlan _plan;
    private readonly int[] _stack;
    private readonly int[] _rows;
    private readonly int[] _columns;
    private readonly int[] _depth;
    private readonly MatMulPlan _product;

    internal EinsumProduct(EinsumPlan plan)
    {
        _plan = plan;
        int[] axes = [.. Enumerable.Range(0, plan.OutputRank)];
        _stack = [.. axes.Where(axis => plan.Strides[0][axis] != 0 && plan.Strides[1][axis] != 0)];
        _rows = [.. axes.Where(axis => plan.Strides[1][axis] == 0)];
        _columns = [.. axes.Where(axis => plan.Strides[0][axis] == 0 && plan.Strides[1][axis] != 0)];
        _depth = [.. Enumerable.Range(plan.OutputRank, plan.Lengths.Length - plan.OutputRank)];
        long stack = Count(_stack);
        _ = MatMulPlan.Make(new TensorShape(stack, Count(_rows), Count(_depth)), new TensorShape(stack, Count(_depth), Count(_columns)), false, false, out _product);
    }

    /// <summary>Tells whether an Einsum can run this way.</summary>
    internal static bool Fits(EinsumPlan plan, TensorSignature output)
    {
        if (plan.Strides.Length != 2 || output.Type != ElementType.Float32 || plan.Summed.ElementCount == 0)
        {
            return false;
        }

        // A copy must be a tensor itself.
        Int128 count = 1;
        foreach (long length in plan.Lengths)
        {
            count *= length;
        }

        return count < (Int128)1 << 62;
    }

    /// <summary>Counts the bytes beside the output.</summary>
    internal Int128 ScratchBytes(int threads) =>
        (((Int128)Count(_stack) * Count(_depth) * ((Int128)Count(_rows) + Count(_columns))) + _plan.Output.ElementCount) * sizeof(float)
        + MatrixProduct.ScratchBytes(_product, false, threads);

    internal void Run(OperatorContext context, TensorValue left, TensorValue right, TensorBuffer output)
    {
        ReadOnlyMemory<byte> x = Arrange(context, left, 0, [.. _stack, .. _rows, .. _depth]);
        ReadOnlyMemory<byte> w = Arrange(context, right, 1, [.. _stack, .. _depth, .. _columns]);
        int[] order = [.. _stack, .. _rows, .. _columns];
        bool isInOrder = order.AsSpan().SequenceEqual(order.Order().ToArray());
        byte[] rented = isInOrder ? [] : ArrayPool<byte>.Shared.Rent(output.Bytes.Length);
        var product = isInOrder ? output : new TensorBuffer(new TensorSignature(ElementType.Float32, Shape(order)), rented.AsMemory(0, output.Bytes.Length));
        new MatrixProduct(context, _product, x, w, product).Run();
        if (!isInOrder)
        {
            long[] from = RowMajor.Strides(product.Signature.Shape);
            long[] strides = new long[order.Length];
            for (int i = 0; i < order.Length; i++)
            {
                strides[order[i]] = from[i];
            }

            StridedCopy.ToWhole(context, rented, 0, strides, output);
            ArrayPool<byte>.Shared.Return(rented);
        }
    }

    private ReadOnlyMemory<byte> Arrange(OperatorContext context, TensorValue operand, int number, int[] axes)
    {
        TensorShape shape = Shape(axes);
        long[] strides = [.. axes.Select(axis => _plan.Strides[number][axis])];
        long[] plain = RowMajor.Strides(shape);
        bool isPlain = true;
        for (int i = 0; i < strides.Length; i++)
        {
            isPlain &= shape[i] == 1 || strides[i] == plain[i];
        }

        if (isPlain && shape.ElementCount == operand.Length)
        {
            return operand.Bytes;
        }

        var buffer = TensorBuffer.Allocate(new TensorSignature(ElementType.Float32, shape));
        StridedCopy.ToWhole(context, operand.Bytes, 0, strides, buffer);
        return buffer.ToValue().Bytes;
    }

    private TensorShape Shape(int[] axes)
    {
        Span<long> lengths = stackalloc long[axes.Length];
        for (int i = 0; i < axes.Length; i++)
        {
            lengths[i] = _plan.Lengths[axes[i]];
        }

        return new TensorShape(lengths);
    }

    private long Count(int[] axes) => Shape(axes).ElementCount;
}
