using System.Buffers;
using System.Collections.Immutable;
using System.Numerics;
using System.Runtime.CompilerServices;
using Verifiable.Inference.Onnx.Arithmetic;
using Verifiable.Inference.Onnx.Format;
using Verifiable.Inference.Tensors;

namespace Verifiable.Inference.Onnx.Operators;

/// <summary>
/// LayerNormalization, and RMSNormalization, which does not center: the axes from one on are a row, normalised as <see cref="RowNormalization"/> has it, what a chain
/// of ReduceMean, Sub, Mul, ReduceMean, Add, Sqrt, Div, Mul, Add computes too. Statistics are binary32, or of a binary64 input's type with that <c>stash_type</c>.
/// </summary>
internal sealed class LayerNormalizationOperator : BoundOperator
{
    private readonly bool _centers;
    private readonly bool _single;
    private readonly bool _stashesDouble;
    private readonly long _axis;
    private readonly float _epsilon;

    private LayerNormalizationOperator(NodeBinder binder, bool centers, int mostOutputs)
    {
        binder.Arity(2, centers ? 3 : 2, mostOutputs);
        _centers = centers;
        _single = binder.Node.Outputs.Length == 1;
        _axis = binder.Int("axis", -1);
        _epsilon = binder.Float("epsilon", 1e-5f);
        long stash = binder.Int("stash_type", 1);
        _stashesDouble = stash == (long)ElementType.Float64;
        if (!_stashesDouble && stash != (long)ElementType.Float32)
        {
            binder.Refuse(ModelRefusalReason.UnsupportedAttribute, $"Expected to compute in binary32 or binary64, got stash_type = {stash}.");
        }
    }

    // LayerNormalization and SimplifiedLayerNormalization stand in ONNX's own domain before the standard had them: ONNX Runtime's optimiser and exporters write them so.
    internal static ImmutableArray<OperatorDefinition> Definitions { get; } =
    [
        Define("LayerNormalization", 1, string.Empty, true, 3),
        Define("LayerNormalization", 1, "com.microsoft", true, 3),
        Define("RMSNormalization", 23, string.Empty, false, 1),
        Define("SimplifiedLayerNormalization", 1, string.Empty, false, 2),
        Define("SimplifiedLayerNormalization", 1, "com.microsoft", false, 2),
    ];

    internal override bool FinishesOutput => _single;

    public override ulong Element(OperatorContext context, OperatorInputs inputs, int output, long index)
    {
        if (inputs.TypeOf(0) == ElementType.Float64)
        {
            double value = Element<double>(inputs, output, index);
            return output > 0 && !_stashesDouble ? ElementBits.Of((float)value) : ElementBits.Of(value);
        }

        return ElementBits.Of(Element<float>(inputs, output, index));
    }

    private protected override string? Infer(OperatorInputs inputs, Span<TensorSignature> outputs)
    {
        TensorShape shape = inputs.ShapeOf(0);
        string? fault = Faults.RequireType(inputs, 0, ElementType.Float32, ElementType.Float64) ?? Faults.ResolveAxis(_axis, shape.Rank, false, out int first);
        for (int input = 1; input <= 2 && fault is null; input++)
        {
            if (inputs.Has(input))
            {
                fault = Faults.RequireSameType(inputs, input, 0) ?? Broadcast.Combine(shape, inputs.ShapeOf(input), out TensorShape combined)
                    ?? (combined == shape ? null : $"Expected input {input} to broadcast to {shape}, got {inputs.ShapeOf(input)}.");
            }
        }

        fault ??= _stashesDouble && inputs.TypeOf(0) != ElementType.Float64 ? $"Expected an input of {ElementType.Float64} beside this stash_type, got {inputs.TypeOf(0)}." : null;
        if (fault is not null)
        {
            return fault;
        }

        outputs[0] = new TensorSignature(inputs.TypeOf(0), shape);
        _ = Faults.ResolveAxis(_axis, shape.Rank, false, out first);
        fault = Faults.Shape([.. shape.Lengths.Select((length, axis) => axis < first ? length : 1)], out TensorShape rows);
        outputs[1..].Fill(new TensorSignature(_stashesDouble ? ElementType.Float64 : ElementType.Float32, rows));
        return fault;
    }

    private protected override Int128 ScratchBytes(ReadOnlySpan<TensorValue?> inputs, ReadOnlySpan<TensorBuffer?> outputs, int threads)
    {
        if (inputs[0]!.Length == 0)
        {
            return 0;
        }

        (int first, int length) = Row(inputs[0]!.Shape);
        int rows = (IsRow(inputs, 1, first) ? 0 : 1) + (IsRow(inputs, 2, first) ? 0 : 1);
        return (Int128)rows * length * Math.Max(threads, 1) * ElementTypes.SizeOf(inputs[0]!.Type);
    }

    private protected override void ComputeCore(OperatorContext context, ReadOnlySpan<TensorValue?> inputs, ReadOnlySpan<TensorBuffer?> outputs)
    {
        if (inputs[0]!.Length == 0)
        {
            // Statistics of rows without elements: 0 ÷ 0.
            foreach (TensorBuffer? statistics in outputs[1..])
            {
                statistics?.Bytes.Fill(0xFF);
            }

            return;
        }

        if (inputs[0]!.Type == ElementType.Float64)
        {
            Compute<double>(context, inputs, outputs);
        }
        else
        {
            Compute<float>(context, inputs, outputs);
        }
    }

    private static OperatorDefinition Define(string name, int since, string domain, bool centers, int mostOutputs) =>
        new(name, since, binder => new LayerNormalizationOperator(binder, centers, mostOutputs), domain: domain, floats: FloatInputs.Of(0, 1, 2) with { SingleOutputs = 0b110 });

    // Whether an input is there and not one number for each element of a row, the same ones for all rows, in the same order.
    [MethodImpl(MethodImplOptions.NoInlining | MethodImplOptions.AggressiveOptimization)]
    private static bool IsRow(ReadOnlySpan<TensorValue?> inputs, int input, int first)
    {
        if (input >= inputs.Length || inputs[input] is not TensorValue value)
        {
            return true;
        }

        TensorShape shape = inputs[0]!.Shape;
        bool same = true;
        for (int axis = 0; axis < shape.Rank; axis++)
        {
            int own = axis - shape.Rank + value.Shape.Rank;
            long length = own < 0 ? 1 : value.Shape[own];
            same &= length == (axis < first ? 1 : shape[axis]);
        }

        return same;
    }

    // One number for each element of a row: the input's own, or repeated in memory for it.
    [MethodImpl(MethodImplOptions.NoInlining | MethodImplOptions.AggressiveOptimization)]
    private static ReadOnlySpan<T> Expand<T>(TensorValue? value, bool isRow, TensorShape shape, int start, Span<T> memory)
        where T : unmanaged
    {
        if (value is null)
        {
            return [];
        }

        ReadOnlySpan<T> own = value.AsSpan<T>();
        if (isRow)
        {
            return own;
        }

        long[] strides = Broadcast.Strides(value.Shape, shape);
        for (int i = 0; i < memory.Length; i++)
        {
            memory[i] = own[(int)Broadcast.Map(start + i, shape, strides)];
        }

        return memory;
    }

    private (int First, int Length) Row(TensorShape shape)
    {
        _ = Faults.ResolveAxis(_axis, shape.Rank, false, out int first);
        return (first, Walk.Product(shape, first, shape.Rank));
    }

    [MethodImpl(MethodImplOptions.NoInlining | MethodImplOptions.AggressiveOptimization)]
    private T Element<T>(OperatorInputs inputs, int output, long index)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        TensorShape shape = inputs.ShapeOf(0);
        int length = Row(shape).Length;
        long start = output == 0 ? index / length * length : index * length;
        T[] row = inputs.MakeRoom<T>(length);
        for (int i = 0; i < length; i++)
        {
            row[i] = inputs.Read<T>(0, start + i);
        }

        T mean = _centers ? FloatReduction.Plain<T>(ReduceKind.Mean, row) : T.Zero;
        for (int i = 0; i < length && _centers; i++)
        {
            row[i] -= mean;
        }

        T variance = FloatReduction.Plain<T>(ReduceKind.SumSquare, row) / T.CreateChecked(length);
        T deviation = T.Sqrt(variance + T.CreateChecked(_epsilon));
        if (output > 0)
        {
            return output == 1 && _centers ? mean : T.One / deviation;
        }

        T scale = inputs.Read<T>(1, Broadcast.Map(index, shape, Broadcast.Strides(inputs.ShapeOf(1), shape)));
        T scaled = row[index - start] / deviation * scale;
        return inputs.Has(2) ? scaled + inputs.Read<T>(2, Broadcast.Map(index, shape, Broadcast.Strides(inputs.ShapeOf(2), shape))) : scaled;
    }

    private void Compute<T>(OperatorContext context, ReadOnlySpan<TensorValue?> inputs, ReadOnlySpan<TensorBuffer?> outputs)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        TensorValue input = inputs[0]!;
        TensorValue scale = inputs[1]!;
        TensorValue? bias = inputs.Length > 2 ? inputs[2] : null;
        TensorBuffer? output = outputs[0];
        TensorBuffer? means = _centers && outputs.Length > 1 ? outputs[1] : null;
        TensorBuffer? inverses = _centers ? (outputs.Length > 2 ? outputs[2] : null) : outputs.Length > 1 ? outputs[1] : null;
        (int first, int length) = Row(input.Shape);
        bool scaleIsRow = IsRow(inputs, 1, first);
        bool biasIsRow = IsRow(inputs, 2, first);
        T epsilon = T.CreateChecked(_epsilon);
        context.For(Walk.Product(input.Shape, 0, first), 4L * length, (from, to) =>
        {
            T[] scales = scaleIsRow ? [] : ArrayPool<T>.Shared.Rent(length);
            T[] biases = biasIsRow ? [] : ArrayPool<T>.Shared.Rent(length);
            for (int row = from; row < to; row++)
            {
                int start = row * length;
                ReadOnlySpan<T> x = input.AsSpan<T>().Slice(start, length);
                (T Mean, T Deviation) moments = RowNormalization.Moments(x, _centers, epsilon);
                Write(means, row, moments.Mean);
                Write(inverses, row, T.One / moments.Deviation);
                if (output is not null)
                {
                    Span<T> y = output.AsSpan<T>().Slice(start, length);
                    ReadOnlySpan<T> factors = Expand(scale, scaleIsRow, input.Shape, start, scaleIsRow ? [] : scales.AsSpan(0, length));
                    RowNormalization.Apply(x, y, moments, factors, Expand(bias, biasIsRow, input.Shape, start, biasIsRow ? [] : biases.AsSpan(0, length)));
                    if (_single)
                    {
                        RowFunctions.Finish(context, y, start);
                    }
                }
            }

            if (!scaleIsRow)
            {
                ArrayPool<T>.Shared.Return(scales);
            }

            if (!biasIsRow)
            {
                ArrayPool<T>.Shared.Return(biases);
            }
        });
    }

    private void Write<T>(TensorBuffer? output, int row, T value)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        if (output is not null && _stashesDouble)
        {
            output.AsSpan<double>()[row] = double.CreateChecked(value);
        }
        else if (output is not null)
        {
            output.AsSpan<float>()[row] = float.CreateChecked(value);
        }
    }
}
