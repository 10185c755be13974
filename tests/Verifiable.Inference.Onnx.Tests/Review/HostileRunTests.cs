using System.Diagnostics;
using Verifiable.Inference.Claims;
using Verifiable.Inference.Onnx.Engines;
using Verifiable.Inference.Onnx.Format;
using Verifiable.Inference.Onnx.Graph;
using Verifiable.Inference.Tensors;

namespace Verifiable.Inference.Onnx.Tests.Review;

/// <summary>Review findings: models from strangers that throw undocumented exceptions, allocate far beyond the limits, or cannot be stopped.</summary>
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
            // The padded copy has 4001² elements; the output one.
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

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    public async Task Cancellation_stops_within_one_operator(int threads)
    {
        OnnxModel model = One("Multinomial", 2, null, ("sample_size", AttributeValue.Of(1L << 18)));
        var engine = new CanonicalEngine(model, new CanonicalEngineOptions { Threads = threads });
        await engine.RunAsync(NamedTensors.Of("x", Zeros(1, 1)), _options);
        using var source = new CancellationTokenSource(TimeSpan.FromMilliseconds(200));
        var watch = Stopwatch.StartNew();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(async () => await Task.Run(async () => await engine.RunAsync(NamedTensors.Of("x", Zeros(1, 1000)), _options, source.Token)));
        Assert.True(watch.Elapsed < TimeSpan.FromSeconds(1.2), $"stopped after {watch.Elapsed}");
    }

    [Fact]
    public async Task Cancellation_stops_while_a_pooling_table_is_made()
    {
        // 4 places × 64 000 000 taps: an output of 16 bytes.
        OnnxModel model = One("MaxPool", 4, null, ("pads", I(4000, 4000, 4000, 4000)), ("kernel_shape", I(8000, 8000)));
        using var source = new CancellationTokenSource(TimeSpan.FromMilliseconds(100));
        var watch = Stopwatch.StartNew();
        await Record.ExceptionAsync(async () => await Task.Run(async () => await new CanonicalEngine(model).RunAsync(NamedTensors.Of("x", Zeros(1, 1, 1, 1)), _options, source.Token)));
        Assert.True(watch.Elapsed < TimeSpan.FromSeconds(1.2), $"stopped after {watch.Elapsed}");
    }

    private static OnnxModel One(string name, int rank, TensorValue? second, params (string, AttributeValue)[] attributes)
    {
        OnnxModelBuilder builder = new OnnxModelBuilder(13).Input("x", ElementType.Float32, [.. Enumerable.Range(0, rank).Select(axis => GraphDimension.Named($"d{axis}"))]);
        if (second is not null)
        {
            builder.Initializer("w", second);
        }

        return builder.Node(name, second is null ? ["x"] : ["x", "w"], ["y"], attributes).Output("y", ElementType.Float32).Build();
    }
}
