using Verifiable.Inference.CanonicalDigest;
using Verifiable.Inference.Claims;
using Verifiable.Inference.Onnx.Engines;
using Verifiable.Inference.Onnx.Format;
using Verifiable.Inference.Onnx.Graph;
using Verifiable.Inference.Onnx.Tests.Peer;
using Verifiable.Inference.OnnxRuntimePeer;
using Verifiable.Inference.Tensors;

namespace Verifiable.Inference.Onnx.Tests.Engines;

public sealed class ControlFlowTests
{
    private static readonly GenerationOptions _options = new(1);

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(7)]
    public async Task A_loop_gives_the_bits_of_its_iterations_written_out(int steps)
    {
        NamedTensors inputs = LoopModels.Inputs(steps);
        NamedTensors expected = await new CanonicalEngine(LoopModels.Unrolled(steps)).RunAsync(NamedTensors.Of("x", inputs["x"]), _options);
        foreach (int threads in new[] { 1, 3 })
        {
            CanonicalEngine engine = new(LoopModels.Recurrence(), new CanonicalEngineOptions { Threads = threads });
            for (int run = 0; run < 3; run++)
            {
                NamedTensors outputs = await engine.RunAsync(inputs, _options);
                Assert.Equal(expected["y"], outputs["y"]);
                Assert.Equal(expected["all"], outputs["all"]);
            }

            NamedTensors watched = await engine.RunTracedAsync(inputs, _options, new Watcher());
            Assert.Equal(expected["y"], watched["y"]);
        }
    }

    [Theory]
    [InlineData(0, true)]
    [InlineData(-3, true)]
    [InlineData(5, false)]
    public async Task A_loop_without_iterations_gives_what_went_in_and_nothing_stacked(long most, bool go)
    {
        GraphBody body = new OnnxModelBuilder(13).Input("i").Input("c").Input("v").Node("Not", ["c"], ["d"]).Node("Identity", ["v"], ["w"])
            .Output("d").Output("w").Output("w", ElementType.Float32, 3, "any").BuildBody();
        OnnxModel model = new OnnxModelBuilder(13).Input("most", ElementType.Int64, 1).Input("go", ElementType.Boolean, 1).Input("x", ElementType.Float32, 3, 2)
            .Node("Loop", ["most", "go", "x"], ["last", "all"], ("body", AttributeValue.Of(body)))
            .Output("last", ElementType.Float32, 3, 2).Output("all", ElementType.Float32, "steps", "rows", "columns").Build();
        TensorValue x = new CaseRandom(3).Floats(3, 2);
        NamedTensors inputs = new([KeyValuePair.Create("most", TensorValue.Create([most], 1)), KeyValuePair.Create("go", TensorValue.Create([go], 1)), KeyValuePair.Create("x", x)]);
        NamedTensors outputs = await new CanonicalEngine(model).RunAsync(inputs, _options);
        Assert.Equal(x, outputs["last"]);
        Assert.Equal(new TensorShape(0, 3, 0), outputs["all"].Shape);
    }

    [Theory]
    [InlineData(false, 16)]
    [InlineData(true, 16)]
    [InlineData(true, 11)]
    [InlineData(false, 9)]
    public async Task Bodies_in_bodies_are_computed_as_by_hand(bool reverse, int opset)
    {
        NamedTensors inputs = LoopModels.NestedInputs(9);
        NamedTensors outputs = await new CanonicalEngine(LoopModels.Nested(reverse, opset)).RunAsync(inputs, _options);
        float[] state = inputs["start"].AsSpan<float>().ToArray();
        float[] rows = inputs["x"].AsSpan<float>().ToArray();
        float[] expected = new float[rows.Length];
        for (int step = 0; step < 9; step++)
        {
            int row = reverse ? 8 - step : step;
            state = [.. state.Select((value, i) => value + rows[(4 * row) + i])];
            while (state.Max() > 1f)
            {
                state = [.. state.Select(value => value * 0.5f)];
            }

            state.CopyTo(expected, 4 * row);
        }

        Assert.Equal(state, outputs["end"].AsSpan<float>().ToArray());
        Assert.Equal(expected, outputs["rows"].AsSpan<float>().ToArray());
    }

    [PeerFact]
    public async Task Loops_and_scans_agree_with_another_engine()
    {
        foreach ((OnnxModel model, NamedTensors inputs) in new[]
        {
            (LoopModels.Recurrence(), LoopModels.Inputs(6)), (LoopModels.Recurrence(), LoopModels.Inputs(0)), (LoopModels.Recurrence(), LoopModels.Inputs(6, false)),
            (LoopModels.Nested(), LoopModels.NestedInputs(7)), (LoopModels.Nested(true), LoopModels.NestedInputs(7)),
        })
        {
            using var session = new OnnxRuntimeSession(model.ToBytes(), new OnnxRuntimeOptions { Optimization = OnnxRuntimeOptimization.Disabled });
            NamedTensors theirs = session.Run(inputs);
            NamedTensors ours = await new CanonicalEngine(model).RunAsync(inputs, _options);
            foreach ((string name, TensorValue value) in theirs)
            {
                Assert.True(TensorDistance.Measure(value, ours[name], 5e-2) <= 1e-5, name);
            }
        }
    }

    // A value that a branch hands on stands in memory that the graph around uses for others later.
    [Fact]
    public async Task What_a_branch_hands_on_is_not_written_over()
    {
        GraphBody keep = new OnnxModelBuilder(13).Node("Identity", ["a"], ["kept"]).Output("kept").BuildBody();
        GraphBody other = new OnnxModelBuilder(13).Node("Neg", ["a"], ["negative"]).Output("negative").BuildBody();
        OnnxModelBuilder builder = new OnnxModelBuilder(13).Input("x", ElementType.Float32, 64).Input("c", ElementType.Boolean)
            .Node("Exp", ["x"], ["a"]).Node("If", ["c"], ["b"], ("then_branch", AttributeValue.Of(keep)), ("else_branch", AttributeValue.Of(other)));
        string last = "x";
        for (int i = 0; i < 6; i++)
        {
            // Not in chains: each value has memory of its own for a while.
            builder.Node("ReduceSum", [last], [$"s{i}"]).Node("Sub", [last, $"s{i}"], [$"d{i}"]);
            last = $"d{i}";
        }

        OnnxModel model = builder.Node("Add", ["b", last], ["y"]).Output("y", ElementType.Float32, 64).Build();
        TensorValue x = new CaseRandom(4).Floats(64);
        NamedTensors inputs = new([KeyValuePair.Create("x", x), KeyValuePair.Create("c", TensorValue.Create([true], []))]);
        TensorValue handed = (await new CanonicalEngine(model).RunAsync(inputs, _options))["y"];

        // The same sum of the value itself, which is kept for it.
        OnnxModel direct = new OnnxModelBuilder(13).Input("x", ElementType.Float32, 64).Input("b", ElementType.Float32, 64).Node("Exp", ["x"], ["a"]).Node("Add", ["a", "b"], ["y"])
            .Output("y", ElementType.Float32, 64).Build();
        OnnxModel rest = Rest();
        TensorValue sum = (await new CanonicalEngine(rest).RunAsync(NamedTensors.Of("x", x), _options))["d5"];
        Assert.Equal((await new CanonicalEngine(direct).RunAsync(new NamedTensors([KeyValuePair.Create("x", x), KeyValuePair.Create("b", sum)]), _options))["y"], handed);
    }

    private static OnnxModel Rest()
    {
        OnnxModelBuilder builder = new OnnxModelBuilder(13).Input("x", ElementType.Float32, 64);
        string last = "x";
        for (int i = 0; i < 6; i++)
        {
            builder.Node("ReduceSum", [last], [$"s{i}"]).Node("Sub", [last, $"s{i}"], [$"d{i}"]);
            last = $"d{i}";
        }

        return builder.Output(last, ElementType.Float32, 64).Build();
    }

    // Weights are packed by name, and names of branches are their own.
    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Two_branches_may_call_different_weights_by_one_name(bool condition)
    {
        TensorValue Weights(ulong seed) => new CaseRandom(seed).Floats(8, 40);
        GraphBody Branch(ulong seed) => new OnnxModelBuilder(13).Initializer("w", Weights(seed)).Node("MatMul", ["x", "w"], ["p"]).Output("p").BuildBody();
        OnnxModel model = new OnnxModelBuilder(13).Input("x", ElementType.Float32, 3, 8).Input("c", ElementType.Boolean)
            .Node("If", ["c"], ["y"], ("then_branch", AttributeValue.Of(Branch(1))), ("else_branch", AttributeValue.Of(Branch(2)))).Output("y", ElementType.Float32, 3, 40).Build();
        OnnxModel plain = new OnnxModelBuilder(13).Input("x", ElementType.Float32, 3, 8).Initializer("w", Weights(condition ? 1UL : 2UL)).Node("MatMul", ["x", "w"], ["y"])
            .Output("y", ElementType.Float32, 3, 40).Build();
        TensorValue x = new CaseRandom(3).Floats(3, 8);
        NamedTensors inputs = new([KeyValuePair.Create("x", x), KeyValuePair.Create("c", TensorValue.Create([condition], []))]);
        Assert.Equal((await new CanonicalEngine(plain).RunAsync(NamedTensors.Of("x", x), _options))["y"], (await new CanonicalEngine(model).RunAsync(inputs, _options))["y"]);
    }

    // Exporters write an If for a shape that may be one of two; the other branch does not fit.
    [Theory]
    [InlineData(1)]
    [InlineData(3)]
    public async Task A_branch_that_does_not_fit_is_no_fault_unless_it_is_taken(long rows)
    {
        GraphBody squeeze = new OnnxModelBuilder(13).Initializer("zero", TensorValue.Create([0L], 1)).Node("Squeeze", ["x", "zero"], ["flat"]).Output("flat").BuildBody();
        GraphBody keep = new OnnxModelBuilder(13).Node("Neg", ["x"], ["same"]).Output("same").BuildBody();
        OnnxModel model = new OnnxModelBuilder(13).Input("x", ElementType.Float32, "rows", 2).Initializer("zeroth", TensorValue.Create([0L], [])).Initializer("one", TensorValue.Create([1L], []))
            .Node("Shape", ["x"], ["shape"]).Node("Gather", ["shape", "zeroth"], ["length"]).Node("Equal", ["length", "one"], ["isOne"])
            .Node("If", ["isOne"], ["y"], ("then_branch", AttributeValue.Of(squeeze)), ("else_branch", AttributeValue.Of(keep)))
            .Node("Shape", ["y"], ["z"]).Output("z", ElementType.Int64, "rank").Build();
        NamedTensors outputs = await new CanonicalEngine(model).RunAsync(NamedTensors.Of("x", new CaseRandom(1).Floats(rows, 2)), _options);
        Assert.Equal(rows == 1 ? TensorValue.Create([2L], 1) : TensorValue.Create([rows, 2L], 2), outputs["z"]);
    }

    // Slices and stacks along every axis, forwards and backwards, by hand: the sum of what was seen is added to each slice. All numbers are small integers, so that sums are exact.
    [Fact]
    public async Task A_scan_goes_along_any_axis_in_either_direction()
    {
        int[] lengths = [2, 3, 4];
        float[] x = [.. Enumerable.Range(1, 24).Select(i => (float)i)];
        for (int axis = -3; axis < 3; axis++)
        {
            for (int stacked = -3; stacked < 3; stacked++)
            {
                foreach ((long read, long written) in new[] { (0L, 0L), (0L, 1L), (1L, 0L), (1L, 1L) })
                {
                    GraphBody body = new OnnxModelBuilder(13).Input("s").Input("v").Node("Add", ["v", "s"], ["shown"]).Node("ReduceSum", ["v"], ["sum"], ("keepdims", AttributeValue.Of(0)))
                        .Node("Add", ["s", "sum"], ["t"]).Output("t").Output("shown").BuildBody();
                    OnnxModel model = new OnnxModelBuilder(13).Input("x", ElementType.Float32, 2, 3, 4).Initializer("zero", TensorValue.Create([0f], []))
                        .Node("Scan", ["zero", "x"], ["total", "y"], ("body", AttributeValue.Of(body)), ("num_scan_inputs", AttributeValue.Of(1)), ("scan_input_axes", AttributeValue.Of([(long)axis])),
                            ("scan_output_axes", AttributeValue.Of([(long)stacked])), ("scan_input_directions", AttributeValue.Of([read])), ("scan_output_directions", AttributeValue.Of([written])))
                        .Node("Shape", ["y"], ["shape"]).Output("total", ElementType.Float32).Output("y", ElementType.Float32, "a", "b", "c").Output("shape", ElementType.Int64, 3).Build();
                    NamedTensors outputs = await new CanonicalEngine(model).RunAsync(NamedTensors.Of("x", TensorValue.Create(x, 2, 3, 4)), _options);

                    int from = (axis + 3) % 3;
                    int to = (stacked + 3) % 3;
                    int steps = lengths[from];
                    int[] rest = [.. lengths.Where((_, i) => i != from)];
                    int[] shape = [.. rest.Take(to), steps, .. rest.Skip(to)];
                    float[] y = new float[24];
                    float sum = 0f;
                    for (int step = 0; step < steps; step++)
                    {
                        int place = read == 1 ? steps - 1 - step : step;
                        int target = written == 1 ? steps - 1 - step : step;
                        float seen = sum;
                        for (int i = 0; i < rest[0]; i++)
                        {
                            for (int j = 0; j < rest[1]; j++)
                            {
                                float value = x[Index(lengths, from, place, i, j)];
                                sum += value;
                                y[Index(shape, to, target, i, j)] = value + seen;
                            }
                        }
                    }

                    Assert.Equal(shape.Select(length => (long)length), outputs["shape"].AsSpan<long>().ToArray());
                    Assert.Equal(y, outputs["y"].AsSpan<float>().ToArray());
                    Assert.Equal(300f, outputs["total"].AsSpan<float>()[0]);
                }
            }
        }

        // The place of an element whose coordinate on one axis is given, and on the two others in order.
        static int Index(int[] lengths, int axis, int place, int i, int j)
        {
            int[] at = axis switch { 0 => [place, i, j], 1 => [i, place, j], _ => [i, j, place] };
            return (((at[0] * lengths[1]) + at[1]) * lengths[2]) + at[2];
        }
    }

    // A branch may give more than is asked for, in its own order.
    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task The_first_outputs_of_a_branch_are_those_of_the_graph_node(bool condition)
    {
        GraphBody Branch(string prefix, string a, string b, string c) => new OnnxModelBuilder(13).Node(a, ["x"], [$"{prefix}0"]).Node(b, ["x"], [$"{prefix}1"]).Node(c, ["x"], [$"{prefix}2"])
            .Output($"{prefix}0").Output($"{prefix}1").Output($"{prefix}2").BuildBody();
        OnnxModel model = new OnnxModelBuilder(13).Input("x", ElementType.Float32, 1).Input("c", ElementType.Boolean)
            .Node("If", ["c"], ["p", "q"], ("then_branch", AttributeValue.Of(Branch("t", "Neg", "Abs", "Sign"))), ("else_branch", AttributeValue.Of(Branch("e", "Sign", "Neg", "Abs"))))
            .Output("p", ElementType.Float32, 1).Output("q", ElementType.Float32, 1).Build();
        NamedTensors outputs = await new CanonicalEngine(model).RunAsync(
            new NamedTensors([KeyValuePair.Create("x", TensorValue.Create([-7f], 1)), KeyValuePair.Create("c", TensorValue.Create([condition], []))]), _options);
        Assert.Equal(condition ? (7f, 7f) : (-1f, 7f), (outputs["p"].AsSpan<float>()[0], outputs["q"].AsSpan<float>()[0]));
    }

    // The condition that an iteration gives decides whether there is a next one.
    [Theory]
    [InlineData(1)]
    [InlineData(5)]
    public async Task A_loop_ends_with_the_iteration_whose_condition_is_false(int last)
    {
        GraphBody body = new OnnxModelBuilder(13).Input("i").Input("c").Input("v").Initializer("one", TensorValue.Create([1f], [])).Node("Add", ["v", "one"], ["w"]).Node("Less", ["w", "end"], ["again"])
            .Node("Identity", ["w"], ["shown"]).Output("again").Output("w").Output("shown").BuildBody();
        OnnxModel model = new OnnxModelBuilder(13).Input("end", ElementType.Float32).Initializer("zero", TensorValue.Create([0f], [])).Initializer("most", TensorValue.Create([100L], []))
            .Node("Loop", ["most", "", "zero"], ["y", "all"], ("body", AttributeValue.Of(body))).Output("y", ElementType.Float32).Output("all", ElementType.Float32, "n").Build();
        NamedTensors outputs = await new CanonicalEngine(model).RunAsync(NamedTensors.Of("end", TensorValue.Create([(float)last], [])), _options);
        Assert.Equal(last, outputs["y"].AsSpan<float>()[0]);
        Assert.Equal(Enumerable.Range(1, last).Select(i => (float)i), outputs["all"].AsSpan<float>().ToArray());
    }

    [Fact]
    public async Task A_carried_value_may_grow()
    {
        GraphBody body = new OnnxModelBuilder(13).Input("i").Input("c").Input("v").Initializer("shape", TensorValue.Create([1L], 1))
            .Node("Reshape", ["i", "shape"], ["number"]).Node("Concat", ["v", "number"], ["longer"], ("axis", AttributeValue.Of(0))).Node("Identity", ["c"], ["d"])
            .Output("d").Output("longer").BuildBody();
        OnnxModel model = new OnnxModelBuilder(13).Input("most", ElementType.Int64).Input("x", ElementType.Int64, "n")
            .Node("Loop", ["most", "", "x"], ["y"], ("body", AttributeValue.Of(body))).Output("y", ElementType.Int64, "m").Build();
        NamedTensors inputs = new([KeyValuePair.Create("most", TensorValue.Create([4L], [])), KeyValuePair.Create("x", TensorValue.Create([9L], 1))]);
        NamedTensors outputs = await new CanonicalEngine(model).RunAsync(inputs, _options);
        Assert.Equal(TensorValue.Create([9L, 0, 1, 2, 3], 5), outputs["y"]);
    }

    [Fact]
    public async Task A_loop_that_never_ends_comes_to_a_limit()
    {
        NamedTensors inputs = NamedTensors.Of("x", TensorValue.Create([1f], 1));
        InvalidOperationException iterations = await Assert.ThrowsAsync<InvalidOperationException>(
            () => new CanonicalEngine(Endless(), new CanonicalEngineOptions { MaxIterations = 100 }).RunAsync(inputs, _options).AsTask());
        Assert.Contains(nameof(CanonicalEngineOptions.MaxIterations), iterations.Message, StringComparison.Ordinal);
        InvalidOperationException nodes = await Assert.ThrowsAsync<InvalidOperationException>(
            () => new CanonicalEngine(Endless(), new CanonicalEngineOptions { MaxBodyNodes = 100 }).RunAsync(inputs, _options).AsTask());
        Assert.Contains(nameof(CanonicalEngineOptions.MaxBodyNodes), nodes.Message, StringComparison.Ordinal);

        // Exactly as many as allowed are no fault.
        CanonicalEngineOptions enough = new() { MaxIterations = 7, MaxBodyNodes = 7 * 6 };
        _ = await new CanonicalEngine(LoopModels.Recurrence(), enough).RunAsync(LoopModels.Inputs(7), _options);
        await Assert.ThrowsAsync<InvalidOperationException>(() => new CanonicalEngine(LoopModels.Recurrence(), enough with { MaxBodyNodes = 41 }).RunAsync(LoopModels.Inputs(7), _options).AsTask());
        await Assert.ThrowsAsync<InvalidOperationException>(() => new CanonicalEngine(LoopModels.Recurrence(), enough).RunAsync(LoopModels.Inputs(8), _options).AsTask());
    }

    [Fact]
    public async Task A_loop_stops_when_it_is_told_to()
    {
        using CancellationTokenSource cancellation = new();
        Watcher watcher = new() { BeforeBody = iteration => { if (iteration == 5) { cancellation.Cancel(); } } };
        await Assert.ThrowsAsync<OperationCanceledException>(
            () => new CanonicalEngine(Endless()).RunTracedAsync(NamedTensors.Of("x", TensorValue.Create([1f], 1)), _options, watcher, cancellation.Token).AsTask());
        Assert.InRange(watcher.Bodies, 5, 7);
    }

    [Fact]
    public async Task Memory_of_stacked_values_is_limited()
    {
        CanonicalEngineOptions options = new() { MaxRunBytes = 1 << 16 };
        _ = await new CanonicalEngine(LoopModels.Recurrence(), options).RunAsync(LoopModels.Inputs(7), _options);
        InvalidOperationException fault = await Assert.ThrowsAsync<InvalidOperationException>(
            () => new CanonicalEngine(LoopModels.Recurrence(), options).RunAsync(LoopModels.Inputs(2000), _options).AsTask());
        Assert.Contains("bytes", fault.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_a_body_declares_and_gives_must_be_one_type()
    {
        GraphBody body = new OnnxModelBuilder(13).Input("i").Input("c").Input("v", ElementType.Int32, 1).Node("Identity", ["c"], ["d"]).Node("Identity", ["v"], ["w"])
            .Output("d").Output("w").BuildBody();
        OnnxModel model = new OnnxModelBuilder(13).Input("x", ElementType.Float32, 1).Initializer("two", TensorValue.Create([2L], []))
            .Node("Loop", ["two", "", "x"], ["y"], ("body", AttributeValue.Of(body))).Output("y", ElementType.Float32, 1).Build();
        InvalidOperationException fault = await Assert.ThrowsAsync<InvalidOperationException>(
            () => new CanonicalEngine(model).RunAsync(NamedTensors.Of("x", TensorValue.Create([1f], 1)), _options).AsTask());
        Assert.Contains("'v: Int32[1]'", fault.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Draws_in_bodies_levels_beyond_the_limit_and_bodies_of_other_operators_are_refused()
    {
        GraphBody draws = new OnnxModelBuilder(13).Input("i").Input("c").Node("RandomNormalLike", ["x"], ["r"]).Node("Identity", ["c"], ["d"]).Output("d").Output("r").BuildBody();
        AssertRefused(Around("Loop", ["", ""], draws), ModelRefusalReason.SubgraphUnsupported, null);
        GraphBody plain = new OnnxModelBuilder(13).Input("i").Input("c").Node("Identity", ["c"], ["d"]).Node("Neg", ["x"], ["r"]).Output("d").Output("r").BuildBody();
        AssertRefused(Around("Relu", ["x"], plain), ModelRefusalReason.UnsupportedAttribute, null);
        AssertRefused(Around("Loop", ["", "", "x", "x"], plain), ModelRefusalReason.BadAttribute, null);
        AssertRefused(Around("If", ["x"], plain), ModelRefusalReason.BadAttribute, null);
        AssertRefused(Around("Scan", ["x"], plain), ModelRefusalReason.BadAttribute, null);
        AssertRefused(LoopModels.Nested(), ModelRefusalReason.TooLarge, new CanonicalEngineOptions { MaxBodyDepth = 2 });
        Assert.True(CanonicalEngine.TryCreate(LoopModels.Nested(), new CanonicalEngineOptions { MaxBodyDepth = 3 }, out _, out _));
    }

    private static void AssertRefused(OnnxModel model, ModelRefusalReason reason, CanonicalEngineOptions? options)
    {
        Assert.False(CanonicalEngine.TryCreate(model, options, out _, out ModelRefusal? refusal));
        Assert.Equal(reason, refusal.Reason);
        Assert.NotNull(refusal.Node);
    }

    private static OnnxModel Around(string operatorType, string[] inputs, GraphBody body) => new OnnxModelBuilder(13).Input("x", ElementType.Float32, 1)
        .Node(operatorType, inputs, ["y"], ("body", AttributeValue.Of(body))).Output("y", ElementType.Float32, "n", 1).Build();

    private static OnnxModel Endless()
    {
        GraphBody body = new OnnxModelBuilder(13).Input("i").Input("c").Input("v").Node("Neg", ["v"], ["w"]).Output("c").Output("w").BuildBody();
        return new OnnxModelBuilder(13).Input("x", ElementType.Float32, 1).Node("Loop", ["", "", "x"], ["y"], ("body", AttributeValue.Of(body))).Output("y", ElementType.Float32, 1).Build();
    }

    private sealed class Watcher : INodeObserver
    {
        internal Action<long>? BeforeBody { get; init; }

        internal int Bodies { get; private set; }

        public INodeObserver? OnBody(GraphNode node, int body, long iteration)
        {
            Bodies++;
            BeforeBody?.Invoke(iteration);
            return this;
        }

        public void OnComputed(GraphNode node, ReadOnlySpan<TensorValue?> inputs, ReadOnlySpan<TensorValue?> outputs)
        {
        }
    }
}
