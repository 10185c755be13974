using System.Numerics;
using Verifiable.Inference.Onnx.Arithmetic;
using Verifiable.Inference.Tensors;

namespace Verifiable.Inference.Onnx.Operators;

/// <summary>CumSum and CumProd: sums or products along an axis in index order, or from the end; each is the one before with the next element. Exclusive ones start from +0 or 1
/// and leave their own element out. Integers wrap. An axis that is none fails the run; an element alone takes the nearest one.</summary>
internal sealed class CumulativeOperator : BoundOperator
{
    private readonly bool _isProduct;
    private readonly bool _isExclusive;
    private readonly bool _isReversed;

    internal CumulativeOperator(NodeBinder binder, bool isProduct)
    {
        _isProduct = isProduct;
        binder.Arity(2, 2);
        _isExclusive = binder.Flag("exclusive");
        _isReversed = binder.Flag("reverse");
    }

    public override ulong Element(OperatorContext context, OperatorInputs inputs, int output, long index) => inputs.TypeOf(0) switch
    {
        ElementType.Float32 => ElementBits.Of(Fold(inputs, index, ElementBits.ToSingle)),
        ElementType.Float64 => ElementBits.Of(Fold(inputs, index, ElementBits.ToDouble)),
        ElementType type => ElementBits.Of(Fold(inputs, index, bits => ElementBits.ToInt64(bits, type)), type),
    };

    private protected override string? Infer(OperatorInputs inputs, Span<TensorSignature> outputs)
    {
        outputs[0] = inputs.SignatureOf(0)!.Value;
        string? fault = inputs.TypeOf(0) == ElementType.Boolean || inputs.ShapeOf(0).Rank == 0 ? $"Expected numbers along axes, got {inputs.SignatureOf(0)}." : null;
        return fault ?? Faults.RequireType(inputs, 1, ElementType.Int64, ElementType.Int32) ?? ShapeInputs.RequireOne(inputs, 1);
    }

    private protected override string? CheckElements(ReadOnlySpan<TensorValue?> inputs) =>
        Faults.ResolveAxis(new IndexSpan(inputs[1]!)[0], inputs[0]!.Shape.Rank, false, out _);

    private protected override void ComputeCore(OperatorContext context, ReadOnlySpan<TensorValue?> inputs, ReadOnlySpan<TensorBuffer?> outputs)
    {
        if (outputs[0] is not TensorBuffer output || output.Length == 0)
        {
            return;
        }

        int axis = Axis(new IndexSpan(inputs[1]!)[0], inputs[0]!.Shape.Rank);
        switch (output.Signature.Type)
        {
            case ElementType.Float32:
                Run<float>(context, inputs[0]!, output, axis);
                break;
            case ElementType.Float64:
                Run<double>(context, inputs[0]!, output, axis);
                break;
            case ElementType.Int8 or ElementType.UInt8:
                Run<byte>(context, inputs[0]!, output, axis);
                break;
            case ElementType.Int16 or ElementType.UInt16:
                Run<ushort>(context, inputs[0]!, output, axis);
                break;
            case ElementType.Int32 or ElementType.UInt32:
                Run<uint>(context, inputs[0]!, output, axis);
                break;
            default:
                Run<ulong>(context, inputs[0]!, output, axis);
                break;
        }
    }

    private static int Axis(long axis, int rank)
    {
        _ = Faults.ResolveAxis(axis, rank, false, out int resolved);
        return Math.Min(resolved, rank - 1);
    }

    private T Fold<T>(OperatorInputs inputs, long index, Func<ulong, T> number)
        where T : struct, INumberBase<T>
    {
        TensorShape shape = inputs.ShapeOf(0);
        int axis = Axis(inputs.ReadInteger(1, 0), shape.Rank);
        long stride = RowMajor.Strides(shape)[axis];
        long along = index / stride % shape[axis];
        long first = _isReversed ? shape[axis] - 1 : 0;
        long step = _isReversed ? -1 : 1;
        T total = _isProduct ? T.One : T.Zero;
        bool isFirst = !_isExclusive;
        for (long i = first; _isExclusive ? i != along : i != along + step; i += step)
        {
            T value = number(inputs.ReadBits(0, index + ((i - along) * stride)));
            total = isFirst ? value : Join(total, value);
            isFirst = false;
        }

        return total;
    }

    private T Join<T>(T total, T value)
        where T : struct, INumberBase<T> => unchecked(_isProduct ? total * value : total + value);

    // Signed and unsigned sums have the same bits, and so have products.
    private void Run<T>(OperatorContext context, TensorValue input, TensorBuffer output, int axis)
        where T : unmanaged, INumberBase<T>
    {
        int length = (int)input.Shape[axis];
        int inner = (int)RowMajor.Product(input.Shape, axis + 1, input.Shape.Rank);
        context.For(output.Length / length / inner, 2L * length * inner, (from, to) =>
        {
            for (int outer = from; outer < to; outer++)
            {
                ReadOnlySpan<T> x = System.Runtime.InteropServices.MemoryMarshal.Cast<byte, T>(input.Bytes.Span).Slice(outer * length * inner, length * inner);
                Span<T> y = System.Runtime.InteropServices.MemoryMarshal.Cast<byte, T>(output.Bytes).Slice(outer * length * inner, length * inner);
                for (int i = 0; i < length; i++)
                {
                    int row = (_isReversed ? length - 1 - i : i) * inner;
                    int before = _isReversed ? row + inner : row - inner;
                    if (i == 0)
                    {
                        x.Slice(row, inner).CopyTo(y.Slice(row, inner));
                        if (_isExclusive)
                        {
                            y.Slice(row, inner).Fill(_isProduct ? T.One : T.Zero);
                        }

                        continue;
                    }

                    Join(y.Slice(before, inner), x.Slice(_isExclusive ? before : row, inner), y.Slice(row, inner));
                }
            }
        });
    }

    private void Join<T>(ReadOnlySpan<T> totals, ReadOnlySpan<T> x, Span<T> y)
        where T : unmanaged, INumberBase<T>
    {
        if (_isProduct)
        {
            for (int i = 0; i < y.Length; i++)
            {
                y[i] = unchecked(totals[i] * x[i]);
            }

            return;
        }

        for (int i = 0; i < y.Length; i++)
        {
            y[i] = unchecked(totals[i] + x[i]);
        }
    }
}
