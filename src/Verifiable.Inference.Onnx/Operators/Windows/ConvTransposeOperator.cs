using System.Collections.Immutable;
using System.Numerics;
using Verifiable.Inference.Onnx.Arithmetic;
using Verifiable.Inference.Onnx.Format;
using Verifiable.Inference.Tensors;

namespace Verifiable.Inference.Onnx.Operators;

/// <summary>
/// ConvTranspose over any number of spatial axes. An output element o is a contraction over the input channels of its group and, row-major, over those taps t for
/// which o + pad − t·dilation is a multiple of the stride on every axis; where that multiple is no place of the input, the product is one with +0. Other taps are
/// left out. Without any product the element is the bias, else +0.
/// </summary>
internal sealed class ConvTransposeOperator : BoundOperator
{
    private readonly WindowGeometry _window;
    private readonly ImmutableArray<long> _outputPadding;
    private readonly ImmutableArray<long> _outputShape;
    private readonly int _groups;

    private ConvTransposeOperator(NodeBinder binder)
    {
        binder.Arity(2, 3);
        _window = new WindowGeometry(binder, false, true);
        _outputPadding = binder.Ints("output_padding");
        _outputShape = binder.Ints("output_shape");
        long groups = binder.Int("group", 1);
        if (groups is < 1 or > int.MaxValue)
        {
            binder.Refuse(ModelRefusalReason.BadAttribute, $"Expected a group of 1 or more, got {groups}.");
        }

        _groups = (int)Math.Clamp(groups, 1, int.MaxValue);
    }

    internal static OperatorDefinition Definition { get; } = new("ConvTranspose", 1, binder => new ConvTransposeOperator(binder), floats: FloatInputs.Of(0, 1, 2), reachesBack: true);

    public override ulong Element(OperatorContext context, OperatorInputs inputs, int output, long index) => inputs.TypeOf(0) == ElementType.Float32
        ? ElementBits.Of(Sum<float>(inputs, index))
        : ElementBits.Of(Sum<double>(inputs, index));

    private protected override string? Infer(OperatorInputs inputs, Span<TensorSignature> outputs)
    {
        TensorShape input = inputs.ShapeOf(0);
        TensorShape weights = inputs.ShapeOf(1);
        string? fault = Faults.RequireType(inputs, 0, TypeSets.Floats) ?? Faults.RequireSameType(inputs, 1, 0);
        if (fault is not null || input.Rank < 3 || weights.Rank != input.Rank)
        {
            return fault ?? $"Expected an input of batch, channels and spatial axes and weights of as many axes, got {input} and {weights}.";
        }

        Int128 channels = weights[1] * (Int128)_groups;
        if (input[1] != weights[0] || weights[0] % _groups != 0 || channels > int.MaxValue)
        {
            return $"Expected weights [C, M ÷ {_groups}, …] for {_groups} groups and an input of C channels, got {weights} and {input}.";
        }

        if (Walk.HasZero(weights, 2) || (!_window.Kernel.IsDefault && !_window.Kernel.AsSpan().SequenceEqual(weights.Lengths.AsSpan()[2..])))
        {
            return $"Expected weights of the window that kernel_shape states, got {weights}.";
        }

        if (inputs.Has(2) && (inputs.ShapeOf(2) != new TensorShape((long)channels) || inputs.TypeOf(2) != inputs.TypeOf(0)))
        {
            return $"Expected a bias of shape [{channels}], got {inputs.SignatureOf(2)}.";
        }

        fault = Place(input, weights, out WindowPlan plan);
        TensorShape shape = default;
        fault ??= Faults.Shape([input[0], (long)channels, .. plan.Inputs], out shape);
        outputs[0] = new TensorSignature(inputs.TypeOf(0), shape);
        return fault;
    }

    private protected override Int128 ScratchBytes(ReadOnlySpan<TensorValue?> inputs, ReadOnlySpan<TensorBuffer?> outputs, int threads)
    {
        TensorShape weights = inputs[1]!.Shape;
        return weights.ElementCount == 0 ? 0 : (Int128)2 * threads * sizeof(int) * weights.ElementCount / (weights[0] * weights[1]);
    }

    private protected override void ComputeCore(OperatorContext context, ReadOnlySpan<TensorValue?> inputs, ReadOnlySpan<TensorBuffer?> outputs)
    {
        if (outputs[0] is not TensorBuffer output || output.Length == 0)
        {
            return;
        }

        TensorValue? bias = inputs.Length > 2 ? inputs[2] : null;
        if (output.Signature.Type == ElementType.Float32)
        {
            Run<float>(context, inputs[0]!, inputs[1]!, bias, output);
        }
        else
        {
            Run<double>(context, inputs[0]!, inputs[1]!, bias, output);
        }
    }

    private string? Place(TensorShape input, TensorShape weights, out WindowPlan plan) =>
        _window.PlaceTransposed(input, weights.Lengths.AsSpan()[2..], _outputPadding, _outputShape, out plan);

    private T Sum<T>(OperatorInputs inputs, long index)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        TensorShape input = inputs.ShapeOf(0);
        TensorShape weights = inputs.ShapeOf(1);
        _ = Place(input, weights, out WindowPlan plan);
        long row = index / plan.Area % weights[1];
        long group = index / plan.Area / weights[1] % _groups;
        long batch = index / plan.Area / weights[1] / _groups;
        long channels = weights[0] / _groups;
        inputs.RequireRoom(plan.Taps > 0 && channels > long.MaxValue / plan.Taps ? long.MaxValue : channels * plan.Taps);
        NumberSum<T> sum = inputs.Has(2) ? new NumberSum<T>(inputs.Read<T>(2, (group * weights[1]) + row)) : default;
        inputs.Spend((Int128)channels * plan.Taps);
        for (long channel = group * channels; channel < (group + 1) * channels; channel++)
        {
            for (long tap = 0; tap < plan.Taps; tap++)
            {
                if (plan.TryLocateTransposed(index % plan.Area, tap, out long place))
                {
                    T x = place < 0 ? T.Zero : inputs.Read<T>(0, (((batch * input[1]) + channel) * plan.Places) + place);
                    sum.Add(x, inputs.Read<T>(1, (((channel * weights[1]) + row) * plan.Taps) + tap));
                }
            }
        }

        return sum.Result;
    }

    private void Run<T>(OperatorContext context, TensorValue input, TensorValue weights, TensorValue? bias, TensorBuffer output)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        _ = Place(input.Shape, weights.Shape, out WindowPlan plan);
        (int area, int places, int taps) = ((int)plan.Area, (int)plan.Places, (int)plan.Taps);
        int rows = (int)weights.Shape[1];
        int channels = (int)weights.Shape[0] / _groups;
        int planes = (int)input.Shape[0] * _groups;

        // Without channels there are no products, whatever window the weights claim.
        taps = channels == 0 ? 0 : taps;

        // What each place meets is found once for all channels.
        context.For(area, (long)planes * rows * channels * taps * 2, (from, to) =>
        {
            int[] numbers = new int[taps];
            int[] offsets = new int[taps];
            ReadOnlySpan<T> x = input.AsSpan<T>();
            ReadOnlySpan<T> w = weights.AsSpan<T>();
            for (int o = from; o < to; o++)
            {
                int count = 0;
                for (int tap = 0; tap < taps; tap++)
                {
                    if (plan.TryLocateTransposed(o, tap, out long place))
                    {
                        numbers[count] = tap;
                        offsets[count++] = (int)place;
                    }
                }

                for (int row = 0; row < planes * rows; row++)
                {
                    int group = row / rows % _groups;
                    int m = row % rows;
                    NumberSum<T> sum = bias is null ? default : new NumberSum<T>(bias.AsSpan<T>()[(group * rows) + m]);
                    for (int channel = 0; channel < channels; channel++)
                    {
                        int elements = ((row / rows * channels) + channel) * places;
                        int factors = ((((group * channels) + channel) * rows) + m) * taps;
                        for (int i = 0; i < count; i++)
                        {
                            sum.Add(offsets[i] < 0 ? T.Zero : x[elements + offsets[i]], w[factors + numbers[i]]);
                        }
                    }

                    output.AsSpan<T>()[(row * area) + o] = sum.Result;
                }
            }
        });
    }
}
