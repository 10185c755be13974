using System.Buffers;
using System.Numerics;
using Verifiable.Inference.Onnx.Arithmetic;
using Verifiable.Inference.Onnx.Format;
using Verifiable.Inference.Tensors;

namespace Verifiable.Inference.Onnx.Operators;

/// <summary>LRN: x ÷ pow(fl(bias + fl(fl(alpha ÷ size)·s)), beta), s the sum of the squares, each rounded, over ⌊(size − 1) ÷ 2⌋ channels before and
/// ⌈(size − 1) ÷ 2⌉ after the element's own, as far as there are any, in index order.</summary>
internal sealed class LocalResponseNormalizationOperator : BoundOperator
{
    private readonly float _alpha;
    private readonly float _beta;
    private readonly float _bias;
    private readonly long _size;

    private LocalResponseNormalizationOperator(NodeBinder binder)
    {
        binder.Arity(1, 1);
        _alpha = binder.Float("alpha", 1e-4f);
        _beta = binder.Float("beta", 0.75f);
        _bias = binder.Float("bias", 1f);
        _size = binder.RequiredInt("size");
        if (_size is < 1 or > int.MaxValue)
        {
            binder.Refuse(ModelRefusalReason.BadAttribute, $"Expected a size in [1, 2^31), got {_size}.");
        }
    }

    internal static OperatorDefinition Definition { get; } = new("LRN", 1, binder => new LocalResponseNormalizationOperator(binder), floats: FloatInputs.All, reachesBack: true);

    public override ulong Element(OperatorContext context, OperatorInputs inputs, int output, long index) =>
        inputs.TypeOf(0) == ElementType.Float32 ? ElementBits.Of(Plain<float>(inputs, index)) : ElementBits.Of(Plain<double>(inputs, index));

    private protected override string? Infer(OperatorInputs inputs, Span<TensorSignature> outputs)
    {
        outputs[0] = inputs.SignatureOf(0)!.Value;
        TensorShape shape = inputs.ShapeOf(0);
        return Faults.RequireType(inputs, 0, TypeSets.Floats) ?? (shape.Rank >= 2 ? null : $"Expected an input of batch and channels, got {shape}.");
    }

    private protected override Int128 ScratchBytes(ReadOnlySpan<TensorValue?> inputs, ReadOnlySpan<TensorBuffer?> outputs, int threads)
    {
        TensorValue input = inputs[0]!;
        return input.Length == 0 ? 0 : (Int128)threads * input.Bytes.Length / (input.Shape[0] * input.Shape[1]);
    }

    private protected override void ComputeCore(OperatorContext context, ReadOnlySpan<TensorValue?> inputs, ReadOnlySpan<TensorBuffer?> outputs)
    {
        if (outputs[0] is not TensorBuffer output || output.Length == 0)
        {
            return;
        }

        TensorValue input = inputs[0]!;
        if (output.Signature.Type != ElementType.Float32)
        {
            base.ComputeCore(context, inputs, outputs);
            return;
        }

        int area = Walk.Product(input.Shape, 2, input.Shape.Rank);
        int channels = (int)input.Shape[1];
        float factor = _alpha / _size;
        context.For(output.Length / area, area * (40 + Math.Min(_size, channels)), (from, to) =>
        {
            ReadOnlySpan<float> x = input.AsSpan<float>();
            float[] rented = ArrayPool<float>.Shared.Rent(area);
            Span<float> divisors = rented.AsSpan(0, area);
            for (int plane = from; plane < to; plane++)
            {
                (long first, long last) = Window(plane % channels, channels);
                int image = plane / channels * channels;
                for (long channel = first; channel <= last; channel++)
                {
                    AddSquares(x.Slice((image + (int)channel) * area, area), divisors, channel == first);
                }

                for (int i = 0; i < area; i++)
                {
                    float scaled = factor * divisors[i];
                    divisors[i] = _bias + scaled;
                }

                CanonicalMath.Pow(divisors, _beta, divisors);
                Span<float> y = output.AsSpan<float>().Slice(plane * area, area);
                for (int i = 0; i < area; i++)
                {
                    y[i] = x[(plane * area) + i] / divisors[i];
                }
            }

            ArrayPool<float>.Shared.Return(rented);
        });
    }

    private static void AddSquares(ReadOnlySpan<float> x, Span<float> sums, bool isFirst)
    {
        int i = 0;
        for (; i <= x.Length - Vector<float>.Count; i += Vector<float>.Count)
        {
            var value = new Vector<float>(x[i..]);
            Vector<float> square = value * value;
            (isFirst ? square : new Vector<float>(sums[i..]) + square).CopyTo(sums[i..]);
        }

        for (; i < x.Length; i++)
        {
            float square = x[i] * x[i];
            sums[i] = isFirst ? square : sums[i] + square;
        }
    }

    private (long First, long Last) Window(long channel, long channels) =>
        (Math.Max(0, channel - ((_size - 1) / 2)), Math.Min(channels - 1, channel + (_size / 2)));

    private T Plain<T>(OperatorInputs inputs, long index)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        TensorShape shape = inputs.ShapeOf(0);
        long area = Walk.Product(shape, 2, shape.Rank);
        long channel = index / area % shape[1];
        (long first, long last) = Window(channel, shape[1]);
        T sum = T.Zero;
        for (long other = first; other <= last; other++)
        {
            T value = inputs.Read<T>(0, index + ((other - channel) * area));
            sum += value * value;
        }

        T factor = T.CreateChecked(_alpha) / T.CreateChecked(_size);
        T scaled = factor * sum;
        return inputs.Read<T>(0, index) / FloatMath.Pow(T.CreateChecked(_bias) + scaled, T.CreateChecked(_beta));
    }
}
