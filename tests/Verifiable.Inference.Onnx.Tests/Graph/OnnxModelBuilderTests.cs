using Verifiable.Inference.Onnx.Format;
using Verifiable.Inference.Onnx.Graph;
using Verifiable.Inference.Tensors;

namespace Verifiable.Inference.Onnx.Tests.Graph;

public sealed class OnnxModelBuilderTests
{
    // A lone surrogate cannot stand in an attribute.
    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void A_name_that_is_no_text_is_refused_when_the_model_is_built(bool isLone)
    {
        string wrong = isLone ? "x\uD800" : "x\0y";
        OnnxModelBuilder Model(string input, string output, string symbol, string domain, string type, string name, string attribute) =>
            new OnnxModelBuilder(13).Opset(domain, 1).Input(input, ElementType.Float32, symbol).Node(domain, type, name, [input], [output], (attribute, AttributeValue.Of(1)))
                .Output(output, ElementType.Float32, 1);
        Assert.True(Model("x", "y", "N", "d", "Relu", "n", "a").TryBuild(out _, out _));
        for (int place = 0; place < 7; place++)
        {
            string[] texts = ["x", "y", "N", "d", "Relu", "n", "a"];
            texts[place] = wrong;
            Assert.False(Model(texts[0], texts[1], texts[2], texts[3], texts[4], texts[5], texts[6]).TryBuild(out _, out ModelRefusal? refusal));
            Assert.Equal(ModelRefusalReason.Malformed, refusal.Reason);
        }

        Assert.False(new OnnxModelBuilder().Initializer(wrong, TensorValue.Create([1f])).Node("Relu", [wrong], ["y"]).Output("y", ElementType.Float32).TryBuild(out _, out _));
    }

    [Fact]
    public void More_dimensions_than_a_tensor_can_have_are_refused_when_the_model_is_built()
    {
        GraphDimension[] Many(int count) => [.. Enumerable.Repeat(GraphDimension.Of(1), count)];
        OnnxModelBuilder Model(int input, int output) =>
            new OnnxModelBuilder(13).Input("x", ElementType.Float32, Many(input)).Node("Relu", ["x"], ["y"]).Output("y", ElementType.Float32, Many(output));
        Assert.True(Model(TensorShape.MaxRank, TensorShape.MaxRank).TryBuild(out OnnxModel? model, out _));
        _ = model.Id;
        foreach ((int input, int output) in new[] { (17, 1), (1, 17), (300, 1) })
        {
            Assert.False(Model(input, output).TryBuild(out _, out ModelRefusal? refusal));
            Assert.Equal(ModelRefusalReason.BadShape, refusal.Reason);
        }
    }

    [Fact]
    public void Trailing_absent_inputs_and_outputs_do_not_change_the_model()
    {
        OnnxModel Gemm(params string[] inputs) => new OnnxModelBuilder(13).Input("x", ElementType.Float32, 1, 2).Initializer("w", TensorValue.Create(new float[4], 2, 2))
            .Node("Gemm", inputs, ["y"]).Output("y", ElementType.Float32, 1, 2).Build();
        Assert.Equal(Gemm("x", "w").Id, Gemm("x", "w", "").Id);
        Assert.Equal(2, Gemm("x", "w", "", "").Nodes[0].Inputs.Length);

        OnnxModel Dropout(params string[] outputs) => new OnnxModelBuilder(13).Input("x", ElementType.Float32, 1).Node("Dropout", ["x"], outputs).Output("y", ElementType.Float32, 1).Build();
        Assert.Equal(Dropout("y").Id, Dropout("y", "").Id);

        // One that is followed by another input has its place.
        OnnxModel Clip(params string[] inputs) => new OnnxModelBuilder(13).Input("x", ElementType.Float32, 1).Initializer("b", TensorValue.Create([1f]))
            .Node("Clip", inputs, ["y"]).Output("y", ElementType.Float32, 1).Build();
        Assert.NotEqual(Clip("x", "b").Id, Clip("x", "", "b").Id);
    }
}
