using Verifiable.Inference.CanonicalDigest;
using Verifiable.Inference.Onnx.Graph;
using Verifiable.Inference.Onnx.Tests.Engines;
using Verifiable.Inference.Tensors;

namespace Verifiable.Inference.Onnx.Tests.SecondEngine;

/// <summary>Small models with composite operators, recurrent cells and bodies, each with inputs.</summary>
internal static class SecondEngineModels
{
    private const string Microsoft = "com.microsoft";

    internal static IReadOnlyDictionary<string, Func<(OnnxModel Model, NamedTensors Inputs)>> All { get; } = new SortedDictionary<string, Func<(OnnxModel, NamedTensors)>>(StringComparer.Ordinal)
    {
        ["attention of the standard, groups of heads"] = GroupedAttention,
        ["attention of the standard, past keys and every output"] = PastAttention,
        ["attention of ONNX Runtime"] = FusedAttention,
        ["block of an encoder"] = Block,
        ["decoder step"] = Decoder,
        ["GRU, backwards"] = () => Cell("GRU", "reverse", 1, ("linear_before_reset", AttributeValue.Of(1)), ("clip", AttributeValue.Of(0.75f))),
        ["GRU"] = () => Cell("GRU", "forward", 0),
        ["LSTM, both directions, lengths"] = () => Cell("LSTM", "bidirectional", 2),
        ["LSTM, other activations"] = () => Cell(
            "LSTM", "forward", 1, ("input_forget", AttributeValue.Of(1)), ("activation_alpha", AttributeValue.Of(new[] { 0.5f })), ("activations", Texts("LeakyRelu", "Tanh", "Relu"))),
        ["Loop"] = () => (LoopModels.Recurrence(), LoopModels.Inputs(3)),
        ["Loop that is never run"] = NeverRun,
        ["Loop with a composite operator in it"] = LoopOfBlocks,
        ["RNN"] = () => Cell("RNN", "bidirectional", 1, ("activations", Texts("Tanh", "Softsign"))),
        ["right operand that is an output too"] = SharedOperand,
        ["Scan, backwards, with a Loop with an If"] = () => (LoopModels.Nested(reverse: true), LoopModels.NestedInputs(3)),
    };

    private static AttributeValue Texts(params string[] texts) => AttributeValue.OfTexts([.. texts.Select(text => AttributeValue.Of(text).TextBytes)]);

    private static NamedTensors Named(params (string Name, TensorValue Value)[] tensors) => new(tensors.Select(tensor => KeyValuePair.Create(tensor.Name, tensor.Value)));

    private static OnnxModelBuilder Inputs(OnnxModelBuilder builder, params (string Name, TensorValue Value)[] tensors)
    {
        foreach ((string name, TensorValue value) in tensors)
        {
            builder.Input(name, value.Type, [.. value.Shape.Lengths.Select(GraphDimension.Of)]);
        }

        return builder;
    }

    private static (OnnxModel Model, NamedTensors Inputs) GroupedAttention()
    {
        var random = new CaseRandom(101);
        (string, TensorValue)[] inputs =
            [("q", random.Floats(2, 3, 16)), ("k", random.Floats(2, 4, 8)), ("v", random.Floats(2, 4, 6)), ("mask", random.Floats(3, 4)), ("counts", TensorValue.Create([4L, 3], 2))];
        OnnxModel model = Inputs(new OnnxModelBuilder(24), inputs)
            .Node("Attention", ["q", "k", "v", "mask", "", "", "counts"], ["y"], ("q_num_heads", AttributeValue.Of(4)), ("kv_num_heads", AttributeValue.Of(2)), ("is_causal", AttributeValue.Of(1)),
                ("softcap", AttributeValue.Of(2f)))
            .Output("y", ElementType.Float32, 2, 3, 12).Build();
        return (model, Named(inputs));
    }

    private static (OnnxModel Model, NamedTensors Inputs) PastAttention()
    {
        var random = new CaseRandom(102);
        (string, TensorValue)[] inputs =
        [
            ("q", random.Floats(1, 2, 3, 4)), ("k", random.Floats(1, 2, 2, 4)), ("v", random.Floats(1, 2, 2, 5)), ("pk", random.Floats(1, 2, 1, 4)), ("pv", random.Floats(1, 2, 1, 5)),
        ];
        OnnxModel model = Inputs(new OnnxModelBuilder(23), inputs)
            .Node("Attention", ["q", "k", "v", "", "pk", "pv"], ["y", "nk", "nv", "seen"], ("scale", AttributeValue.Of(0.25f)), ("qk_matmul_output_mode", AttributeValue.Of(3)))
            .Output("y", ElementType.Float32, 1, 2, 3, 5).Output("nk", ElementType.Float32, 1, 2, 3, 4).Build();
        return (model, Named(inputs));
    }

    private static (OnnxModel Model, NamedTensors Inputs) FusedAttention()
    {
        var random = new CaseRandom(103);
        (string, TensorValue)[] inputs = [("x", random.Floats(2, 3, 8)), ("mask", TensorValue.Create([1, 1, 0, 1, 0, 1], 2, 3))];
        OnnxModel model = Inputs(new OnnxModelBuilder(17).Opset(Microsoft, 1), inputs).Initializer("w", random.Floats(8, 24)).Initializer("b", random.Floats(24))
            .Node(Microsoft, "Attention", "", ["x", "w", "b", "mask"], ["y", "present"], ("num_heads", AttributeValue.Of(2)), ("unidirectional", AttributeValue.Of(1)))
            .Output("y", ElementType.Float32, 2, 3, 8).Build();
        return (model, Named(inputs));
    }

    // Two leaves of primitive operators around what is expanded; a mean that somebody wants; a product that reads an output by column.
    private static (OnnxModel Model, NamedTensors Inputs) Block()
    {
        var random = new CaseRandom(104);
        (string, TensorValue)[] inputs = [("x", random.Floats(2, 3, 70)), ("skip", random.Floats(2, 3, 70)), ("r", random.Floats(300, 5))];
        OnnxModel model = Inputs(new OnnxModelBuilder(20).Opset(Microsoft, 1), inputs)
            .Initializer("s", random.Floats(70)).Initializer("t", random.Floats(70)).Initializer("bias", random.Floats(70)).Initializer("w", random.Floats(70, 300))
            .Node("LayerNormalization", ["x", "s", "t"], ["n", "", "inverse"], ("epsilon", AttributeValue.Of(0.01f)))
            .Node(Microsoft, "SkipLayerNormalization", "", ["n", "skip", "s", "t", "bias"], ["y", "", "", "sum"], ("epsilon", AttributeValue.Of(0.01f)))
            .Node("MatMul", ["y", "w"], ["up"]).Node("Gelu", ["up"], ["g"]).Node("Neg", ["r"], ["m"]).Node("MatMul", ["g", "m"], ["z"]).Node("Abs", ["m"], ["unread"])
            .Output("z", ElementType.Float32, 2, 3, 5).Output("sum", ElementType.Float32, 2, 3, 70).Build();
        return (model, Named(inputs));
    }

    // Committed by column, because a product reads it so, and by rows, because it is an output.
    private static (OnnxModel Model, NamedTensors Inputs) SharedOperand()
    {
        var random = new CaseRandom(108);
        (string, TensorValue)[] inputs = [("x", random.Floats(2, 3)), ("r", random.Floats(3, 4))];
        OnnxModel model = Inputs(new OnnxModelBuilder(17), inputs).Node("Neg", ["r"], ["n"]).Node("MatMul", ["x", "n"], ["y"])
            .Output("y", ElementType.Float32, 2, 4).Output("n", ElementType.Float32, 3, 4).Build();
        return (model, Named(inputs));
    }

    private static (OnnxModel Model, NamedTensors Inputs) Decoder()
    {
        var random = new CaseRandom(105);
        (string, TensorValue)[] inputs =
        [
            ("q", random.Floats(2, 2, 32)), ("k", random.Floats(2, 2, 16)), ("v", random.Floats(2, 2, 16)), ("pk", random.Floats(2, 2, 3, 8)), ("pv", random.Floats(2, 2, 3, 8)),
            ("last", TensorValue.Create([4, 4], 2)), ("total", TensorValue.Create([5], [])),
        ];
        OnnxModel model = Inputs(new OnnxModelBuilder(17).Opset(Microsoft, 1), inputs).Initializer("cosines", random.Floats(9, 4)).Initializer("sines", random.Floats(9, 4))
            .Node(Microsoft, "GroupQueryAttention", "", ["q", "k", "v", "pk", "pv", "last", "total", "cosines", "sines"], ["y", "nk", "nv"], ("num_heads", AttributeValue.Of(4)),
                ("kv_num_heads", AttributeValue.Of(2)), ("do_rotary", AttributeValue.Of(1)), ("rotary_interleaved", AttributeValue.Of(1)))
            .Output("y", ElementType.Float32, 2, 2, 32).Output("nv", ElementType.Float32, 2, 2, 5, 8).Build();
        return (model, Named(inputs));
    }

    // With bias always; from 1 on with states that are given, with 2 lengths and peepholes too.
    private static (OnnxModel Model, NamedTensors Inputs) Cell(string cell, string direction, int inputs, params ReadOnlySpan<(string Name, AttributeValue Value)> attributes)
    {
        var random = new CaseRandom(106);
        (long steps, long batch, long width, long units) = (4, 3, 5, 6);
        int directions = direction == "bidirectional" ? 2 : 1;
        int gates = cell switch { "LSTM" => 4, "GRU" => 3, _ => 1 };
        bool isLstm = cell == "LSTM";
        TensorValue x = random.Floats(steps, batch, width);
        OnnxModelBuilder builder = new OnnxModelBuilder(14).Input("x", ElementType.Float32, steps, batch, width).Initializer("w", random.Floats(directions, gates * units, width))
            .Initializer("r", random.Floats(directions, gates * units, units)).Initializer("b", random.Floats(directions, 2 * gates * units)).Initializer("lengths", TensorValue.Create([4, 2, 0], 3))
            .Initializer("h", random.Floats(directions, batch, units)).Initializer("c", random.Floats(directions, batch, units)).Initializer("p", random.Floats(directions, 3 * units));
        string[] names = ["x", "w", "r", "b", inputs > 1 ? "lengths" : "", inputs > 0 ? "h" : "", .. isLstm ? [inputs > 0 ? "c" : "", inputs > 1 ? "p" : ""] : Array.Empty<string>()];
        builder.Node(cell, names, isLstm ? ["y", "last", "cell"] : ["y", "last"], [("direction", AttributeValue.Of(direction)), .. attributes]);
        return (builder.Output("y", ElementType.Float32, steps, directions, batch, units).Output("last", ElementType.Float32, directions, batch, units).Build(), NamedTensors.Of("x", x));
    }

    private static (OnnxModel Model, NamedTensors Inputs) NeverRun()
    {
        GraphBody body = new OnnxModelBuilder(13).Input("i").Input("c").Input("v").Node("Neg", ["v"], ["w"]).Output("c").Output("w").BuildBody();
        OnnxModel model = new OnnxModelBuilder(13).Input("x", ElementType.Float32, 2, 0).Initializer("none", TensorValue.Create([0L], []))
            .Node("Tanh", ["x"], ["t"]).Node("Loop", ["none", "", "t"], ["y"], ("body", AttributeValue.Of(body))).Output("y", ElementType.Float32, 2, 0).Build();
        return (model, NamedTensors.Of("x", TensorValue.Create<float>([], 2, 0)));
    }

    private static (OnnxModel Model, NamedTensors Inputs) LoopOfBlocks()
    {
        var random = new CaseRandom(107);
        TensorValue x = random.Floats(1, 2, 6);
        GraphBody body = new OnnxModelBuilder(17).Opset(Microsoft, 1).Input("i").Input("c").Input("v").Node("Identity", ["c"], ["d"])
            .Node(Microsoft, "MultiHeadAttention", "", ["v", "side", "v"], ["a"], ("num_heads", AttributeValue.Of(2)))
            .Node(Microsoft, "SkipLayerNormalization", "", ["a", "side", "s"], ["n"])
            .Node("MatMul", ["n", "square"], ["w"]).Output("d").Output("w").Output("a").BuildBody();
        OnnxModel model = new OnnxModelBuilder(17).Opset(Microsoft, 1).Input("x", ElementType.Float32, 1, 2, 6).Initializer("s", random.Floats(6)).Initializer("two", TensorValue.Create([2L], []))
            .Initializer("square0", random.Floats(6, 6)).Node("Tanh", ["square0"], ["square"]).Node("Sigmoid", ["x"], ["side"])
            .Node("Loop", ["two", "", "x"], ["y", "all"], ("body", AttributeValue.Of(body))).Output("y", ElementType.Float32, 1, 2, 6).Build();
        return (model, NamedTensors.Of("x", x));
    }
}
