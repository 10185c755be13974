using Verifiable.Inference.CanonicalDigest;
using Verifiable.Inference.Claims;
using Verifiable.Inference.Onnx.Engines;
using Verifiable.Inference.Onnx.Graph;
using Verifiable.Inference.Tensors;

namespace Verifiable.Inference.Onnx.Tests.Engines;

/// <summary>What a run holds, bodies and all, and what an engine keeps between runs, stay within the options; counted over the whole process: no other test runs meanwhile.</summary>
[Collection(Alone.Name)]
public sealed class MemoryBoundTests(Xunit.Abstractions.ITestOutputHelper log)
{
    private const long MiB = 1 << 20;

    // What tests, plans and the runtime need beside.
    private const long Beside = MiB;

    private static readonly GenerationOptions _seed = new(1);

    private static readonly NamedTensors _cross = new(
        [new("x", new CaseRandom(1).Floats(512, 1)), new("z", new CaseRandom(2).Floats(1, 512)), new("yes", TensorValue.Create([true], []))]);

    [Fact]
    public async Task Bodies_one_after_the_other_hold_what_one_holds_and_keep_what_the_limit_says()
    {
        OnnxModelBuilder builder = Cross();
        for (int i = 0; i < 40; i++)
        {
            builder.Node("If", ["yes"], [$"s{i}"], ("then_branch", AttributeValue.Of(Heavy())), ("else_branch", AttributeValue.Of(Heavy())));
        }

        OnnxModel model = Summed(builder, 40).Build();
        NamedTensors expected = await new CanonicalEngine(model).RunAsync(_cross, _seed);
        foreach (long kept in new[] { 0, 4 * MiB, 400 * MiB })
        {
            long before = GC.GetTotalMemory(forceFullCollection: true);
            CanonicalEngine engine = new(model, new CanonicalEngineOptions { MaxRunBytes = 2 * MiB, MaxKeptBytes = kept });
            for (int run = 0; run < 3; run++)
            {
                Assert.Equal(expected["y"], (await engine.RunAsync(_cross, _seed))["y"]);
                Assert.InRange(engine.KeptBytes, kept > 100 * MiB ? 40 * MiB : 0, kept);
            }

            Assert.InRange(engine.MostHeldBytes, MiB, 2 * MiB);
            long held = GC.GetTotalMemory(forceFullCollection: true) - before;
            log.WriteLine($"{engine.KeptBytes} bytes kept of {kept}, {held} by the collector");
            AtMost(kept + Beside, held);
            GC.KeepAlive(engine);
        }
    }

    [Fact]
    public async Task Bodies_in_bodies_are_refused_before_their_memory_is_taken()
    {
        const int Depth = 12;
        GraphBody body = Heavy();
        for (int level = 1; level < Depth; level++)
        {
            body = new OnnxModelBuilder(13).Node("Add", ["x", "z"], [$"a{level}"])
                .Node("If", ["yes"], [$"in{level}"], ("then_branch", AttributeValue.Of(body)), ("else_branch", AttributeValue.Of(Heavy())))
                .Node("ReduceSum", [$"a{level}"], [$"b{level}"], ("keepdims", AttributeValue.Of(0))).Node("Add", [$"b{level}", $"in{level}"], [$"s{level}"])
                .Output($"s{level}", ElementType.Float32).BuildBody();
        }

        OnnxModel model = Cross().Node("If", ["yes"], ["s0"], ("then_branch", AttributeValue.Of(body)), ("else_branch", AttributeValue.Of(Heavy())))
            .Node("Identity", ["s0"], ["y"]).Output("y", ElementType.Float32).Build();
        CanonicalEngine free = new(model);
        NamedTensors expected = await free.RunAsync(_cross, _seed);
        Assert.InRange(free.MostHeldBytes, Depth * MiB, (Depth * MiB) + 65536);
        foreach (long limit in new[] { 65536, MiB, (2 * MiB) + 100_000, (5 * MiB) + 100_000, 11 * MiB, free.MostHeldBytes - 1 })
        {
            CanonicalEngine engine = new(model, new CanonicalEngineOptions { MaxRunBytes = limit, MaxKeptBytes = limit });
            long before = GC.GetTotalAllocatedBytes(precise: true);
            InvalidOperationException fault = await Assert.ThrowsAsync<InvalidOperationException>(() => engine.RunAsync(_cross, _seed).AsTask());

            // What is refused, a mebibyte each time, was not taken.
            Assert.InRange(GC.GetTotalAllocatedBytes(precise: true) - before, 0, limit + (Beside / 2));
            Assert.Contains(nameof(CanonicalEngineOptions.MaxRunBytes), fault.Message, StringComparison.Ordinal);
            Assert.InRange(engine.MostHeldBytes, 0, limit);
        }

        CanonicalEngine enough = new(model, new CanonicalEngineOptions { MaxRunBytes = free.MostHeldBytes });
        Assert.Equal(expected["y"], (await enough.RunAsync(_cross, _seed))["y"]);
    }

    // 30 bodies of some hundred bytes that each ask for 16 MiB of constants, which could be computed once and kept.
    [Fact]
    public async Task Constants_that_bodies_ask_for_count_in_the_run_and_between_runs()
    {
        OnnxModelBuilder builder = Cross().Initializer("mebibyte", TensorValue.Create([MiB / sizeof(float)], 1));
        for (int i = 0; i < 30; i++)
        {
            OnnxModelBuilder body = new(13);
            for (int c = 0; c < 16; c++)
            {
                body.Node("ConstantOfShape", ["mebibyte"], [$"c{c}"]).Node("ReduceSum", [$"c{c}"], [$"r{c}"], ("keepdims", AttributeValue.Of(0)));
            }

            GraphBody sums = body.Node("Sum", [.. Enumerable.Range(0, 16).Select(c => $"r{c}")], ["sum"]).Output("sum", ElementType.Float32).BuildBody();
            builder.Node("If", ["yes"], [$"s{i}"], ("then_branch", AttributeValue.Of(sums)), ("else_branch", AttributeValue.Of(sums)));
        }

        OnnxModel model = Summed(builder, 30).Build();
        foreach ((long most, long kept) in new[] { (64 * MiB, 32 * MiB), (4 * MiB, 4 * MiB) })
        {
            long before = GC.GetTotalMemory(forceFullCollection: true);
            CanonicalEngine engine = new(model, new CanonicalEngineOptions { MaxRunBytes = most, MaxKeptBytes = kept });
            await engine.RunAsync(_cross, _seed);
            NamedTensors outputs = await engine.RunAsync(_cross, _seed);
            Assert.Equal(0f, outputs["y"].AsSpan<float>()[0]);

            // An eighth of the limit is computed before the run, and held in it.
            Assert.InRange(engine.MostHeldBytes, most / MiB > 8 ? (most / 8) - MiB : 0, most);
            Assert.InRange(engine.KeptBytes, 0, kept);
            AtMost(kept + Beside, GC.GetTotalMemory(forceFullCollection: true) - before);
            GC.KeepAlive(engine);
        }
    }

    // What is refused at a limit does not depend on what was run before, though memory of earlier runs is used again.
    [Fact]
    public async Task The_least_limit_of_a_run_is_what_it_holds_whatever_was_run_before()
    {
        OnnxModel growing = Growing();
        (OnnxModel Model, Func<int, NamedTensors> Inputs)[] cases =
        [
            (Around(), n => new NamedTensors([new("n", new CaseRandom(1).Floats(n, 64)), .. _cross])), (growing, n => NamedTensors.Of("x", new CaseRandom(1).Floats(n, 64))), (LoopModels.Nested(), LoopModels.NestedInputs), (Longer(), n => new NamedTensors([new("most", TensorValue.Create([(long)n], [])), new("x", TensorValue.Create([7L], 1))])),
        ];
        foreach ((OnnxModel model, Func<int, NamedTensors> inputs) in cases)
        {
            foreach (int length in new[] { 40, 41, 30, 47 })
            {
                CanonicalEngine free = new(model);
                await free.RunAsync(inputs(length), _seed);
                long needed = free.MostHeldBytes;
                CanonicalEngine enough = new(model, new CanonicalEngineOptions { MaxRunBytes = needed });
                CanonicalEngine tooLittle = new(model, new CanonicalEngineOptions { MaxRunBytes = needed - 1 });
                for (int before = length - 12; before <= length; before++)
                {
                    _ = await Record.ExceptionAsync(() => enough.RunAsync(inputs(before), _seed).AsTask());
                    _ = await Record.ExceptionAsync(() => tooLittle.RunAsync(inputs(before), _seed).AsTask());
                }

                await enough.RunAsync(inputs(length), _seed);
                await Assert.ThrowsAsync<InvalidOperationException>(() => tooLittle.RunAsync(inputs(length), _seed).AsTask());
            }
        }
    }

    // A frame that has room for a later run is used, and what is held counts it only where it is far from the limit.
    [Theory]
    [InlineData(1)]
    [InlineData(9)]
    public async Task Room_for_runs_that_grow_is_no_more_than_an_eighth_of_the_limit(int eighths)
    {
        OnnxModel model = Growing();
        CanonicalEngine free = new(model);
        await free.RunAsync(NamedTensors.Of("x", new CaseRandom(1).Floats(60, 64)), _seed);
        long limit = free.MostHeldBytes * 8 / eighths * 2;
        CanonicalEngine engine = new(model, new CanonicalEngineOptions { MaxRunBytes = limit });
        bool hadRoom = false;
        for (int length = 20; length <= 60; length++)
        {
            NamedTensors inputs = NamedTensors.Of("x", new CaseRandom(1).Floats(length, 64));
            CanonicalEngine fresh = new(model);
            await fresh.RunAsync(inputs, _seed);
            await engine.RunAsync(inputs, _seed);
            Assert.InRange(engine.MostHeldBytes, fresh.MostHeldBytes, Math.Max(fresh.MostHeldBytes, limit / 8));
            hadRoom |= engine.MostHeldBytes > fresh.MostHeldBytes;
        }

        Assert.Equal(eighths == 1, hadRoom);
    }

    [Fact]
    public async Task Small_values_of_many_iterations_count_with_their_objects()
    {
        GraphBody body = new OnnxModelBuilder(13).Input("i").Input("c").Node("Identity", ["i"], ["n"]).Node("Identity", ["c"], ["d"]).Output("d").Output("n").BuildBody();
        OnnxModel model = new OnnxModelBuilder(13).Input("most", ElementType.Int64).Node("Loop", ["most", ""], ["y"], ("body", AttributeValue.Of(body))).Output("y", ElementType.Int64, "n").Build();
        CanonicalEngine engine = new(model, new CanonicalEngineOptions { MaxRunBytes = 4 * MiB });
        Assert.Equal(5000, (await engine.RunAsync(NamedTensors.Of("most", TensorValue.Create([5000L], [])), _seed))["y"].Length);
        Peak peak = new();
        await Assert.ThrowsAsync<InvalidOperationException>(() => engine.RunTracedAsync(NamedTensors.Of("most", TensorValue.Create([100_000L], [])), _seed, peak).AsTask());
        log.WriteLine($"{peak.Bytes} bytes more");
        Assert.InRange(peak.Bytes, 0, (4 * MiB) + Beside);
    }

    // What an iteration gave goes when the next one is done.
    [Fact]
    public async Task A_loop_holds_what_it_carries_once()
    {
        GraphBody body = new OnnxModelBuilder(13).Input("i").Input("c").Input("v").Node("Neg", ["v"], ["w"]).Node("Identity", ["c"], ["d"]).Output("d").Output("w").BuildBody();
        OnnxModel model = new OnnxModelBuilder(13).Input("most", ElementType.Int64).Input("x", ElementType.Float32, 16384)
            .Node("Loop", ["most", "", "x"], ["y"], ("body", AttributeValue.Of(body))).Output("y", ElementType.Float32, 16384).Build();
        CanonicalEngine engine = new(model, new CanonicalEngineOptions { MaxRunBytes = MiB });
        TensorValue x = new CaseRandom(1).Floats(16384);
        Assert.Equal(x, (await engine.RunAsync(new NamedTensors([new("most", TensorValue.Create([1000L], [])), new("x", x)]), _seed))["y"]);
        Assert.InRange(engine.MostHeldBytes, 2 * 65536, (3 * 65536) + 4096);
    }

    // Plans that give way to those of newer shapes let go of the memory of their runs too.
    [Fact]
    public async Task Many_shapes_keep_the_memory_of_the_latest()
    {
        CanonicalEngine engine = new(Growing());
        foreach (int length in new[] { 1000, 3000, 500, 2500, 900, 2900, 700, 2700, 1100, 3100, 600 })
        {
            await engine.RunAsync(NamedTensors.Of("x", TensorValue.Create(new float[length * 64], length, 64)), _seed);
        }

        CanonicalEngine one = new(Growing());
        await one.RunAsync(NamedTensors.Of("x", TensorValue.Create(new float[3100 * 64], 3100, 64)), _seed);
        Assert.InRange(engine.KeptBytes, one.KeptBytes, 4 * one.KeptBytes);
    }

    // Slices along any other axis than the first are copies.
    [Fact]
    public async Task Slices_of_a_scan_count()
    {
        OnnxModelBuilder body = new(13);
        OnnxModelBuilder builder = new OnnxModelBuilder(13).Input("x", ElementType.Float32, "n", 2);
        string[] names = [.. Enumerable.Range(0, 20).Select(i => $"v{i}")];
        foreach (string name in names)
        {
            body.Input(name);
        }

        GraphBody scan = body.Node("ReduceMax", ["v0"], ["m"], ("keepdims", AttributeValue.Of(0))).Output("m").BuildBody();
        OnnxModel model = builder.Node("Scan", [.. names.Select(_ => "x")], ["y"], ("body", AttributeValue.Of(scan)), ("num_scan_inputs", AttributeValue.Of(20)),
            ("scan_input_axes", AttributeValue.Of([.. names.Select(_ => 1L)]))).Output("y", ElementType.Float32, 2).Build();
        NamedTensors inputs = NamedTensors.Of("x", TensorValue.Create(new float[2 * MiB / sizeof(float)], MiB / sizeof(float), 2));
        await new CanonicalEngine(model, new CanonicalEngineOptions { MaxRunBytes = 21 * MiB }).RunAsync(inputs, _seed);
        long before = GC.GetTotalAllocatedBytes(precise: true);
        await Assert.ThrowsAsync<InvalidOperationException>(
            () => new CanonicalEngine(model, new CanonicalEngineOptions { MaxRunBytes = 19 * MiB }).RunAsync(inputs, _seed).AsTask());
        Assert.InRange(GC.GetTotalAllocatedBytes(precise: true) - before, 0, (19 * MiB) + Beside);
    }

    [Fact]
    public async Task Tables_that_operators_keep_have_a_limit()
    {
        // Divisors and rows of 2^18 places each.
        OnnxModelBuilder builder = new OnnxModelBuilder(13).Input("x", ElementType.Float32, 1, 1, 512, 512);
        for (int i = 0; i < 30; i++)
        {
            builder.Node("AveragePool", [i == 0 ? "x" : $"p{i - 1}"], [$"p{i}"], ("kernel_shape", AttributeValue.Of([3L, 3L])), ("pads", AttributeValue.Of([1L, 1L, 1L, 1L])));
        }

        OnnxModel model = builder.Output("p29", ElementType.Float32, 1, 1, 512, 512).Build();
        NamedTensors inputs = NamedTensors.Of("x", new CaseRandom(3).Floats(1, 1, 512, 512));
        TensorValue expected = (await new CanonicalEngine(model).RunAsync(inputs, _seed))["p29"];
        foreach (long kept in new[] { 0, 8 * MiB })
        {
            long before = GC.GetTotalMemory(forceFullCollection: true);
            CanonicalEngine engine = new(model, new CanonicalEngineOptions { MaxKeptBytes = kept });
            for (int run = 0; run < 2; run++)
            {
                Assert.Equal(expected, (await engine.RunAsync(inputs, _seed))["p29"]);
            }

            // One set of outputs may be alive still.
            AtMost(kept + MiB + Beside, GC.GetTotalMemory(forceFullCollection: true) - before);
            GC.KeepAlive(engine);
        }
    }

    [Fact]
    public async Task Many_shapes_at_a_time_keep_no_more_than_the_limit()
    {
        OnnxModel model = Growing();
        CanonicalEngine engine = new(model, new CanonicalEngineOptions { MaxKeptBytes = 2 * MiB });
        TensorValue[] expected = [.. await Task.WhenAll(Enumerable.Range(0, 24).Select(async n => (await new CanonicalEngine(model).RunAsync(Inputs(n), _seed))["y"]))];
        await Task.WhenAll(Enumerable.Range(0, 400).Select(run => Task.Run(async () =>
        {
            Assert.Equal(expected[run % 24], (await engine.RunAsync(Inputs(run % 24), _seed))["y"]);
            Assert.InRange(engine.KeptBytes, 0, 2 * MiB);
        })));

        static NamedTensors Inputs(int n) => NamedTensors.Of("x", new CaseRandom(1).Floats(100 + (10 * (n % 8)) + n, 64));
    }

    // 10^5 iterations of a body of three graph nodes.
    [Fact]
    public async Task A_trace_of_a_long_loop_keeps_no_more_than_that_of_a_short_one()
    {
        GraphBody body = new OnnxModelBuilder(13).Input("i").Input("c").Input("v").Node("Neg", ["v"], ["w"]).Node("Identity", ["c"], ["d"]).Node("Abs", ["w"], ["u"])
            .Output("d").Output("w").BuildBody();
        OnnxModel model = new OnnxModelBuilder(13).Input("most", ElementType.Int64).Input("x", ElementType.Float32, 1)
            .Node("Loop", ["most", "", "x"], ["y"], ("body", AttributeValue.Of(body))).Output("y", ElementType.Float32, 1).Build();
        CanonicalEngine engine = new(model);

        // The first run is for the compiler.
        await engine.RunTracedAsync(Inputs(100_000), _seed, new Recorded(new TraceRecorder(engine)));
        Recorded recorded = new(new TraceRecorder(engine));
        await engine.RunTracedAsync(Inputs(100_000), _seed, recorded);
        log.WriteLine(string.Join(", ", recorded.Bytes));
        Assert.Equal(11, recorded.Bytes.Count);
        Assert.InRange(recorded.Bytes[^1] - recorded.Bytes[1], -Beside, 65536);

        // The same commitment as from runs that are kept; of those a hundred thousand take more than is allowed.
        TraceRecorder streamed = new(engine);
        await engine.RunTracedAsync(Inputs(37), _seed, streamed);
        TraceRecorder kept = new(engine, null, keepsRuns: true);
        await engine.RunTracedAsync(Inputs(37), _seed, kept);
        Assert.Equal(kept.ToTree().Commitment, streamed.ToTree().Commitment);
        Assert.NotNull(kept.FindRun(0, 36));
        CanonicalEngine limited = new(model, new CanonicalEngineOptions { MaxRunBytes = MiB });
        InvalidOperationException fault = await Assert.ThrowsAsync<InvalidOperationException>(
            () => limited.RunTracedAsync(Inputs(100_000), _seed, new TraceRecorder(limited, null, keepsRuns: true)).AsTask());
        Assert.Contains(nameof(CanonicalEngineOptions.MaxRunBytes), fault.Message, StringComparison.Ordinal);

        static NamedTensors Inputs(long most) => new([new("most", TensorValue.Create([most], [])), new("x", TensorValue.Create([1.5f], 1))]);
    }

    [Fact]
    public async Task Traces_of_bodies_in_bodies_are_the_same_kept_or_not()
    {
        foreach ((OnnxModel model, NamedTensors inputs) in new[]
        {
            (LoopModels.Recurrence(), LoopModels.Inputs(5)), (LoopModels.Recurrence(), LoopModels.Inputs(0)), (LoopModels.Nested(), LoopModels.NestedInputs(6)), (LoopModels.Nested(), LoopModels.NestedInputs(0)),
            (Twice(), _cross),
        })
        {
            CanonicalEngine engine = new(model);
            TraceRecorder streamed = new(engine);
            TraceRecorder kept = new(engine, null, keepsRuns: true);
            await engine.RunTracedAsync(inputs, _seed, streamed);
            await engine.RunTracedAsync(inputs, _seed, kept);
            Assert.Equal(kept.ToTree().Commitment, streamed.ToTree().Commitment);
            Assert.All(kept.ToTree().Leaves, leaf => Assert.Null(streamed.FindRun(leaf.Node, 0)));
        }
    }

    // A graph node that has only small values: what its tables take must be what the account says, within a factor.
    [Fact]
    public async Task Tables_of_plans_and_runs_are_counted_for_what_they_take()
    {
        OnnxModelBuilder builder = new OnnxModelBuilder(13).Input("x", ElementType.Float32, "N", 4);
        for (int i = 0; i < 2000; i++)
        {
            builder.Node(i % 3 == 0 ? "Softmax" : "Neg", [i == 0 ? "x" : $"v{i - 1}"], [$"v{i}"]);
        }

        OnnxModel model = builder.Output("v1999", ElementType.Float32, "N", 4).Build();
        CanonicalEngine engine = new(model);
        await engine.RunAsync(NamedTensors.Of("x", new CaseRandom(1).Floats(1, 4)), _seed);
        long keptBefore = engine.KeptBytes;
        long before = GC.GetTotalMemory(forceFullCollection: true);
        for (int n = 2; n < 5; n++)
        {
            await engine.RunAsync(NamedTensors.Of("x", new CaseRandom(1).Floats(n * 50, 4)), _seed);
        }

        long taken = GC.GetTotalMemory(forceFullCollection: true) - before;
        log.WriteLine($"{taken} bytes taken, {engine.KeptBytes - keptBefore} counted");
        Assert.InRange(engine.KeptBytes - keptBefore, taken, 3 * taken);
        GC.KeepAlive(engine);
    }

    // Less than nothing where something older was collected meanwhile.
    private static void AtMost(long most, long actual) => Assert.True(actual <= most, $"{actual} bytes, at most {most} expected");

    private static OnnxModel Twice() => Summed(
        Cross().Node("If", ["yes"], ["s0"], ("then_branch", AttributeValue.Of(Heavy("a"))), ("else_branch", AttributeValue.Of(Heavy("b"))))
            .Node("If", ["yes"], ["s1"], ("then_branch", AttributeValue.Of(Heavy("c"))), ("else_branch", AttributeValue.Of(Heavy("d")))), 2).Build();

    private static OnnxModelBuilder Cross() => new OnnxModelBuilder(13).Input("x", ElementType.Float32, 512, 1).Input("z", ElementType.Float32, 1, 512).Input("yes", ElementType.Boolean);

    // A mebibyte, of which one number is left.
    private static GraphBody Heavy(string name = "a") => new OnnxModelBuilder(13).Node("Add", ["x", "z"], [name]).Node("ReduceSum", [name], [$"{name}s"], ("keepdims", AttributeValue.Of(0)))
        .Output($"{name}s", ElementType.Float32).BuildBody();

    private static OnnxModelBuilder Summed(OnnxModelBuilder builder, int count) =>
        builder.Node("Sum", [.. Enumerable.Range(0, count).Select(i => $"s{i}")], ["y"]).Output("y", ElementType.Float32);

    private static OnnxModel Longer()
    {
        GraphBody body = new OnnxModelBuilder(13).Input("i").Input("c").Input("v").Initializer("shape", TensorValue.Create([1L], 1))
            .Node("Reshape", ["i", "shape"], ["number"]).Node("Concat", ["v", "number"], ["longer"], ("axis", AttributeValue.Of(0))).Node("Identity", ["c"], ["d"])
            .Node("ReduceSum", ["longer"], ["sum"]).Node("Sub", ["longer", "sum"], ["less"]).Output("d").Output("less").Output("sum").BuildBody();
        return new OnnxModelBuilder(13).Input("most", ElementType.Int64).Input("x", ElementType.Int64, "n")
            .Node("Loop", ["most", "", "x"], ["y", "sums"], ("body", AttributeValue.Of(body))).Output("y", ElementType.Int64, "m").Output("sums", ElementType.Int64, "k", 1).Build();
    }

    private static OnnxModel Growing() =>
        Grow(new OnnxModelBuilder(13).Input("x", ElementType.Float32, "N", 64), "x").Output("y", ElementType.Float32, "N", 64).Build();

    // A little that grows around a body that takes a mebibyte.
    private static OnnxModel Around() => Grow(Cross().Input("n", ElementType.Float32, "N", 64), "n")
        .Node("If", ["yes"], ["heavy"], ("then_branch", AttributeValue.Of(Heavy())), ("else_branch", AttributeValue.Of(Heavy()))).Node("Add", ["y", "heavy"], ["sum"])
        .Output("sum", ElementType.Float32, "N", 64).Build();

    private static OnnxModelBuilder Grow(OnnxModelBuilder builder, string input)
    {
        builder.Initializer("axes", TensorValue.Create([1L], 1));
        for (int i = 0; i < 6; i++)
        {
            string from = i == 0 ? input : $"d{i - 1}";
            builder.Node("ReduceSum", [from, "axes"], [$"r{i}"]).Node("Sub", [from, $"r{i}"], [$"d{i}"]);
        }

        return builder.Node("Sum", [.. Enumerable.Range(0, 6).Select(i => $"d{i}")], ["y"]);
    }

    [Fact]
    public void What_was_not_used_for_the_longest_time_goes_first()
    {
        KeptMemory kept = new(10);
        List<string> gone = [];
        Item first = new("first", 4, gone);
        Item second = new("second", 4, gone);
        Item third = new("third", 4, gone);
        kept.Keep(first);
        kept.Keep(second);
        kept.Keep(first);
        Assert.Equal(8, kept.Bytes);
        kept.Keep(third);
        Assert.Equal(["second"], gone);
        kept.Keep(new Item("large", 11, gone));
        Assert.Equal(["second", "large"], gone);
        Assert.Equal(8, kept.Bytes);
        kept.Remove(first);
        Assert.Equal(4, kept.Bytes);
    }

    private sealed class Item(string name, long bytes, List<string> gone) : KeptItem
    {
        internal override long KeptBytes => bytes;

        internal override void LetGo() => gone.Add(name);
    }

    /// <summary>Measures what is alive every few thousand iterations.</summary>
    private sealed class Peak : INodeObserver
    {
        private readonly long _before = GC.GetTotalMemory(forceFullCollection: true);

        public long Bytes { get; private set; }

        public INodeObserver? OnBody(GraphNode node, int body, long iteration)
        {
            if (iteration % 2000 == 0)
            {
                Bytes = Math.Max(Bytes, GC.GetTotalMemory(forceFullCollection: true) - _before);
            }

            return null;
        }

        public void OnComputed(GraphNode node, ReadOnlySpan<TensorValue?> inputs, ReadOnlySpan<TensorValue?> outputs)
        {
        }
    }

    /// <summary>Measures beside a recorder.</summary>
    private sealed class Recorded(TraceRecorder recorder) : INodeObserver
    {
        public List<long> Bytes { get; } = [];

        public INodeObserver? OnBody(GraphNode node, int body, long iteration)
        {
            if (iteration % 10_000 == 0)
            {
                Bytes.Add(GC.GetTotalMemory(forceFullCollection: true));
            }

            return recorder.OnBody(node, body, iteration);
        }

        public void OnComputed(GraphNode node, ReadOnlySpan<TensorValue?> inputs, ReadOnlySpan<TensorValue?> outputs)
        {
            Bytes.Add(GC.GetTotalMemory(forceFullCollection: true));
            recorder.OnComputed(node, inputs, outputs);
        }
    }
}
