using Verifiable.Inference.CanonicalDigest;
using Verifiable.Inference.Claims;
using Verifiable.Inference.Onnx.Engines;
using Verifiable.Inference.Onnx.Format;
using Verifiable.Inference.Onnx.Graph;
using Verifiable.Inference.Onnx.Operators;
using Verifiable.Inference.Tensors;

namespace Verifiable.Inference.Onnx.Tests.Operators;

/// <summary>What operator sets 25 and 26 brought, by ONNX's change log: types of two bits, windows of Attention, BitCast and CumProd.</summary>
public sealed class NewestOpsetTests
{
    private static readonly GenerationOptions _options = new(0);

    [Theory]
    [InlineData(25)]
    [InlineData(26)]
    public void A_later_operator_set_changes_no_operator_that_24_has(int opset)
    {
        int compared = 0;
        foreach (OperatorDefinition definition in OperatorCatalog.Definitions.Where(definition => definition is { Domain: "", SinceVersion: <= 24, UntilVersion: OperatorCatalog.NewestOpset }))
        {
            int found = 0;
            for (ulong seed = 0; seed < 400 && found < 4; seed++)
            {
                OperatorCase sample = OperatorCases.Make(definition, seed);
                GraphNode node = sample.Node;
                if (node.OpsetVersion == 24)
                {
                    var later = new GraphNode(node.Index, node.FileIndex, node.Name, node.Domain, node.OperatorType, opset, node.Inputs, node.Outputs, node.Attributes);
                    Assert.True(Compute(sample).SequenceEqual(Compute(sample with { Node = later })), sample.ToString());
                    found++;
                }
            }

            compared += found;
            Assert.True(found > 0, $"{definition} has no case of operator set 24.");
        }

        Assert.True(compared > 300);
    }

    [Theory]
    [InlineData(24, "BitCast", false)]
    [InlineData(26, "BitCast", true)]
    [InlineData(25, "CumProd", false)]
    [InlineData(26, "CumProd", true)]
    [InlineData(26, "Relu", true)]
    [InlineData(27, "Relu", false)]
    public void An_operator_set_has_what_the_change_log_says(int opset, string name, bool isTaken)
    {
        OnnxModelBuilder builder = new OnnxModelBuilder(opset).Input("x", ElementType.Float32, "N").Initializer("a", TensorValue.Create([0L], 1));
        builder = name == "BitCast" ? builder.Node(name, ["x"], ["y"], ("to", AttributeValue.Of((long)ElementType.Float32))) : builder.Node(name, name == "CumProd" ? ["x", "a"] : ["x"], ["y"]);
        Assert.Equal(isTaken, CanonicalEngine.TryCreate(builder.Output("y", ElementType.Float32, "N").Build(), null, out _, out ModelRefusal? refusal));
        Assert.True(isTaken || refusal!.ToString().Contains(name, StringComparison.Ordinal), refusal?.ToString());
    }

    // Some exporters state the type that the scales have anyway.
    [Theory]
    [InlineData(ElementType.Float32, ElementType.Float32, true)]
    [InlineData(ElementType.Float16, ElementType.Float16, true)]
    [InlineData(ElementType.BFloat16, ElementType.BFloat16, true)]
    [InlineData(ElementType.Float16, ElementType.Float32, false)]
    [InlineData(ElementType.Float32, ElementType.Float16, false)]
    [InlineData(ElementType.Float32, ElementType.Float64, false)]
    public void DequantizeLinear_may_state_the_type_of_its_scales_and_no_other(ElementType scales, ElementType stated, bool isTaken)
    {
        TensorValue[] inputs = [TensorValue.Create([(byte)3, (byte)5], 2), CaseRandom.Convert(TensorValue.Create([0.5f], []), scales)];
        OnnxModel model = new OnnxModelBuilder(23).Input("x", ElementType.UInt8, 2).Input("s", scales).Node("DequantizeLinear", ["x", "s"], ["y"], ("output_dtype", AttributeValue.Of((long)stated)))
            .Output("y", scales, 2).Build();
        bool isBound = OperatorCatalog.TryBind(model.Nodes[0], null, out BoundOperator? bound, out _);
        var outputs = new TensorSignature[1];
        Assert.Equal(isTaken, isBound && bound!.TryInfer(new TensorInputs(inputs), outputs, out _));
        if (isTaken)
        {
            var buffer = TensorBuffer.Allocate(outputs[0]);
            bound!.Compute(new OperatorContext(), inputs, new[] { buffer });
            Assert.Equal(CaseRandom.Convert(TensorValue.Create([1.5f, 2.5f], 2), scales), buffer.ToValue());
        }
    }

    // A width of −1 is no bound; any other is refused by name, and before version 25 there is no such attribute.
    [Theory]
    [InlineData(25, -1, true)]
    [InlineData(26, -1, true)]
    [InlineData(25, 2, false)]
    [InlineData(25, -2, false)]
    [InlineData(24, -1, false)]
    public void Attention_with_a_window_is_refused_by_name(int opset, long width, bool isTaken)
    {
        foreach (string name in new[] { "left_window_size", "right_window_size" })
        {
            OnnxModel model = new OnnxModelBuilder(opset).Input("x", ElementType.Float32, 1, 1, 2, 3).Node("Attention", ["x", "x", "x"], ["y"], (name, AttributeValue.Of(width)))
                .Output("y", ElementType.Float32, 1, 1, 2, 3).Build();
            Assert.Equal(isTaken, CanonicalEngine.TryCreate(model, null, out _, out ModelRefusal? refusal));
            Assert.True(isTaken || refusal!.ToString().Contains(name, StringComparison.Ordinal), refusal?.ToString());
        }
    }

    // The examples of the change log.
    [Theory]
    [InlineData(0, 0, new float[] { 1, 2, 6 })]
    [InlineData(1, 0, new float[] { 1, 1, 2 })]
    [InlineData(0, 1, new float[] { 6, 6, 3 })]
    [InlineData(1, 1, new float[] { 6, 3, 1 })]
    public void CumProd_multiplies_along_an_axis(int exclusive, int reverse, float[] expected)
    {
        TensorValue[] y = Compute(CumProd(TensorValue.Create([1f, 2f, 3f], 3), 0, exclusive, reverse));
        Assert.Equal(expected, y[0].AsSpan<float>().ToArray());
        TensorValue[] wide = Compute(CumProd(TensorValue.Create([1f, 7f, 2f, 7f, 3f, 7f], 3, 2), -2, exclusive, reverse));
        Assert.Equal(expected, wide[0].AsSpan<float>().ToArray().Where((_, i) => i % 2 == 0));
    }

    // Powers of 3 leave 64 bits at the 41st: compared with products in 128 bits.
    [Fact]
    public void CumProd_of_integers_wraps()
    {
        long[] threes = [.. Enumerable.Repeat(3L, 60)];
        UInt128 product = 1;
        List<long> expected = [];
        foreach (long three in threes)
        {
            product = unchecked(product * (ulong)three);
            expected.Add(unchecked((long)(ulong)product));
        }

        Assert.Equal(expected, Compute(CumProd(TensorValue.Create(threes, 60), 0, 0, 0))[0].AsSpan<long>().ToArray());
        TensorValue narrow = TensorValue.Create(threes.Select(three => (int)three).ToArray(), 60);
        Assert.Equal(expected.Select(wide => unchecked((int)wide)), Compute(CumProd(narrow, 0, 0, 0))[0].AsSpan<int>().ToArray());
    }

    // Rounded after every product: 10^38 · 10 overflows, and · 10^-20 comes too late.
    [Fact]
    public void CumProd_rounds_every_product()
    {
        float[] y = Compute(CumProd(TensorValue.Create([1e38f, 10f, 1e-20f, 0f], 4), 0, 0, 0))[0].AsSpan<float>().ToArray();
        Assert.Equal([1e38f, float.PositiveInfinity, float.PositiveInfinity, float.NaN], y);
    }

    // The bit patterns that the change log's own cases have, both ways.
    [Fact]
    public void BitCast_keeps_the_bits()
    {
        TensorValue floats = TensorValue.Create([1f, -2.5f, 3.75f, -0f], 4);
        TensorValue integers = TensorValue.Create([1065353216, -1071644672, 1081081856, int.MinValue], 4);
        Assert.Equal(integers, Compute(BitCast(floats, ElementType.Int32))[0]);
        Assert.Equal(floats.Bytes.ToArray(), Compute(BitCast(integers, ElementType.Float32))[0].Bytes.ToArray());
        Assert.Equal([1, 0], Compute(BitCast(TensorValue.Create([true, false], 2), ElementType.UInt8))[0].Bytes.ToArray());
    }

    // What no tensor here holds becomes what stands for it.
    [Fact]
    public void BitCast_makes_NaNs_and_Booleans_canonical()
    {
        Assert.Equal([0x7FC00000u, 0x7F800000u], Bits<uint>(BitCast(TensorValue.Create([-1, 0x7F800000], 2), ElementType.Float32)));
        Assert.Equal([(ushort)0x7E00, (ushort)0x7C00], Bits<ushort>(BitCast(TensorValue.Create([(short)-1, (short)0x7C00], 2), ElementType.Float16)));
        Assert.Equal([0, 1, 1], Bits<byte>(BitCast(TensorValue.Create(new byte[] { 0, 1, 200 }, 3), ElementType.Boolean)));
    }

    [Fact]
    public void BitCast_to_another_width_is_a_fault()
    {
        OperatorCase sample = BitCast(TensorValue.Create([1f], 1), ElementType.Int64);
        Assert.Contains("bytes", Assert.Throws<InvalidOperationException>(() => Compute(sample)).Message, StringComparison.Ordinal);
    }

    // By hand in binary64. Parameters of another length than the channels' fail the run.
    [Fact]
    public async Task BatchNormalization_in_training_uses_the_statistics_of_the_batch_and_moves_the_running_ones()
    {
        OnnxModel model = new OnnxModelBuilder(15).Input("x", ElementType.Float32, 2, 2, 2).Input("s", ElementType.Float32, "C").Initializer("b", TensorValue.Create([1f, 0f], 2))
            .Initializer("m", TensorValue.Create([10f, 20f], 2)).Initializer("v", TensorValue.Create([3f, 5f], 2))
            .Node("BatchNormalization", ["x", "s", "b", "m", "v"], ["y", "n", "w"], ("training_mode", AttributeValue.Of(1)), ("momentum", AttributeValue.Of(0.75f)), ("epsilon", AttributeValue.Of(0f)))
            .Output("y", ElementType.Float32, 2, 2, 2).Output("n", ElementType.Float32, 2).Output("w", ElementType.Float32, 2).Build();
        TensorValue x = TensorValue.Create([1f, 3f, -2f, -2f, 5f, 7f, 2f, 2f], 2, 2, 2);
        NamedTensors y = await new CanonicalEngine(model).RunAsync(new NamedTensors([KeyValuePair.Create("x", x), KeyValuePair.Create("s", TensorValue.Create([2f, 3f], 2))]), _options);

        // Channel 0: 1, 3, 5, 7 with mean 4 and variance 5; channel 1: −2, −2, 2, 2 with mean 0 and variance 4.
        Assert.Equal([(10 * 0.75f) + 1f, 15f], y["n"].AsSpan<float>().ToArray());
        Assert.Equal([(3 * 0.75f) + 1.25f, (5 * 0.75f) + 1f], y["w"].AsSpan<float>().ToArray());
        float factor = 2f / MathF.Sqrt(5);
        Assert.Equal([(-3 * factor) + 1, (-1 * factor) + 1, -3f, -3f, factor + 1, (3 * factor) + 1, 3f, 3f], y["y"].AsSpan<float>().ToArray());
        await Assert.ThrowsAsync<InvalidOperationException>(async () =>
            await new CanonicalEngine(model).RunAsync(new NamedTensors([KeyValuePair.Create("x", x), KeyValuePair.Create("s", TensorValue.Create([2f], 1))]), _options));
    }

    private static OperatorCase CumProd(TensorValue x, long axis, int exclusive, int reverse) => OperatorCase.Of(
        "CumProd", 26, [x, TensorValue.Create([axis], default(TensorShape))], [], ("exclusive", AttributeValue.Of(exclusive)), ("reverse", AttributeValue.Of(reverse)));

    private static OperatorCase BitCast(TensorValue x, ElementType to) => OperatorCase.Of("BitCast", 26, [x], [], ("to", AttributeValue.Of((long)to)));

    private static T[] Bits<T>(OperatorCase sample)
        where T : unmanaged => System.Runtime.InteropServices.MemoryMarshal.Cast<byte, T>(Compute(sample)[0].Bytes.Span).ToArray();

    private static TensorValue[] Compute(OperatorCase sample) => OperatorCase.Compute(sample.Bind(false), new OperatorContext(0), sample.Inputs, sample.Node.Outputs.Length);
}
