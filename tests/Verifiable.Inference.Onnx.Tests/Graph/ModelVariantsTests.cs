using Verifiable.Inference.Commitments;
using Verifiable.Inference.Onnx.Format;
using Verifiable.Inference.Onnx.Graph;
using Verifiable.Inference.Tensors;

namespace Verifiable.Inference.Onnx.Tests.Graph;

public sealed class ModelVariantsTests
{
    [Theory]
    [InlineData(2, 3)]
    [InlineData(4, 15)]
    [InlineData(8, 255)]
    public void Quantised_weights_have_few_values_and_stay_near(int bits, int mostValues)
    {
        OnnxModel model = SampleModels.Classifier();
        OnnxModel variant = ModelVariants.WithQuantizedWeights(model, bits);
        Assert.NotEqual(model.Id, variant.Id);
        Assert.Equal(model.Inputs.ToArray(), variant.Inputs.ToArray());
        Assert.Equal(model.Outputs.ToArray(), variant.Outputs.ToArray());
        foreach (string name in new[] { "conv_w", "fc_w" })
        {
            float[] before = [.. model.Initializers[name].AsSpan<float>()];
            float[] after = [.. variant.Initializers[name].AsSpan<float>()];
            Assert.InRange(after.Distinct().Count(), 2, mostValues);
            float step = before.Max(MathF.Abs) / ((1 << (bits - 1)) - 1);
            Assert.All(before.Zip(after), pair => Assert.InRange(pair.Second, pair.First - (0.5001f * step), pair.First + (0.5001f * step)));
        }

        Assert.Equal(model.Initializers["fc_b"], variant.Initializers["fc_b"]);
        Assert.Equal(variant.Id, ModelVariants.WithQuantizedWeights(model, bits).Id);
    }

    [Fact]
    public void Quantising_twice_is_quantising_once()
    {
        OnnxModel once = ModelVariants.WithQuantizedWeights(SampleModels.Classifier(), 4);
        OnnxModel twice = ModelVariants.WithQuantizedWeights(once, 4);
        Assert.Equal(once.Id, twice.Id);
    }

    [Fact]
    public void Weights_of_zero_and_infinity_stay()
    {
        OnnxModel model = new OnnxModelBuilder().Input("x", ElementType.Float32, 1, 2).Output("y", ElementType.Float32, 1, 2)
            .Initializer("w", TensorValue.Create([0f, float.PositiveInfinity, BitConverter.UInt32BitsToSingle(0x7FC0_0000), 0f], 2, 2)).Node("MatMul", ["x", "w"], ["y"]).Build();
        Assert.Equal(model.Id, ModelVariants.WithQuantizedWeights(model, 4).Id);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(17)]
    public void A_number_of_bits_out_of_range_is_the_callers_mistake(int bits) =>
        Assert.Throws<ArgumentOutOfRangeException>(() => ModelVariants.WithQuantizedWeights(SampleModels.Classifier(), bits));

    [Fact]
    public void Skippable_nodes_keep_type_and_shape() => Assert.Equal([1, 4], ModelVariants.SkippableNodes(SampleModels.Classifier()).ToArray());

    [Fact]
    public void A_skipped_node_is_gone_and_its_input_goes_on()
    {
        OnnxModel model = SampleModels.Classifier();
        OnnxModel variant = ModelVariants.WithSkippedNode(model, 1);
        Assert.Equal(["Conv", "Reshape", "Gemm", "Softmax"], variant.Nodes.Select(node => node.OperatorType));
        Assert.Equal("h1", variant.Nodes[1].Inputs[0]);
        Assert.NotEqual(model.Id, variant.Id);
        Assert.Equal(variant.Id, Reread(variant).Id);
    }

    [Fact]
    public void A_skipped_last_node_leaves_the_name_of_the_output()
    {
        OnnxModel variant = ModelVariants.WithSkippedNode(SampleModels.Classifier(), 4);
        Assert.Equal("y", variant.Nodes[3].Outputs[0]);
        Assert.Equal(4, variant.Nodes.Length);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(-1)]
    [InlineData(5)]
    public void A_node_that_cannot_be_skipped_is_refused_with_those_that_can(int index)
    {
        ArgumentException exception = Assert.Throws<ArgumentException>(() => ModelVariants.WithSkippedNode(SampleModels.Classifier(), index));
        Assert.Contains("1 'relu' (Relu), 4 'probabilities' (Softmax)", exception.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_node_between_an_input_and_an_output_cannot_be_skipped()
    {
        OnnxModel model = new OnnxModelBuilder().Input("x", ElementType.Float32, 2).Output("y", ElementType.Float32, 2).Output("z", ElementType.Float32, 2)
            .Node("Relu", ["x"], ["y"]).Node("Tanh", ["y"], ["z"]).Node("Dropout", ["z"], ["d", "mask"]).Node("Not", ["mask"], ["n"]).Build();
        Assert.Empty(ModelVariants.SkippableNodes(model));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(-1)]
    [InlineData(1000)]
    public void A_perturbed_weight_moves_by_so_many_floats(int ulps)
    {
        OnnxModel model = SampleModels.Classifier();
        OnnxModel variant = ModelVariants.WithPerturbedWeight(model, "fc_w", 40, ulps);
        Assert.NotEqual(model.Id, variant.Id);
        float expected = model.Initializers["fc_w"].AsSpan<float>()[40];
        for (int i = 0; i < Math.Abs(ulps); i++)
        {
            expected = ulps > 0 ? MathF.BitIncrement(expected) : MathF.BitDecrement(expected);
        }

        Assert.Equal(expected, variant.Initializers["fc_w"].AsSpan<float>()[40]);
        Assert.Equal(model.Id, ModelVariants.WithPerturbedWeight(variant, "fc_w", 40, -ulps).Id);
    }

    [Theory]
    [InlineData(0f, 1, float.Epsilon)]
    [InlineData(-0f, -1, -float.Epsilon)]
    [InlineData(float.Epsilon, -2, -float.Epsilon)]
    public void A_perturbation_passes_through_zero(float from, int ulps, float to)
    {
        OnnxModel model = new OnnxModelBuilder().Input("x", ElementType.Float32, 1).Output("y", ElementType.Float32, 1)
            .Initializer("w", TensorValue.Create([from], 1)).Node("Add", ["x", "w"], ["y"]).Build();
        Assert.Equal(to, ModelVariants.WithPerturbedWeight(model, "w", 0, ulps).Initializers["w"].AsSpan<float>()[0]);
    }

    [Fact]
    public void A_perturbation_that_cannot_be_made_is_the_callers_mistake()
    {
        OnnxModel model = SampleModels.Classifier();
        Assert.Contains("conv_b, conv_w, fc_b, fc_w", Assert.Throws<ArgumentException>(() => ModelVariants.WithPerturbedWeight(model, "shape", 0, 1)).Message, StringComparison.Ordinal);
        Assert.Throws<ArgumentOutOfRangeException>(() => ModelVariants.WithPerturbedWeight(model, "fc_w", 96, 1));
        Assert.Throws<ArgumentOutOfRangeException>(() => ModelVariants.WithPerturbedWeight(model, "fc_w", -1, 1));
        Assert.Throws<ArgumentOutOfRangeException>(() => ModelVariants.WithPerturbedWeight(model, "fc_w", 0, 0));
        Assert.Throws<ArgumentException>(() => ModelVariants.WithPerturbedWeight(model, "fc_w", 95, int.MaxValue));
        Assert.Throws<ArgumentException>(() => ModelVariants.WithPerturbedWeight(model, "fc_w", 0, int.MinValue));
    }

    [Fact]
    public void Variants_have_different_identities()
    {
        OnnxModel model = SampleModels.Classifier();
        OnnxModel[] variants =
        [
            model, ModelVariants.WithQuantizedWeights(model, 4), ModelVariants.WithQuantizedWeights(model, 8), ModelVariants.WithSkippedNode(model, 1),
            ModelVariants.WithSkippedNode(model, 4), ModelVariants.WithPerturbedWeight(model, "fc_w", 0, 1), ModelVariants.WithPerturbedWeight(model, "fc_w", 1, 1),
        ];
        Assert.Equal(variants.Length, variants.Select(variant => variant.Id).Distinct<Digest>().Count());
    }

    private static OnnxModel Reread(OnnxModel model)
    {
        Assert.True(OnnxModel.TryRead(model.ToBytes(), out OnnxModel? again, out ModelRefusal? refusal), refusal?.ToString());
        return again!;
    }
}
