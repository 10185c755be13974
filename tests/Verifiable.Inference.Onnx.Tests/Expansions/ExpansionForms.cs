using Verifiable.Inference.CanonicalDigest;
using Verifiable.Inference.Onnx.Graph;
using Verifiable.Inference.Tensors;

namespace Verifiable.Inference.Onnx.Tests.Expansions;

/// <summary>The registry of forms: which values the attributes of composite operators and recurrent cells take in tests, and models of one graph node that has them.</summary>
internal static class ExpansionForms
{
    private static readonly string[] _activations = ["Affine", "Elu", "HardSigmoid", "LeakyRelu", "Relu", "ScaledTanh", "Sigmoid", "Softplus", "Softsign", "Tanh", "ThresholdedRelu"];

    private static readonly (string, string)[] _pairs = [("past_key", "past_value"), ("cosine_table", "sine_table"), ("segments", "segment_table")];

    // Of attributes that are not here: 0, 1, 2 for integers, 0, 1, 0.25 for floats, and what the page names as default.
    private static readonly Dictionary<string, AttributeValue[]> _values = new(StringComparer.Ordinal)
    {
        ["activation"] = [.. new[] { "", "Relu", "Tanh", "Sigmoid", "LeakyRelu", "HardSigmoid", "Clip" }.Select(AttributeValue.Of)],
        ["activation_params"] = [AttributeValue.Of(Array.Empty<float>()), AttributeValue.Of([0.25f]), AttributeValue.Of([-0.5f, 0.75f])],
        ["auto_pad"] = [AttributeValue.Of("NOTSET"), AttributeValue.Of("SAME_UPPER")],
        ["axes"] = [AttributeValue.Of([0L, 2]), AttributeValue.Of([-1L])],
        ["direction"] = [AttributeValue.Of("forward"), AttributeValue.Of("reverse"), AttributeValue.Of("bidirectional")],
        ["do_rotary"] = [AttributeValue.Of(0), AttributeValue.Of(1)],
        ["hidden_size"] = [AttributeValue.Of(2)],
        ["ignore_index"] = [AttributeValue.Of(0), AttributeValue.Of(-100)],
        ["interleaved"] = [AttributeValue.Of(0), AttributeValue.Of(1)],
        ["is_causal"] = [AttributeValue.Of(0), AttributeValue.Of(1)],
        ["kv_num_heads"] = [AttributeValue.Of(0), AttributeValue.Of(1), AttributeValue.Of(2)],
        ["left_window_size"] = [AttributeValue.Of(-1)],
        ["local_window_size"] = [AttributeValue.Of(-1)],
        ["num_heads"] = [AttributeValue.Of(0), AttributeValue.Of(1), AttributeValue.Of(2), AttributeValue.Of(4)],
        ["opset"] = [AttributeValue.Of(13)],
        ["q_num_heads"] = [AttributeValue.Of(0), AttributeValue.Of(1), AttributeValue.Of(2), AttributeValue.Of(4)],
        ["qk_matmul_output_mode"] = [AttributeValue.Of(0), AttributeValue.Of(1), AttributeValue.Of(2), AttributeValue.Of(3)],
        ["qk_output"] = [AttributeValue.Of(0)],
        ["qkv_hidden_sizes"] = [AttributeValue.Of([4L, 4, 6])],
        ["reduction"] = [AttributeValue.Of("none"), AttributeValue.Of("sum"), AttributeValue.Of("mean")],
        ["right_window_size"] = [AttributeValue.Of(-1)],
        ["rotary_interleaved"] = [AttributeValue.Of(0), AttributeValue.Of(1)],
        ["softmax_precision"] = [AttributeValue.Of(0), AttributeValue.Of(1), AttributeValue.Of(10), AttributeValue.Of(11), AttributeValue.Of(16)],
        ["scale"] = [AttributeValue.Of(0f), AttributeValue.Of(0.3f)],
        ["unidirectional"] = [AttributeValue.Of(0), AttributeValue.Of(1)],
    };

    /// <summary>Makes a model of one graph node in a random form; the engine may refuse it.</summary>
    internal static OnnxModel Make(ExpansionBlock block, int version, CaseRandom random)
    {
        string[] inputs = [.. block.Inputs.Select(input => random.Next(block.OptionalInputs.Contains(input) ? 2 : 30) > 0 ? input : string.Empty)];
        foreach ((string first, string second) in _pairs)
        {
            // Some come together only: left to chance, most forms would be refused.
            if (Array.IndexOf(block.Inputs, first) is >= 0 and var a && Array.IndexOf(block.Inputs, second) is >= 0 and var b && random.Next(8) > 0)
            {
                inputs[b] = inputs[a].Length > 0 ? second : string.Empty;
            }
        }

        inputs = block.HasMoreInputs ? [.. inputs, .. Enumerable.Range(0, (3 * random.Next(3)) + 1).Select(i => $"more{i}")] : inputs;
        bool all = random.Coin();
        string[] outputs = [.. Outputs(block).Select(output => all || random.Coin() ? output : string.Empty)];
        outputs = outputs.All(output => output.Length == 0) ? Outputs(block)[..1] : outputs;
        List<(string, AttributeValue)> attributes = [];
        foreach ((string name, (string kind, string? missing)) in block.Attributes)
        {
            bool isNeeded = kind == "int" && missing is null;
            if (random.Next(isNeeded ? 20 : 2) > 0 && Values(block, name, kind) is { Length: > 0 } values)
            {
                attributes.Add((name, values[random.Next(values.Length)]));
            }
        }

        return Model(block, version, inputs, outputs, block.Kind == "step" ? WithActivations(block, attributes, random) : attributes);
    }

    /// <summary>Makes a model of one graph node.</summary>
    internal static OnnxModel Model(ExpansionBlock block, int version, string[] inputs, string[] outputs, IEnumerable<(string Name, AttributeValue Value)> attributes)
    {
        OnnxModelBuilder builder = new(block.Domain.Length == 0 ? version : 24);
        if (block.Domain.Length > 0)
        {
            builder.Opset(block.Domain, version);
        }

        foreach (string input in inputs.Where(input => input.Length > 0))
        {
            builder.Input(input, ElementType.Float32, 1);
        }

        builder.Node(block.Domain, block.Name, string.Empty, inputs, outputs, [.. attributes]);
        foreach (string output in outputs.Where(output => output.Length > 0))
        {
            builder.Output(output, ElementType.Float32, 1);
        }

        return builder.Build();
    }

    // Of a cell its own outputs, not those of a step.
    internal static string[] Outputs(ExpansionBlock block) => block.Kind != "step" ? block.Outputs : block.Name == "LSTM" ? ["Y", "Y_h", "Y_c"] : ["Y", "Y_h"];

    private static AttributeValue[] Values(ExpansionBlock block, string name, string kind) => name == "num_heads" && block.Attributes[name].Default is null ? [.. _values[name].Skip(1)]
        : _values.TryGetValue(name, out AttributeValue[]? values) && (kind == "ignored" || values[0].Kind == KindOf(kind)) ? values
        : name.StartsWith("activation", StringComparison.Ordinal) || name == "layout" ? []
        : kind switch
        {
            "ignored" => [AttributeValue.Of(0)],
            "int" => [AttributeValue.Of(0), AttributeValue.Of(1), AttributeValue.Of(2)],
            "float" => [AttributeValue.Of(0f), AttributeValue.Of(1f), AttributeValue.Of(0.25f)],
            "ints" => [AttributeValue.Of([1L, 1])],
            _ => [],
        };

    private static AttributeKind KindOf(string kind) => kind switch
    {
        "int" => AttributeKind.Int,
        "float" => AttributeKind.Float,
        "text" => AttributeKind.Text,
        "ints" => AttributeKind.Ints,
        _ => AttributeKind.Floats,
    };

    private static List<(string Name, AttributeValue Value)> WithActivations(ExpansionBlock block, List<(string Name, AttributeValue Value)> attributes, CaseRandom random)
    {
        int directions = attributes.Any(pair => pair.Name == "direction" && pair.Value.Text == "bidirectional") ? 2 : 1;
        string[] names = [.. Enumerable.Range(0, directions * block.Name switch { "LSTM" => 3, "GRU" => 2, _ => 1 }).Select(_ => _activations[random.Next(_activations.Length)])];
        int alphas = names.Count(name => name is "Affine" or "ScaledTanh" or "Elu" or "ThresholdedRelu" or "HardSigmoid" or "LeakyRelu");
        int betas = names.Count(name => name is "Affine" or "ScaledTanh" or "HardSigmoid");
        if (random.Coin())
        {
            return attributes;
        }

        // Fewer factors than there are takers, too: defaults for the last ones.
        float[] Factors(int count, float first) => [.. Enumerable.Range(0, random.Next(2) == 0 ? count : random.Next(count + 1)).Select(i => first + (0.125f * i))];
        return
        [
            .. attributes,
            ("activations", AttributeValue.OfTexts([.. names.Select(name => AttributeValue.Of(name).TextBytes)])),
            ("activation_alpha", AttributeValue.Of(Factors(alphas, 0.5f))),
            ("activation_beta", AttributeValue.Of(Factors(betas, 0.25f))),
        ];
    }
}
