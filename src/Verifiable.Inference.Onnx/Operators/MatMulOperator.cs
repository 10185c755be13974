using Verifiable.Inference.Onnx.Arithmetic;
using Verifiable.Inference.Tensors;

namespace Verifiable.Inference.Onnx.Operators;

/// <summary>MatMul of binary32 by numpy's rules: the last two axes are matrices, the others broadcast; a vector on the left is a row, on the right a column.</summary>
internal sealed class MatMulOperator : BoundOperator
{
    private readonly PackedMatrix? _packed;

    private MatMulOperator(NodeBinder binder)
    {
        binder.Arity(2, 2);
        _packed = binder.Pack(1, false);
    }

    internal static OperatorDefinition Definition { get; } = new("MatMul", 1, binder => new MatMulOperator(binder));

    public override ulong Element(OperatorContext context, OperatorInputs inputs, int output, long index)
    {
        _ = MatMulPlan.Make(inputs.ShapeOf(0), inputs.ShapeOf(1), out MatMulPlan plan);
        long product = index / (plan.Rows * plan.Columns);
        long row = index / plan.Columns % plan.Rows;
        long column = index % plan.Columns;
        long left = (Broadcast.Map(product, plan.Products, plan.LeftStrides) * plan.Rows) + row;
        long right = Broadcast.Map(product, plan.Products, plan.RightStrides) * plan.Depth;
        ContractionSum sum = default;
        for (long k = 0; k < plan.Depth; k++)
        {
            sum.Add(inputs.ReadSingle(0, (left * plan.Depth) + k), inputs.ReadSingle(1, ((right + k) * plan.Columns) + column));
        }

        return ElementBits.Of(sum.Result);
    }

    private protected override string? Infer(OperatorInputs inputs, Span<TensorSignature> outputs)
    {
        TensorShape shape = default;
        string? fault = Faults.RequireType(inputs, 0, ElementType.Float32) ?? Faults.RequireSameType(inputs, 1, 0)
            ?? MatMulPlan.Make(inputs.ShapeOf(0), inputs.ShapeOf(1), out MatMulPlan plan) ?? Faults.Shape(plan.Output, out shape);
        outputs[0] = new TensorSignature(ElementType.Float32, shape);
        return fault;
    }

    private protected override Int128 ScratchBytes(ReadOnlySpan<TensorValue?> inputs, ReadOnlySpan<TensorBuffer?> outputs, int threads)
    {
        if (outputs[0] is not TensorBuffer output || output.Length == 0)
        {
            return 0;
        }

        _ = MatMulPlan.Make(inputs[0]!.Shape, inputs[1]!.Shape, out MatMulPlan plan);
        return MatrixProduct.ScratchBytes(output.Length / plan.Columns, plan.Depth, threads) + (_packed is not null ? 0 : PackedMatrix.BytesOf((int)plan.Depth, (int)plan.Columns) * (plan.Products.ElementCount > 1 ? (Int128)2 : 1));
    }

    private protected override void ComputeCore(OperatorContext context, ReadOnlySpan<TensorValue?> inputs, ReadOnlySpan<TensorBuffer?> outputs)
    {
        if (outputs[0] is not TensorBuffer output || output.Length == 0)
        {
            return;
        }

        TensorValue left = inputs[0]!;
        TensorValue right = inputs[1]!;
        _ = MatMulPlan.Make(left.Shape, right.Shape, out MatMulPlan plan);
        (int rows, int depth, int columns) = ((int)plan.Rows, (int)plan.Depth, (int)plan.Columns);
        if (right.Shape.Rank <= 2)
        {
            // One right operand: all matrices on the left are the rows of one.
            PackedMatrix packed = _packed ?? MatrixProduct.Pack(context, right.Bytes, depth, columns, false);
            MatrixProduct.Run(context, left.Bytes, output.Length / columns, false, packed, output, 0, false);
            return;
        }

        for (int product = 0; product < plan.Products.ElementCount; product++)
        {
            int from = (int)Broadcast.Map(product, plan.Products, plan.LeftStrides) * rows * depth;
            int with = (int)Broadcast.Map(product, plan.Products, plan.RightStrides) * depth * columns;
            PackedMatrix packed = MatrixProduct.Pack(context, right.Bytes.Slice(with * sizeof(float), depth * columns * sizeof(float)), depth, columns, false);
            MatrixProduct.Run(context, left.Bytes.Slice(from * sizeof(float), rows * depth * sizeof(float)), rows, false, packed, output, product * rows * columns, false);
        }
    }
}
