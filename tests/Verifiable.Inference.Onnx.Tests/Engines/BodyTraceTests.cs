using System.Collections.Immutable;
using Verifiable.Inference.Claims;
using Verifiable.Inference.Commitments;
using Verifiable.Inference.Engines;
using Verifiable.Inference.Onnx.Engines;
using Verifiable.Inference.Onnx.Format;
using Verifiable.Inference.Onnx.Graph;
using Verifiable.Inference.Tensors;

namespace Verifiable.Inference.Onnx.Tests.Engines;

/// <summary>Traces of models with bodies: one trace for each iteration under one root.</summary>
public sealed class BodyTraceTests
{
    private const int Loop = 1;

    private static readonly GenerationOptions _options = new(1);

    [Fact]
    public async Task Running_again_on_any_number_of_threads_gives_the_same_trace()
    {
        foreach ((OnnxModel model, NamedTensors inputs) in new[] { (LoopModels.Recurrence(), LoopModels.Inputs(5)), (LoopModels.Nested(), LoopModels.NestedInputs(6)) })
        {
            Digest first = (await Record(model, inputs)).ToTree().Commitment.Digest;
            Assert.Equal(first, (await Record(model, inputs, threads: 3)).ToTree().Commitment.Digest);
            Assert.True(OnnxModel.TryRead(model.ToBytes(), out OnnxModel? read, out ModelRefusal? refusal), refusal?.ToString());
            Assert.Equal(model.Id, read.Id);
            Assert.Equal(first, (await Record(read, inputs)).ToTree().Commitment.Digest);
        }
    }

    // The law itself: the leaf commits to the runs in their order, each with the full trace of what the body's graph nodes gave in it.
    [Fact]
    public async Task The_leaf_of_a_loop_commits_to_the_traces_of_its_iterations()
    {
        OnnxModel model = LoopModels.Recurrence();
        TraceRecorder recorder = await Record(model, LoopModels.Inputs(5));
        TraceLeaf leaf = recorder.ToTree().Find(Loop)!;
        Assert.Equal(3, leaf.Outputs.Length);
        Keeper keeper = new();
        await new CanonicalEngine(model).RunTracedAsync(LoopModels.Inputs(5), _options, keeper);
        ImmutableArray<TraceBodyRun>.Builder runs = ImmutableArray.CreateBuilder<TraceBodyRun>();
        for (int iteration = 0; iteration < 5; iteration++)
        {
            TraceTree tree = recorder.FindRun(Loop, iteration)!.ToTree();
            Assert.True(tree.Commitment.IsFull);
            Assert.Equal(5, tree.Leaves.Length);
            for (int node = 0; node < 5; node++)
            {
                Assert.Equal(TensorCommitment.Compute(keeper.Runs[iteration][node], TensorLayout.RowMajor), tree.Leaves[node].Outputs[0].RowMajor);
            }

            runs.Add(new TraceBodyRun(iteration, 0, tree.Commitment));
        }

        TraceBodyTree bodies = new(runs.ToImmutable());
        Assert.Equal(bodies.Digest, leaf.Outputs[2].Bodies);
        Assert.Null(recorder.FindRun(Loop, 5));
        for (int iteration = 0; iteration < 5; iteration++)
        {
            Assert.True(bodies.Open(iteration).Verifies(leaf.Outputs[2].Bodies!.Value));
        }
    }

    [Fact]
    public async Task Another_weight_another_count_and_another_branch_give_other_traces()
    {
        HashSet<Digest> seen = [];
        float[] weights = LoopModels.Weights.AsSpan<float>().ToArray();
        weights[7] += 0.5f;
        Assert.True(seen.Add(await Bodies(LoopModels.Recurrence(), LoopModels.Inputs(5))));
        Assert.True(seen.Add(await Bodies(LoopModels.Recurrence(), LoopModels.Inputs(4))));
        Assert.True(seen.Add(await Bodies(LoopModels.Recurrence(), LoopModels.Inputs(0))));
        Assert.True(seen.Add(await Bodies(LoopModels.Recurrence(TensorValue.Create(weights, 6, 6)), LoopModels.Inputs(5))));
        Assert.False(seen.Add(await Bodies(LoopModels.Recurrence(), LoopModels.Inputs(5))));
        foreach (bool condition in new[] { true, false })
        {
            GraphBody branch = new OnnxModelBuilder(13).Node("Neg", ["x"], ["n"]).Output("n").BuildBody();
            OnnxModel model = new OnnxModelBuilder(13).Input("x", ElementType.Float32, 1).Input("c", ElementType.Boolean).Node("Abs", ["x"], ["a"])
                .Node("If", ["c"], ["y"], ("then_branch", AttributeValue.Of(branch)), ("else_branch", AttributeValue.Of(branch))).Output("y", ElementType.Float32, 1).Build();
            Assert.True(seen.Add(await Bodies(model, new NamedTensors(
                [KeyValuePair.Create("x", TensorValue.Create([1f], 1)), KeyValuePair.Create("c", TensorValue.Create([condition], []))]))));
        }
    }

    [Fact]
    public async Task A_cut_point_has_the_leaf_of_the_full_trace()
    {
        OnnxModel model = LoopModels.Recurrence();
        TraceLeaf full = (await Record(model, LoopModels.Inputs(4))).ToTree().Find(Loop)!;
        CanonicalEngine engine = new(model);
        TraceRecorder cut = new(engine, CutPoints.At(Loop));
        await engine.RunTracedAsync(LoopModels.Inputs(4), _options, cut);
        Assert.Equal(full, Assert.Single(cut.ToTree().Leaves));
        TracedOutputs traced = await new TracingEngine(engine, CutPoints.ByWork(1)).RunTracedAsync(LoopModels.Inputs(4), _options);
        Assert.NotEqual(0, traced.Trace.LeafCount);
    }

    // How a body reads a value of the graph around it decides in which layout that value is committed.
    [Fact]
    public async Task A_value_that_a_body_multiplies_by_is_committed_by_column()
    {
        GraphBody body = new OnnxModelBuilder(13).Input("i").Input("c").Input("v").Node("MatMul", ["v", "right"], ["w"]).Node("Identity", ["c"], ["d"]).Output("d").Output("w").BuildBody();
        OnnxModel model = new OnnxModelBuilder(13).Input("x", ElementType.Float32, 2, 2).Initializer("two", TensorValue.Create([2L], []))
            .Node("Tanh", ["x"], ["right"]).Node("Loop", ["two", "", "x"], ["y"], ("body", AttributeValue.Of(body))).Output("y", ElementType.Float32, 2, 2).Build();
        TraceLeaf leaf = (await Record(model, NamedTensors.Of("x", TensorValue.Create([1f, 2, 3, 4], 2, 2)))).ToTree().Find(0)!;
        Assert.NotNull(leaf.Outputs[0].ByColumn);
        Assert.Null(leaf.Outputs[0].RowMajor);
    }

    [Fact]
    public void The_identity_of_a_model_holds_its_bodies()
    {
        HashSet<Digest> seen = [];
        foreach ((string operatorType, string input, float constant, string output) in new[]
        {
            ("Add", "x", 1f, "d"), ("Sub", "x", 1f, "d"), ("Add", "two", 1f, "d"), ("Add", "x", 2f, "d"), ("Add", "x", 1f, "c"),
        })
        {
            GraphBody body = new OnnxModelBuilder(13).Input("i").Input("c").Initializer("k", TensorValue.Create([constant], 1)).Node(operatorType, [input, "k"], ["v"])
                .Node("Identity", ["c"], ["d"]).Output(output).Output("v").BuildBody();
            Assert.True(seen.Add(new OnnxModelBuilder(13).Input("x", ElementType.Float32, 1).Initializer("two", TensorValue.Create([2f], 1)).Initializer("most", TensorValue.Create([3L], []))
                .Node("Loop", ["most", ""], ["y"], ("body", AttributeValue.Of(body))).Output("y", ElementType.Float32, "n", 1).Build().Id));
        }

        Assert.Equal(LoopModels.Nested().Id, LoopModels.Nested().Id);
        Assert.NotEqual(LoopModels.Nested().Id, LoopModels.Nested(reverse: true).Id);
    }

    private static async Task<Digest> Bodies(OnnxModel model, NamedTensors inputs) => (await Record(model, inputs)).ToTree().Find(Loop)!.Outputs[^1].Bodies!.Value;

    private static async Task<TraceRecorder> Record(OnnxModel model, NamedTensors inputs, int threads = 1)
    {
        CanonicalEngine engine = new(model, new CanonicalEngineOptions { Threads = threads });
        TraceRecorder recorder = new(engine, null, keepsRuns: true);
        await engine.RunTracedAsync(inputs, _options, recorder);
        return recorder;
    }

    private sealed class Keeper : INodeObserver
    {
        internal List<List<TensorValue>> Runs { get; } = [];

        public INodeObserver? OnBody(GraphNode node, int body, long iteration)
        {
            Runs.Add([]);
            return new Inner(Runs[^1]);
        }

        public void OnComputed(GraphNode node, ReadOnlySpan<TensorValue?> inputs, ReadOnlySpan<TensorValue?> outputs)
        {
        }

        private sealed class Inner(List<TensorValue> values) : INodeObserver
        {
            public void OnComputed(GraphNode node, ReadOnlySpan<TensorValue?> inputs, ReadOnlySpan<TensorValue?> outputs) =>
                values.Add(TensorValue.Take(outputs[0]!.Type, outputs[0]!.Shape, outputs[0]!.Bytes.ToArray()));
        }
    }
}
