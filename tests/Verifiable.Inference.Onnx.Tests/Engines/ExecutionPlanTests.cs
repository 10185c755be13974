using Verifiable.Inference.CanonicalDigest;
using Verifiable.Inference.Claims;
using Verifiable.Inference.Onnx.Engines;
using Verifiable.Inference.Onnx.Graph;
using Verifiable.Inference.Tensors;

namespace Verifiable.Inference.Onnx.Tests.Engines;

/// <summary>What a plan does to a run (chains, shared memory, folded shapes, used frames) must not be seen in its results.</summary>
public sealed class ExecutionPlanTests
{
    private const int Graphs = 250;
    private static readonly GenerationOptions _seed = new(3);

    [Fact]
    public async Task Chains_and_shared_memory_change_no_bit()
    {
        for (ulong seed = 0; seed < Graphs; seed++)
        {
            (OnnxModel model, NamedTensors inputs) = RandomGraph(seed);
            var plain = new Keeper(null);
            NamedTensors expected = await new CanonicalEngine(model).RunTracedAsync(inputs, _seed, plain);
            foreach (int threads in new[] { 1, 2 })
            {
                var engine = new CanonicalEngine(model, new CanonicalEngineOptions { Threads = threads });
                for (int run = 0; run < 2; run++)
                {
                    Assert.True(Same(expected, await engine.RunAsync(inputs, _seed)), $"graph {seed}, {threads} threads, run {run}");
                }
            }
        }
    }

    [Fact]
    public async Task Watched_graph_nodes_give_the_same_values_whatever_else_is_watched()
    {
        for (ulong seed = 0; seed < Graphs; seed++)
        {
            (OnnxModel model, NamedTensors inputs) = RandomGraph(seed);
            var engine = new CanonicalEngine(model);
            var all = new Keeper(null);
            await engine.RunTracedAsync(inputs, _seed, all);
            var random = new CaseRandom(seed + 1000);
            HashSet<int> some = [.. Enumerable.Range(0, model.Nodes.Length).Where(_ => random.Next(3) == 0)];
            var watched = new Keeper(some);
            await engine.RunTracedAsync(inputs, _seed, watched);
            Assert.Equal(some.Order(), watched.Outputs.Keys);
            foreach ((int node, TensorValue value) in watched.Outputs)
            {
                Assert.True(all.Outputs[node].Equals(value), $"graph {seed}, node {node} {model.Nodes[node].OperatorType}");
            }
        }
    }

    [Fact]
    public async Task Runs_at_the_same_time_do_not_disturb_each_other()
    {
        (OnnxModel model, NamedTensors inputs) = RandomGraph(5);
        var engine = new CanonicalEngine(model, new CanonicalEngineOptions { Threads = 2 });
        NamedTensors expected = await engine.RunAsync(inputs, _seed);
        NamedTensors[] results = await Task.WhenAll(Enumerable.Range(0, 64).Select(_ => Task.Run(async () => await engine.RunAsync(inputs, _seed))));
        Assert.All(results, result => Assert.True(Same(expected, result)));
    }

    [Fact]
    public async Task Outputs_stay_as_they_are_when_the_engine_runs_again()
    {
        OnnxModel model = new OnnxModelBuilder(13).Input("x", ElementType.Float32, "N").Node("Relu", ["x"], ["a"]).Node("Identity", ["a"], ["b"]).Node("Neg", ["b"], ["y"])
            .Output("y", ElementType.Float32, "N").Output("b", ElementType.Float32, "N").Build();
        var engine = new CanonicalEngine(model);
        NamedTensors first = await engine.RunAsync(NamedTensors.Of("x", TensorValue.Create([1f, 2f], 2)), _seed);
        NamedTensors second = await engine.RunAsync(NamedTensors.Of("x", TensorValue.Create([3f, 4f], 2)), _seed);
        Assert.Equal([1f, 2f], first["b"].AsSpan<float>());
        Assert.Equal([-1f, -2f], first["y"].AsSpan<float>());
        Assert.Equal([-3f, -4f], second["y"].AsSpan<float>());
    }

    private static bool Same(NamedTensors left, NamedTensors right) => left.Count == right.Count && left.All(pair => pair.Value.Equals(right[pair.Key]));

    // Chains with branches, broadcasts and operators that need whole rows; some graph nodes are outputs.
    private static (OnnxModel Model, NamedTensors Inputs) RandomGraph(ulong seed)
    {
        var random = new CaseRandom(seed) { IsSpecial = seed % 3 == 0 };
        long rows = random.Between(1, 5);
        long columns = random.Next(3) == 0 ? random.Between(60, 70) : random.Between(1, 9);
        OnnxModelBuilder builder = new OnnxModelBuilder(13).Input("x", ElementType.Float32, rows, columns).Input("z", ElementType.Float32, rows, columns)
            .Initializer("row", random.Floats(columns)).Initializer("column", random.Floats(rows, 1)).Initializer("one", random.Floats())
            .Initializer("square", random.Floats(columns, columns));
        List<string> names = ["x", "z"];
        string Any() => names[random.Next(3) == 0 ? random.Next(names.Count) : names.Count - 1];
        int count = random.Between(3, 14);
        for (int i = 0; i < count; i++)
        {
            string result = $"v{i}";
            switch (random.Next(9))
            {
                case 0: builder.Node("MatMul", [Any(), "square"], [result]); break;
                case 1: builder.Node("Softmax", [Any()], [result]); break;
                case 2: builder.Node("Gemm", [Any(), "square", "row"], [result]); break;
                case 3: builder.Node(random.Coin() ? "Relu" : "Sigmoid", [Any()], [result]); break;
                case 4: builder.Node(random.Coin() ? "Neg" : "Tanh", [Any()], [result]); break;
                case 5: builder.Node("Identity", [Any()], [result]); break;
                default:
                    string[] others = [Any(), Any(), "row", "column", "one"];
                    string other = others[random.Next(others.Length)];
                    string[] operators = ["Add", "Sub", "Mul", "Div"];
                    builder.Node(operators[random.Next(4)], random.Coin() ? [Any(), other] : [other, Any()], [result]);
                    break;
            }

            names.Add(result);
        }

        foreach (string name in names.Skip(2).Where((_, i) => i == count - 1 || random.Next(6) == 0))
        {
            builder.Output(name, ElementType.Float32, rows, columns);
        }

        return (builder.Build(), new NamedTensors([new("x", random.Floats(rows, columns)), new("z", random.Floats(rows, columns))]));
    }

    private sealed class Keeper(IReadOnlySet<int>? watched) : INodeObserver
    {
        public SortedDictionary<int, TensorValue> Outputs { get; } = [];

        public IReadOnlySet<int>? Watched => watched;

        public void OnComputed(GraphNode node, ReadOnlySpan<TensorValue?> inputs, ReadOnlySpan<TensorValue?> outputs) =>
            Outputs.Add(node.Index, TensorValue.Take(outputs[0]!.Type, outputs[0]!.Shape, outputs[0]!.Bytes.ToArray()));
    }
}
