using System.Collections.Immutable;
using Verifiable.Inference.CanonicalDigest;
using Verifiable.Inference.Claims;
using Verifiable.Inference.Commitments;
using Verifiable.Inference.Onnx.Engines;
using Verifiable.Inference.Onnx.Graph;
using Verifiable.Inference.Onnx.Tests.Graph;
using Verifiable.Inference.Tensors;

namespace Verifiable.Inference.Onnx.Tests.Engines;

public sealed class TraceRecorderTests
{
    private static readonly GenerationOptions _options = new(1);

    // Products of two activations, which no shipped model has: right operands that are committed by column, one of them by rows too.
    private const string Attention = "attention";

    public static TheoryData<string> Models => [.. ShippedModels.Paths.Select(path => Path.GetFileName(path)), Attention];

    [Theory]
    [MemberData(nameof(Models))]
    public async Task Running_again_on_any_number_of_threads_gives_the_same_trace(string file)
    {
        (OnnxModel model, NamedTensors inputs) = Shipped(file, 3);
        TraceTree first = await Trace(model, inputs);
        Assert.True(first.Commitment.IsFull);
        Assert.Equal(Nodes(model).Length, first.Leaves.Length);
        foreach (int threads in new[] { 1, 2, 4 })
        {
            Assert.Equal(first.Commitment, (await Trace(model, inputs, threads: threads)).Commitment);
        }
    }

    // The law itself: each leaf is what a plain observer that keeps everything would commit to, in the layouts of the rule, absent outputs included.
    [Theory]
    [MemberData(nameof(Models))]
    public async Task Every_leaf_holds_the_commitments_of_the_graph_nodes_outputs(string file)
    {
        (OnnxModel model, NamedTensors inputs) = Shipped(file, 2);
        Keeper keeper = new();
        NamedTensors outputs = await new CanonicalEngine(model).RunTracedAsync(inputs, _options, keeper);
        TraceTree trace = await Trace(model, inputs);
        for (int node = 0; node < Nodes(model).Length; node++)
        {
            TraceLeaf leaf = trace.Find(node)!;
            Assert.Equal(Nodes(model)[node].Outputs.Length, leaf.Outputs.Length);
            for (int i = 0; i < leaf.Outputs.Length; i++)
            {
                TensorValue? tensor = keeper.Outputs[node][i];
                Assert.Equal(tensor is null, leaf.Outputs[i].IsAbsent);
                foreach (TensorLayout layout in new[] { TensorLayout.RowMajor, TensorLayout.ByColumn, TensorLayout.ChannelsLast })
                {
                    Digest? committed = leaf.Outputs[i].In(layout);
                    Assert.True(committed is null || committed == TensorCommitment.Compute(tensor!, layout));
                }
            }
        }

        Assert.Equal(file == Attention, trace.Leaves.Any(leaf => leaf.Outputs[0] is { ByColumn: not null, RowMajor: not null }));

        // A claim's own commitments to the outputs are in the leaves of the graph nodes that gave them.
        foreach (KeyValuePair<string, Digest> output in CommittedTensors.Of(outputs))
        {
            GraphNode producer = Nodes(model).Single(node => node.Outputs.Contains(output.Key));
            Assert.Equal(output.Value, trace.Find(producer.Index)!.Outputs[producer.Outputs.IndexOf(output.Key)].RowMajor);
        }
    }

    [Fact]
    public void Layout_follows_use()
    {
        OnnxModel model = new OnnxModelBuilder(13)
            .Input("x", ElementType.Float32, 2, 2)
            .Node("Relu", ["x"], ["right"]).Node("MatMul", ["x", "right"], ["both"]).Node("MatMul", ["both", "both"], ["gemm_a"])
            .Node("Gemm", ["gemm_a", "gemm_a"], ["gemm_b"], ("transA", AttributeValue.Of(1L)), ("transB", AttributeValue.Of(1L)))
            .Node("Gemm", ["x", "gemm_b"], ["used_and_out"]).Node("Relu", ["used_and_out"], ["unused"]).Node("MatMul", ["x", "used_and_out"], ["y"])
            .Node("Dropout", ["y"], ["out", ""])
            .Output("out", ElementType.Float32, 2, 2).Output("used_and_out", ElementType.Float32, 2, 2)
            .Build();
        string[] layouts = [.. TraceLayouts.Of(model.Nodes, model.Outputs).Select(node => string.Join(';', node.Select(output => string.Join(',', output))))];
        Assert.Equal(["ByColumn", "RowMajor,ByColumn", "RowMajor,ByColumn", "ByColumn", "RowMajor,ByColumn", "RowMajor", "RowMajor", "RowMajor"], layouts);

        OnnxModel classifier = SampleModels.ClassifierBuilder().Node("Relu", ["x"], ["image"]).Node("Conv", ["image", "conv_w"], ["features"]).Build();
        layouts = [.. TraceLayouts.Of(classifier.Nodes, classifier.Outputs).Select(node => string.Join(',', node[0]))];
        Assert.Equal("ChannelsLast", layouts[^2]);
    }

    [Fact]
    public async Task Changing_any_element_of_any_output_changes_the_root()
    {
        (OnnxModel model, NamedTensors inputs) = Shipped("digits-small.onnx", 1);
        CanonicalEngine engine = new(model);
        Keeper keeper = new();
        await engine.RunTracedAsync(inputs, _options, keeper);
        TraceTree honest = Replay(engine, keeper.Outputs);
        Assert.Equal((await Trace(model, inputs)).Commitment, honest.Commitment);
        Random random = new(7);
        for (int trial = 0; trial < 200; trial++)
        {
            int node = random.Next(Nodes(model).Length);
            TensorValue tensor = keeper.Outputs[node][0]!;
            byte[] bytes = tensor.Bytes.ToArray();

            // The last bit of one element: one unit in the last place.
            bytes[random.Next(tensor.Length) * ElementTypes.SizeOf(tensor.Type)] ^= 1;
            TensorValue?[][] changed = [.. keeper.Outputs];
            changed[node] = [TensorValue.Take(tensor.Type, tensor.Shape, bytes), .. changed[node].Skip(1)];
            TraceTree trace = Replay(engine, changed);
            Assert.NotEqual(honest.Commitment.Root, trace.Commitment.Root);
            Assert.Equal([node], Enumerable.Range(0, Nodes(model).Length).Where(i => !trace.Find(i)!.Equals(honest.Find(i))));
        }
    }

    [Fact]
    public async Task Rows_of_a_batch_do_not_change_each_others_elements_in_the_trace()
    {
        (OnnxModel model, NamedTensors one) = Shipped("digits.onnx", 1);
        (_, NamedTensors many) = Shipped("digits.onnx", 5);
        TraceTree of1 = await Trace(model, one);
        TraceTree of5 = await Trace(model, many);
        for (int node = 0; node < Nodes(model).Length; node++)
        {
            foreach (TensorLayout layout in new[] { TensorLayout.RowMajor, TensorLayout.ChannelsLast })
            {
                if (of1.Find(node)!.Outputs[0].In(layout) is not null)
                {
                    Assert.Equal(await Element(model, one, of1, node, 0, layout), await Element(model, many, of5, node, 0, layout));
                }
            }
        }
    }

    [Fact]
    public async Task Cut_points_are_the_leaves_of_the_full_trace_at_their_numbers()
    {
        (OnnxModel model, NamedTensors inputs) = Shipped("digits.onnx", 2);
        TraceTree full = await Trace(model, inputs);
        int last = Nodes(model).Length - 1;
        (CutPoints Options, int[]? Nodes)[] cases =
        [
            (CutPoints.At(last, 0, 3), [0, 3, last]),
            (CutPoints.At(), []),
            (CutPoints.Every(4), [.. Enumerable.Range(0, last + 1).Where(i => i % 4 == 3)]),
            (CutPoints.Every(1), [.. Enumerable.Range(0, last + 1)]),
            (CutPoints.ByWork(1), null),
            (CutPoints.ByWork(40), null),
        ];
        foreach ((CutPoints options, int[]? nodes) in cases)
        {
            TraceTree cut = await Trace(model, inputs, options);
            Assert.Equal(full.Commitment.NodeCount, cut.Commitment.NodeCount);
            Assert.All(cut.Leaves, leaf => Assert.Equal(full.Find(leaf.Node), leaf));
            Assert.All(cut.Leaves, leaf => Assert.True(cut.Open(leaf.Node).Verifies(cut.Commitment)));
            Assert.Equal(nodes ?? cut.Leaves.Select(leaf => leaf.Node), cut.Leaves.Select(leaf => leaf.Node));
            Assert.Equal(cut.Commitment, (await Trace(model, inputs, options, threads: 2)).Commitment);

            // Where it is known before a run which graph nodes are watched, the engine computes others in one go: no leaf changes.
            TracingEngine tracing = new(new CanonicalEngine(model), options);
            Assert.Equal(cut.Commitment, (await tracing.RunTracedAsync(inputs, _options)).Trace);
            Assert.Equal(cut.Commitment, (await tracing.RunTracedAsync(inputs, _options)).Trace);
        }

        Assert.InRange((await Trace(model, inputs, CutPoints.ByWork(40))).Leaves.Length, 1, last);
        Assert.Empty((await Trace(model, inputs, CutPoints.ByWork(long.MaxValue))).Leaves);
    }

    [Fact]
    public async Task An_element_opens_by_running_again_and_not_where_the_run_gives_something_else()
    {
        (OnnxModel model, NamedTensors inputs) = Shipped("digits.onnx", 2);
        (_, NamedTensors others) = Shipped("digits.onnx", 3);
        Keeper keeper = new();
        await new CanonicalEngine(model).RunTracedAsync(inputs, _options, keeper);
        TraceTree trace = await Trace(model, inputs);
        foreach (TraceLeaf leaf in trace.Leaves)
        {
            TensorValue tensor = keeper.Outputs[leaf.Node][0]!;
            int element = tensor.Length / 2;
            foreach (TensorLayout layout in Enum.GetValues<TensorLayout>().Where(layout => leaf.Outputs[0].In(layout) is not null))
            {
                int size = ElementTypes.SizeOf(tensor.Type);
                Assert.Equal(tensor.Bytes.Slice(element * size, size).ToArray(), await Element(model, inputs, trace, leaf.Node, element, layout));
                await Assert.ThrowsAsync<InvalidOperationException>(() => Element(model, others, trace, leaf.Node, element, layout));
                await Assert.ThrowsAsync<InvalidOperationException>(() => Element(model, inputs, trace, leaf.Node, tensor.Length, layout));
            }
        }

        Assert.Throws<ArgumentOutOfRangeException>(() => new TraceElementRecorder(trace, Nodes(model).Length, 0, 0, TensorLayout.RowMajor));
        Assert.Throws<ArgumentException>(() => new TraceElementRecorder(trace, 0, 7, 0, TensorLayout.RowMajor));
        Assert.Throws<InvalidOperationException>(() => new TraceElementRecorder(trace, Nodes(model).Length - 1, 0, 0, TensorLayout.RowMajor).ToOpening());
    }

    [Fact]
    public async Task A_recorder_takes_one_whole_run_of_its_own_engine()
    {
        (OnnxModel model, NamedTensors inputs) = Shipped("iris.onnx", 1);
        CanonicalEngine engine = new(model);
        TraceRecorder recorder = new(engine);
        Assert.Throws<InvalidOperationException>(recorder.ToTree);
        await engine.RunTracedAsync(inputs, _options, recorder);
        recorder.ToTree();
        await Assert.ThrowsAsync<InvalidOperationException>(async () => await engine.RunTracedAsync(inputs, _options, recorder));
        TraceRecorder foreign = new(new CanonicalEngine(Shipped("digits.onnx", 1).Model));
        await Assert.ThrowsAsync<InvalidOperationException>(async () => await engine.RunTracedAsync(inputs, _options, foreign));
        Assert.Throws<ArgumentException>(() => new TraceRecorder(engine, CutPoints.At(Nodes(model).Length)));
        Assert.Throws<ArgumentException>(() => new TracingEngine(engine, CutPoints.At(Nodes(model).Length)));
        Assert.Throws<ArgumentException>(() => CutPoints.At(1, 1));
        Assert.Throws<ArgumentException>(() => CutPoints.At(-1));
        Assert.Throws<ArgumentOutOfRangeException>(() => CutPoints.Every(0));
        Assert.Throws<ArgumentOutOfRangeException>(() => CutPoints.ByWork(0));
    }

    [Fact]
    public void A_graph_node_of_more_outputs_than_a_leaf_holds_has_no_trace()
    {
        OnnxModelBuilder builder = new OnnxModelBuilder(13).Input("x", ElementType.Float32, "N");
        string[] outputs = [.. Enumerable.Range(0, TraceLeaf.MaxOutputs + 1).Select(i => $"y{i}")];
        GraphNode node = builder.Node("Split", ["x"], outputs).Output("y0", ElementType.Float32, "N").Build().Nodes[0];
        Assert.Throws<InvalidOperationException>(() => TracePlan.Of([node], []));
    }

    [Fact]
    public async Task A_tracing_engine_gives_the_outputs_of_its_engine_and_the_trace()
    {
        (OnnxModel model, NamedTensors inputs) = Shipped("iris.onnx", 4);
        TracingEngine tracing = new(new CanonicalEngine(model), CutPoints.Every(2));
        Inference.Engines.TracedOutputs traced = await tracing.RunTracedAsync(inputs, _options);
        NamedTensors plain = await tracing.RunAsync(inputs, _options);
        Assert.Equal(plain.Select(pair => pair.Value), traced.Outputs.Select(pair => pair.Value));
        Assert.Equal((await Trace(model, inputs, CutPoints.Every(2))).Commitment, traced.Trace);
        Assert.Equal(new CanonicalEngine(model).Description, tracing.Description);
    }

    // The rule of docs/reference/traces.md in other words: sums from the sizes of the tensors that a plain observer sees.
    [Theory]
    [InlineData("digits.onnx")]
    [InlineData(Attention)]
    public async Task Cut_points_by_work_are_where_the_reference_page_says(string file)
    {
        (OnnxModel model, NamedTensors inputs) = Shipped(file, 2);
        Keeper keeper = new();
        await new CanonicalEngine(model).RunTracedAsync(inputs, _options, keeper);
        foreach (long workPerByte in new[] { 1L, 2, 3, 7, 20, 60 })
        {
            List<int> expected = [];
            long work = 0;
            for (int node = 0; node < keeper.Outputs.Count; node++)
            {
                TensorShape[] from = [.. keeper.Inputs[node].Select(input => input?.Shape ?? new TensorShape(0))];
                long read = from.Sum(shape => shape.ElementCount);
                long made = keeper.Outputs[node].Sum(output => (long)(output?.Length ?? 0));
                work += Nodes(model)[node].OperatorType switch
                {
                    "MatMul" or "Gemm" => made * from[0][from[0].Rank - 1],
                    "Conv" => made * from[1][1] * from[1][2] * from[1][3],
                    _ => Math.Max(read, made),
                };
                if (work >= workPerByte * keeper.Outputs[node].Sum(output => output?.Bytes.Length ?? 0))
                {
                    expected.Add(node);
                    work = 0;
                }
            }

            Assert.Equal(expected, (await Trace(model, inputs, CutPoints.ByWork(workPerByte))).Leaves.Select(leaf => leaf.Node));
        }
    }

    // Shapes that depend on elements: the cut points are those of each run.
    [Fact]
    public async Task Cut_points_by_work_follow_shapes_that_only_a_run_knows()
    {
        OnnxModel model = new OnnxModelBuilder(13).Input("x", ElementType.Float32, "N").Input("shape", ElementType.Int64, 2).Initializer("w", SampleModels.Ramp(4, 64))
            .Node("Reshape", ["x", "shape"], ["m"]).Node("MatMul", ["m", "w"], ["p"]).Node("Relu", ["p"], ["q"]).Node("ReduceSum", ["q"], ["y"])
            .Output("y", ElementType.Float32, 1, 1).Build();
        TracingEngine tracing = new(new CanonicalEngine(model), CutPoints.ByWork(1));
        foreach (long rows in new[] { 2L, 6, 2 })
        {
            NamedTensors inputs = new([new("x", SampleModels.Ramp(24)), new("shape", TensorValue.Create([rows == 6 ? 6L : -1L, 4L], 2))]);
            Assert.Equal((await Trace(model, inputs, CutPoints.ByWork(1))).Commitment, (await tracing.RunTracedAsync(inputs, _options)).Trace);
        }
    }

    private static OnnxModel AttentionModel() => new OnnxModelBuilder(13)
        .Input("x", ElementType.Float32, "N", 5, 8).Initializer("wq", SampleModels.Ramp(8, 8)).Initializer("wk", SampleModels.Ramp(8, 8)).Initializer("wv", SampleModels.Ramp(8, 8))
        .Node("MatMul", ["x", "wq"], ["q"]).Node("MatMul", ["x", "wk"], ["k"]).Node("MatMul", ["x", "wv"], ["v"])
        .Node("Transpose", ["k"], ["kt"], ("perm", AttributeValue.Of([0L, 2L, 1L]))).Node("MatMul", ["q", "kt"], ["s"])
        .Node("Softmax", ["s"], ["p"], ("axis", AttributeValue.Of(2L))).Node("MatMul", ["p", "v"], ["o"]).Node("Add", ["o", "v"], ["y"])
        .Output("y", ElementType.Float32, "N", 5, 8).Build();

    private static ImmutableArray<GraphNode> Nodes(OnnxModel model) => new CanonicalEngine(model).Graph.Nodes;

    private static (OnnxModel Model, NamedTensors Inputs) Shipped(string file, int rows)
    {
        if (file == Attention)
        {
            return (AttentionModel(), NamedTensors.Of("x", SampleModels.Ramp(rows, 5, 8)));
        }

        string path = ShippedModels.Paths.Single(path => Path.GetFileName(path) == file);
        OnnxModel model = OnnxModel.Load(path);
        return (model, NamedTensors.Of(model.Inputs[0].Name, ShippedModels.Input(path, rows).Input));
    }

    private static async Task<TraceTree> Trace(OnnxModel model, NamedTensors inputs, CutPoints? options = null, int threads = 1)
    {
        CanonicalEngine engine = new(model, new CanonicalEngineOptions { Threads = threads });
        TraceRecorder recorder = new(engine, options);
        await engine.RunTracedAsync(inputs, _options, recorder);
        return recorder.ToTree();
    }

    private static async Task<byte[]> Element(OnnxModel model, NamedTensors inputs, TraceTree trace, int node, long element, TensorLayout layout)
    {
        TraceElementRecorder recorder = new(trace, node, 0, element, layout);
        await new CanonicalEngine(model).RunTracedAsync(inputs, _options, recorder);
        TraceElementOpening opening = recorder.ToOpening();
        Assert.True(Canonical.TryRead(opening.ToBytes(), out TraceElementOpening? read));
        Assert.True(read.TryGetElement(trace.Commitment, element, out ReadOnlyMemory<byte> bytes));
        return bytes.ToArray();
    }

    private static TraceTree Replay(CanonicalEngine engine, IReadOnlyList<TensorValue?[]> outputs)
    {
        TraceRecorder recorder = new(engine);
        for (int node = 0; node < outputs.Count; node++)
        {
            recorder.OnComputed(engine.Graph.Nodes[node], [], outputs[node]);
        }

        return recorder.ToTree();
    }

    private sealed class Keeper : INodeObserver
    {
        public List<TensorValue?[]> Inputs { get; } = [];

        public List<TensorValue?[]> Outputs { get; } = [];

        // Copies: what an observer is shown lasts for the call only.
        public void OnComputed(GraphNode node, ReadOnlySpan<TensorValue?> inputs, ReadOnlySpan<TensorValue?> outputs)
        {
            Inputs.Add([.. inputs.ToArray().Select(Copy)]);
            Outputs.Add([.. outputs.ToArray().Select(Copy)]);
        }

        private static TensorValue? Copy(TensorValue? tensor) => tensor is null ? null : TensorValue.Take(tensor.Type, tensor.Shape, tensor.Bytes.ToArray());
    }
}
