using Verifiable.Inference.Onnx.Arithmetic;
using Verifiable.Inference.Onnx.Format;
using Verifiable.Inference.Tensors;

namespace Verifiable.Inference.Onnx.Operators;

/// <summary>EyeLike: one on a diagonal of a matrix of the input's shape, zero elsewhere.</summary>
internal sealed class EyeLikeOperator : BoundOperator
{
    private readonly ElementType? _type;
    private readonly long _diagonal;

    internal EyeLikeOperator(NodeBinder binder)
    {
        binder.Arity(1, 1);
        _diagonal = binder.Int("k", 0);
        long type = binder.Int("dtype", 0);
        _type = binder.Node.KindOf("dtype") == Graph.AttributeKind.None ? null : (ElementType)Math.Clamp(type, 0, byte.MaxValue);
        if (_type is ElementType asked && !ElementTypes.IsKnown(asked))
        {
            binder.Refuse(ModelRefusalReason.UnsupportedType, $"Expected the number of an element type, got {type}.");
        }
    }

    private protected override bool OnlyMoves => true;

    internal override bool ReadsOnlyShapes => true;

    public override ulong Element(OperatorContext context, OperatorInputs inputs, int output, long index)
    {
        (long row, long column) = Math.DivRem(index, inputs.ShapeOf(0)[1]);
        return column - row == _diagonal ? One(_type ?? inputs.TypeOf(0)) : 0;
    }

    private protected override string? Infer(OperatorInputs inputs, Span<TensorSignature> outputs)
    {
        outputs[0] = new TensorSignature(_type ?? inputs.TypeOf(0), inputs.ShapeOf(0));
        return Faults.RequireRank(inputs, 0, 2);
    }

    private protected override void ComputeCore(OperatorContext context, ReadOnlySpan<TensorValue?> inputs, ReadOnlySpan<TensorBuffer?> outputs)
    {
        if (outputs[0] is not TensorBuffer output || output.Length == 0)
        {
            return;
        }

        output.Bytes.Clear();
        (long rows, long columns) = (output.Signature.Shape[0], output.Signature.Shape[1]);
        int size = ElementTypes.SizeOf(output.Signature.Type);
        if (_diagonal <= -rows || _diagonal >= columns)
        {
            return;
        }

        ulong one = One(output.Signature.Type);
        for (long row = Math.Max(0, -_diagonal); row < rows && row + _diagonal < columns; row++)
        {
            ElementBits.Write(one, output.Bytes.Slice((int)((row * columns) + row + _diagonal) * size, size));
        }
    }

    private static ulong One(ElementType type) => ElementConversion.Convert(1, ElementType.UInt8, type);
}
