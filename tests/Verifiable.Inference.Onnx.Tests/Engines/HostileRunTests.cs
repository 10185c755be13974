using Verifiable.Inference.Claims;
using Verifiable.Inference.Onnx.Engines;
using Verifiable.Inference.Onnx.Format;
using Verifiable.Inference.Onnx.Graph;
using Verifiable.Inference.Onnx.Operators;
using Verifiable.Inference.Tensors;

namespace Verifiable.Inference.Onnx.Tests.Engines;

/// <summary>Models from strangers neither throw undocumented exceptions nor allocate far beyond the limits.</summary>
public sealed class HostileRunTests
{
    private static readonly GenerationOptions _options = new(1);

    private static TensorValue Zeros(params long[] lengths) => TensorValue.Create(new float[new TensorShape(lengths).ElementCount], lengths);

    private static AttributeValue I(params long[] values) => AttributeValue.Of(values);

    [Fact]
    public async Task Gemm_with_a_scalar_bias_and_one_column_runs()
    {
        OnnxModel model = new OnnxModelBuilder(13).Input("x", ElementType.Float32, "N", 2).Initializer("w", Zeros(2, 1)).Initializer("c", TensorValue.Create([3f], []))
            .Node("Gemm", ["x", "w", "c"], ["y"]).Output("y", ElementType.Float32, "N", 1).Build();
        NamedTensors y = await new CanonicalEngine(model).RunAsync(NamedTensors.Of("x", Zeros(4, 2)), _options);
        Assert.Equal([3f, 3f, 3f, 3f], y["y"].AsSpan<float>().ToArray());
    }

    [Theory]
    [InlineData("MatMul", 0L, 1L << 40)]
    [InlineData("MatMul", 1L << 40, 0L)]
    [InlineData("Gemm", 0L, 1L << 40)]
    [InlineData("MatMul", 0L, int.MaxValue)]
    public void A_constant_without_elements_but_with_a_huge_axis_is_refused_or_accepted_but_never_throws(string name, long rows, long columns)
    {
        OnnxModel model = new OnnxModelBuilder(13).Input("x", ElementType.Float32, "N", "K").Initializer("w", Zeros(rows, columns))
            .Node(name, ["x", "w"], ["y"]).Output("y", ElementType.Float32, "N", "M").Build();
        Assert.True(OnnxModel.TryRead(model.ToBytes(), out OnnxModel? read, out _));
        Exception? thrown = Record.Exception(() => CanonicalEngine.TryCreate(read, null, out _, out _));
        Assert.Null(thrown);
    }

    [Fact]
    public void Packing_does_not_multiply_the_memory_of_shared_narrow_weights()
    {
        // 256 KiB of weights, used by 40 graph nodes.
        OnnxModelBuilder builder = new OnnxModelBuilder(13).Input("x", ElementType.Float32, 1, 65536).Initializer("w", Zeros(65536, 1));
        for (int i = 0; i < 40; i++)
        {
            builder.Node("MatMul", ["x", "w"], [$"y{i}"]);
        }

        OnnxModel model = builder.Output("y0", ElementType.Float32, 1, 1).Build();
        _ = model.Id;
        long before = GC.GetAllocatedBytesForCurrentThread();
        Assert.True(CanonicalEngine.TryCreate(model, null, out _, out _));
        long allocated = GC.GetAllocatedBytesForCurrentThread() - before;
        Assert.True(allocated < 16 << 20, $"{allocated >> 20} MiB for {model.ToBytes().Length >> 10} KiB of model");
    }

    [Fact]
    public void Widening_does_not_multiply_the_memory_of_shared_constants_of_16_bits()
    {
        // 256 KiB of constants, used by 100 graph nodes.
        OnnxModelBuilder builder = new OnnxModelBuilder(13).Input("x", ElementType.Float16, 1 << 17).Initializer("w", TensorValue.Create(new Half[1 << 17], 1 << 17));
        for (int i = 0; i < 100; i++)
        {
            builder.Node("Add", ["x", "w"], [$"y{i}"]);
        }

        OnnxModel model = builder.Output("y0", ElementType.Float16, 1 << 17).Build();
        _ = model.Id;
        long before = GC.GetAllocatedBytesForCurrentThread();
        Assert.True(CanonicalEngine.TryCreate(model, null, out _, out _));
        long allocated = GC.GetAllocatedBytesForCurrentThread() - before;
        Assert.True(allocated < 16 << 20, $"{allocated >> 20} MiB for {model.ToBytes().Length >> 10} KiB of model");
    }

    [Fact]
    public async Task Constants_of_16_bits_that_may_not_be_widened_once_are_widened_in_each_run()
    {
        // The widened weights would take 256 bytes; the limit of what is prepared is that of a run.
        TensorValue w = TensorValue.Create([.. Enumerable.Range(0, 64).Select(i => (Half)i)], 8, 8);
        OnnxModel model = new OnnxModelBuilder(13).Input("x", ElementType.Float16, 1, 8).Initializer("w", w).Node("MatMul", ["x", "w"], ["y"]).Output("y", ElementType.Float16, 1, 8).Build();
        NamedTensors inputs = NamedTensors.Of("x", TensorValue.Create([.. Enumerable.Repeat((Half)1, 8)], 1, 8));
        NamedTensors expected = await new CanonicalEngine(model).RunAsync(inputs, _options);
        Assert.True(OperatorCatalog.TryBind(model.Nodes[0], model.Initializers, new PackedMatrices(100), out BoundOperator? bound, out _));
        TensorBuffer y = TensorBuffer.Allocate(new TensorSignature(ElementType.Float16, new TensorShape(1, 8)));
        bound.Compute(new OperatorContext(), [inputs["x"], w], [y]);
        Assert.Equal(expected["y"], y.ToValue());
    }

    // .NET's longest array is a little shorter than 2^31 − 1 bytes.
    [Theory]
    [InlineData(int.MaxValue, false)]
    [InlineData(int.MaxValue - 126, false)]
    [InlineData(int.MaxValue, true)]
    [InlineData(int.MaxValue - 126, true)]
    public async Task A_tensor_that_no_array_can_hold_is_the_documented_exception(long length, bool isPlanned)
    {
        // A shape that is an input is known in a run only, a constant one when its memory is planned.
        OnnxModel model = new OnnxModelBuilder(13).Input("x", ElementType.Int64, 1).Initializer("w", TensorValue.Create([length], 1))
            .Node("ConstantOfShape", [isPlanned ? "w" : "x"], ["y"], ("value", AttributeValue.Of(TensorValue.Create<byte>([1], 1)))).Node("Size", ["y"], ["s"]).Output("s", ElementType.Int64).Build();
        Exception thrown = await Assert.ThrowsAsync<InvalidOperationException>(async () => await new CanonicalEngine(model).RunAsync(NamedTensors.Of("x", TensorValue.Create([length], 1)), _options));
        Assert.Contains("at most 2147483520 bytes", thrown.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_transposed_convolution_without_channels_takes_no_memory_for_its_window()
    {
        // The window has 2^31 − 88047 taps and no weights; the padding leaves a plane of 2 by 2.
        OnnxModel model = One("ConvTranspose", 4, Zeros(0, 1, 46340, 46340), ("pads", I(23169, 23169, 23169, 23169)));
        NamedTensors y = await new CanonicalEngine(model).RunAsync(NamedTensors.Of("x", Zeros(1, 0, 1, 1)), _options);
        Assert.Equal(new float[4], y["y"].AsSpan<float>().ToArray());
    }

    [Fact]
    public void An_equation_of_many_letters_is_refused_before_they_are_counted()
    {
        string letters = new([.. Enumerable.Range(256, 50_000).Select(letter => (char)letter)]);
        OnnxModel model = new OnnxModelBuilder(13).Input("x", ElementType.Float32, 1).Node("Einsum", ["x"], ["y"], ("equation", AttributeValue.Of(string.Concat(Enumerable.Repeat(letters, 10)))))
            .Output("y", ElementType.Float32).Build();
        Assert.False(CanonicalEngine.TryCreate(model, null, out _, out _));
    }

    [Fact]
    public void A_sum_of_more_products_than_anyone_waits_for_can_be_stopped()
    {
        // 2^44 products of 8192 elements.
        OnnxModel model = new OnnxModelBuilder(13).Input("a", ElementType.Float32, 2048).Input("b", ElementType.Float32, 2048).Input("c", ElementType.Float32, 2048).Input("d", ElementType.Float32, 2048)
            .Node("Einsum", ["a", "b", "c", "d"], ["y"], ("equation", AttributeValue.Of("a,b,c,d->"))).Output("y", ElementType.Float32).Build();
        Assert.True(OperatorCatalog.TryBind(model.Nodes[0], null, out BoundOperator? bound, out _));
        using var stop = new CancellationTokenSource();
        var inputs = new StoppingInputs(new TensorInputs([Zeros(2048), Zeros(2048), Zeros(2048), Zeros(2048)]), stop);
        Assert.Throws<OperationCanceledException>(() => bound.Element(new OperatorContext(0, 1, stop.Token), inputs, 0, 0));
    }

    [Fact]
    public void An_elimination_can_be_stopped()
    {
        OnnxModel model = new OnnxModelBuilder(13).Input("x", ElementType.Float32, 80, 80).Node("Det", ["x"], ["y"]).Output("y", ElementType.Float32).Build();
        Assert.True(OperatorCatalog.TryBind(model.Nodes[0], null, out BoundOperator? bound, out _));
        using var stop = new CancellationTokenSource();
        var inputs = new StoppingInputs(new TensorInputs([Zeros(80, 80)]), stop);
        Assert.Throws<OperationCanceledException>(() => bound.Element(new OperatorContext(0, 1, stop.Token), inputs, 0, 0));
    }

    // Their shapes depend on elements, so that inferring them is as long as computing them.
    [Theory]
    [InlineData("Unique")]
    [InlineData("NonMaxSuppression")]
    public void Shapes_that_depend_on_many_elements_can_be_stopped(string name)
    {
        bool isUnique = name == "Unique";
        var builder = new OnnxModelBuilder(13);
        OnnxModel model = (isUnique
            ? builder.Input("x", ElementType.Float32).Node(name, ["x"], ["y"])
            : builder.Input("x", ElementType.Float32).Input("s", ElementType.Float32).Initializer("n", TensorValue.Create([9000L], [])).Node(name, ["x", "s", "n"], ["y"]))
            .Output("y", isUnique ? ElementType.Float32 : ElementType.Int64).Build();
        Assert.True(OperatorCatalog.TryBind(model.Nodes[0], null, out BoundOperator? bound, out _));
        TensorValue?[] values = isUnique ? [Zeros(1 << 18)] : [Zeros(1, 9000, 4), Zeros(1, 1, 9000), TensorValue.Create([9000L], [])];
        using var stop = new CancellationTokenSource();
        Assert.Throws<OperationCanceledException>(() => bound.TryInfer(new StoppingInputs(new TensorInputs(values), stop) { CancellationToken = stop.Token }, new TensorSignature[1], out _));
        using var later = new CancellationTokenSource();
        Assert.Throws<OperationCanceledException>(() => bound.Element(new OperatorContext(0, 1, later.Token), new StoppingInputs(new TensorInputs(values), later), 0, 0));

        // A stop that comes while the order is found.
        Assert.ThrowsAny<OperationCanceledException>(() => bound.TryInfer(new TensorInputs(values) { CancellationToken = stop.Token }, new TensorSignature[1], out _));
        Assert.True(bound.TryInfer(new TensorInputs(values), new TensorSignature[1], out string? fault), fault);
    }

    [Fact]
    public void Elements_around_a_place_of_a_grid_have_a_limit()
    {
        OnnxModel model = new OnnxModelBuilder(20).Input("x", ElementType.Float32).Node("GridSample", ["x", "x"], ["y"], ("mode", AttributeValue.Of("cubic"))).Output("y", ElementType.Float32).Build();
        Assert.True(OperatorCatalog.TryBind(model.Nodes[0], null, out BoundOperator? bound, out _));
        foreach ((int axes, bool fits) in new[] { (2, true), (6, true), (7, false), (14, false) })
        {
            long[] ones = [.. Enumerable.Repeat(1L, axes)];
            bool inferred = bound.TryInfer(new TensorInputs([Zeros([1, 1, .. ones]), Zeros([1, .. ones, axes])]), new TensorSignature[1], out string? fault);
            Assert.True(inferred == fits, fault);
        }
    }

    // Every row is a model of a few hundred bytes whose input and output are tiny; MaxTensorBytes is 4096.
    public static TheoryData<string> SmallModels => ["conv-padding", "pool-table", "reduce-nothing"];

    [Theory]
    [MemberData(nameof(SmallModels))]
    public async Task Scratch_memory_obeys_the_limit(string kind)
    {
        (OnnxModel model, TensorValue x) = kind switch
        {
            // The padded copy would have 4001² elements; the output has one.
            "conv-padding" => (One("Conv", 4, Zeros(1, 1, 1, 1), ("pads", I(2000, 2000, 2000, 2000)), ("strides", I(5000, 5000))), Zeros(1, 1, 1, 1)),

            // 4 places times 4 000 000 taps.
            "pool-table" => (One("MaxPool", 4, null, ("pads", I(1000, 1000, 1000, 1000)), ("kernel_shape", I(2000, 2000))), Zeros(1, 1, 1, 1)),

            // No elements at all.
            _ => (One("ReduceSum", 2, TensorValue.Create([1L], 1)), Zeros(0, 20_000_000)),
        };
        var engine = new CanonicalEngine(model, new CanonicalEngineOptions { MaxTensorBytes = 4096 });
        long before = GC.GetAllocatedBytesForCurrentThread();
        try
        {
            await engine.RunAsync(NamedTensors.Of("x", x), _options);
        }
        catch (InvalidOperationException)
        {
            // A refusal is fine too.
        }

        long allocated = GC.GetAllocatedBytesForCurrentThread() - before;
        Assert.True(allocated < 4 << 20, $"{allocated >> 20} MiB of scratch");
    }

    public static TheoryData<string> Overflowing => ["conv-pads", "pool-taps", "gap-empty", "argmax-empty", "reduce-empty", "crop-nothing", "pool-window"];

    [Theory]
    [MemberData(nameof(Overflowing))]
    public async Task Shapes_that_overflow_are_the_documented_exception(string kind)
    {
        (OnnxModel model, TensorValue x) = kind switch
        {
            "conv-pads" => (One("Conv", 4, Zeros(1, 1, 1, 1), ("pads", I(30000, 30000, 30000, 30000)), ("strides", I(70000, 70000))), Zeros(1, 1, 1, 1)),
            "pool-taps" => (One("AveragePool", 4, null, ("pads", I(50000, 50000, 50000, 50000)), ("kernel_shape", I(100000, 100000))), Zeros(1, 1, 1, 1)),
            "gap-empty" => (One("GlobalAveragePool", 4, null), Zeros(0, 1, 1 << 20, 1 << 20)),
            "crop-nothing" => (One("Pad", 2, TensorValue.Create([1L, -(1L << 39), 0L, -(1L << 39) + 3], 4)), Zeros(0, 1L << 40)),
            "pool-window" => (One("MaxPool", 4, null, ("pads", I(1, 1, 1, 1)), ("kernel_shape", I(long.MinValue, 2))), Zeros(1, 1, 4, 4)),
            "argmax-empty" => (One("ArgMax", 2, null, ("axis", AttributeValue.Of(1))), Zeros(0, 1L << 33)),
            _ => (One("ReduceSum", 2, TensorValue.Create([1L], 1)), Zeros(0, 1L << 33)),
        };
        Exception? thrown = await Record.ExceptionAsync(async () => await new CanonicalEngine(model).RunAsync(NamedTensors.Of("x", x), _options));
        Assert.True(thrown is null or InvalidOperationException or ModelRefusedException, thrown?.ToString());
    }

    // A kibibyte of model: every tensor obeys the limit, but all are alive at once.
    [Fact]
    public async Task The_memory_of_a_run_has_a_limit()
    {
        OnnxModel model = Outer(64, chained: false);
        await Assert.ThrowsAsync<InvalidOperationException>(async () => await Run(model, new CanonicalEngineOptions { MaxRunBytes = 63 << 20 }));

        // 64 tensors of 1 MiB, and all of them again in one.
        await Run(model, new CanonicalEngineOptions { MaxRunBytes = 128 << 20 });
    }

    [Fact]
    public async Task Memory_that_nothing_needs_any_more_does_not_count_and_a_view_keeps_what_it_shows()
    {
        // A chain holds two tensors of 1 MiB at a time, views of them notwithstanding, and the output is the caller's.
        OnnxModel model = Outer(64, chained: true);
        await Run(model, new CanonicalEngineOptions { MaxRunBytes = 3 << 20 });
        await Assert.ThrowsAsync<InvalidOperationException>(async () => await Run(model, new CanonicalEngineOptions { MaxRunBytes = (3 << 20) - 1 }));
    }

    [Fact]
    public async Task An_element_of_too_many_taps_is_refused()
    {
        // Four taps an axis over fourteen axes: 2^28 for one element of an output of 2^14.
        long[] ones = [.. Enumerable.Repeat(1L, 14)];
        OnnxModel model = new OnnxModelBuilder(13).Input("x", ElementType.Float32, [.. ones.Select(GraphDimension.Of)])
            .Initializer("scales", TensorValue.Create([.. Enumerable.Repeat(2f, 14)], 14))
            .Node("Resize", ["x", "", "scales"], ["y"], ("mode", AttributeValue.Of("cubic"))).Output("y", ElementType.Float32, [.. ones.Select(_ => GraphDimension.Of(2))]).Build();
        InvalidOperationException exception = await Assert.ThrowsAsync<InvalidOperationException>(
            async () => await new CanonicalEngine(model).RunAsync(NamedTensors.Of("x", TensorValue.Create([1f], ones)), _options));
        Assert.Contains("taps", exception.Message, StringComparison.Ordinal);
    }

    private static async Task Run(OnnxModel model, CanonicalEngineOptions options) => await new CanonicalEngine(model, options).RunAsync(
        new NamedTensors([new("x", TensorValue.Create(new float[512], 512, 1)), new("z", TensorValue.Create(new float[512], 1, 512))]), _options);

    private static OnnxModel Outer(int count, bool chained)
    {
        OnnxModelBuilder builder = new OnnxModelBuilder(13).Input("x", ElementType.Float32, "N", 1).Input("z", ElementType.Float32, 1, "N");
        builder.Node("Add", ["x", "z"], ["v0"]);
        for (int i = 1; i < count; i++)
        {
            if (chained)
            {
                builder.Node("Identity", [$"v{i - 1}"], [$"w{i}"]);
            }

            builder.Node("Add", [chained ? $"w{i}" : "x", "z"], [$"v{i}"]);
        }

        return chained
            ? builder.Output($"v{count - 1}", ElementType.Float32, "N", "N").Build()
            : builder.Node("Concat", [.. Enumerable.Range(0, count).Select(i => $"v{i}")], ["y"], ("axis", AttributeValue.Of(0))).Output("y", ElementType.Float32, "A", "N").Build();
    }

    /// <summary>Inputs of which some thousand elements are read before a stop is asked for.</summary>
    private sealed class StoppingInputs(OperatorInputs inner, CancellationTokenSource stop) : OperatorInputs
    {
        private int _left = 5000;

        public override int Count => inner.Count;

        public override TensorSignature? SignatureOf(int input) => inner.SignatureOf(input);

        public override ulong ReadBits(int input, long index)
        {
            if (--_left == 0)
            {
                stop.Cancel();
            }

            return inner.ReadBits(input, index);
        }
    }

    private static OnnxModel One(string name, int rank, TensorValue? second, params (string, AttributeValue)[] attributes)
    {
        OnnxModelBuilder builder = new OnnxModelBuilder(13).Input("x", ElementType.Float32, [.. Enumerable.Range(0, rank).Select(axis => GraphDimension.Named($"d{axis}"))]);
        if (second is not null)
        {
            builder.Initializer("w", second);
        }

        return builder.Node(name, second is null ? ["x"] : ["x", "w"], ["y"], attributes).Output("y", name == "ArgMax" ? ElementType.Int64 : ElementType.Float32, [.. Enumerable.Range(0, rank).Select(axis => GraphDimension.Named($"e{axis}"))]).Build();
    }
}
