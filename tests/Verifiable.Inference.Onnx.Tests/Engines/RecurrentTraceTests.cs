using Verifiable.Inference.CanonicalDigest;
using Verifiable.Inference.Claims;
using Verifiable.Inference.Onnx.Engines;
using Verifiable.Inference.Onnx.Graph;
using Verifiable.Inference.Onnx.Operators;
using Verifiable.Inference.Tensors;

namespace Verifiable.Inference.Onnx.Tests.Engines;

/// <summary>Recurrent cells are traced step by step, by the canonical expansion of a step, which gives the bits of the whole.</summary>
public sealed class RecurrentTraceTests
{
    private const int Cases = 60;

    [Theory]
    [InlineData("LSTM")]
    [InlineData("GRU")]
    [InlineData("RNN")]
    public async Task Every_step_gives_the_states_that_the_whole_gives(string name)
    {
        OperatorDefinition definition = OperatorCatalog.Definitions.First(definition => definition.Name == name);
        int steps = 0;
        for (ulong seed = 0; seed < Cases; seed++)
        {
            OperatorCase sample = OperatorCases.Make(definition, seed);
            GraphNode node = sample.Node;
            var builder = new OnnxModelBuilder(node.OpsetVersion);
            List<KeyValuePair<string, TensorValue>> inputs = [];
            for (int i = 0; i < sample.Inputs.Length; i++)
            {
                if (sample.Inputs[i] is TensorValue value)
                {
                    builder.Input(node.Inputs[i], value.Type, [.. value.Shape.Lengths.Select(GraphDimension.Of)]);
                    inputs.Add(KeyValuePair.Create(node.Inputs[i], value));
                }
            }

            builder.Node(node.OperatorType, [.. node.Inputs], [.. node.Outputs], [.. node.Attributes.Select(pair => (pair.Key, pair.Value))])
                .Output(node.Inputs[0], sample.Inputs[0]!.Type, [.. sample.Inputs[0]!.Shape.Lengths.Select(GraphDimension.Of)]);
            CanonicalEngine engine = new(builder.Build());
            Keeper keeper = new(engine.Graph);
            await engine.RunTracedAsync(new NamedTensors(inputs), new GenerationOptions(0), keeper);
            bool batchFirst = node.GetInt("layout", 0) == 1;
            TensorShape x = sample.Inputs[0]!.Shape;
            (long length, long batch, long units) = (x[batchFirst ? 1 : 0], x[batchFirst ? 0 : 1], sample.Inputs[2]!.Shape[2]);
            int directions = node.GetText("direction", "forward") == "bidirectional" ? 2 : 1;
            if (batch == 0 || units == 0)
            {
                Assert.Empty(keeper.States);
                continue;
            }

            Assert.Equal(directions * length, keeper.States.Count);
            var layout = new RecurrentLayout(length, batch, x[2], directions, units, batchFirst);
            int[]? stated = sample.Inputs.ElementAtOrDefault(4)?.AsSpan<int>().ToArray();
            var whole = new TensorInputs([keeper.Whole]);
            ElementType type = keeper.Whole!.Type;
            for (int run = 0; run < keeper.States.Count; run++)
            {
                (int way, int step) = (run / (int)length, run % (int)length);
                var state = new TensorInputs([keeper.States[run]]);
                for (int row = 0; row < batch; row++)
                {
                    int own = stated?[row] ?? (int)length;
                    bool reverse = way == 1 || node.GetText("direction", "forward") == "reverse";
                    for (int unit = 0; step < own && unit < units; unit++)
                    {
                        ulong expected = whole.ReadBits(0, (layout.OutputRow(reverse ? own - 1 - step : step, way, row) * units) + unit);
                        ulong actual = Verifiable.Inference.Onnx.Arithmetic.ElementConversion.Convert(state.ReadBits(0, (row * units) + unit), keeper.States[run].Type, type);
                        Assert.True(expected == actual, $"seed {seed}: {sample}, run {run}, row {row}, unit {unit}: {expected:x} and {actual:x}");
                        steps++;
                    }
                }
            }
        }

        Assert.True(steps > 200);
    }

    [Fact]
    public async Task A_leaf_commits_to_every_step()
    {
        var random = new CaseRandom(3);
        OnnxModel model = new OnnxModelBuilder(14).Input("x", ElementType.Float32, 5, 1, 3).Initializer("w", random.Floats(1, 8, 3)).Initializer("r", random.Floats(1, 8, 2))
            .Node("LSTM", ["x", "w", "r"], ["y"]).Output("y", ElementType.Float32, 5, 1, 1, 2).Build();
        CanonicalEngine engine = new(model);
        TraceRecorder recorder = new(engine, null, keepsRuns: true);
        NamedTensors outputs = await engine.RunTracedAsync(NamedTensors.Of("x", random.Floats(5, 1, 3)), new GenerationOptions(0), recorder);
        Assert.NotNull(recorder.ToTree().Leaves[0].Outputs[1].Bodies);
        Assert.Equal(5, Enumerable.Range(0, 9).Count(step => recorder.FindRun(0, step) is not null));
        Assert.True(recorder.FindRun(0, 4)!.ToTree().Commitment.IsFull);
        Assert.Equal(5 * 2, outputs["y"].Length);
    }

    private sealed class Keeper(CanonicalGraph graph) : INodeObserver
    {
        internal List<TensorValue> States { get; } = [];

        internal TensorValue? Whole { get; private set; }

        public INodeObserver? OnBody(GraphNode node, int body, long iteration) => new Inner(States, graph.BodiesOf(node.Index)[body].Outputs[0].Name);

        public void OnComputed(GraphNode node, ReadOnlySpan<TensorValue?> inputs, ReadOnlySpan<TensorValue?> outputs) =>
            Whole = TensorValue.Take(outputs[0]!.Type, outputs[0]!.Shape, outputs[0]!.Bytes.ToArray());

        private sealed class Inner(List<TensorValue> states, string name) : INodeObserver
        {
            public void OnComputed(GraphNode node, ReadOnlySpan<TensorValue?> inputs, ReadOnlySpan<TensorValue?> outputs)
            {
                if (node.Outputs[0] == name)
                {
                    states.Add(TensorValue.Take(outputs[0]!.Type, outputs[0]!.Shape, outputs[0]!.Bytes.ToArray()));
                }
            }
        }
    }
}
