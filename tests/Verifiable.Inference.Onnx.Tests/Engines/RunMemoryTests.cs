using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using Verifiable.Inference.CanonicalDigest;
using Verifiable.Inference.Claims;
using Verifiable.Inference.Onnx.Engines;
using Verifiable.Inference.Onnx.Format;
using Verifiable.Inference.Onnx.Graph;
using Verifiable.Inference.Onnx.Operators;
using Verifiable.Inference.Tensors;

namespace Verifiable.Inference.Onnx.Tests.Engines;

/// <summary>What runs, plans and prepared constants hold stays within what the options say, and is let go.</summary>
public sealed class RunMemoryTests
{
    private static readonly GenerationOptions _seed = new(1);

    [Fact]
    public async Task Dynamic_values_and_views_of_them_are_let_go_when_nothing_needs_them()
    {
        OnnxModel model = new OnnxModelBuilder(13).Input("x", ElementType.Float32, "N").Node("NonZero", ["x"], ["found"]).Node("Identity", ["found"], ["view"])
            .Node("Cast", ["view"], ["floats"], ("to", AttributeValue.Of((long)ElementType.Float32))).Node("Neg", ["floats"], ["less"]).Node("Abs", ["less"], ["y"])
            .Output("y", ElementType.Float32, 1, default).Build();
        var engine = new CanonicalEngine(model);
        var watcher = new Watcher();
        await engine.RunTracedAsync(NamedTensors.Of("x", TensorValue.Create(Enumerable.Repeat(1f, 1000).ToArray(), 1000)), _seed, watcher);
        Assert.Equal([true, false], watcher.Alive);
    }

    [Fact]
    public async Task Constants_that_a_plan_computes_have_a_limit_together()
    {
        const int Count = 100;
        OnnxModelBuilder builder = new OnnxModelBuilder(13).Input("x", ElementType.Float32, 2).Initializer("shape", TensorValue.Create([262_144L], 1))
            .Node("Relu", ["x"], ["y"]).Output("y", ElementType.Float32, 2);
        for (int i = 0; i < Count; i++)
        {
            builder.Node("ConstantOfShape", ["shape"], [$"c{i}"]);
        }

        var engine = new CanonicalEngine(builder.Build());
        var inputs = NamedTensors.Of("x", TensorValue.Create([-1f, 1f], 2));
        Assert.InRange(engine.PlanShapes(inputs, CancellationToken.None).Known.Sum(value => value?.Bytes.Length ?? 0), 1, (64 << 20) + 1024);
        NamedTensors outputs = await engine.RunAsync(inputs, _seed);
        Assert.Equal([0f, 1f], outputs["y"].AsSpan<float>());
    }

    [Fact]
    public async Task A_tensor_that_aligned_memory_cannot_hold_is_refused_like_any_that_is_too_large()
    {
        OnnxModel model = new OnnxModelBuilder(13).Input("x", ElementType.Float32, 2).Initializer("shape", TensorValue.Create([2_147_483_600L], 1))
            .Node("ConstantOfShape", ["shape"], ["c"], ("value", AttributeValue.Of(TensorValue.Create([(byte)1], 1)))).Node("Relu", ["x"], ["y"])
            .Output("y", ElementType.Float32, 2).Build();
        var engine = new CanonicalEngine(model);
        InvalidOperationException thrown = await Assert.ThrowsAsync<InvalidOperationException>(
            async () => await engine.RunAsync(NamedTensors.Of("x", TensorValue.Create([-1f, 1f], 2)), _seed));
        Assert.Contains("ConstantOfShape", thrown.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Widening_does_not_multiply_the_memory_of_shared_constants()
    {
        TensorValue half = CaseRandom.Convert(TensorValue.Create(new float[131_072], 131_072), ElementType.Float16);
        OnnxModelBuilder builder = new OnnxModelBuilder(13).Input("x", ElementType.Float16, 131_072).Initializer("w", half);
        for (int i = 0; i < 40; i++)
        {
            builder.Node("Add", ["x", "w"], [$"y{i}"]);
        }

        OnnxModel model = builder.Output("y0", ElementType.Float16, 131_072).Build();
        long before = GC.GetAllocatedBytesForCurrentThread();
        Assert.True(CanonicalEngine.TryCreate(model, null, out _, out _));
        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 4 << 20);
    }

    [Fact]
    public async Task A_constant_that_may_not_be_widened_in_advance_is_widened_in_the_run()
    {
        var random = new CaseRandom(4);
        TensorValue half = CaseRandom.Convert(random.Floats(64, 48), ElementType.Float16);
        var inputs = NamedTensors.Of("x", CaseRandom.Convert(random.Floats(3, 64), ElementType.Float16));
        OnnxModel model = new OnnxModelBuilder(13).Input("x", ElementType.Float16, 3, 64).Initializer("w", half).Node("MatMul", ["x", "w"], ["y"])
            .Output("y", ElementType.Float16, 3, 48).Build();
        NamedTensors expected = await new CanonicalEngine(model).RunAsync(inputs, _seed);
        Assert.True(OperatorCatalog.TryBind(model.Nodes[0], model.Initializers, new PackedMatrices(100), out BoundOperator? bound, out _));
        var signatures = new TensorSignature[1];
        TensorValue?[] from = [inputs["x"], half];
        Assert.True(bound.TryInfer(new TensorInputs(from), signatures, out _));
        var buffer = TensorBuffer.Allocate(signatures[0]);
        bound.Compute(new OperatorContext(), from, new[] { buffer });
        Assert.True(expected["y"].Equals(buffer.ToValue()));
    }

    [Fact]
    public void An_expansion_beyond_the_limit_is_refused()
    {
        OnnxModel model = new OnnxModelBuilder(13).Input("x", ElementType.Float32, 1, 2, 3, 4).Node("MeanVarianceNormalization", ["x"], ["y"])
            .Output("y", ElementType.Float32, 1, 2, 3, 4).Build();
        Assert.True(CanonicalGraph.TryCreate(model, out CanonicalGraph? graph, out _));
        Assert.True(graph.Nodes.Length > 1);
        Assert.True(CanonicalGraph.TryCreate(model, graph.Nodes.Length, out _, out _));
        Assert.False(CanonicalGraph.TryCreate(model, graph.Nodes.Length - 1, out _, out ModelRefusal? refusal));
        Assert.Equal(ModelRefusalReason.TooLarge, refusal.Reason);
    }

    [Fact]
    public async Task A_set_of_watched_graph_nodes_may_be_another_for_the_next_observer()
    {
        OnnxModel model = new OnnxModelBuilder(13).Input("x", ElementType.Float32, 1, 2).Initializer("w", TensorValue.Create([1f, 2f, 3f, 4f], 2, 2))
            .Node("MatMul", ["x", "w"], ["a"]).Node("Relu", ["a"], ["b"]).Node("Neg", ["b"], ["y"]).Output("y", ElementType.Float32, 1, 2).Build();
        var engine = new CanonicalEngine(model);
        var inputs = NamedTensors.Of("x", TensorValue.Create([1f, 1f], 1, 2));
        HashSet<int> watched = [2];
        await engine.RunTracedAsync(inputs, _seed, new Summer(watched));
        watched.Clear();
        watched.Add(1);
        var second = new Summer(watched);
        await engine.RunTracedAsync(inputs, _seed, second);
        Assert.Equal(10f, second.Sum);
    }

    private sealed class Summer(IReadOnlySet<int> watched) : INodeObserver
    {
        public float Sum { get; private set; }

        public IReadOnlySet<int>? Watched => watched;

        public void OnComputed(GraphNode node, ReadOnlySpan<TensorValue?> inputs, ReadOnlySpan<TensorValue?> outputs)
        {
            foreach (float value in outputs[0]!.AsSpan<float>())
            {
                Sum += value;
            }
        }
    }

    // Keeps no hold of the memory of the first graph node's output, and looks whether somebody else does.
    private sealed class Watcher : INodeObserver
    {
        private WeakReference? _memory;

        public List<bool> Alive { get; } = [];

        [MethodImpl(MethodImplOptions.NoInlining)]
        public void OnComputed(GraphNode node, ReadOnlySpan<TensorValue?> inputs, ReadOnlySpan<TensorValue?> outputs)
        {
            if (node.OperatorType == "NonZero")
            {
                Assert.True(MemoryMarshal.TryGetArray(outputs[0]!.Bytes, out ArraySegment<byte> memory));
                _memory = new WeakReference(memory.Array);
            }

            if (node.OperatorType is "Cast" or "Abs")
            {
                GC.Collect();
                GC.WaitForPendingFinalizers();
                GC.Collect();
                Alive.Add(_memory!.IsAlive);
            }
        }
    }
}
