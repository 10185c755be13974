using Verifiable.Inference.Claims;
using Verifiable.Inference.Onnx.Engines;
using Verifiable.Inference.Onnx.Graph;
using Verifiable.Inference.Tensors;

namespace Verifiable.Inference.Onnx.Tests.Operators;

/// <summary>Vectors worked out by hand from the normative text, or by a reference that shares no code with the engine.</summary>
public sealed class OwnVectorTests
{
    // The product of two binary32 is exact in binary64, and so many bits more make the rounding of their sum the only one.
    [Theory]
    [InlineData(0.1f, 0.3f)]
    [InlineData(-1.7f, 1f)]
    [InlineData(1f, 0.7f)]
    [InlineData(3f, 0f)]
    public async Task Gemm_rounds_alpha_times_the_sum_and_beta_times_the_bias_and_then_their_sum(float alpha, float beta)
    {
        float[] x = [1.1f, -2.3f, 0.7f, 5.9f, 1e-3f, 3f];
        float[] w = [0.31f, -7.7f, 12.9f, 0.11f, 1.01f, -3.3f];
        float[] c = [0.123f, -4.56f];
        OnnxModel model = new OnnxModelBuilder(13).Input("x", ElementType.Float32, 2, 3).Initializer("w", TensorValue.Create(w, 3, 2)).Initializer("c", TensorValue.Create(c, 2))
            .Node("Gemm", ["x", "w", "c"], ["y"], ("alpha", AttributeValue.Of(alpha)), ("beta", AttributeValue.Of(beta))).Output("y", ElementType.Float32, 2, 2).Build();
        float[] y = (await Run(model, TensorValue.Create(x, 2, 3)))["y"].AsSpan<float>().ToArray();
        for (int i = 0; i < y.Length; i++)
        {
            double sum = 0;
            for (int k = 0; k < 3; k++)
            {
                // Rounded to odd by hand: a sum that binary64 cannot hold does not occur among these numbers.
                sum = (float)(((double)x[(i / 2 * 3) + k] * w[(k * 2) + (i % 2)]) + sum);
            }

            float scaled = (float)((double)alpha * sum);
            float shift = (float)((double)beta * c[i % 2]);
            Assert.Equal(BitConverter.SingleToUInt32Bits((float)((double)scaled + shift)), BitConverter.SingleToUInt32Bits(y[i]));
        }
    }

    // One element between two taps on padding. 1e-30 · −1e-30 rounds to −0, and a tap on padding adds (+0) · w to that.
    [Theory]
    [InlineData(2f, -1e-30f, 1f, 0x00000000)]
    [InlineData(2f, -1e-30f, -1f, 0x80000000)]
    [InlineData(2f, -1e-30f, 0f, 0x00000000)]
    [InlineData(2f, -1e-30f, -0f, 0x80000000)]
    [InlineData(float.PositiveInfinity, 1f, 1f, 0x7FC00000)]
    [InlineData(1f, 1f, float.NegativeInfinity, 0x7FC00000)]
    [InlineData(7f, 1f, 9f, 0x0DA24260)]
    public async Task A_tap_on_padding_is_a_product_with_plus_zero(float before, float on, float after, uint expected)
    {
        OnnxModel model = new OnnxModelBuilder(13).Input("x", ElementType.Float32, 1, 1, 1).Initializer("w", TensorValue.Create([before, on, after], 1, 1, 3))
            .Node("Conv", ["x", "w"], ["y"], ("pads", AttributeValue.Of([1L, 1L]))).Output("y", ElementType.Float32, 1, 1, 1).Build();
        Assert.Equal(0x0DA24260u, BitConverter.SingleToUInt32Bits(1e-30f));
        float y = (await Run(model, TensorValue.Create([1e-30f], 1, 1, 1)))["y"].AsSpan<float>()[0];
        Assert.Equal(expected, BitConverter.SingleToUInt32Bits(y));
    }

    private static async Task<NamedTensors> Run(OnnxModel model, TensorValue x) => await new CanonicalEngine(model).RunAsync(NamedTensors.Of("x", x), new GenerationOptions(0));
}
