using Verifiable.Inference.Onnx.Arithmetic;
using Verifiable.Inference.Tensors;

namespace Verifiable.Inference.Onnx.Operators;

/// <summary>OneHot: along a new axis the on value at the index, the off value elsewhere. Indices and depth of any type of number are converted to int64 as Cast does; since
/// version 11 an index may count from the end; one outside the axis has no on value.</summary>
internal sealed class OneHotOperator : BoundOperator
{
    private readonly long _axis;
    private readonly bool _countsFromEnd;

    internal OneHotOperator(NodeBinder binder)
    {
        binder.Arity(3, 3);
        _axis = binder.Int("axis", -1);
        _countsFromEnd = binder.Opset >= 11;
    }

    private protected override bool OnlyMoves => true;

    public override ulong Element(OperatorContext context, OperatorInputs inputs, int output, long index)
    {
        _ = Plan(inputs, out int axis, out TensorShape shape);
        long inner = RowMajor.Product(shape, axis + 1, shape.Rank);
        long at = Resolve(inputs.ReadBits(0, (index / inner / shape[axis] * inner) + (index % inner)), inputs.TypeOf(0), shape[axis]);
        return inputs.ReadBits(2, at == index / inner % shape[axis] ? 1 : 0);
    }

    private protected override string? Infer(OperatorInputs inputs, Span<TensorSignature> outputs)
    {
        string? fault = Plan(inputs, out _, out TensorShape shape);
        outputs[0] = new TensorSignature(inputs.TypeOf(2), shape);
        return fault;
    }

    private protected override void ComputeCore(OperatorContext context, ReadOnlySpan<TensorValue?> inputs, ReadOnlySpan<TensorBuffer?> outputs)
    {
        if (outputs[0] is not TensorBuffer output || output.Length == 0)
        {
            return;
        }

        TensorValue indices = inputs[0]!;
        TensorShape shape = output.Signature.Shape;
        _ = Faults.ResolveAxis(_axis, shape.Rank, false, out int axis);
        int inner = (int)RowMajor.Product(shape, axis + 1, shape.Rank);
        int depth = (int)shape[axis];
        int size = ElementTypes.SizeOf(output.Signature.Type);
        int from = ElementTypes.SizeOf(indices.Type);
        ReadOnlyMemory<byte> values = inputs[2]!.Bytes;
        context.For(output.Length / inner / depth, inner * (depth + 20L), (start, end) =>
        {
            Span<byte> y = output.Bytes;
            int block = inner * depth * size;
            ElementFill.Run(y[(start * block)..(end * block)], values.Span[..size]);
            for (int i = start * inner; i < end * inner; i++)
            {
                long at = Resolve(ElementBits.Read(indices.Bytes.Span, i, from), indices.Type, depth);
                if (at >= 0)
                {
                    (int outer, int within) = Math.DivRem(i, inner);
                    int target = (((outer * depth) + (int)at) * inner) + within;
                    values.Span[size..].CopyTo(y[(target * size)..]);
                }
            }
        });
    }

    private long Resolve(ulong bits, ElementType type, long depth)
    {
        long index = ElementBits.ToInt64(ElementConversion.Convert(bits, type, ElementType.Int64), ElementType.Int64);
        return index < 0 && !_countsFromEnd ? -1 : IndexSpan.Resolve(index, depth);
    }

    private string? Plan(OperatorInputs inputs, out int axis, out TensorShape shape)
    {
        TensorShape indices = inputs.ShapeOf(0);
        shape = default;
        string? fault = Faults.ResolveAxis(_axis, indices.Rank + 1, false, out axis) ?? ShapeInputs.RequireOne(inputs, 1);
        if (fault is not null)
        {
            return fault;
        }

        if (inputs.ShapeOf(2) is not { Rank: 1, ElementCount: 2 })
        {
            return $"Expected two values, off and on, as input 2, got {inputs.ShapeOf(2)}.";
        }

        long depth = ElementBits.ToInt64(ElementConversion.Convert(inputs.ReadBits(1, 0), inputs.TypeOf(1), ElementType.Int64), ElementType.Int64);
        long[] lengths = [.. indices.Lengths.AsSpan()[..axis], depth, .. indices.Lengths.AsSpan()[axis..]];
        return Faults.Shape(lengths, out shape);
    }
}
