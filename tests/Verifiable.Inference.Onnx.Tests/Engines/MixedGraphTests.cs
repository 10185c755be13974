using Verifiable.Inference.CanonicalDigest;
using Verifiable.Inference.Claims;
using Verifiable.Inference.Onnx.Engines;
using Verifiable.Inference.Onnx.Graph;
using Verifiable.Inference.Onnx.Operators;
using Verifiable.Inference.Tensors;

namespace Verifiable.Inference.Onnx.Tests.Engines;

/// <summary>Planned runs give what the graph nodes give one by one, each into memory of its own, on random graphs of many operators.</summary>
public sealed class MixedGraphTests
{
    private const ulong Graphs = 300;
    private static readonly GenerationOptions _seed = new(3);

    [Fact]
    public async Task Planned_runs_equal_graph_nodes_computed_one_by_one()
    {
        for (ulong seed = 0; seed < Graphs; seed++)
        {
            MixedGraph graph = MixedGraph.Of(seed);
            List<(NamedTensors Given, NamedTensors Kept)> seen = [];
            foreach (int threads in new[] { 1, 2 })
            {
                var engine = new CanonicalEngine(graph.Model, new CanonicalEngineOptions { Threads = threads });
                for (int run = 0; run < 3; run++)
                {
                    NamedTensors inputs = graph.Inputs();
                    Dictionary<string, TensorValue> expected = OneByOne(graph.Model, inputs);
                    NamedTensors outputs = await engine.RunAsync(inputs, _seed);
                    foreach ((string name, TensorValue value) in outputs)
                    {
                        Assert.True(Same(expected[name], value), $"graph {seed}, {threads} threads, run {run}, output {name}");
                    }

                    seen.Add((outputs, new NamedTensors(outputs.Select(pair => KeyValuePair.Create(pair.Key, Copy(pair.Value))))));
                }
            }

            // What a caller has is his, however often the engine runs again.
            Assert.All(seen, outputs => Assert.All(outputs.Given, pair => Assert.True(Same(outputs.Kept[pair.Key], pair.Value), $"graph {seed}, output {pair.Key} changed later")));
        }
    }

    [Fact]
    public async Task Whatever_is_watched_has_the_values_of_graph_nodes_computed_one_by_one()
    {
        for (ulong seed = 0; seed < Graphs; seed++)
        {
            MixedGraph graph = MixedGraph.Of(seed);
            var random = new CaseRandom(seed + 5000);
            var engine = new CanonicalEngine(graph.Model, new CanonicalEngineOptions { Threads = 2 });
            for (int run = 0; run < 3; run++)
            {
                NamedTensors inputs = graph.Inputs();
                HashSet<int>? watched = run == 0 ? null : [.. Enumerable.Range(0, graph.Model.Nodes.Length).Where(_ => random.Next(1 + (2 * run)) == 0)];
                var checker = new Checker(watched, OneByOne(graph.Model, inputs), $"graph {seed}, run {run}");
                await engine.RunTracedAsync(inputs, _seed, checker);
                Assert.Equal(watched?.Count ?? graph.Model.Nodes.Length, checker.Count);
            }
        }
    }

    // Other inputs for each run: frames that two runs shared would show. Some runs are stopped or fail on the way.
    [Fact]
    public async Task Runs_of_other_inputs_at_the_same_time_do_not_disturb_each_other()
    {
        for (ulong seed = 0; seed < Graphs / 10; seed++)
        {
            MixedGraph graph = MixedGraph.Of(seed);
            NamedTensors[] inputs = [.. Enumerable.Range(0, 12).Select(_ => graph.Inputs())];
            Dictionary<string, TensorValue>[] expected = [.. inputs.Select(given => OneByOne(graph.Model, given))];
            var engine = new CanonicalEngine(graph.Model, new CanonicalEngineOptions { Threads = 2 });
            await Task.WhenAll(inputs.Select((given, i) => Task.Run(async () =>
            {
                for (int run = 0; run < 4; run++)
                {
                    using CancellationTokenSource source = new();
                    await Assert.ThrowsAsync<OperationCanceledException>(async () => await engine.RunTracedAsync(given, _seed, new Stopper(source.Cancel), source.Token));
                    await Assert.ThrowsAsync<NotSupportedException>(
                        async () => await engine.RunTracedAsync(given, _seed, new Stopper(static () => throw new NotSupportedException())));
                    NamedTensors outputs = await engine.RunAsync(given, _seed);
                    foreach ((string name, TensorValue value) in outputs)
                    {
                        Assert.True(Same(expected[i][name], value), $"graph {seed}, inputs {i}, run {run}, output {name}");
                    }

                    await engine.RunTracedAsync(given, _seed, new Checker(null, expected[i], $"graph {seed}, inputs {i}, run {run}"));
                }
            })));
        }
    }

    private static Dictionary<string, TensorValue> OneByOne(OnnxModel model, NamedTensors inputs)
    {
        Assert.True(CanonicalGraph.TryCreate(model, out CanonicalGraph? graph, out _));
        Dictionary<string, TensorValue> values = new(graph.Constants, StringComparer.Ordinal);
        foreach ((string name, TensorValue value) in inputs)
        {
            values.Add(name, value);
        }

        foreach (GraphNode node in graph.Nodes)
        {
            Assert.True(OperatorCatalog.TryBind(node, null, out BoundOperator? bound, out _));
            TensorValue?[] from = [.. node.Inputs.Select(name => name.Length == 0 ? null : values[name])];
            var signatures = new TensorSignature[node.Outputs.Length];
            Assert.True(bound.TryInfer(new TensorInputs(from), signatures, out string? fault), fault);
            TensorBuffer?[] to = [.. signatures.Select((signature, i) => node.HasOutput(i) ? TensorBuffer.Allocate(signature) : null)];
            if (bound.IsView)
            {
                from[0]!.Bytes.Span.CopyTo(to[0]!.Bytes);
            }
            else
            {
                bound.Compute(new OperatorContext(), from, to);
            }

            for (int i = 0; i < to.Length; i++)
            {
                if (to[i] is { } buffer)
                {
                    values.Add(node.Outputs[i], buffer.ToValue());
                }
            }
        }

        return values;
    }

    private static TensorValue Copy(TensorValue value) => TensorValue.Take(value.Type, value.Shape, value.Bytes.ToArray());

    private static bool Same(TensorValue left, TensorValue right) => left.Type == right.Type && left.Shape == right.Shape && left.Bytes.Span.SequenceEqual(right.Bytes.Span);

    // Does something at the third graph node; every graph has four.
    private sealed class Stopper(Action stop) : INodeObserver
    {
        private int _seen;

        public void OnComputed(GraphNode node, ReadOnlySpan<TensorValue?> inputs, ReadOnlySpan<TensorValue?> outputs)
        {
            _seen++;
            if (_seen == 3)
            {
                stop();
            }
        }
    }

    private sealed class Checker(IReadOnlySet<int>? watched, Dictionary<string, TensorValue> expected, string what) : INodeObserver
    {
        public int Count { get; private set; }

        public IReadOnlySet<int>? Watched => watched;

        public void OnComputed(GraphNode node, ReadOnlySpan<TensorValue?> inputs, ReadOnlySpan<TensorValue?> outputs)
        {
            Count++;
            for (int i = 0; i < node.Outputs.Length; i++)
            {
                Assert.True(Same(expected[node.Outputs[i]], outputs[i]!), $"{what}, {node}, output {i}");
            }

            for (int i = 0; i < node.Inputs.Length; i++)
            {
                Assert.True(inputs[i] is null || Same(expected[node.Inputs[i]], inputs[i]!), $"{what}, {node}, input {i}");
            }
        }
    }
}
