using System.Buffers;
using System.Collections.Immutable;
using System.Numerics;
using System.Numerics.Tensors;
using System.Runtime.CompilerServices;
using Verifiable.Inference.Onnx.Arithmetic;
using Verifiable.Inference.Tensors;

namespace Verifiable.Inference.Onnx.Operators;

/// <summary>
/// Softmax and LogSoftmax: m the largest element, e = exp(x − m) rounded, s the sum of e by rule 3; softmax is e ÷ s, its logarithm
/// (x − m) − log s. Before version 13 the axes from the given one on are one row; since then the row runs along the one axis.
/// </summary>
internal sealed class SoftmaxOperator : BoundOperator
{
    private readonly bool _logarithm;
    private readonly bool _flattens;
    private readonly long _axis;

    private SoftmaxOperator(NodeBinder binder, bool logarithm, bool flattens)
    {
        binder.Arity(1, 1);
        _logarithm = logarithm;
        _flattens = flattens;
        _axis = binder.Int("axis", flattens ? 1 : -1);
    }

    internal static ImmutableArray<OperatorDefinition> Definitions { get; } =
    [
        new("Softmax", 1, binder => new SoftmaxOperator(binder, false, true), 12, floats: FloatInputs.Of(0)),
        new("Softmax", 13, binder => new SoftmaxOperator(binder, false, false), floats: FloatInputs.Of(0)),
        new("LogSoftmax", 1, binder => new SoftmaxOperator(binder, true, true), 12, floats: FloatInputs.Of(0)),
        new("LogSoftmax", 13, binder => new SoftmaxOperator(binder, true, false), floats: FloatInputs.Of(0)),
    ];

    internal override bool FinishesOutput => true;

    public override ulong Element(OperatorContext context, OperatorInputs inputs, int output, long index) =>
        inputs.TypeOf(0) == ElementType.Float64 ? ElementBits.Of(Element<double>(inputs, index)) : ElementBits.Of(Element<float>(inputs, index));

    private protected override string? Infer(OperatorInputs inputs, Span<TensorSignature> outputs)
    {
        outputs[0] = inputs.SignatureOf(0)!.Value;
        return Faults.RequireType(inputs, 0, ElementType.Float32, ElementType.Float64) ?? Faults.ResolveAxis(_axis, inputs.ShapeOf(0).Rank, false, out _);
    }

    private protected override Int128 ScratchBytes(ReadOnlySpan<TensorValue?> inputs, ReadOnlySpan<TensorBuffer?> outputs, int threads) =>
        inputs[0]!.Length == 0 || Row(inputs[0]!.Shape).Stride == 1 ? 0 : (Int128)threads * (ColumnLanes.Scratch + (2 * ColumnLanes.Tile)) * ElementTypes.SizeOf(inputs[0]!.Type);

    private protected override void ComputeCore(OperatorContext context, ReadOnlySpan<TensorValue?> inputs, ReadOnlySpan<TensorBuffer?> outputs)
    {
        if (outputs[0] is not TensorBuffer output || output.Length == 0)
        {
            return;
        }

        if (output.Signature.Type == ElementType.Float64)
        {
            Compute<double>(context, inputs[0]!, output);
        }
        else
        {
            Compute<float>(context, inputs[0]!, output);
        }
    }

    private static void Shift<T>(ReadOnlySpan<T> x, ReadOnlySpan<T> by, Span<T> y)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        TensorPrimitives.Subtract(x, by, y);
        FloatMath.Exp<T>(y, y);
    }

    [MethodImpl(MethodImplOptions.NoInlining | MethodImplOptions.AggressiveOptimization)]
    private T Element<T>(OperatorInputs inputs, long index)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        (int length, int stride) = Row(inputs.ShapeOf(0));
        long start = (index / ((long)length * stride) * length * stride) + (index % stride);
        T[] row = inputs.MakeRoom<T>(length);
        for (int i = 0; i < length; i++)
        {
            row[i] = inputs.Read<T>(0, start + ((long)i * stride));
        }

        T largest = FloatReduction.Plain<T>(ReduceKind.Max, row);
        for (int i = 0; i < length; i++)
        {
            row[i] = FloatMath.Exp(row[i] - largest);
        }

        T shifted = inputs.Read<T>(0, index) - largest;
        T sum = FloatReduction.Plain<T>(ReduceKind.Sum, row);
        return _logarithm ? shifted - FloatMath.Log(sum) : FloatMath.Exp(shifted) / sum;
    }

    private void Compute<T>(OperatorContext context, TensorValue input, TensorBuffer output)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        (int length, int stride) = Row(input.Shape);
        if (stride == 1)
        {
            context.For(output.Length / length, 8L * length, (from, to) =>
            {
                ReadOnlySpan<T> x = input.AsSpan<T>();
                Span<T> y = output.AsSpan<T>();
                for (int start = from * length; start < to * length; start += length)
                {
                    Fill(x.Slice(start, length), y.Slice(start, length));
                    RowFunctions.Finish(context, y.Slice(start, length), start);
                }
            });
            return;
        }

        int tiles = (stride + ColumnLanes.Tile - 1) / ColumnLanes.Tile;
        context.For(output.Length / length / stride * tiles, 8L * length * Math.Min(stride, ColumnLanes.Tile), (from, to) =>
        {
            T[] scratch = ArrayPool<T>.Shared.Rent(ColumnLanes.Scratch + (2 * ColumnLanes.Tile));
            for (int item = from; item < to; item++)
            {
                int column = item % tiles * ColumnLanes.Tile;
                int start = (item / tiles * length * stride) + column;
                FillColumns(context, input.AsSpan<T>(), output.AsSpan<T>(), (start, length, stride, Math.Min(ColumnLanes.Tile, stride - column)), scratch);
            }

            ArrayPool<T>.Shared.Return(scratch);
        });
    }

    private void Fill<T>(ReadOnlySpan<T> x, Span<T> y)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        // A NaN makes the sum NaN and so the whole row, and e^±0 is 1: only the difference itself shows the sign of a zero.
        T largest = _logarithm ? Lanes.Reduce<T, LaneMaps.Same, LaneFolds.Largest>(x) : Lanes.Reduce<T, LaneMaps.Same, LaneFolds.LargestNumber>(x);
        TensorPrimitives.Subtract(x, largest, y);
        FloatMath.Exp<T>(y, y);
        T sum = Lanes.Reduce<T, LaneMaps.Same, LaneFolds.Sum>(y);
        if (_logarithm)
        {
            TensorPrimitives.Subtract(x, largest, y);
            TensorPrimitives.Subtract(y, FloatMath.Log(sum), y);
        }
        else
        {
            TensorPrimitives.Divide(y, sum, y);
        }
    }

    [MethodImpl(MethodImplOptions.NoInlining | MethodImplOptions.AggressiveOptimization)]
    private void FillColumns<T>(OperatorContext context, ReadOnlySpan<T> x, Span<T> y, (int Start, int Length, int Stride, int Width) tile, Span<T> scratch)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        Span<T> largest = scratch.Slice(ColumnLanes.Scratch, tile.Width);
        Span<T> sums = scratch.Slice(ColumnLanes.Scratch + ColumnLanes.Tile, tile.Width);
        ColumnLanes.Reduce<T, LaneMaps.Same, LaneFolds.Largest>(x[tile.Start..], tile.Stride, [], tile.Length, scratch, largest);
        for (int i = 0; i < tile.Length; i++)
        {
            int at = tile.Start + (i * tile.Stride);
            Shift(x.Slice(at, tile.Width), largest, y.Slice(at, tile.Width));
        }

        ColumnLanes.Reduce<T, LaneMaps.Same, LaneFolds.Sum>(y[tile.Start..], tile.Stride, [], tile.Length, scratch, sums);
        for (int i = 0; _logarithm && i < sums.Length; i++)
        {
            sums[i] = FloatMath.Log(sums[i]);
        }

        for (int i = 0; i < tile.Length; i++)
        {
            int at = tile.Start + (i * tile.Stride);
            Span<T> row = y.Slice(at, tile.Width);
            if (_logarithm)
            {
                TensorPrimitives.Subtract(x.Slice(at, tile.Width), largest, row);
                TensorPrimitives.Subtract(row, sums, row);
            }
            else
            {
                TensorPrimitives.Divide(row, sums, row);
            }

            RowFunctions.Finish(context, row, at);
        }
    }

    // The length of a row and the distance between its elements.
    private (int Length, int Stride) Row(TensorShape shape)
    {
        _ = Faults.ResolveAxis(_axis, shape.Rank, false, out int axis);
        return _flattens
            ? (Walk.Product(shape, axis, shape.Rank), 1)
            : shape.Rank == 0 ? (1, 1) : ((int)shape[axis], Walk.Product(shape, axis + 1, shape.Rank));
    }
}
