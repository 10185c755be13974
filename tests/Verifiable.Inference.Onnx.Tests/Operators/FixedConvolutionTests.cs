using Verifiable.Inference.CanonicalDigest;
using Verifiable.Inference.Onnx.Arithmetic;
using Verifiable.Inference.Onnx.Operators;
using Verifiable.Inference.Tensors;

namespace Verifiable.Inference.Onnx.Tests.Operators;

/// <summary>Convolutions of fixed shapes, with ordinary, special and tiny numbers; InstructionSetTests runs the same ones with vectors of every width.</summary>
public sealed class FixedConvolutionTests(Xunit.Abstractions.ITestOutputHelper log)
{
    public static TheoryData<string> Names => [.. ConvolutionCases.All.Select(sample => sample.Name)];

    [Theory]
    [MemberData(nameof(Names))]
    public void Every_element_has_the_bits_of_the_definition_and_is_finished_once(string name)
    {
        ConvolutionCase convolution = ConvolutionCases.All.Single(sample => sample.Name == name);
        foreach (CaseNumbers numbers in Enum.GetValues<CaseNumbers>())
        {
            OperatorCase sample = convolution.Make(numbers);
            BoundOperator bound = convolution.Bind(sample);
            uint[] expected = Define(sample, bound);
            foreach (int threads in new[] { 1, 2, 3 })
            {
                var recorder = new FinishRecorder(expected.Length);
                var context = new OperatorContext(0, threads) { LeastWorkPerThread = 1, Epilogue = recorder };
                uint[] finished = Bits(OperatorCase.Compute(bound, context, sample.Inputs, 1)[0].AsSpan<float>());
                Assert.All(recorder.Counts, count => Assert.Equal(1, count));
                Assert.Equal(expected, ConvolutionTests.Bits(recorder.Seen));
                Assert.Equal(ConvolutionTests.Bits([.. expected.Select(bits => BitConverter.UInt32BitsToSingle(bits) + 1f)]), finished);
                Assert.Equal(expected, Bits(OperatorCase.Compute(bound, new OperatorContext(0, threads) { LeastWorkPerThread = 1 }, sample.Inputs, 1)[0].AsSpan<float>()));
            }
        }
    }

    // Else the special values would not be seen in what comes out.
    [Theory]
    [MemberData(nameof(Names))]
    public void Special_values_reach_the_output_and_leave_ordinary_ones(string name)
    {
        ConvolutionCase convolution = ConvolutionCases.All.Single(sample => sample.Name == name);
        float[] special = Compute(convolution, CaseNumbers.Special);
        Assert.Contains(special, float.IsNaN);
        Assert.Contains(special, float.IsInfinity);
        Assert.Contains(special, value => float.IsNormal(value) && MathF.Abs(value) < 1000f);
        float[] tiny = Compute(convolution, CaseNumbers.Tiny);
        Assert.Contains(tiny, float.IsSubnormal);
        Assert.Contains(tiny, value => BitConverter.SingleToUInt32Bits(value) == 0x8000_0000u);

        // A bias of +0 makes +0 of the same sums.
        Assert.Equal(convolution.HasBias, tiny.Any(value => BitConverter.SingleToUInt32Bits(value) == 0u));
    }

    // An infinite weight meets padding at the border alone: 0 · ∞ is a NaN there, and the sum is infinite elsewhere.
    [Fact]
    public void An_infinite_weight_over_padding_gives_a_canonical_NaN()
    {
        ConvolutionCase convolution = ConvolutionCases.All.Single(sample => sample.Name == "taps");
        OperatorCase plain = convolution.Make(CaseNumbers.Plain);
        float[] input = [.. plain.Inputs[0]!.AsSpan<float>()];
        input.AsSpan().Fill(0.5f);
        float[] weights = [.. plain.Inputs[1]!.AsSpan<float>()];
        const int last = 31 * 29 * 9;
        weights[last] = float.PositiveInfinity;
        OperatorCase sample = plain with { Inputs = [TensorValue.Create(input, convolution.Input), TensorValue.Create(weights, convolution.Weights), plain.Inputs[2]] };
        BoundOperator bound = convolution.Bind(sample);
        float[] output = [.. OperatorCase.Compute(bound, new OperatorContext(), sample.Inputs, 1)[0].AsSpan<float>()];
        for (int place = 0; place < 70; place++)
        {
            // The first tap stands one row above and one column before.
            bool isPadding = place < 14 || place % 14 == 0;
            uint bits = BitConverter.SingleToUInt32Bits(output[(31 * 70) + place]);
            Assert.Equal(isPadding ? CanonicalMath.CanonicalNaNBits : 0x7F80_0000u, bits);
            Assert.True(float.IsFinite(output[(30 * 70) + place]));
        }
    }

    [Fact]
    public void The_names_tell_what_the_widest_vectors_do()
    {
        log.WriteLine($"{Contraction.Width} bits: {ConvolutionCases.Paths()}");
        Assert.Equal(ConvolutionCases.All.Count, ConvolutionCases.All.Select(sample => sample.Name).Distinct().Count());
        if (Contraction.Width == 512)
        {
            Assert.All(ConvolutionCases.All, sample => Assert.Equal(sample.Name.Split(',')[0], sample.Path()));
        }
        else
        {
            Assert.Contains(ConvolutionCases.All, sample => sample.Path() == "in place");
        }
    }

    private static uint[] Define(OperatorCase sample, BoundOperator bound)
    {
        var signatures = new TensorSignature[1];
        var reader = new TensorInputs(sample.Inputs);
        Assert.True(bound.TryInfer(reader, signatures, out string? fault), fault);
        uint[] bits = new uint[signatures[0].Shape.ElementCount];
        for (int i = 0; i < bits.Length; i++)
        {
            bits[i] = (uint)bound.Element(new OperatorContext(), reader, 0, i);
        }

        return bits;
    }

    private static float[] Compute(ConvolutionCase convolution, CaseNumbers numbers)
    {
        OperatorCase sample = convolution.Make(numbers);
        return [.. OperatorCase.Compute(convolution.Bind(sample), new OperatorContext(), sample.Inputs, 1)[0].AsSpan<float>()];
    }

    private static uint[] Bits(ReadOnlySpan<float> values) => [.. values.ToArray().Select(BitConverter.SingleToUInt32Bits)];
}
