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
    private readonly PairColumns? _packed;

    private QuantizedMatMulOperator(NodeBinder binder, bool isLinear)
    {
        binder.Arity(isLinear ? 8 : 2, isLinear ? 8 : 4);
        _isLinear = isLinear;
        (_right, _leftZero, _rightZero) = isLinear ? (3, 2, 5) : (1, 2, 3);
        bool isKnown = !binder.Node.HasInput(_rightZero) || binder.Constant(_rightZero) is not null;
        if (isKnown && binder.Constant(_right) is { Shape.Rank: 2, Length: > 0 } right && IntegerOutput.Types.Contains(right.Type)
            && HasLines(binder.Constant(_rightZero), right) && binder.TryReserve(PairColumns.BytesOf(right.Shape[0], right.Shape[1])))
        {
            TensorValue? zeros = binder.Constant(_rightZero);
            _packed = PairColumns.Pack(new OperatorContext(), right, 0, (int)right.Shape[0], (int)right.Shape[1], column => IntegerOutput.Zero(zeros, PlaceIn(zeros, column)));
        }
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
        Int128 pairs = (plan.Depth + 1) / 2;
        Int128 parameters = ((Int128)plan.Columns * 2) + ((Int128)threads * ((PairProduct.TileRows * PairProduct.MaxPanelWidth) + 64)) + pairs;
        return ((PairRows.BytesOf(plan.Rows, pairs) + PairColumns.BytesOf(plan.Depth, plan.Columns)) * Math.Min(plan.Products.ElementCount, 2)) + (parameters * sizeof(int));
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
            var packedRows = PairRows.Pack(context, a, left * rows * depth, rows, depth, depth, 1, row => IntegerOutput.Zero(leftZeros, PlaceIn(leftZeros, (left * rows) + row)));
            PairColumns packedColumns = _packed
                ?? PairColumns.Pack(context, b, right * depth * columns, depth, columns, column => IntegerOutput.Zero(rightZeros, PlaceIn(rightZeros, (right * columns) + column)));
            Multiply(context, packedRows, packedColumns, rows, (row, first, sums) => Write(all, output, (left * rows) + row, right * columns, (product * rows) + row, columns, first, sums));
        }
    }

    private static void Multiply(OperatorContext context, PairRows left, PairColumns right, int rows, QuantizedConvolution.WriteRun write)
    {
        int width = PairProduct.PanelWidth;
        int most = Math.Max(0, right.Offsets.Length - 1) * width;
        context.With(null).For(right.PanelCount * left.TileCount, (long)width * PairProduct.TileRows * right.Offsets.Length / 8, (from, to) =>
        {
            int[] sums = new int[PairProduct.TileRows * width];
            for (int item = from; item < to; item++)
            {
                // A panel stays in cache while all rows pass.
                int panel = item / left.TileCount;
                int tile = item % left.TileCount;
                ReadOnlySpan<int> packed = left.Tile(tile, out int packedRows);
                PairProduct.Multiply(packed, packedRows, right.Panel(panel), right.Offsets, most, sums, width);
                int count = Math.Min(width, right.Columns - (panel * width));
                for (int row = 0; row < Math.Min(PairProduct.TileRows, rows - (tile * PairProduct.TileRows)); row++)
                {
                    write((tile * PairProduct.TileRows) + row, panel * width, sums.AsSpan(row * width, count));
                }
            }
        });
    }

    // Writes some neighbours of a row of the output.
    private void Write(TensorValue?[] inputs, TensorBuffer output, int leftLine, int rightLines, int line, int columns, int first, ReadOnlySpan<int> sums)
    {
        if (!_isLinear)
        {
            sums.CopyTo(output.AsSpan<int>()[((line * columns) + first)..]);
            return;
        }

        float left = Scale(inputs[1]!, leftLine);
        float divisor = Scale(inputs[6]!, line);
        Span<float> multipliers = stackalloc float[inputs[4]!.Length == 1 ? 1 : PairProduct.MaxPanelWidth];
        multipliers = multipliers[..Math.Min(multipliers.Length, sums.Length)];
        for (int i = 0; i < multipliers.Length; i++)
        {
            multipliers[i] = IntegerOutput.Multiplier(left, Scale(inputs[4]!, rightLines + first + i), divisor);
        }

        Requantization.Write(sums, 0, multipliers, IntegerOutput.Zero(inputs[7], PlaceIn(inputs[7], line)), output.Signature.Type, output.Bytes.Slice((line * columns) + first, sums.Length));
    }

    // What does not fit is refused when shapes are inferred.
    private static bool HasLines(TensorValue? zeros, TensorValue right) => zeros is null || (zeros.Type == right.Type && (zeros.Length == 1 || zeros.Length == right.Shape[1]));

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
