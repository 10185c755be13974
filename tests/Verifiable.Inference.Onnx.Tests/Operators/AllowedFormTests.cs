using Verifiable.Inference.CanonicalDigest;
using Verifiable.Inference.Claims;
using Verifiable.Inference.Onnx.Engines;
using Verifiable.Inference.Onnx.Graph;
using Verifiable.Inference.Onnx.Operators;
using Verifiable.Inference.Tensors;

namespace Verifiable.Inference.Onnx.Tests.Operators;

/// <summary>Forms that the standard allows and few models have, and forms that look like them and are not allowed.</summary>
public sealed class AllowedFormTests
{
    // The inputs and the output have the ranks that the values have.
    private static async Task<TensorValue> Run(OnnxModelBuilder builder, int rank, params (string Name, TensorValue Value)[] inputs)
    {
        foreach ((string name, TensorValue value) in inputs)
        {
            builder.Input(name, value.Type, [.. Enumerable.Range(0, value.Shape.Rank).Select(axis => GraphDimension.Named($"{name}{axis}"))]);
        }

        OnnxModel model = builder.Output("y", inputs[0].Value.Type, [.. Enumerable.Range(0, rank).Select(axis => GraphDimension.Named($"y{axis}"))]).Build();
        return (await new CanonicalEngine(model).RunAsync(new NamedTensors(inputs.Select(input => KeyValuePair.Create(input.Name, input.Value))), new GenerationOptions(1)))["y"];
    }

    [Theory]
    [InlineData("Squeeze", 2)]
    [InlineData("Unsqueeze", 4)]
    public async Task One_axis_may_be_a_scalar(string name, int rank)
    {
        TensorValue x = new CaseRandom(1).Floats(1, 2, 3);
        TensorValue y = await Run(new OnnxModelBuilder(13).Initializer("a", TensorValue.Create([0L], [])).Node(name, ["x", "a"], ["y"]), rank, ("x", x));
        Assert.Equal(rank, y.Shape.Rank);
        Assert.True(y.Bytes.Span.SequenceEqual(x.Bytes.Span));
    }

    [Theory]
    [InlineData("Softmax", 7)]
    [InlineData("LogSoftmax", 11)]
    [InlineData("Hardmax", 12)]
    public async Task A_row_begins_at_an_axis_that_is_there(string name, int opset)
    {
        await Assert.ThrowsAsync<InvalidOperationException>(async () => await Run(new OnnxModelBuilder(opset).Node(name, ["x"], ["y"]), 1, ("x", new CaseRandom(1).Floats(7))));
        Assert.Equal(new TensorShape(1, 7), (await Run(new OnnxModelBuilder(opset).Node(name, ["x"], ["y"]), 2, ("x", new CaseRandom(1).Floats(1, 7)))).Shape);
    }

    [Theory]
    [InlineData("\u2026ij->\u2026ij", false)]
    [InlineData("...ij->...ij", true)]
    public void Three_dots_are_three_characters(string equation, bool isAllowed) => Assert.Equal(isAllowed, EinsumEquation.TryParse(equation, out _));

    [Theory]
    [InlineData(0, 0)]
    [InlineData(1, 0)]
    [InlineData(0, 4)]
    public async Task Rotation_of_four_axes_needs_no_number_of_heads_and_minds_none(int interleaved, int width)
    {
        var random = new CaseRandom(3);
        TensorValue x = random.Floats(2, 3, 5, 8);
        int half = (width == 0 ? 8 : width) / 2;
        (string, TensorValue)[] inputs = [("x", x), ("c", random.Floats(2, 5, half)), ("s", random.Floats(2, 5, half))];
        OnnxModelBuilder Model(params (string, AttributeValue)[] more) => new OnnxModelBuilder(23)
            .Node("RotaryEmbedding", ["x", "c", "s"], ["y"], [("interleaved", AttributeValue.Of(interleaved)), ("rotary_embedding_dim", AttributeValue.Of(width)), .. more]);
        TensorValue plain = await Run(Model(), 4, inputs);
        Assert.Equal(plain, await Run(Model(("num_heads", AttributeValue.Of(3))), 4, inputs));

        // With three axes the heads stand behind the tokens.
        TensorValue flat = await Run(new OnnxModelBuilder(23).Initializer("shape", TensorValue.Create([2L, 5L, 24L], 3)).Node("Transpose", ["t"], ["u"], ("perm", AttributeValue.Of([0L, 2L, 1L, 3L]))).Node("Reshape", ["u", "shape"], ["y"]), 3, ("t", x));
        TensorValue turned = await Run(Model(("num_heads", AttributeValue.Of(3))), 3, [("x", flat), .. inputs[1..]]);
        TensorValue moved = await Run(new OnnxModelBuilder(23).Initializer("shape", TensorValue.Create([2L, 5L, 3L, 8L], 4)).Node("Reshape", ["t", "shape"], ["u"]).Node("Transpose", ["u"], ["y"], ("perm", AttributeValue.Of([0L, 2L, 1L, 3L]))), 4, ("t", turned));
        Assert.Equal(plain, moved);
    }

    [Fact]
    public async Task Numbers_of_heads_do_not_go_with_four_axes()
    {
        TensorValue q = new CaseRandom(4).Floats(1, 4, 4, 1);
        OnnxModelBuilder builder = new OnnxModelBuilder(23).Node("Attention", ["q", "q", "q"], ["y"], ("q_num_heads", AttributeValue.Of(4)), ("kv_num_heads", AttributeValue.Of(4)));
        await Assert.ThrowsAsync<InvalidOperationException>(async () => await Run(builder, 4, ("q", q)));
    }

    // By the definition of the inverse transform of a spectrum that is conjugate symmetric, of which half is given; cut, or filled up with zeros, as numpy.fft.irfft does.
    [Theory]
    [InlineData(17, 5, 0)]
    [InlineData(20, 5, 0)]
    [InlineData(20, 5, 9)]
    [InlineData(20, 5, 6)]
    [InlineData(20, 5, 13)]
    [InlineData(20, 2, 1)]
    public async Task The_inverse_of_one_side_is_real(int opset, int bins, int length)
    {
        TensorValue x = new CaseRandom(5).Floats(2, bins, 2);
        OnnxModelBuilder builder = new OnnxModelBuilder(opset);
        if (length > 0)
        {
            builder.Initializer("n", TensorValue.Create([(long)length], []));
        }

        if (opset == 20)
        {
            builder.Initializer("axis", TensorValue.Create([1L], []));
        }

        string[] names = opset == 20 ? ["x", length > 0 ? "n" : "", "axis"] : ["x"];
        TensorValue y = await Run(builder.Node("DFT", names, ["y"], ("inverse", AttributeValue.Of(1)), ("onesided", AttributeValue.Of(1))), 3, ("x", x));
        int count = length > 0 ? length : 2 * (bins - 1);
        Assert.Equal(new TensorShape(2, count, 1), y.Shape);
        float[] given = x.AsSpan<float>().ToArray();
        for (int row = 0; row < 2; row++)
        {
            for (int m = 0; m < count; m++)
            {
                double sum = 0;
                for (int k = 0; k <= count / 2 && k < bins; k++)
                {
                    (double a, double b) = (given[((row * bins) + k) * 2], given[(((row * bins) + k) * 2) + 1]);
                    double angle = 2 * Math.PI * k * m / count;
                    sum += k == 0 || 2 * k == count ? a * Math.Cos(angle) : 2 * ((a * Math.Cos(angle)) - (b * Math.Sin(angle)));
                }

                Assert.Equal(sum / count, y.AsSpan<float>()[(row * count) + m], 1e-5);
            }
        }
    }
}
