using System.Numerics;
using Verifiable.Inference.Onnx.Arithmetic;
using Verifiable.Inference.Onnx.Format;
using Verifiable.Inference.Tensors;

namespace Verifiable.Inference.Onnx.Operators;

/// <summary>TopK: the largest (or smallest) elements along an axis, in that order also where <c>sorted</c> is 0, and their indices; the lower index first on ties. NaN is
/// larger than every number and equal to itself; the zeros are equal. k is an attribute before version 10, an input since.</summary>
internal sealed class TopKOperator : BoundOperator
{
    private readonly long _axis;
    private readonly long? _k;
    private readonly bool _largest = true;

    internal TopKOperator(NodeBinder binder)
    {
        bool hasInput = binder.Opset >= 10;
        binder.Arity(hasInput ? 2 : 1, hasInput ? 2 : 1, 2);
        _axis = binder.Int("axis", -1);
        _k = hasInput ? null : binder.RequiredInt("k");
        if (binder.Opset >= 11)
        {
            _largest = binder.Flag("largest", true);
            _ = binder.Flag("sorted", true);
        }

        if (_k < 0)
        {
            binder.Refuse(ModelRefusalReason.BadAttribute, $"Expected a k of 0 or more, got {_k}.");
        }
    }

    private protected override bool OnlyMoves => true;

    public override ulong Element(OperatorContext context, OperatorInputs inputs, int output, long index)
    {
        _ = Plan(inputs, out int axis, out long k);
        TensorShape shape = inputs.ShapeOf(0);
        long inner = RowMajor.Product(shape, axis + 1, shape.Rank);
        long start = (index / inner / k * shape[axis] * inner) + (index % inner);
        UInt128[] ranks = inputs.MakeRoom<UInt128>(shape[axis]);
        for (int i = 0; i < ranks.Length; i++)
        {
            ranks[i] = ((UInt128)Key(inputs.ReadBits(0, start + (i * inner)), inputs.TypeOf(0)) << 32) | (uint)i;
        }

        Array.Sort(ranks);
        uint at = unchecked((uint)ranks[index / inner % k]);
        return output == 0 ? inputs.ReadBits(0, start + (at * inner)) : at;
    }

    private protected override string? Infer(OperatorInputs inputs, Span<TensorSignature> outputs)
    {
        if (Plan(inputs, out int axis, out long k) is string fault)
        {
            return fault;
        }

        long[] lengths = [.. inputs.ShapeOf(0).Lengths.AsSpan()];
        lengths[axis] = k;
        var shape = new TensorShape(lengths);
        outputs[0] = new TensorSignature(inputs.TypeOf(0), shape);
        if (outputs.Length > 1)
        {
            outputs[1] = new TensorSignature(ElementType.Int64, shape);
        }

        return null;
    }

    private protected override Int128 ScratchBytes(ReadOnlySpan<TensorValue?> inputs, ReadOnlySpan<TensorBuffer?> outputs, int threads) =>
        inputs[0]!.Length == 0 ? 0 : (Int128)inputs[0]!.Length * 16 * 2;

    private protected override void ComputeCore(OperatorContext context, ReadOnlySpan<TensorValue?> inputs, ReadOnlySpan<TensorBuffer?> outputs)
    {
        TensorValue input = inputs[0]!;
        TensorBuffer? values = outputs[0];
        TensorBuffer? indices = outputs.Length > 1 ? outputs[1] : null;
        if (input.Length == 0 || (values ?? indices) is not { Length: > 0 } any)
        {
            return;
        }

        _ = Faults.ResolveAxis(_axis, input.Shape.Rank, false, out int axis);
        int k = (int)any.Signature.Shape[axis];
        int length = (int)input.Shape[axis];
        int inner = (int)RowMajor.Product(input.Shape, axis + 1, input.Shape.Rank);
        if (ElementTypes.SizeOf(input.Type) < sizeof(ulong))
        {
            Run(context, input, values, indices, inner, length, k, (key, index) => (key << 32) | (uint)index, rank => unchecked((int)rank));
        }
        else
        {
            Run(context, input, values, indices, inner, length, k, (key, index) => ((UInt128)key << 32) | (uint)index, rank => unchecked((int)(uint)rank));
        }
    }

    // A rank is the key, whose bits are turned for the largest first, and the index below it: ranks are distinct, so that any way to sort them gives one order.
    private void Run<TRank>(
        OperatorContext context, TensorValue input, TensorBuffer? values, TensorBuffer? indices, int inner, int length, int k, Func<ulong, int, TRank> make, Func<TRank, int> index)
        where TRank : struct, IComparisonOperators<TRank, TRank, bool>, IComparable<TRank>
    {
        int size = ElementTypes.SizeOf(input.Type);
        context.For(input.Length / length, 20L * length, (from, to) =>
        {
            TRank[] ranks = new TRank[length];
            for (int row = from; row < to; row++)
            {
                (int outer, int within) = Math.DivRem(row, inner);
                int start = (outer * length * inner) + within;
                for (int i = 0; i < length; i++)
                {
                    ranks[i] = make(Key(ElementBits.Read(input.Bytes.Span, start + (i * inner), size), input.Type), i);
                }

                SmallestFirst.Select(ranks.AsSpan(), k);
                for (int i = 0; i < k; i++)
                {
                    int at = index(ranks[i]);
                    int target = (((outer * k) + i) * inner) + within;
                    if (values is not null)
                    {
                        input.Bytes.Span.Slice((start + (at * inner)) * size, size).CopyTo(values.Bytes[(target * size)..]);
                    }

                    if (indices is not null)
                    {
                        indices.AsSpan<long>()[target] = at;
                    }
                }
            }
        });
    }

    private ulong Key(ulong bits, ElementType type)
    {
        ulong key = ElementOrder.Key(bits, type);
        return _largest ? key ^ (ulong.MaxValue >> (64 - (8 * ElementTypes.SizeOf(type)))) : key;
    }

    private string? Plan(OperatorInputs inputs, out int axis, out long k)
    {
        TensorShape shape = inputs.ShapeOf(0);
        k = _k ?? 0;
        string? fault = Faults.ResolveAxis(_axis, shape.Rank, false, out axis);
        fault ??= inputs.TypeOf(0) == ElementType.Boolean ? $"Expected numbers, got {inputs.SignatureOf(0)}." : null;
        if (fault is null && _k is null)
        {
            fault = ShapeInputs.ReadOne(inputs, 1, out k);
        }

        return fault ?? (k >= 0 && k <= shape[axis] ? null : $"Expected a k from 0 to the length of axis {axis} of {shape}, got {k}.");
    }
}
