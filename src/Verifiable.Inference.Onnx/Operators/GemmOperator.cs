using Verifiable.Inference.Onnx.Arithmetic;
using Verifiable.Inference.Tensors;

namespace Verifiable.Inference.Onnx.Operators;

/// <summary>
/// Gemm of binary32. With alpha = beta = 1 a contraction whose bias is C, broadcast; otherwise <c>fl(fl(alpha·r) + fl(beta·C))</c> with r the contraction
/// without bias, and <c>fl(alpha·r)</c> without C.
/// </summary>
internal sealed class GemmOperator : BoundOperator
{
    private readonly float _alpha;
    private readonly float _beta;
    private readonly bool _leftTransposed;
    private readonly bool _rightTransposed;
    private readonly PackedMatrix? _packed;

    private GemmOperator(NodeBinder binder)
    {
        binder.Arity(binder.Opset >= 11 ? 2 : 3, 3);
        _alpha = binder.Float("alpha", 1f);
        _beta = binder.Float("beta", 1f);
        _leftTransposed = binder.Flag("transA");
        _rightTransposed = binder.Flag("transB");
        _packed = binder.Pack(1, _rightTransposed);
    }

    internal static OperatorDefinition Definition { get; } = new("Gemm", 7, binder => new GemmOperator(binder));

    public override ulong Element(OperatorContext context, OperatorInputs inputs, int output, long index)
    {
        (long rows, long depth, long columns) = Sizes(inputs.ShapeOf(0), inputs.ShapeOf(1));
        (long row, long column) = (index / columns, index % columns);
        float bias = inputs.Has(2) ? inputs.ReadSingle(2, BiasIndex(inputs.ShapeOf(2), columns, index)) : 0f;
        ContractionSum sum = BiasGoesFirst(inputs.Has(2)) ? new ContractionSum(bias) : default;
        for (long k = 0; k < depth; k++)
        {
            sum.Add(
                inputs.ReadSingle(0, _leftTransposed ? (k * rows) + row : (row * depth) + k),
                inputs.ReadSingle(1, _rightTransposed ? (column * depth) + k : (k * columns) + column));
        }

        return ElementBits.Of(BiasGoesFirst(inputs.Has(2)) ? sum.Result : Scale(sum.Result, bias, inputs.Has(2)));
    }

    private protected override string? Infer(OperatorInputs inputs, Span<TensorSignature> outputs)
    {
        string? fault = Faults.RequireType(inputs, 0, ElementType.Float32) ?? Faults.RequireSameType(inputs, 1, 0)
            ?? Faults.RequireRank(inputs, 0, 2) ?? Faults.RequireRank(inputs, 1, 2);
        if (fault is not null)
        {
            return fault;
        }

        TensorShape right = inputs.ShapeOf(1);
        (long rows, long depth, long columns) = Sizes(inputs.ShapeOf(0), right);
        if (right[_rightTransposed ? 1 : 0] != depth)
        {
            return $"Expected matrices of one inner length, got {inputs.ShapeOf(0)}{(_leftTransposed ? "ᵀ" : "")} and {right}{(_rightTransposed ? "ᵀ" : "")}.";
        }

        fault = Faults.Shape([rows, columns], out TensorShape shape);
        outputs[0] = new TensorSignature(ElementType.Float32, shape);
        if (fault is null && inputs.Has(2))
        {
            fault = Faults.RequireSameType(inputs, 2, 0) ?? Broadcast.Combine(inputs.ShapeOf(2), shape, out TensorShape combined)
                ?? (combined == shape ? null : $"Expected a bias that broadcasts to {shape}, got {inputs.ShapeOf(2)}.");
        }

        return fault;
    }

    private protected override Int128 ScratchBytes(ReadOnlySpan<TensorValue?> inputs, ReadOnlySpan<TensorBuffer?> outputs, int threads)
    {
        if (outputs[0] is not TensorBuffer output || output.Length == 0)
        {
            return 0;
        }

        (long rows, long depth, long columns) = Sizes(inputs[0]!.Shape, inputs[1]!.Shape);
        return MatrixProduct.ScratchBytes(rows, depth, threads) + (_packed is null ? PackedMatrix.BytesOf((int)depth, (int)columns) : (Int128)0);
    }

    private protected override void ComputeCore(OperatorContext context, ReadOnlySpan<TensorValue?> inputs, ReadOnlySpan<TensorBuffer?> outputs)
    {
        if (outputs[0] is not TensorBuffer output || output.Length == 0)
        {
            return;
        }

        TensorValue left = inputs[0]!;
        (long rows, long depth, long columns) = Sizes(left.Shape, inputs[1]!.Shape);
        TensorValue? bias = inputs.Length > 2 ? inputs[2] : null;
        bool first = BiasGoesFirst(bias is not null);
        if (first)
        {
            context.For((int)rows, columns, (from, to) => FillBias(bias!, from, to, (int)columns, output.AsSpan<float>()));
        }

        PackedMatrix right = _packed ?? MatrixProduct.Pack(context, inputs[1]!.Bytes, (int)depth, (int)columns, _rightTransposed);
        MatrixProduct.Run(context, left.Bytes, (int)rows, _leftTransposed, right, output, 0, first);
        if (!first && (bias is not null || _alpha != 1f))
        {
            context.For(output.Length, 8, (from, to) =>
            {
                Span<float> y = output.AsSpan<float>();
                ReadOnlySpan<float> shifts = bias is null ? [] : bias.AsSpan<float>();
                for (int i = from; i < to; i++)
                {
                    y[i] = Scale(y[i], bias is null ? 0f : shifts[(int)BiasIndex(bias.Shape, columns, i)], bias is not null);
                }
            });
        }
    }

    private static void FillBias(TensorValue bias, int from, int to, int columns, Span<float> y)
    {
        ReadOnlySpan<float> values = bias.AsSpan<float>();
        bool isLine = values.Length == columns && (bias.Shape.Rank < 2 || bias.Shape[0] == 1);
        for (int row = from; row < to; row++)
        {
            Span<float> line = y.Slice(row * columns, columns);
            if (isLine)
            {
                values.CopyTo(line);
                continue;
            }

            for (int column = 0; column < line.Length; column++)
            {
                line[column] = values[(int)BiasIndex(bias.Shape, columns, ((long)row * columns) + column)];
            }
        }
    }

    private static long BiasIndex(TensorShape bias, long columns, long index)
    {
        long stretch = bias.Rank == 0 ? 0 : bias[bias.Rank - 1] == 1 ? 0 : 1;
        long line = bias.Rank < 2 || bias[0] == 1 ? 0 : bias[1];
        return (index / columns * line) + (index % columns * stretch);
    }

    private bool BiasGoesFirst(bool hasBias) => hasBias && _alpha == 1f && _beta == 1f;

    private float Scale(float result, float bias, bool hasBias)
    {
        float scaled = _alpha == 1f ? result : _alpha * result;
        float shift = _beta * bias;
        return hasBias ? scaled + shift : scaled;
    }

    private (long Rows, long Depth, long Columns) Sizes(TensorShape left, TensorShape right) =>
        (left[_leftTransposed ? 1 : 0], left[_leftTransposed ? 0 : 1], right[_rightTransposed ? 0 : 1]);
}
