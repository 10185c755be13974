using Verifiable.Inference.Tensors;

namespace Verifiable.Inference.Onnx.Operators;

/// <summary>Trilu: the upper or the lower triangle of matrices, counted from the k-th diagonal; zero elsewhere.</summary>
internal sealed class TriluOperator : BoundOperator
{
    private readonly bool _isUpper;

    internal TriluOperator(NodeBinder binder)
    {
        binder.Arity(1, 2);
        _isUpper = binder.Flag("upper", true);
    }

    private protected override bool OnlyMoves => true;

    public override ulong Element(OperatorContext context, OperatorInputs inputs, int output, long index)
    {
        TensorShape shape = inputs.ShapeOf(0);
        long columns = shape[shape.Rank - 1];
        long border = Diagonal(inputs) + (index / columns % shape[shape.Rank - 2]);
        return (_isUpper ? index % columns >= border : index % columns <= border) ? inputs.ReadBits(0, index) : 0;
    }

    private protected override string? Infer(OperatorInputs inputs, Span<TensorSignature> outputs)
    {
        outputs[0] = inputs.SignatureOf(0)!.Value;
        string? fault = inputs.ShapeOf(0).Rank >= 2 ? null : $"Expected matrices, got {inputs.ShapeOf(0)}.";
        return fault is null && inputs.Has(1) ? Faults.RequireType(inputs, 1, ElementType.Int64) ?? ShapeInputs.RequireOne(inputs, 1) : fault;
    }

    private protected override void ComputeCore(OperatorContext context, ReadOnlySpan<TensorValue?> inputs, ReadOnlySpan<TensorBuffer?> outputs)
    {
        if (outputs[0] is not TensorBuffer output || output.Length == 0)
        {
            return;
        }

        TensorValue input = inputs[0]!;
        TensorShape shape = input.Shape;
        long diagonal = Diagonal(new TensorInputs(inputs.ToArray()));
        int rows = (int)shape[shape.Rank - 2];
        int columns = (int)shape[shape.Rank - 1];
        int size = ElementTypes.SizeOf(input.Type);
        context.For(output.Length / columns, 4 + (columns / 8), (from, to) =>
        {
            for (int row = from; row < to; row++)
            {
                ReadOnlySpan<byte> x = input.Bytes.Span.Slice(row * columns * size, columns * size);
                Span<byte> y = output.Bytes.Slice(row * columns * size, columns * size);

                // The lower triangle holds the diagonal.
                int border = size * (int)Math.Clamp(diagonal + (row % rows) + (_isUpper ? 0 : 1), 0, columns);
                (_isUpper ? y[..border] : y[border..]).Clear();
                (_isUpper ? x[border..] : x[..border]).CopyTo(_isUpper ? y[border..] : y);
            }
        });
    }

    // No matrix has a diagonal further out; sums with it do not overflow.
    private static long Diagonal(OperatorInputs inputs) => inputs.Has(1) ? Math.Clamp(inputs.ReadInteger(1, 0), -(1L << 62), 1L << 62) : 0;
}
