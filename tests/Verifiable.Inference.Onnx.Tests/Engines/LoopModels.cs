using Verifiable.Inference.CanonicalDigest;
using Verifiable.Inference.Onnx.Graph;
using Verifiable.Inference.Tensors;

namespace Verifiable.Inference.Onnx.Tests.Engines;

/// <summary>Models with bodies, for tests.</summary>
internal static class LoopModels
{
    internal static TensorValue Weights { get; } = new CaseRandom(11).Floats(6, 6);

    /// <summary>h = tanh(h·W + x·x), with W a constant and x·x a value of the graph around; every h is stacked. The trip count and the condition are inputs.</summary>
    internal static OnnxModel Recurrence(TensorValue? weights = null)
    {
        GraphBody body = new OnnxModelBuilder(17).Input("i", ElementType.Int64).Input("c", ElementType.Boolean).Input("h", ElementType.Float32, 2, 6)
            .Node("MatMul", ["h", "w"], ["hw"]).Node("Add", ["hw", "square"], ["sum"]).Node("Tanh", ["sum"], ["next"]).Node("Identity", ["c"], ["again"]).Node("Identity", ["next"], ["shown"])
            .Output("again", ElementType.Boolean).Output("next", ElementType.Float32, 2, 6).Output("shown", ElementType.Float32, 2, 6).BuildBody();
        return new OnnxModelBuilder(17).Input("most", ElementType.Int64).Input("go", ElementType.Boolean).Input("x", ElementType.Float32, 2, 6)
            .Initializer("w", weights ?? Weights)
            .Node("Mul", ["x", "x"], ["square"])
            .Node(string.Empty, "Loop", "recurrence", ["most", "go", "x"], ["last", "all"], ("body", AttributeValue.Of(body)))
            .Node("Neg", ["last"], ["y"])
            .Output("y", ElementType.Float32, 2, 6).Output("all", ElementType.Float32, "steps", 2, 6).Build();
    }

    /// <summary>The same with so many steps written out.</summary>
    internal static OnnxModel Unrolled(int steps)
    {
        OnnxModelBuilder builder = new OnnxModelBuilder(17).Input("x", ElementType.Float32, 2, 6).Initializer("w", Weights).Initializer("front", TensorValue.Create([0L], 1))
            .Node("Mul", ["x", "x"], ["square"]);
        string state = "x";
        for (int i = 0; i < steps; i++)
        {
            builder.Node("MatMul", [state, "w"], [$"hw{i}"]).Node("Add", [$"hw{i}", "square"], [$"sum{i}"]).Node("Tanh", [$"sum{i}"], [$"h{i}"])
                .Node("Unsqueeze", [$"h{i}", "front"], [$"u{i}"]);
            state = $"h{i}";
        }

        return builder.Node("Neg", [state], ["y"]).Node("Concat", [.. Enumerable.Range(0, steps).Select(i => $"u{i}")], ["all"], ("axis", AttributeValue.Of(0)))
            .Output("y", ElementType.Float32, 2, 6).Output("all", ElementType.Float32, "steps", 2, 6).Build();
    }

    internal static NamedTensors Inputs(long most, bool go = true) => new(
    [
        KeyValuePair.Create("most", TensorValue.Create([most], [])), KeyValuePair.Create("go", TensorValue.Create([go], [])), KeyValuePair.Create("x", new CaseRandom(5).Floats(2, 6)),
    ]);

    /// <summary>A Scan over the rows of x, in reverse where asked; in it a Loop that halves until small, with an If in it.</summary>
    internal static OnnxModel Nested(bool reverse = false, int opset = 16)
    {
        GraphBody small = new OnnxModelBuilder(opset).Node("Identity", ["v"], ["kept"]).Output("kept", ElementType.Float32, 4).BuildBody();
        GraphBody large = new OnnxModelBuilder(opset).Node("Mul", ["v", "half"], ["halved"]).Output("halved", ElementType.Float32, 4).BuildBody();
        GraphBody loop = new OnnxModelBuilder(opset).Input("i", ElementType.Int64).Input("c", ElementType.Boolean).Input("v", ElementType.Float32, 4)
            .Node("ReduceMax", ["v"], ["top"], ("keepdims", AttributeValue.Of(0))).Node("Greater", ["top", "one"], ["isLarge"])
            .Node("If", ["isLarge"], ["w"], ("then_branch", AttributeValue.Of(large)), ("else_branch", AttributeValue.Of(small)))
            .Output("isLarge", ElementType.Boolean).Output("w", ElementType.Float32, 4).BuildBody();
        GraphBody scan = new OnnxModelBuilder(opset).Input("s", ElementType.Float32, 4).Input("row", ElementType.Float32, 4).Initializer("half", TensorValue.Create([0.5f], []))
            .Node("Add", ["s", "row"], ["r"]).Node("Loop", ["", "", "r"], ["q"], ("body", AttributeValue.Of(loop))).Node("Identity", ["q"], ["shown"])
            .Output("q", ElementType.Float32, 4).Output("shown", ElementType.Float32, 4).BuildBody();
        return new OnnxModelBuilder(opset).Input("start", ElementType.Float32, 4).Input("x", ElementType.Float32, "rows", 4).Initializer("one", TensorValue.Create([1f], []))
            .Node("Scan", ["start", "x"], ["end", "rows"], ("body", AttributeValue.Of(scan)), ("num_scan_inputs", AttributeValue.Of(1)),
                ("scan_input_directions", AttributeValue.Of([reverse ? 1L : 0L])), ("scan_output_directions", AttributeValue.Of([reverse ? 1L : 0L])))
            .Output("end", ElementType.Float32, 4).Output("rows", ElementType.Float32, "rows", 4).Build();
    }

    internal static NamedTensors NestedInputs(int rows) => new(
        [KeyValuePair.Create("start", new CaseRandom(8).Floats(4)), KeyValuePair.Create("x", new CaseRandom(9).Floats(rows, 4))]);
}
