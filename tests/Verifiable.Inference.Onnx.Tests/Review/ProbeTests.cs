using System.Diagnostics;
using Verifiable.Inference.Claims;
using Verifiable.Inference.Onnx.Arithmetic;
using Verifiable.Inference.Onnx.Engines;
using Verifiable.Inference.Onnx.Format;
using Verifiable.Inference.Onnx.Graph;
using Verifiable.Inference.Tensors;

namespace Verifiable.Inference.Onnx.Tests.Review;

public sealed class ProbeTests
{
    private static readonly GenerationOptions _options = new(1);

    // The five floats that glibc's double log misrounds (R3 part 6.2), by 200-bit arithmetic.
    [Theory]
    [InlineData(0x3c413d3a, 0xc08e158f)]
    [InlineData(0x41178feb, 0x400fe5e7)]
    [InlineData(0x4c5d65a5, 0x418f034b)]
    [InlineData(0x65d890d3, 0x4254d1f9)]
    [InlineData(0x6f31a8ec, 0x42845a89)]
    public void Log_is_correctly_rounded_at_the_hardest_floats(uint x, uint expected) =>
        Assert.Equal(expected, BitConverter.SingleToUInt32Bits(CanonicalMath.Log(BitConverter.UInt32BitsToSingle(x))));

    [Fact]
    public async Task A_deep_and_a_wide_graph_run_in_linear_time()
    {
        OnnxModelBuilder deep = new OnnxModelBuilder(13).Input("x", ElementType.Float32, "N");
        string last = "x";
        for (int i = 0; i < 80_000; i++)
        {
            deep.Node("Relu", [last], [$"v{i}"]);
            last = $"v{i}";
        }

        var watch = Stopwatch.StartNew();
        OnnxModel model = deep.Output(last, ElementType.Float32, "N").Build();
        Assert.True(OnnxModel.TryRead(model.ToBytes(), out OnnxModel? read, out ModelRefusal? refusal), refusal?.ToString());
        await new CanonicalEngine(read).RunAsync(NamedTensors.Of("x", TensorValue.Create(new float[1], 1)), _options);
        Assert.True(watch.Elapsed < TimeSpan.FromSeconds(15), $"deep {watch.Elapsed}");

        watch.Restart();
        var wide = new OnnxModelBuilder(13).Input("x", ElementType.Float32, 1).Node("Concat", [.. Enumerable.Repeat("x", 200_000)], ["y"], ("axis", AttributeValue.Of(0)))
            .Output("y", ElementType.Float32, "M").Build();
        await new CanonicalEngine(wide).RunAsync(NamedTensors.Of("x", TensorValue.Create(new float[1], 1)), _options);
        Assert.True(watch.Elapsed < TimeSpan.FromSeconds(15), $"wide {watch.Elapsed}");
    }

    // A kibibyte of model: every tensor obeys the limit, but all are alive at once.
    [Fact]
    public async Task The_memory_of_a_run_has_a_limit()
    {
        OnnxModelBuilder builder = new OnnxModelBuilder(13).Input("x", ElementType.Float32, "N", 1).Input("z", ElementType.Float32, 1, "N");
        for (int i = 0; i < 64; i++)
        {
            builder.Node("Add", ["x", "z"], [$"v{i}"]);
        }

        builder.Node("Concat", [.. Enumerable.Range(0, 64).Select(i => $"v{i}")], ["y"], ("axis", AttributeValue.Of(0))).Output("y", ElementType.Float32, "A", "B");
        var engine = new CanonicalEngine(builder.Build(), new CanonicalEngineOptions { MaxTensorBytes = 4 << 20 });
        TensorValue x = TensorValue.Create(new float[1024], 1024, 1);
        TensorValue z = TensorValue.Create(new float[1024], 1, 1024);
        long before = GC.GetAllocatedBytesForCurrentThread();
        await Record.ExceptionAsync(async () => await engine.RunAsync(new NamedTensors([new("x", x), new("z", z)]), _options));
        long allocated = GC.GetAllocatedBytesForCurrentThread() - before;
        Assert.True(allocated < 64 << 20, $"{allocated >> 20} MiB alive at once under a limit of 4 MiB a tensor");
    }

    [Fact]
    public void A_name_that_is_no_text_is_refused_when_the_model_is_built()
    {
        bool built = new OnnxModelBuilder(13).Input("x\uD800", ElementType.Float32, 1).Node("Relu", ["x\uD800"], ["y"]).Output("y", ElementType.Float32, 1).TryBuild(out OnnxModel? model, out _);
        Exception? thrown = built ? Record.Exception(() => model!.Id) : null;
        Assert.Null(thrown);
    }

    [Fact]
    public void More_dimensions_than_a_tensor_can_have_are_refused_when_the_model_is_built()
    {
        GraphDimension[] many = [.. Enumerable.Repeat(GraphDimension.Of(1), 300)];
        bool built = new OnnxModelBuilder(13).Input("x", ElementType.Float32, many).Node("Relu", ["x"], ["y"]).Output("y", ElementType.Float32, 1).TryBuild(out OnnxModel? model, out _);
        Exception? thrown = built ? Record.Exception(() => model!.Id) : null;
        Assert.Null(thrown);
    }

    [Fact]
    public void A_trailing_absent_input_does_not_change_the_model()
    {
        OnnxModel With(params string[] inputs) => new OnnxModelBuilder(13).Input("x", ElementType.Float32, 1, 2).Initializer("w", TensorValue.Create(new float[4], 2, 2))
            .Node("Gemm", inputs, ["y"]).Output("y", ElementType.Float32, 1, 2).Build();
        Assert.Equal(With("x", "w").Id, With("x", "w", "").Id);
    }

    // A window that stands on padding only has no largest element and no average.
    [Theory]
    [InlineData("MaxPool")]
    [InlineData("AveragePool")]
    public async Task Padding_as_large_as_the_window_is_refused(string name)
    {
        OnnxModel model = new OnnxModelBuilder(13).Input("x", ElementType.Float32, 1, 1, 2)
            .Node(name, ["x"], ["y"], ("kernel_shape", AttributeValue.Of([2L])), ("pads", AttributeValue.Of([3L, 0L]))).Output("y", ElementType.Float32, 1, 1, "M").Build();
        float[] y = [];
        Exception? thrown = await Record.ExceptionAsync(async () =>
            y = (await new CanonicalEngine(model).RunAsync(NamedTensors.Of("x", TensorValue.Create([1f, 2f], 1, 1, 2)), _options))["y"].AsSpan<float>().ToArray());
        Assert.True(thrown is ModelRefusedException or InvalidOperationException, $"got [{string.Join(", ", y)}]");
    }

    // R2 part 10, B14: a graph of 10⁵ nodes. The default limit of graph nodes is 250 000; that of "small records" counts every name too.
    [Fact]
    public void A_model_within_the_limit_of_graph_nodes_is_read_back()
    {
        OnnxModelBuilder deep = new OnnxModelBuilder(13).Input("v", ElementType.Float32, "N");
        for (int i = 0; i < 100_001; i++)
        {
            deep.Node("Relu", [i == 0 ? "v" : $"v{i - 1}"], [$"v{i}"]);
        }

        byte[] bytes = deep.Output("v100000", ElementType.Float32, "N").Build().ToBytes();
        Assert.True(OnnxModel.TryRead(bytes, out _, out ModelRefusal? refusal), refusal?.ToString());
    }
}
