using System.Buffers;
using Verifiable.Inference.Onnx.Arithmetic;
using Verifiable.Inference.Onnx.Format;
using Verifiable.Inference.Tensors;

namespace Verifiable.Inference.Onnx.Operators;

/// <summary>
/// Multinomial by Gumbel-max: draw s of a row is the class with the largest logit + noise in binary64, the lowest class on ties. The noise of class c comes
/// from word c mod 4 of the counter (c ÷ 4, s, n, <c>SAMP</c>) under the request's seed, n the number of Multinomial nodes before this one in the model, so that row i
/// of a batch has the draws it would have alone and two samplers draw independently. The attribute <c>seed</c> is ignored: the requester chooses the seed. A
/// class whose sum is NaN or −∞ is drawn only where every sum is: then class 0, the lowest.
/// </summary>
internal sealed class MultinomialOperator : BoundOperator
{
    private const long MostSamples = 1 << 20;

    private readonly ElementType _type;
    private readonly int _samples;
    private readonly uint _stream;

    private MultinomialOperator(NodeBinder binder)
    {
        binder.Arity(1, 1);
        binder.Ignore("seed");
        long type = binder.Int("dtype", (long)ElementType.Int32);
        if (type is not ((long)ElementType.Int32 or (long)ElementType.Int64))
        {
            binder.Refuse(ModelRefusalReason.UnsupportedType, $"Expected dtype {(int)ElementType.Int32} (int32) or {(int)ElementType.Int64} (int64), got {type}.");
        }

        long samples = binder.Int("sample_size", 1);
        if (samples is < 1 or > MostSamples)
        {
            binder.Refuse(ModelRefusalReason.UnsupportedAttribute, $"Expected a sample_size of 1 to {MostSamples}, got {samples}.");
        }

        _type = type == (long)ElementType.Int64 ? ElementType.Int64 : ElementType.Int32;
        _stream = (uint)binder.Node.Ordinal;
        _samples = (int)Math.Clamp(samples, 1, MostSamples);
    }

    internal static OperatorDefinition Definition { get; } = new("Multinomial", 7, binder => new MultinomialOperator(binder));

    public override ulong Element(OperatorContext context, OperatorInputs inputs, int output, long index)
    {
        var random = new CounterRandom(context.Seed);
        int classes = (int)inputs.ShapeOf(0)[1];
        long row = index / _samples;
        uint sample = (uint)(index % _samples);
        double best = double.NegativeInfinity;
        int drawn = 0;
        for (int i = 0; i < classes; i++)
        {
            (uint a, uint b, uint c, uint d) = random.Words((uint)i / 4, sample, _stream, CounterRandom.SamplerDomain);
            uint word = (i % 4) switch { 0 => a, 1 => b, 2 => c, _ => d };
            double score = inputs.ReadSingle(0, (row * classes) + i) + CounterRandom.Gumbel(word);
            if (score > best)
            {
                best = score;
                drawn = i;
            }
        }

        return ElementBits.Of(drawn, _type);
    }

    private protected override string? Infer(OperatorInputs inputs, Span<TensorSignature> outputs)
    {
        if ((Faults.RequireType(inputs, 0, ElementType.Float32) ?? Faults.RequireRank(inputs, 0, 2)) is string fault)
        {
            return fault;
        }

        TensorShape input = inputs.ShapeOf(0);
        if (input[1] == 0)
        {
            return $"Expected at least one class, got {input}.";
        }

        fault = Faults.Shape([input[0], _samples], out TensorShape shape)!;
        outputs[0] = new TensorSignature(_type, shape);
        return fault;
    }

    private protected override Int128 ScratchBytes(ReadOnlySpan<TensorValue?> inputs, ReadOnlySpan<TensorBuffer?> outputs, int threads) =>
        outputs[0] is null or { Length: 0 } ? 0 : ((Int128)inputs[0]!.Shape[1] + 3) * sizeof(double) * Math.Min(threads, _samples);

    private protected override void ComputeCore(OperatorContext context, ReadOnlySpan<TensorValue?> inputs, ReadOnlySpan<TensorBuffer?> outputs)
    {
        if (outputs[0] is not TensorBuffer output || output.Length == 0)
        {
            return;
        }

        TensorValue input = inputs[0]!;
        var random = new CounterRandom(context.Seed);
        int rows = (int)input.Shape[0];
        int classes = (int)input.Shape[1];

        // The noise depends on the draw and the class only: it is computed once for all rows.
        context.For(_samples, (80L * classes) + ((long)rows * classes), (from, to) =>
        {
            double[] rented = ArrayPool<double>.Shared.Rent((classes + 3) / 4 * 4);
            Span<double> noise = rented.AsSpan(0, (classes + 3) / 4 * 4);
            ReadOnlySpan<float> logits = input.AsSpan<float>();
            for (int sample = from; sample < to; sample++)
            {
                for (int block = 0; block < noise.Length; block += 4)
                {
                    (uint a, uint b, uint c, uint d) = random.Words((uint)block / 4, (uint)sample, _stream, CounterRandom.SamplerDomain);
                    noise[block] = CounterRandom.Gumbel(a);
                    noise[block + 1] = CounterRandom.Gumbel(b);
                    noise[block + 2] = CounterRandom.Gumbel(c);
                    noise[block + 3] = CounterRandom.Gumbel(d);
                }

                for (int row = 0; row < rows; row++)
                {
                    Store(output, (row * _samples) + sample, Draw(logits.Slice(row * classes, classes), noise));
                }
            }

            ArrayPool<double>.Shared.Return(rented);
        });
    }

    private static int Draw(ReadOnlySpan<float> logits, ReadOnlySpan<double> noise)
    {
        double best = double.NegativeInfinity;
        int drawn = 0;
        for (int i = 0; i < logits.Length; i++)
        {
            double score = logits[i] + noise[i];
            if (score > best)
            {
                best = score;
                drawn = i;
            }
        }

        return drawn;
    }

    private void Store(TensorBuffer output, int index, int drawn)
    {
        if (_type == ElementType.Int64)
        {
            output.AsSpan<long>()[index] = drawn;
        }
        else
        {
            output.AsSpan<int>()[index] = drawn;
        }
    }
}
