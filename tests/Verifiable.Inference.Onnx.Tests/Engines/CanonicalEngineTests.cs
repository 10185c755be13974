using Verifiable.Inference.Claims;
using Verifiable.Inference.Onnx.Engines;
using Verifiable.Inference.Onnx.Format;
using Verifiable.Inference.Onnx.Graph;
using Verifiable.Inference.Onnx.Operators;
using Verifiable.Inference.Tensors;

namespace Verifiable.Inference.Onnx.Tests.Engines;

public sealed class CanonicalEngineTests
{
    private static readonly GenerationOptions _options = new(1);

    [Fact]
    public void Description_is_the_model_id_and_the_canonical_profile()
    {
        OnnxModel model = Sum();
        Assert.Equal(new(model.Id, NumericProfile.CanonicalFloat32), new CanonicalEngine(model).Description);
    }

    [Fact]
    public async Task A_wrong_input_is_an_exception_that_lists_what_was_expected()
    {
        var engine = new CanonicalEngine(Sum());
        TensorValue two = TensorValue.Create(new float[2], 2);
        TensorValue three = TensorValue.Create(new float[3], 3);
        NamedTensors[] wrong =
        [
            NamedTensors.Empty,
            NamedTensors.Of("a", two),
            new([new("a", two), new("b", two), new("c", two)]),
            new([new("a", two), new("x", two)]),
            new([new("a", two), new("b", three)]),
            new([new("a", two), new("b", TensorValue.Create(new int[2], 2))]),
            new([new("a", two), new("b", TensorValue.Create(new float[2], 1, 2))]),
        ];
        foreach (NamedTensors inputs in wrong)
        {
            ArgumentException exception = await Assert.ThrowsAsync<ArgumentException>(async () => await engine.RunAsync(inputs, _options));
            Assert.Contains("a: Float32[N]; b: Float32[N]", exception.Message, StringComparison.Ordinal);
        }
    }

    [Fact]
    public void A_missing_operator_is_refused_by_graph_node_domain_operator_and_opset()
    {
        OnnxModel model = new OnnxModelBuilder(17).Input("a", ElementType.Float32, "N").Node("", "Frobnicate", "odd", ["a"], ["y"]).Output("y", ElementType.Float32, "N").Build();
        Assert.False(CanonicalEngine.TryCreate(model, null, out _, out ModelRefusal? refusal));
        Assert.Equal(ModelRefusalReason.UnsupportedOperator, refusal.Reason);
        Assert.Equal("graph node 0 'odd' (ai.onnx Frobnicate, opset 17)", refusal.Node!.ToString());
        Assert.Throws<ModelRefusedException>(() => new CanonicalEngine(model));
    }

    [Fact]
    public void A_too_old_or_too_new_opset_is_refused()
    {
        foreach (int opset in new[] { 6, OperatorCatalog.NewestOpset + 1 })
        {
            OnnxModel model = new OnnxModelBuilder(opset).Input("a", ElementType.Float32, "N").Node("Add", ["a", "a"], ["y"]).Output("y", ElementType.Float32, "N").Build();
            Assert.False(CanonicalEngine.TryCreate(model, null, out _, out ModelRefusal? refusal));
            Assert.Equal(ModelRefusalReason.UnsupportedOperator, refusal.Reason);
        }
    }

    [Fact]
    public void An_unknown_attribute_is_refused()
    {
        OnnxModel model = new OnnxModelBuilder().Input("a", ElementType.Float32, "N").Node("Relu", ["a"], ["y"], ("slope", AttributeValue.Of(1f))).Output("y", ElementType.Float32, "N").Build();
        Assert.False(CanonicalEngine.TryCreate(model, null, out _, out ModelRefusal? refusal));
        Assert.Equal(ModelRefusalReason.UnsupportedAttribute, refusal.Reason);
    }

    [Fact]
    public async Task An_observer_sees_every_graph_node_in_order_and_intermediates_are_not_lost_by_being_freed()
    {
        OnnxModel model = new OnnxModelBuilder()
            .Input("a", ElementType.Float32, "N")
            .Node("Relu", ["a"], ["b"])
            .Node("Add", ["b", "a"], ["c"])
            .Node("Identity", ["b"], ["d"])
            .Node("Mul", ["c", "d"], ["e"])
            .Output("e", ElementType.Float32, "N").Output("a", ElementType.Float32, "N")
            .Build();
        var observer = new Recorder();
        TensorValue input = TensorValue.Create([1f, -2f], 2);
        NamedTensors outputs = await new CanonicalEngine(model).RunTracedAsync(NamedTensors.Of("a", input), _options, observer);
        Assert.Equal(["Relu:1,0", "Add:2,-2", "Identity:1,0", "Mul:2,-0"], observer.Lines);
        Assert.Equal([2f, -0f], outputs["e"].AsSpan<float>().ToArray());
        Assert.Equal(input, outputs["a"]);
    }

    [Fact]
    public async Task NaNs_are_canonical_in_and_out()
    {
        OnnxModel model = new OnnxModelBuilder().Input("a", ElementType.Float32, "N").Node("Identity", ["a"], ["y"]).Output("y", ElementType.Float32, "N").Build();
        TensorValue input = TensorValue.Create([BitConverter.UInt32BitsToSingle(0xFFC12345)], 1);
        NamedTensors outputs = await new CanonicalEngine(model).RunAsync(NamedTensors.Of("a", input), _options);
        Assert.Equal(0x7FC00000u, BitConverter.SingleToUInt32Bits(outputs["y"].AsSpan<float>()[0]));
    }

    [Fact]
    public async Task A_cancelled_run_stops()
    {
        using var source = new CancellationTokenSource();
        var engine = new CanonicalEngine(Sum());
        NamedTensors inputs = new([new("a", TensorValue.Create(new float[2], 2)), new("b", TensorValue.Create(new float[2], 2))]);
        await Assert.ThrowsAnyAsync<OperationCanceledException>(async () => await engine.RunTracedAsync(inputs, _options, new Canceller(source), source.Token));
        await Assert.ThrowsAnyAsync<OperationCanceledException>(async () => await engine.RunAsync(inputs, _options, source.Token));
    }

    [Fact]
    public async Task A_tensor_over_the_limit_is_not_made()
    {
        OnnxModel model = new OnnxModelBuilder().Input("a", ElementType.Float32, "N", 1).Input("b", ElementType.Float32, 1, "N").Node("Add", ["a", "b"], ["y"]).Output("y", ElementType.Float32, "N", "N").Build();
        var engine = new CanonicalEngine(model, new CanonicalEngineOptions { MaxTensorBytes = 1000 });
        NamedTensors inputs = new([new("a", TensorValue.Create(new float[200], 200, 1)), new("b", TensorValue.Create(new float[200], 1, 200))]);
        InvalidOperationException exception = await Assert.ThrowsAsync<InvalidOperationException>(async () => await engine.RunAsync(inputs, _options));
        Assert.Contains("graph node 0", exception.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_output_of_another_type_or_shape_than_declared_is_an_exception()
    {
        TensorValue two = TensorValue.Create(new float[2], 2);
        OnnxModelBuilder Relu() => new OnnxModelBuilder(13).Input("x", ElementType.Float32, "N").Node("Relu", ["x"], ["y"]);
        OnnxModel[] wrong =
        [
            Relu().Output("y", ElementType.Int64, "N").Build(),
            Relu().Output("y", ElementType.Float32, 1, "N").Build(),
            Relu().Output("y", ElementType.Float32, 3).Build(),
            Relu().Node("Concat", ["y", "y"], ["z"], ("axis", AttributeValue.Of(0))).Output("z", ElementType.Float32, "N").Build(),
        ];
        foreach (OnnxModel model in wrong)
        {
            InvalidOperationException exception = await Assert.ThrowsAsync<InvalidOperationException>(async () => await new CanonicalEngine(model).RunAsync(NamedTensors.Of("x", two), _options));
            Assert.Contains("as the model declares it", exception.Message, StringComparison.Ordinal);
        }

        foreach (OnnxModel model in new[] { Relu().Output("y", ElementType.Float32, "M").Build(), Relu().Output("y", ElementType.Float32, 2).Build() })
        {
            await new CanonicalEngine(model).RunAsync(NamedTensors.Of("x", two), _options);
        }
    }

    [Fact]
    public async Task A_deep_and_a_wide_graph_run()
    {
        OnnxModelBuilder deep = new OnnxModelBuilder(13).Input("v0", ElementType.Float32, "N");
        for (int i = 0; i < 80_000; i++)
        {
            deep.Node("Relu", [$"v{i}"], [$"v{i + 1}"]);
        }

        await new CanonicalEngine(deep.Output("v80000", ElementType.Float32, "N").Build()).RunAsync(NamedTensors.Of("v0", TensorValue.Create(new float[1], 1)), _options);
        OnnxModel wide = new OnnxModelBuilder(13).Input("x", ElementType.Float32, 1).Node("Concat", [.. Enumerable.Repeat("x", 200_000)], ["y"], ("axis", AttributeValue.Of(0)))
            .Output("y", ElementType.Float32, "M").Build();
        NamedTensors outputs = await new CanonicalEngine(wide).RunAsync(NamedTensors.Of("x", TensorValue.Create([3f], 1)), _options);
        Assert.Equal(200_000, outputs["y"].Length);
    }

    [Fact]
    public void Wrong_options_are_an_exception_that_lists_every_fault()
    {
        ArgumentException exception = Assert.Throws<ArgumentException>(() => new CanonicalEngine(Sum(), new CanonicalEngineOptions { Threads = 0, MaxTensorBytes = 0, MaxRunBytes = 0 }));
        Assert.Contains("Threads", exception.Message, StringComparison.Ordinal);
        Assert.Contains("MaxRunBytes", exception.Message, StringComparison.Ordinal);
        Assert.Contains("MaxTensorBytes", exception.Message, StringComparison.Ordinal);
    }

    private static OnnxModel Sum() => new OnnxModelBuilder()
        .Input("a", ElementType.Float32, "N").Input("b", ElementType.Float32, "N")
        .Node("Add", ["a", "b"], ["c"]).Node("Relu", ["c"], ["y"])
        .Output("y", ElementType.Float32, "N")
        .Build();

    private sealed class Recorder : INodeObserver
    {
        public List<string> Lines { get; } = [];

        public void OnComputed(GraphNode node, ReadOnlySpan<TensorValue?> inputs, ReadOnlySpan<TensorValue?> outputs) =>
            Lines.Add($"{node.OperatorType}:{string.Join(",", outputs[0]!.AsSpan<float>().ToArray())}");
    }

    private sealed class Canceller(CancellationTokenSource source) : INodeObserver
    {
        public void OnComputed(GraphNode node, ReadOnlySpan<TensorValue?> inputs, ReadOnlySpan<TensorValue?> outputs)
        {
            Assert.Equal("Add", node.OperatorType);
            source.Cancel();
        }
    }
}
