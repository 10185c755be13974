using Verifiable.Inference.CanonicalDigest;
using Verifiable.Inference.Claims;
using Verifiable.Inference.Commitments;
using Verifiable.Inference.Onnx.Engines;
using Verifiable.Inference.Onnx.Graph;
using Verifiable.Inference.Onnx.Operators;
using Verifiable.Inference.Tensors;

namespace Verifiable.Inference.Onnx.Tests.Operators;

/// <summary>Fused operators give the bits of the chains that exporters write instead of them.</summary>
public sealed class CompositeTests
{
    // Names are written down beside the families, so that no family need be defined to find one.
    [Fact]
    public void Families_are_listed_by_the_names_that_they_define()
    {
        foreach (OperatorFamily<OperatorDefinition> family in OperatorFamilies.Operators)
        {
            Assert.Equal(family.Define().Select(definition => definition.Name).Distinct().Order(StringComparer.Ordinal), family.Names.Order(StringComparer.Ordinal));
        }

        foreach (OperatorFamily<CompositeDefinition> family in OperatorFamilies.Composites)
        {
            Assert.Equal(family.Define().Select(definition => definition.Name).Distinct().Order(StringComparer.Ordinal), family.Names.Order(StringComparer.Ordinal));
        }

        Assert.Equal(OperatorCatalog.Definitions.Length, OperatorCatalog.Definitions.Select(definition => (definition.Domain, definition.Name, definition.SinceVersion)).Distinct().Count());
    }

    // The table of layouts says of a composite's operands what its expansion does with them.
    [Fact]
    public void Operands_of_composites_are_committed_as_their_expansions_read_them()
    {
        foreach (CompositeDefinition definition in OperatorCatalog.Composites)
        {
            for (ulong seed = 0; seed < 30; seed++)
            {
                GraphNode composite = CompositeCases.Make(definition, seed).Node;
                Assert.True(definition.TryExpand(composite, new Dictionary<string, TensorValue>(), out Expansion? expansion, out _));
                var read = expansion.Nodes.SelectMany(node => node.Inputs.Select((name, i) => (Name: name, Layout: OperandLayouts.Of(node, i)))).Distinct().ToLookup(use => use.Name, use => use.Layout);
                for (int i = 0; i < composite.Inputs.Length; i++)
                {
                    TensorLayout layout = OperandLayouts.Of(composite, i);
                    Assert.True(read[composite.Inputs[i]].All(use => use == layout), $"{composite}, input {i}: {layout}, but read as {string.Join(", ", read[composite.Inputs[i]])}");
                }
            }
        }
    }

    // The first run of a decoder may have no past at all; ONNX Runtime is compared with an empty one.
    [Fact]
    public async Task Absent_past_keys_are_none()
    {
        int compared = 0;
        CompositeDefinition definition = OperatorCatalog.Composites.Single(definition => definition.Name == "GroupQueryAttention");
        for (ulong seed = 0; seed < 60; seed++)
        {
            OperatorCase sample = CompositeCases.Make(definition, seed);
            if (sample.Inputs[3]!.Length > 0 || sample.Inputs[3]!.Shape[2] > 0)
            {
                continue;
            }

            compared++;
            (string, AttributeValue)[] attributes = [.. sample.Node.Attributes.Select(pair => (pair.Key, pair.Value))];
            TensorValue?[] inputs = [.. sample.Inputs.Select((input, i) => i is 3 or 4 ? null : input)];
            TensorValue[] expected = await Run(sample, 1);
            TensorValue[] actual = await Run(OperatorCase.Of("com.microsoft", "GroupQueryAttention", 1, inputs, 3, [], attributes), 1);
            Assert.Equal(expected, actual);
        }

        Assert.InRange(compared, 5, 60);
    }

    // What ONNX Runtime does with them is in CompositeAgreementTests.
    [Theory]
    [InlineData("com.microsoft:SkipLayerNormalization", 1)]
    [InlineData("com.microsoft:SkipSimplifiedLayerNormalization", 1)]
    [InlineData("com.microsoft:MultiHeadAttention", 5)]
    [InlineData("com.microsoft:EmbedLayerNormalization", 3)]
    public async Task No_summand_enlarges_an_output(string name, int summand)
    {
        int bent = 0;
        foreach (OperatorCase sample in Enlarged(name, summand))
        {
            bent++;
            await Assert.ThrowsAsync<InvalidOperationException>(() => Run(sample, 1));
        }

        Assert.InRange(bent, 1, 1000);
    }

    /// <summary>Makes cases in which a summand has a larger batch than the input, or a table has fewer rows than there are tokens.</summary>
    internal static IEnumerable<OperatorCase> Enlarged(string name, int summand)
    {
        foreach (CompositeDefinition definition in OperatorCatalog.Composites.Where(definition => CompositeCases.NameOf(definition) == name))
        {
            for (ulong seed = 0; seed < 60; seed++)
            {
                OperatorCase sample = CompositeCases.Make(definition, seed);
                if (sample.Inputs.Length <= summand || sample.Inputs[summand] is not TensorValue value || value.Type != ElementType.Float32)
                {
                    continue;
                }

                TensorValue?[] inputs = [.. sample.Inputs];
                bool isTable = name.Contains("Embed", StringComparison.Ordinal);
                if (isTable && (inputs.Length > 8 && inputs[8] is not null || inputs[0]!.Shape[1] < 2))
                {
                    continue;
                }

                long[] lengths = [.. value.Shape.Lengths];
                lengths[0] = isTable ? 1 : 3 * inputs[0]!.Shape[0];
                inputs[summand] = new CaseRandom(seed).Floats(lengths);
                yield return OperatorCase.Of(
                    sample.Node.Domain, sample.Node.OperatorType, sample.Node.OpsetVersion, inputs, sample.Node.Outputs.Length, [], [.. sample.Node.Attributes.Select(pair => (pair.Key, pair.Value))]);
            }
        }
    }

    [Fact]
    public void Every_composite_has_cases() =>
        Assert.Equal(OperatorCatalog.Composites.Select(CompositeCases.NameOf).Distinct().Order(StringComparer.Ordinal), CompositeCases.Names);

    [Fact]
    public async Task Composites_give_the_same_bits_with_threads()
    {
        foreach (CompositeDefinition definition in OperatorCatalog.Composites)
        {
            for (ulong seed = 0; seed < 20; seed++)
            {
                OperatorCase sample = CompositeCases.Make(definition, seed);
                TensorValue[] alone = await Run(sample, 1);
                TensorValue[] together = await Run(sample, 3);
                Assert.True(alone.SequenceEqual(together), sample.ToString());
            }
        }
    }

    [Theory]
    [InlineData(5, 1)]
    [InlineData(64, 2)]
    [InlineData(197, 3)]
    [InlineData(768, 4)]
    public async Task LayerNormalization_equals_the_exported_chain(int width, int seed)
    {
        var random = new CaseRandom((ulong)seed);
        (TensorValue x, TensorValue scale, TensorValue bias) = (random.Floats(3, 4, width), random.Floats(width), random.Floats(width));
        OnnxModelBuilder fused = Builder(x).Initializer("s", scale).Initializer("b", bias)
            .Node("LayerNormalization", ["x", "s", "b"], ["y"], ("epsilon", AttributeValue.Of(1e-6f)));
        OnnxModelBuilder chain = Builder(x).Initializer("s", scale).Initializer("b", bias).Initializer("two", TensorValue.Create([2f], [])).Initializer("e", TensorValue.Create([1e-6f], []))
            .Node("ReduceMean", ["x"], ["m"], ("axes", AttributeValue.Of([-1L]))).Node("Sub", ["x", "m"], ["d"]).Node("Pow", ["d", "two"], ["q"])
            .Node("ReduceMean", ["q"], ["v"], ("axes", AttributeValue.Of([-1L]))).Node("Add", ["v", "e"], ["ve"]).Node("Sqrt", ["ve"], ["r"]).Node("Div", ["d", "r"], ["n"])
            .Node("Mul", ["n", "s"], ["ns"]).Node("Add", ["ns", "b"], ["y"]);
        await AssertSame(fused, chain, x);
    }

    [Theory]
    [InlineData(7, 1)]
    [InlineData(64, 3)]
    [InlineData(200, 4)]
    public async Task RMSNormalization_equals_its_chain_of_the_standard(int width, int seed)
    {
        var random = new CaseRandom((ulong)seed);
        (TensorValue x, TensorValue scale) = (random.Floats(3, 4, width), random.Floats(width));
        TensorValue axes = TensorValue.Create([-1L], 1);
        OnnxModelBuilder fused = Builder(x, 23).Initializer("s", scale).Node("RMSNormalization", ["x", "s"], ["y"]);
        OnnxModelBuilder chain = Builder(x, 23).Initializer("s", scale).Initializer("a", axes).Initializer("e", TensorValue.Create([1e-5f], []))
            .Node("Mul", ["x", "x"], ["q"]).Node("ReduceMean", ["q", "a"], ["v"]).Node("Add", ["v", "e"], ["ve"]).Node("Sqrt", ["ve"], ["r"]).Node("Div", ["x", "r"], ["n"])
            .Node("Mul", ["n", "s"], ["y"]);
        await AssertSame(fused, chain, x);
    }

    [Theory]
    [InlineData(2, 6)]
    [InlineData(3, 65)]
    public async Task Attention_equals_the_exported_chain(int heads, int length)
    {
        int width = heads * 16;
        var random = new CaseRandom((ulong)length);
        TensorValue x = random.Floats(2, length, width);
        TensorValue w = random.Floats(width, 3 * width);
        TensorValue b = random.Floats(3 * width);
        OnnxModelBuilder fused = Builder(x).Initializer("w", w).Initializer("b", b).Opset("com.microsoft", 1)
            .Node("com.microsoft", "Attention", string.Empty, ["x", "w", "b"], ["y"], [("num_heads", AttributeValue.Of(heads))]);
        OnnxModelBuilder chain = Builder(x).Initializer("shape", TensorValue.Create([0L, 0, heads, 16], 4)).Initializer("back", TensorValue.Create([0L, 0, width], 3))
            .Initializer("four", TensorValue.Create([4f], []));
        for (int part = 0; part < 3; part++)
        {
            chain.Initializer($"w{part}", Columns(w, part, width)).Initializer($"b{part}", Columns(b, part, width))
                .Node("MatMul", ["x", $"w{part}"], [$"m{part}"]).Node("Add", [$"m{part}", $"b{part}"], [$"a{part}"]).Node("Reshape", [$"a{part}", "shape"], [$"r{part}"])
                .Node("Transpose", [$"r{part}"], [$"t{part}"], ("perm", AttributeValue.Of(0L, 2L, part == 1 ? 3L : 1L, part == 1 ? 1L : 3L)));
        }

        chain.Node("MatMul", ["t0", "t1"], ["qk"]).Node("Div", ["qk", "four"], ["s"]).Node("Softmax", ["s"], ["p"]).Node("MatMul", ["p", "t2"], ["o"])
            .Node("Transpose", ["o"], ["ot"], ("perm", AttributeValue.Of(0L, 2L, 1L, 3L))).Node("Reshape", ["ot", "back"], ["y"]);
        await AssertSame(fused, chain, x);
    }

    // Every key is excluded for the first query; the second sees them all.
    [Fact]
    public async Task A_query_without_keys_gives_zeros()
    {
        OnnxModel model = new OnnxModelBuilder(23).Input("x", ElementType.Float32, 1, 1, 2, 3).Initializer("m", TensorValue.Create([false, false, true, true], 2, 2))
            .Node("Attention", ["x", "x", "x", "m"], ["y"]).Output("y", ElementType.Float32, 1, 1, 2, 3).Build();
        NamedTensors outputs = await new CanonicalEngine(model).RunAsync(NamedTensors.Of("x", TensorValue.Create([1f, 1, 1, 1, 1, 1], 1, 1, 2, 3)), new GenerationOptions(0));
        Assert.Equal([0f, 0, 0, 1, 1, 1], outputs["y"].AsSpan<float>().ToArray());
    }

    private static OnnxModelBuilder Builder(TensorValue x, int opset = 17) => new OnnxModelBuilder(opset).Input("x", ElementType.Float32, [.. x.Shape.Lengths.Select(GraphDimension.Of)]);

    private static TensorValue Columns(TensorValue matrix, int part, int width)
    {
        float[] all = matrix.AsSpan<float>().ToArray();
        float[] chosen = [.. all.Where((_, i) => i % (3 * width) / width == part)];
        return matrix.Shape.Rank == 1 ? TensorValue.Create(chosen, width) : TensorValue.Create(chosen, matrix.Shape[0], width);
    }

    private static async Task AssertSame(OnnxModelBuilder left, OnnxModelBuilder right, TensorValue x)
    {
        GraphDimension[] lengths = [.. x.Shape.Lengths.Select(GraphDimension.Of)];
        NamedTensors inputs = NamedTensors.Of("x", x);
        NamedTensors a = await new CanonicalEngine(left.Output("y", ElementType.Float32, lengths).Build()).RunAsync(inputs, new GenerationOptions(0));
        NamedTensors b = await new CanonicalEngine(right.Output("y", ElementType.Float32, lengths).Build()).RunAsync(inputs, new GenerationOptions(0));
        Assert.Equal(a["y"], b["y"]);
    }

    private static async Task<TensorValue[]> Run(OperatorCase sample, int threads)
    {
        var seen = new Dictionary<string, TensorValue>(StringComparer.Ordinal);
        GraphNode node = sample.Node;
        var builder = new OnnxModelBuilder(node.Domain.Length == 0 ? node.OpsetVersion : OperatorCatalog.NewestOpset);
        builder.Opset(node.Domain, node.OpsetVersion);
        List<KeyValuePair<string, TensorValue>> inputs = [];
        for (int i = 0; i < sample.Inputs.Length; i++)
        {
            if (sample.Inputs[i] is TensorValue value)
            {
                builder.Input(node.Inputs[i], value.Type, [.. value.Shape.Lengths.Select(GraphDimension.Of)]);
                inputs.Add(KeyValuePair.Create(node.Inputs[i], value));
            }
        }

        TensorValue first = sample.Inputs[0]!;
        builder.Node(node.Domain, node.OperatorType, node.Name, [.. node.Inputs], [.. node.Outputs], [.. node.Attributes.Select(pair => (pair.Key, pair.Value))])
            .Output(node.Inputs[0], first.Type, [.. first.Shape.Lengths.Select(GraphDimension.Of)]);
        await new CanonicalEngine(builder.Build(), new CanonicalEngineOptions { Threads = threads }).RunTracedAsync(new NamedTensors(inputs), new GenerationOptions(0), new Recorder(seen));
        return [.. node.Outputs.Select(name => seen[name])];
    }

    private sealed class Recorder(Dictionary<string, TensorValue> seen) : INodeObserver
    {
        public void OnComputed(GraphNode node, ReadOnlySpan<TensorValue?> inputs, ReadOnlySpan<TensorValue?> outputs)
        {
            for (int i = 0; i < outputs.Length; i++)
            {
                if (outputs[i] is TensorValue value)
                {
                    // The run uses the memory again.
                    seen[node.Outputs[i]] = TensorValue.Take(value.Type, value.Shape, value.Bytes.ToArray());
                }
            }
        }
    }
}
