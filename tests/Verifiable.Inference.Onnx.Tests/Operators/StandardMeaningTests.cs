using Verifiable.Inference.Claims;
using Verifiable.Inference.Onnx.Engines;
using Verifiable.Inference.Onnx.Format;
using Verifiable.Inference.Onnx.Graph;
using Verifiable.Inference.Tensors;

namespace Verifiable.Inference.Onnx.Tests.Operators;

/// <summary>Meanings that the standard, or the page of the canonical arithmetic, states and that are easily missed.</summary>
public sealed class StandardMeaningTests
{
    private static readonly GenerationOptions _options = new(1);

    // ONNX, Clip 11 to 13: the bounds "default to numeric_limits::lowest() and numeric_limits::max()".
    [Fact]
    public async Task Clip_without_bounds_has_the_defaults_of_the_standard()
    {
        OnnxModel model = new OnnxModelBuilder(13).Input("x", ElementType.Float32, "N").Node("Clip", ["x"], ["y"]).Output("y", ElementType.Float32, "N").Build();
        NamedTensors y = await new CanonicalEngine(model).RunAsync(NamedTensors.Of("x", TensorValue.Create([float.PositiveInfinity, float.NegativeInfinity], 2)), _options);
        Assert.Equal([float.MaxValue, float.MinValue], y["y"].AsSpan<float>().ToArray());
    }

    // ONNX, Clip 6: the bounds are attributes of float, and T is a float type.
    [Theory]
    [InlineData(6, ElementType.Int32, false)]
    [InlineData(10, ElementType.UInt8, false)]
    [InlineData(10, ElementType.Float16, true)]
    [InlineData(10, ElementType.Float64, true)]
    [InlineData(12, ElementType.Int32, true)]
    public async Task Clip_by_attributes_takes_floats_only(int opset, ElementType type, bool isTaken)
    {
        OnnxModel model = new OnnxModelBuilder(opset).Input("x", type, "N").Node("Clip", ["x"], ["y"]).Output("y", type, "N").Build();
        var x = TensorValue.Take(type, new TensorShape(2), new byte[2 * ElementTypes.SizeOf(type)]);
        Exception? thrown = await Record.ExceptionAsync(async () => await new CanonicalEngine(model).RunAsync(NamedTensors.Of("x", x), _options));
        Assert.True(isTaken ? thrown is null : thrown is InvalidOperationException, thrown?.Message);
    }

    // ONNX, Dropout 7: the mask has the type T of the data; a Boolean since version 10.
    [Fact]
    public async Task Dropout_of_version_7_has_a_mask_of_the_type_of_its_data()
    {
        OnnxModel model = new OnnxModelBuilder(7).Input("x", ElementType.Float32, "N").Node("Dropout", ["x"], ["y", "m"]).Output("m", ElementType.Float32, "N").Build();
        NamedTensors y = await new CanonicalEngine(model).RunAsync(NamedTensors.Of("x", TensorValue.Create(new float[2], 2)), _options);
        Assert.Equal([1f, 1f], y["m"].AsSpan<float>().ToArray());
    }

    // docs/reference/canonical-arithmetic.md, part 7: "Operator sets 7 to 26". ONNX's change log: MatMul 1, Relu and Sigmoid 1 and 6 (without consumed_inputs), Add 1, 6 and 7
    // (broadcasting), Reshape 1 and 5 (the shape is an input).
    [Theory]
    [InlineData("MatMul", 1, true)]
    [InlineData("Relu", 6, true)]
    [InlineData("Relu", 5, false)]
    [InlineData("Sigmoid", 6, true)]
    [InlineData("Add", 6, false)]
    [InlineData("Pow", 1, false)]
    [InlineData("Reshape", 4, false)]
    public void An_operator_set_before_7_is_refused_but_for_operators_that_meant_the_same(string name, int opset, bool isTaken)
    {
        OnnxModel model = new OnnxModelBuilder(opset).Input("x", ElementType.Float32, "N", "N").Node(name, name is "Relu" or "Sigmoid" ? ["x"] : ["x", "x"], ["y"])
            .Output("y", ElementType.Float32, "N", "N").Build();
        Assert.Equal(isTaken, CanonicalEngine.TryCreate(model, null, out _, out _));
    }

    [Fact]
    public async Task Two_samplers_of_one_model_draw_independently()
    {
        OnnxModel model = new OnnxModelBuilder(13).Input("x", ElementType.Float32, 1, 50)
            .Node("Multinomial", ["x"], ["a"], ("sample_size", AttributeValue.Of(64))).Node("Multinomial", ["x"], ["b"], ("sample_size", AttributeValue.Of(64)))
            .Output("a", ElementType.Int32, 1, 64).Output("b", ElementType.Int32, 1, 64).Build();
        NamedTensors y = await new CanonicalEngine(model).RunAsync(NamedTensors.Of("x", TensorValue.Create(new float[50], 1, 50)), _options);
        Assert.NotEqual(y["a"].AsSpan<int>().ToArray(), y["b"].AsSpan<int>().ToArray());
    }

    // A window that stood on padding only would have no largest element and no average.
    [Theory]
    [InlineData("MaxPool")]
    [InlineData("AveragePool")]
    public async Task Padding_as_large_as_the_window_is_refused(string name)
    {
        OnnxModel model = new OnnxModelBuilder(13).Input("x", ElementType.Float32, 1, 1, 2)
            .Node(name, ["x"], ["y"], ("kernel_shape", AttributeValue.Of([2L])), ("pads", AttributeValue.Of([3L, 0L]))).Output("y", ElementType.Float32, 1, 1, "M").Build();
        float[] y = [];
        Exception? thrown = await Record.ExceptionAsync(async () =>
            y = (await new CanonicalEngine(model).RunAsync(NamedTensors.Of("x", TensorValue.Create([1f, 2f], 1, 1, 2)), _options))["y"].AsSpan<float>().ToArray());
        Assert.True(thrown is ModelRefusedException or InvalidOperationException, $"got [{string.Join(", ", y)}]");
    }

    [Fact]
    public async Task Dropout_since_version_10_has_a_mask_of_booleans()
    {
        OnnxModel model = new OnnxModelBuilder(10).Input("x", ElementType.Float32, "N").Node("Dropout", ["x"], ["y", "m"]).Output("m", ElementType.Boolean, "N").Build();
        NamedTensors y = await new CanonicalEngine(model).RunAsync(NamedTensors.Of("x", TensorValue.Create(new float[2], 2)), _options);
        Assert.Equal([1, 1], y["m"].Bytes.ToArray());
    }

    [Fact]
    public async Task Dropout_in_training_that_drops_or_with_a_flag_that_is_no_boolean_is_an_exception()
    {
        foreach (TensorValue flag in new[] { TensorValue.Create([true], []), TensorValue.Create([0f], []), TensorValue.Create([false, false], 2) })
        {
            OnnxModel model = new OnnxModelBuilder(13).Input("x", ElementType.Float32, "N").Initializer("r", TensorValue.Create([0.5f], [])).Initializer("t", flag)
                .Node("Dropout", ["x", "r", "t"], ["y"]).Output("y", ElementType.Float32, "N").Build();
            await Assert.ThrowsAsync<InvalidOperationException>(async () =>
                await new CanonicalEngine(model).RunAsync(NamedTensors.Of("x", TensorValue.Create(new float[2], 2)), _options));
        }
    }

    // ONNX, Dropout 12: "if ratio is 0, the output is the input", whatever the mode.
    [Theory]
    [InlineData(0f, true)]
    [InlineData(-0f, true)]
    [InlineData(1e-40f, false)]
    [InlineData(0.5f, false)]
    public async Task Dropout_in_training_with_the_ratio_0_drops_nothing(float ratio, bool isTaken)
    {
        OnnxModel model = new OnnxModelBuilder(13).Input("x", ElementType.Float32, "N").Initializer("r", TensorValue.Create([ratio], [])).Initializer("t", TensorValue.Create([true], []))
            .Node("Dropout", ["x", "r", "t"], ["y", "m"]).Output("y", ElementType.Float32, "N").Output("m", ElementType.Boolean, "N").Build();
        NamedTensors inputs = NamedTensors.Of("x", TensorValue.Create([3f, -0f], 2));
        if (isTaken)
        {
            NamedTensors y = await new CanonicalEngine(model).RunAsync(inputs, _options);
            Assert.Equal(inputs["x"], y["y"]);
            Assert.Equal([1, 1], y["m"].Bytes.ToArray());
        }
        else
        {
            await Assert.ThrowsAsync<InvalidOperationException>(async () => await new CanonicalEngine(model).RunAsync(inputs, _options));
        }
    }

    [Fact]
    public async Task A_row_without_any_logit_draws_the_lowest_class()
    {
        float nan = BitConverter.UInt32BitsToSingle(0x7FC00000);
        OnnxModel model = new OnnxModelBuilder(13).Input("x", ElementType.Float32, "N", 3).Node("Multinomial", ["x"], ["y"], ("sample_size", AttributeValue.Of(4)))
            .Output("y", ElementType.Int32, "N", 4).Build();
        float[] logits = [nan, nan, nan, float.NegativeInfinity, nan, float.NegativeInfinity, nan, nan, -5f];
        NamedTensors y = await new CanonicalEngine(model).RunAsync(NamedTensors.Of("x", TensorValue.Create(logits, 3, 3)), _options);
        Assert.Equal([0, 0, 0, 0, 0, 0, 0, 0, 2, 2, 2, 2], y["y"].AsSpan<int>().ToArray());
    }
}
