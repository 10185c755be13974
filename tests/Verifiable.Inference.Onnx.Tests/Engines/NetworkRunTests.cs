using Verifiable.Inference.Claims;
using Verifiable.Inference.Networks;
using Verifiable.Inference.Onnx.Engines;
using Verifiable.Inference.Onnx.Graph;
using Verifiable.Inference.Tensors;

namespace Verifiable.Inference.Onnx.Tests.Engines;

/// <summary>Whole networks: how they are run must not be seen in what they give.</summary>
public sealed class NetworkRunTests
{
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

    private sealed class Watcher : INodeObserver
    {
        public void OnComputed(GraphNode node, ReadOnlySpan<TensorValue?> inputs, ReadOnlySpan<TensorValue?> outputs)
        {
        }
    }
}
