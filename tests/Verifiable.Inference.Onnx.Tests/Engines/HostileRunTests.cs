using Verifiable.Inference.Claims;
using Verifiable.Inference.Onnx.Engines;
using Verifiable.Inference.Onnx.Graph;
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

    public static TheoryData<string> Overflowing => ["conv-pads", "pool-taps", "gap-empty", "argmax-empty", "reduce-empty"];

    [Theory]
    [MemberData(nameof(Overflowing))]
    public async Task Shapes_that_overflow_are_the_documented_exception(string kind)
    {
        (OnnxModel model, TensorValue x) = kind switch
        {
            "conv-pads" => (One("Conv", 4, Zeros(1, 1, 1, 1), ("pads", I(30000, 30000, 30000, 30000)), ("strides", I(70000, 70000))), Zeros(1, 1, 1, 1)),
            "pool-taps" => (One("AveragePool", 4, null, ("pads", I(50000, 50000, 50000, 50000)), ("kernel_shape", I(100000, 100000))), Zeros(1, 1, 1, 1)),
            "gap-empty" => (One("GlobalAveragePool", 4, null), Zeros(0, 1, 1 << 20, 1 << 20)),
            "argmax-empty" => (One("ArgMax", 2, null, ("axis", AttributeValue.Of(1))), Zeros(0, 1L << 33)),
            _ => (One("ReduceSum", 2, TensorValue.Create([1L], 1)), Zeros(0, 1L << 33)),
        };
        Exception? thrown = await Record.ExceptionAsync(async () => await new CanonicalEngine(model).RunAsync(NamedTensors.Of("x", x), _options));
        Assert.True(thrown is null or InvalidOperationException, thrown?.ToString());
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
