using System.Collections.Immutable;
using Verifiable.Inference.Onnx.Arithmetic;
using Verifiable.Inference.Onnx.Format;
using Verifiable.Inference.Tensors;

namespace Verifiable.Inference.Onnx.Operators;

/// <summary>
/// ConvInteger: the sums of (x − zx)·(w − zw) modulo 2^32; a tap on padding adds nothing. QLinearConv: these sums and the bias, rounded to binary32, times
/// fl(fl(sx·sw) ÷ sy), rounded to an integer with ties to even, plus zy, saturated. The parameters of w are one or one an output channel.
/// </summary>
internal sealed class QuantizedConvOperator : BoundOperator
{
    private readonly WindowGeometry _window;
    private readonly int _groups;
    private readonly bool _isLinear;
    private readonly int _weights;
    private readonly int _inputZero;
    private readonly int _weightZero;
    private readonly PairRows[]? _packed;

    private QuantizedConvOperator(NodeBinder binder, bool isLinear)
    {
        binder.Arity(isLinear ? 8 : 2, isLinear ? 9 : 4);
        _isLinear = isLinear;
        (_weights, _inputZero, _weightZero) = isLinear ? (3, 2, 5) : (1, 2, 3);
        _window = new WindowGeometry(binder, false, true);
        long groups = binder.Int("group", 1);
        if (groups is < 1 or > int.MaxValue)
        {
            binder.Refuse(ModelRefusalReason.BadAttribute, $"Expected a group of 1 or more, got {groups}.");
        }

        _groups = (int)Math.Clamp(groups, 1, int.MaxValue);
        _packed = Pack(binder);
    }

    internal static ImmutableArray<OperatorDefinition> Definitions { get; } =
    [
        new("ConvInteger", 10, binder => new QuantizedConvOperator(binder, false)),
        new("QLinearConv", 10, binder => new QuantizedConvOperator(binder, true)),
    ];

    public override ulong Element(OperatorContext context, OperatorInputs inputs, int output, long index)
    {
        TensorShape input = inputs.ShapeOf(0);
        TensorShape weights = inputs.ShapeOf(_weights);
        _ = _window.Place(input, weights.Lengths.AsSpan()[2..], out WindowPlan plan);
        long place = index % plan.Places;
        long channel = index / plan.Places % weights[0];
        long batch = index / plan.Places / weights[0];
        long firstPlane = (batch * input[1]) + (channel / (weights[0] / _groups) * weights[1]);
        long inputZero = inputs.Has(_inputZero) ? inputs.ReadInteger(_inputZero, 0) : 0;
        long weightZero = inputs.Has(_weightZero) ? inputs.ReadInteger(_weightZero, Place(inputs.ShapeOf(_weightZero), channel)) : 0;
        int sum = _isLinear && inputs.Has(8) ? (int)inputs.ReadInteger(8, channel) : 0;
        for (long k = 0; k < weights[1] * plan.Taps; k++)
        {
            long offset = plan.Locate(place, k % plan.Taps);
            if (offset >= 0)
            {
                long x = inputs.ReadInteger(0, ((firstPlane + (k / plan.Taps)) * plan.Area) + offset) - inputZero;
                sum = unchecked(sum + (int)(x * (inputs.ReadInteger(_weights, (channel * weights[1] * plan.Taps) + k) - weightZero)));
            }
        }

        if (!_isLinear)
        {
            return ElementBits.Of(sum);
        }

        float multiplier = IntegerOutput.Multiplier(inputs.ReadSingle(1, 0), inputs.ReadSingle(4, Place(inputs.ShapeOf(4), channel)), inputs.ReadSingle(6, 0));
        return IntegerOutput.Bits(inputs.TypeOf(7), sum, multiplier, (int)inputs.ReadInteger(7, 0));
    }

    private protected override string? Infer(OperatorInputs inputs, Span<TensorSignature> outputs)
    {
        TensorShape input = inputs.ShapeOf(0);
        TensorShape weights = inputs.ShapeOf(_weights);
        string? fault = Faults.RequireType(inputs, 0, IntegerOutput.Types) ?? Faults.RequireType(inputs, _weights, IntegerOutput.Types);
        if (fault is not null || input.Rank < 3 || weights.Rank != input.Rank)
        {
            return fault ?? $"Expected an input of batch, channels and spatial axes and weights of as many axes, got {input} and {weights}.";
        }

        if (weights[1] > int.MaxValue || input[1] != weights[1] * _groups || weights[0] % _groups != 0)
        {
            return $"Expected weights [M, C ÷ {_groups}, …] for {_groups} groups and an input of C channels, got {weights} and {input}.";
        }

        if (weights.Lengths.AsSpan()[2..].Contains(0) || (!_window.Kernel.IsDefault && !_window.Kernel.AsSpan().SequenceEqual(weights.Lengths.AsSpan()[2..])))
        {
            return $"Expected weights of the window that kernel_shape states, got {weights}.";
        }

        fault = (inputs.Has(_inputZero) ? Faults.RequireSameType(inputs, _inputZero, 0) ?? Require(inputs, _inputZero, 1) : null)
            ?? (inputs.Has(_weightZero) ? Faults.RequireSameType(inputs, _weightZero, _weights) ?? Require(inputs, _weightZero, weights[0]) : null)
            ?? (_isLinear ? CheckParameters(inputs, weights[0]) : null);
        WindowPlan plan = null!;
        TensorShape shape = default;
        fault ??= _window.Place(input, weights.Lengths.AsSpan()[2..], out plan);
        fault ??= plan.Shape(input[0], weights[0], out shape);
        outputs[0] = new TensorSignature(_isLinear ? inputs.TypeOf(7) : ElementType.Int32, shape);
        return fault;
    }

    private protected override Int128 ScratchBytes(ReadOnlySpan<TensorValue?> inputs, ReadOnlySpan<TensorBuffer?> outputs, int threads)
    {
        TensorShape weights = inputs[_weights]!.Shape;
        if (outputs[0] is not TensorBuffer { Length: > 0 })
        {
            return 0;
        }

        _ = _window.Place(inputs[0]!.Shape, weights.Lengths.AsSpan()[2..], out WindowPlan plan);
        if (QuantizedConvolution.TryPlan(plan, weights[1]) is { } convolution)
        {
            return (2 * convolution.ScratchBytes(threads)) + (_packed is null ? PairRows.BytesOf(weights[0] + (4 * _groups), (weights[1] + 1) / 2 * plan.Taps) : 0);
        }

        // What one product took may not be collected yet when the next one begins.
        return ((Int128)plan.Taps * plan.Places * sizeof(int))
            + (2 * IntegerProduct.ScratchBytes(weights[0] / _groups, (Int128)weights[1] * plan.Taps, plan.Places, threads));
    }

    private protected override void ComputeCore(OperatorContext context, ReadOnlySpan<TensorValue?> inputs, ReadOnlySpan<TensorBuffer?> outputs)
    {
        if (outputs[0] is not TensorBuffer { Length: > 0 } output)
        {
            return;
        }

        (TensorValue x, TensorValue w) = (inputs[0]!, inputs[_weights]!);
        _ = _window.Place(x.Shape, w.Shape.Lengths.AsSpan()[2..], out WindowPlan plan);
        (int rows, int channels) = ((int)(w.Shape[0] / _groups), (int)w.Shape[1]);

        // Without channels there is no memory behind the lengths of the window and of the input.
        (int places, int taps, int area) = ((int)plan.Places, channels == 0 ? 0 : (int)plan.Taps, channels == 0 ? 0 : (int)plan.Area);
        TensorValue?[] all = inputs.ToArray();
        if (QuantizedConvolution.TryPlan(plan, channels) is { } convolution)
        {
            Compute(context, convolution, all, output, rows, places);
            return;
        }

        int[] offsets = new int[taps * places];
        context.For(taps, 20L * places, (from, to) =>
        {
            for (int i = from * places; i < to * places; i++)
            {
                offsets[i] = (int)plan.Locate(i % places, i / places);
            }
        });
        TensorValue? weightZeros = inputs.Length > _weightZero ? inputs[_weightZero] : null;
        int inputZero = IntegerOutput.Zero(inputs.Length > _inputZero ? inputs[_inputZero] : null, 0);
        for (int item = 0; item < x.Shape[0] * _groups; item++)
        {
            int group = item % _groups;
            int firstPlane = item * channels;
            int[] sums = IntegerProduct.Run(
                context,
                rows,
                channels * taps,
                places,
                (row, start, values) =>
                {
                    int channel = (group * rows) + row;
                    Bytes.Widen(w, (channel * channels * taps) + start, values);
                    int zero = IntegerOutput.Zero(weightZeros, Place(weightZeros, channel));
                    for (int i = 0; i < values.Length; i++)
                    {
                        values[i] -= zero;
                    }
                },
                (k, start, values) => Gather(x, (firstPlane + (k / taps)) * area, offsets.AsSpan(k % taps * places, places), inputZero, values));
            Write(context, all, output, group * rows, item * rows * places, places, sums);
        }
    }

    private void Compute(OperatorContext context, QuantizedConvolution convolution, TensorValue?[] inputs, TensorBuffer output, int rows, int places)
    {
        (TensorValue x, TensorValue w) = (inputs[0]!, inputs[_weights]!);
        int inputZero = IntegerOutput.Zero(inputs.Length > _inputZero ? inputs[_inputZero] : null, 0);
        TensorValue? zeros = inputs.Length > _weightZero ? inputs[_weightZero] : null;
        int channels = (int)w.Shape[1];
        var packed = new PairRows[_groups];
        for (int group = 0; group < _groups; group++)
        {
            int first = group * rows;
            packed[group] = _packed?[group] ?? convolution.Pack(context, w, first, rows, row => IntegerOutput.Zero(zeros, Place(zeros, first + row)));
        }

        for (int item = 0; item < x.Shape[0] * _groups; item++)
        {
            int first = item % _groups * rows;
            int start = item * rows * places;
            convolution.Compute(context, x, item * channels, inputZero, packed[item % _groups], rows, (row, place, sums) =>
                WriteRun(inputs, output, first + row, start + (row * places) + place, sums));
        }
    }

    private void WriteRun(TensorValue?[] inputs, TensorBuffer output, int channel, int start, ReadOnlySpan<int> sums)
    {
        if (!_isLinear)
        {
            sums.CopyTo(output.AsSpan<int>()[start..]);
            return;
        }

        float multiplier = IntegerOutput.Multiplier(inputs[1]!.AsSpan<float>()[0], inputs[4]!.AsSpan<float>()[Place(inputs[4], channel)], inputs[6]!.AsSpan<float>()[0]);
        int bias = inputs.Length > 8 && inputs[8] is TensorValue biases ? biases.AsSpan<int>()[channel] : 0;
        Requantization.Write(sums, bias, new ReadOnlySpan<float>(in multiplier), IntegerOutput.Zero(inputs[7], 0), output.Signature.Type, output.Bytes.Slice(start, sums.Length));
    }

    // Weights that never change are packed once.
    private PairRows[]? Pack(NodeBinder binder)
    {
        TensorValue? zeros = binder.Constant(_weightZero);
        if ((binder.Node.HasInput(_weightZero) && zeros is null) || binder.Constant(_weights) is not { Length: > 0, Shape.Rank: 3 or 4 } weights || !IntegerOutput.Types.Contains(weights.Type)
            || weights.Shape[0] % _groups != 0 || (zeros is not null && (zeros.Type != weights.Type || (zeros.Length != 1 && zeros.Length != weights.Shape[0]))))
        {
            return null;
        }

        (int rows, int channels) = ((int)weights.Shape[0] / _groups, (int)weights.Shape[1]);
        int taps = weights.Length / channels / (int)weights.Shape[0];
        if (!binder.TryReserve(_groups * PairRows.BytesOf(rows, (channels + 1) / 2 * (Int128)taps)))
        {
            return null;
        }

        var packed = new PairRows[_groups];
        for (int group = 0; group < _groups; group++)
        {
            int first = group * rows;
            packed[group] = PairRows.Pack(new OperatorContext(), weights, first * channels * taps, rows, channels * taps, channels, taps, row => IntegerOutput.Zero(zeros, Place(zeros, first + row)));
        }

        return packed;
    }

    private void Write(OperatorContext context, TensorValue?[] inputs, TensorBuffer output, int firstChannel, int start, int places, int[] sums)
    {
        if (!_isLinear)
        {
            sums.CopyTo(output.AsSpan<int>()[start..]);
            return;
        }

        context.For(sums.Length / places, 4L * places, (from, to) =>
        {
            for (int row = from; row < to; row++)
            {
                int channel = firstChannel + row;
                float multiplier = IntegerOutput.Multiplier(inputs[1]!.AsSpan<float>()[0], inputs[4]!.AsSpan<float>()[Place(inputs[4], channel)], inputs[6]!.AsSpan<float>()[0]);
                int zero = IntegerOutput.Zero(inputs[7], 0);
                int bias = inputs.Length > 8 && inputs[8] is TensorValue biases ? biases.AsSpan<int>()[channel] : 0;
                for (int i = row * places; i < (row + 1) * places; i++)
                {
                    IntegerOutput.Write(output, start + i, unchecked(sums[i] + bias), multiplier, zero);
                }
            }
        });
    }

    private static void Gather(TensorValue x, int plane, ReadOnlySpan<int> offsets, int zero, Span<float> values)
    {
        ReadOnlySpan<byte> bytes = x.Bytes.Span;
        bool isSigned = x.Type == ElementType.Int8;
        for (int i = 0; i < values.Length; i++)
        {
            int offset = offsets[i];
            values[i] = offset < 0 ? 0f : (isSigned ? unchecked((sbyte)bytes[plane + offset]) : bytes[plane + offset]) - zero;
        }
    }

    private static int Place(TensorValue? parameters, int channel) => parameters is null ? 0 : (int)Place(parameters.Shape, channel);

    // One for all, or one for each channel.
    private static long Place(TensorShape shape, long channel) => shape.ElementCount == 1 ? 0 : channel;

    private static string? CheckParameters(OperatorInputs inputs, long channels) =>
        Faults.RequireType(inputs, 1, ElementType.Float32)
        ?? Faults.RequireType(inputs, 4, ElementType.Float32)
        ?? Faults.RequireType(inputs, 6, ElementType.Float32)
        ?? Faults.RequireType(inputs, 7, IntegerOutput.Types)
        ?? Require(inputs, 1, 1)
        ?? Require(inputs, 4, channels)
        ?? Require(inputs, 6, 1)
        ?? Require(inputs, 7, 1)
        ?? (!inputs.Has(8) || (inputs.TypeOf(8) == ElementType.Int32 && inputs.ShapeOf(8) == new TensorShape(channels))
            ? null
            : $"Expected a bias of Int32 and shape [{channels}], got {inputs.SignatureOf(8)}.");

    private static string? Require(OperatorInputs inputs, int input, long most)
    {
        TensorShape shape = inputs.ShapeOf(input);
        return shape.Rank == 0 || (shape.Rank == 1 && (shape[0] == 1 || shape[0] == most))
            ? null
            : $"Expected one parameter{(most == 1 ? "" : $" or {most}")} in input {input}, got {shape}.";
    }
}
