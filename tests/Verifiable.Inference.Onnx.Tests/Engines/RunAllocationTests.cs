using Verifiable.Inference.CanonicalDigest;
using Verifiable.Inference.Claims;
using Verifiable.Inference.Networks;
using Verifiable.Inference.Onnx.Engines;
using Verifiable.Inference.Onnx.Graph;
using Verifiable.Inference.Tensors;

namespace Verifiable.Inference.Onnx.Tests.Engines;

/// <summary>What a run leaves for the collector besides its outputs, counted over the whole process: no other test runs meanwhile.</summary>
[Collection(Alone.Name)]
public sealed class RunAllocationTests(Xunit.Abstractions.ITestOutputHelper log)
{
    private const int WarmUps = 5;
    private const int Batches = 5;
    private const int Runs = 4;

    // What a run may leave, and each of its graph nodes: delegates with what they hold, the set of outputs; never a tensor, a table or a plan. Seen: at most 455 bytes
    // a graph node of networks, the same with one thread and with two, and 838 in a network of four, which sets of outputs and contexts of a run are a large part of.
    private const long BytesOfRun = 2048;
    private const long BytesOfNode = 512;

    private static readonly GenerationOptions _seed = new(1);

    public static TheoryData<string, int> Small
    {
        get
        {
            TheoryData<string, int> cases = [];
            foreach (string name in NetworkCatalog.Small)
            {
                cases.Add(name, 1);
                cases.Add(name, 2);
            }

            return cases;
        }
    }

    [Theory]
    [MemberData(nameof(Small))]
    public Task A_run_allocates_its_outputs_and_no_other_tensor(string name, int threads) => CheckAsync(NetworkCatalog.Make(name), threads);

    // Storage is widened before each operator and narrowed after it: 800 KiB in and as much out, which would be seen.
    [Theory]
    [InlineData(ElementType.Float16, 1)]
    [InlineData(ElementType.Float16, 2)]
    [InlineData(ElementType.BFloat16, 1)]
    [InlineData(ElementType.BFloat16, 2)]
    public Task A_run_of_16_bit_floats_allocates_its_outputs_and_no_other_tensor(ElementType type, int threads)
    {
        var builder = new NetworkBuilder(7, 22);
        string x = builder.Input("x", CaseRandom.Convert(builder.Weights.Uniform(-1, 1, 1, 64, 56, 56), type));
        string weights = builder.Constant(CaseRandom.Convert(builder.Weights.Scaled(1, 64, 64, 64, 1, 1), type));
        string y = builder.Node("Sigmoid", [builder.Node("Conv", [builder.Node("Add", [x, x]), weights])]);
        return CheckAsync(builder.Build("halves", (builder.Node("Cast", [y], ("to", AttributeValue.Of((long)ElementType.Float32))), [1, 64, 56, 56])), threads);
    }

    private async Task CheckAsync(Network network, int threads)
    {
        var engine = new CanonicalEngine(network.Model, new CanonicalEngineOptions { Threads = threads });
        NamedTensors outputs = network.Inputs;
        for (int run = 0; run < WarmUps; run++)
        {
            outputs = await engine.RunAsync(network.Inputs, _seed);
        }

        // The runtime allocates by itself now and then: the least of several counts is the engine's own.
        long bytes = long.MaxValue;
        for (int batch = 0; batch < Batches; batch++)
        {
            long before = GC.GetTotalAllocatedBytes(precise: true);
            for (int run = 0; run < Runs; run++)
            {
                await engine.RunAsync(network.Inputs, _seed);
            }

            bytes = Math.Min(bytes, (GC.GetTotalAllocatedBytes(precise: true) - before) / Runs);
        }

        long needed = outputs.Sum(pair => (long)pair.Value.Bytes.Length);
        int nodes = engine.Graph.Nodes.Length;
        log.WriteLine(FormattableString.Invariant($"{bytes} bytes a run, {needed} of them outputs, {nodes} graph nodes: {(bytes - needed) / nodes} bytes a graph node"));
        Assert.True(bytes <= needed + BytesOfRun + (nodes * BytesOfNode), FormattableString.Invariant($"{bytes} bytes for {needed} bytes of outputs and {nodes} graph nodes"));
    }
}
