using Verifiable.Inference.CanonicalDigest;
using Verifiable.Inference.Claims;
using Verifiable.Inference.Networks;
using Verifiable.Inference.Onnx.Engines;
using Verifiable.Inference.Onnx.Graph;
using Verifiable.Inference.Tensors;

namespace Verifiable.Inference.Onnx.Tests.Engines;

/// <summary>Whole networks: how they are run must not be seen in what they give, and must not cost memory run after run.</summary>
public sealed class NetworkRunTests(Xunit.Abstractions.ITestOutputHelper log)
{
    private const int WarmUps = 3;
    private const int Runs = 5;

    // What a graph node of a run may leave for the collector: a delegate or two, an iterator over shapes; never a tensor. At most 940 bytes were seen.
    private const long BytesOfNode = 1536;

    private static readonly GenerationOptions _seed = new(1);

    public static TheoryData<string> Small => [.. NetworkCatalog.Small];

    [Theory]
    [MemberData(nameof(Small))]
    public async Task Threads_chains_and_watchers_change_no_bit(string name)
    {
        Network network = NetworkCatalog.Make(name);
        NamedTensors expected = await new CanonicalEngine(network.Model).RunTracedAsync(network.Inputs, _seed, new Watcher());
        foreach (int threads in new[] { 1, 2, 3 })
        {
            var engine = new CanonicalEngine(network.Model, new CanonicalEngineOptions { Threads = threads });
            for (int run = 0; run < 2; run++)
            {
                NamedTensors outputs = await engine.RunAsync(network.Inputs, _seed);
                Assert.All(expected, pair => Assert.True(pair.Value.Equals(outputs[pair.Key]), $"{pair.Key}, {threads} threads, run {run}"));
            }
        }
    }

    [Theory]
    [MemberData(nameof(Small))]
    public async Task A_run_allocates_its_outputs_and_no_other_tensor(string name)
    {
        await CheckAllocationAsync(NetworkCatalog.Make(name));
    }

    private async Task CheckAllocationAsync(Network network)
    {
        var engine = new CanonicalEngine(network.Model);
        NamedTensors outputs = network.Inputs;
        for (int run = 0; run < WarmUps; run++)
        {
            outputs = await engine.RunAsync(network.Inputs, _seed);
        }

        // One thread does all the work, so that its own count is the whole.
        long before = GC.GetAllocatedBytesForCurrentThread();
        for (int run = 0; run < Runs; run++)
        {
            ValueTask<NamedTensors> running = engine.RunAsync(network.Inputs, _seed);
            Assert.True(running.IsCompletedSuccessfully);
        }

        long bytes = (GC.GetAllocatedBytesForCurrentThread() - before) / Runs;
        long needed = outputs.Sum(pair => (long)pair.Value.Bytes.Length);
        int nodes = engine.Graph.Nodes.Length;
        log.WriteLine(FormattableString.Invariant($"{bytes} bytes a run, {needed} of them outputs, {nodes} graph nodes: {(bytes - needed) / nodes} bytes a graph node"));
        Assert.True(bytes <= needed + (nodes * BytesOfNode), FormattableString.Invariant($"{bytes} bytes for {needed} bytes of outputs and {nodes} graph nodes"));
    }

    // Storage is widened before each operator and narrowed after it: 800 KiB in and as much out, which would be seen.
    [Theory]
    [InlineData(ElementType.Float16)]
    [InlineData(ElementType.BFloat16)]
    public async Task A_run_of_16_bit_floats_allocates_its_outputs_and_no_other_tensor(ElementType type)
    {
        var builder = new NetworkBuilder(7, 22);
        string x = builder.Input("x", CaseRandom.Convert(builder.Weights.Uniform(-1, 1, 1, 64, 56, 56), type));
        string weights = builder.Constant(CaseRandom.Convert(builder.Weights.Scaled(1, 64, 64, 64, 1, 1), type));
        string y = builder.Node("Sigmoid", [builder.Node("Conv", [builder.Node("Add", [x, x]), weights])]);
        Network network = builder.Build("halves", (builder.Node("Cast", [y], ("to", AttributeValue.Of((long)ElementType.Float32))), [1, 64, 56, 56]));
        await CheckAllocationAsync(network);
    }

    private sealed class Watcher : INodeObserver
    {
        public void OnComputed(GraphNode node, ReadOnlySpan<TensorValue?> inputs, ReadOnlySpan<TensorValue?> outputs)
        {
        }
    }
}
