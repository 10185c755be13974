using System.Collections.Immutable;
using Verifiable.Inference.Onnx.Arithmetic;
using Verifiable.Inference.Tensors;

namespace Verifiable.Inference.Onnx.Operators;

/// <summary>
/// MatMulInteger: the sums of (a − za)·(b − zb), modulo 2^32. QLinearMatMul: these sums, rounded to binary32, times fl(fl(sa·sb) ÷ sy), rounded to an integer with
/// ties to even, plus zy, saturated. The parameters of a and y are one or one a row, those of b one or one a column.
/// </summary>
internal sealed class QuantizedMatMulOperator : BoundOperator
{
    private readonly bool _isLinear;
    private readonly int _right;
    private readonly int _leftZero;
    private readonly int _rightZero;

    private QuantizedMatMulOperator(NodeBinder binder, bool isLinear)
    {
        binder.Arity(isLinear ? 8 : 2, isLinear ? 8 : 4);
        _isLinear = isLinear;
        (_right, _leftZero, _rightZero) = isLinear ? (3, 2, 5) : (1, 2, 3);
    }

    internal static ImmutableArray<OperatorDefinition> Definitions { get; } =
    [
        new("MatMulInteger", 10, binder => new QuantizedMatMulOperator(binder, false)),
        new("QLinearMatMul", 10, binder => new QuantizedMatMulOperator(binder, true), floats: FloatInputs.Of(1, 4, 6) with { HasDouble = false }),
    ];

    public override ulong Element(OperatorContext context, OperatorInputs inputs, int output, long index)
    {
        _ = MatMulPlan.Make(inputs.ShapeOf(0), inputs.ShapeOf(_right), false, false, out MatMulPlan plan);
        long product = index / (plan.Rows * plan.Columns);
        long leftLine = (Broadcast.Map(product, plan.Products, plan.LeftStrides) * plan.Rows) + (index / plan.Columns % plan.Rows);
        long rightLine = (Broadcast.Map(product, plan.Products, plan.RightStrides) * plan.Columns) + (index % plan.Columns);
        long leftZero = inputs.Has(_leftZero) ? inputs.ReadInteger(_leftZero, Place(inputs.ShapeOf(_leftZero), leftLine)) : 0;
        long rightZero = inputs.Has(_rightZero) ? inputs.ReadInteger(_rightZero, Place(inputs.ShapeOf(_rightZero), rightLine)) : 0;
        (long left, long leftStep, long right, long rightStep) = plan.Find(index);
        int sum = 0;
        for (long k = 0; k < plan.Depth; k++)
        {
            long addend = (inputs.ReadInteger(0, left + (k * leftStep)) - leftZero) * (inputs.ReadInteger(_right, right + (k * rightStep)) - rightZero);
            sum = unchecked(sum + (int)addend);
        }

        if (!_isLinear)
        {
            return ElementBits.Of(sum);
        }

        long line = index / plan.Columns;
        float multiplier = IntegerOutput.Multiplier(
            inputs.ReadSingle(1, Place(inputs.ShapeOf(1), leftLine)), inputs.ReadSingle(4, Place(inputs.ShapeOf(4), rightLine)), inputs.ReadSingle(6, Place(inputs.ShapeOf(6), line)));
        return IntegerOutput.Bits(inputs.TypeOf(7), sum, multiplier, (int)inputs.ReadInteger(7, Place(inputs.ShapeOf(7), line)));
    }

    private protected override string? Infer(OperatorInputs inputs, Span<TensorSignature> outputs)
    {
        TensorShape left = inputs.ShapeOf(0);
        TensorShape right = inputs.ShapeOf(_right);
        TensorShape shape = default;
        string? fault = Faults.RequireType(inputs, 0, IntegerOutput.Types)
            ?? Faults.RequireType(inputs, _right, IntegerOutput.Types)
            ?? (inputs.Has(_leftZero) ? Faults.RequireSameType(inputs, _leftZero, 0) ?? Require(inputs, _leftZero, left, 1) : null)
            ?? (inputs.Has(_rightZero) ? Faults.RequireSameType(inputs, _rightZero, _right) ?? Require(inputs, _rightZero, right, 2) : null)
            ?? MatMulPlan.Make(left, right, false, false, out MatMulPlan plan)
            ?? Faults.Shape(plan.Output, out shape);
        if (fault is null && _isLinear)
        {
            fault = Faults.RequireType(inputs, 1, ElementType.Float32)
                ?? Faults.RequireType(inputs, 4, ElementType.Float32)
                ?? Faults.RequireType(inputs, 6, ElementType.Float32)
                ?? Faults.RequireType(inputs, 7, IntegerOutput.Types)
                ?? Require(inputs, 1, left, 1)
                ?? Require(inputs, 4, right, 2)
                ?? Require(inputs, 6, shape, 1)
                ?? Require(inputs, 7, shape, 1);
        }

        outputs[0] = new TensorSignature(_isLinear ? inputs.TypeOf(7) : ElementType.Int32, shape);
        return fault;
    }

    private protected override Int128 ScratchBytes(ReadOnlySpan<TensorValue?> inputs, ReadOnlySpan<TensorBuffer?> outputs, int threads)
    {
        if (outputs[0] is not TensorBuffer { Length: > 0 })
        {
            return 0;
        }

        // What one product took may not be collected yet when the next one begins.
        _ = MatMulPlan.Make(inputs[0]!.Shape, inputs[_right]!.Shape, false, false, out MatMulPlan plan);
        return IntegerProduct.ScratchBytes(plan.Rows, plan.Depth, plan.Columns, threads) * Math.Min(plan.Products.ElementCount, 2);
    }

    private protected override void ComputeCore(OperatorContext context, ReadOnlySpan<TensorValue?> inputs, ReadOnlySpan<TensorBuffer?> outputs)
    {
        if (outputs[0] is not TensorBuffer { Length: > 0 } output)
        {
            return;
        }

        (TensorValue a, TensorValue b) = (inputs[0]!, inputs[_right]!);
        TensorValue? leftZeros = inputs.Length > _leftZero ? inputs[_leftZero] : null;
        TensorValue? rightZeros = inputs.Length > _rightZero ? inputs[_rightZero] : null;
        TensorValue?[] all = inputs.ToArray();
        _ = MatMulPlan.Make(a.Shape, b.Shape, false, false, out MatMulPlan plan);
        (int rows, int depth, int columns) = ((int)plan.Rows, (int)plan.Depth, (int)plan.Columns);
        for (int product = 0; product < plan.Products.ElementCount; product++)
        {
            int left = (int)Broadcast.Map(product, plan.Products, plan.LeftStrides);
            int right = (int)Broadcast.Map(product, plan.Products, plan.RightStrides);
            int[] sums = IntegerProduct.Run(
                context,
                rows,
                depth,
                columns,
                (row, start, values) =>
                {
                    Bytes.Widen(a, (((left * rows) + row) * depth) + start, values);
                    int zero = IntegerOutput.Zero(leftZeros, PlaceIn(leftZeros, (left * rows) + row));
                    for (int i = 0; i < values.Length; i++)
                    {
                        values[i] -= zero;
                    }
                },
                (k, start, values) =>
                {
                    Bytes.Widen(b, (((right * depth) + k) * columns) + start, values);
                    for (int i = 0; i < values.Length; i++)
                    {
                        values[i] -= IntegerOutput.Zero(rightZeros, PlaceIn(rightZeros, (right * columns) + start + i));
                    }
                });
            int first = product * rows * columns;
            if (!_isLinear)
            {
                sums.CopyTo(output.AsSpan<int>()[first..]);
                continue;
            }

            context.For(rows, 4L * columns, (from, to) =>
            {
                for (int i = from * columns; i < to * columns; i++)
                {
                    int line = (first + i) / columns;
                    float multiplier = IntegerOutput.Multiplier(
                        Scale(all[1]!, (left * rows) + (i / columns)), Scale(all[4]!, (right * columns) + (i % columns)), Scale(all[6]!, line));
                    IntegerOutput.Write(output, first + i, sums[i], multiplier, IntegerOutput.Zero(all[7], PlaceIn(all[7], line)));
                }
            });
        }
    }

    private static float Scale(TensorValue scales, int line) => scales.AsSpan<float>()[PlaceIn(scales, line)];

    private static int PlaceIn(TensorValue? parameters, int line) => parameters is null ? 0 : (int)Place(parameters.Shape, line);

    // One for all, or one for each line.
    private static long Place(TensorShape shape, long line) => shape.ElementCount == 1 ? 0 : line;

    // Where the parameters differ, they do by row (the last axis is summed, 1 from the end) or by column (2 from the end).
    private static string? Require(OperatorInputs inputs, int input, TensorShape operand, int summedFromEnd)
    {
        TensorShape shape = inputs.ShapeOf(input);
        bool fits = shape.Rank == 0 || (shape.Rank == 1 && shape[0] == 1) || (shape.Rank == 1 && operand.Rank == 2 && shape[0] == operand[summedFromEnd - 1]);
        if (!fits && shape.Rank > 1 && shape.Rank == operand.Rank)
        {
            fits = true;
            for (int axis = 0; axis < shape.Rank; axis++)
            {
                fits &= shape[axis] == (axis == shape.Rank - summedFromEnd ? 1 : operand[axis]);
            }
        }

        return fits ? null : $"Expected one parameter or one for each {(summedFromEnd == 1 ? "row" : "column")} of {operand} in input {input}, got {shape}.";
    }
}
