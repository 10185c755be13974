using System.Collections.Immutable;
using System.Text;
using Verifiable.Inference.Onnx.Graph;
using Verifiable.Inference.Tensors;

namespace Verifiable.Inference.CanonicalDigest;

/// <summary>Cases of recurrent cells.</summary>
internal static class RecurrentCases
{
    internal static readonly (string Name, Func<CaseRandom, int, OperatorCase> Make)[] All =
    [
        ("GRU", (random, opset) => Make(random, opset, "GRU", 3, 2)),
        ("LSTM", (random, opset) => Make(random, opset, "LSTM", 4, 3)),
        ("RNN", (random, opset) => Make(random, opset, "RNN", 1, 1)),
    ];

    private static readonly string[] _activations =
        ["Affine", "Elu", "HardSigmoid", "LeakyRelu", "Relu", "ScaledTanh", "Sigmoid", "Softplus", "Softsign", "Tanh", "ThresholdedRelu"];

    private static OperatorCase Make(CaseRandom random, int opset, string name, int gates, int activations)
    {
        // A state of more numbers than a block has products, where that is cheap.
        bool isWide = gates == 1 && random.Next(100) == 0;
        bool batchFirst = opset >= 14 && random.Coin();
        int directions = isWide ? 1 : random.Between(1, 2);
        long steps = isWide ? 1 : random.Length(4, true);
        long batch = isWide ? 1 : random.Length(3, true);
        long width = random.Next(12) == 0 ? 270 : random.Length(5, true);
        long units = isWide ? 259 : random.Length(random.Next(4) == 0 ? 12 : 4, true);
        long[] state = batchFirst ? [batch, directions, units] : [directions, batch, units];
        List<TensorValue?> inputs =
        [
            random.Floats(batchFirst ? [batch, steps, width] : [steps, batch, width]),
            random.Floats(directions, gates * units, width),
            random.Floats(directions, gates * units, units),
        ];
        List<int> batched = [0];
        Add(inputs, batched, 3, random.Coin() ? random.Floats(directions, 2 * gates * units) : null, false);
        Add(inputs, batched, 4, random.Next(3) == 0 ? TensorValue.Create([.. Enumerable.Range(0, (int)batch).Select(_ => random.Next((int)steps + 1))], batch) : null, true);
        Add(inputs, batched, 5, random.Coin() ? random.Floats(state) : null, true);
        if (gates == 4)
        {
            Add(inputs, batched, 6, random.Coin() ? random.Floats(state) : null, true);
            Add(inputs, batched, 7, random.Coin() ? random.Floats(directions, 3 * units) : null, false);
        }

        List<(string, AttributeValue)> attributes = [("hidden_size", AttributeValue.Of(units))];
        if (directions == 2 || random.Coin())
        {
            attributes.Add(("direction", AttributeValue.Of(directions == 2 ? "bidirectional" : random.Coin() ? "reverse" : "forward")));
        }

        if (batchFirst)
        {
            attributes.Add(("layout", AttributeValue.Of(1)));
        }

        if (random.Next(4) == 0)
        {
            attributes.Add(("clip", AttributeValue.Of(0.25f + random.Next(3))));
        }

        if (gates > 1 && random.Coin())
        {
            attributes.Add((gates == 3 ? "linear_before_reset" : "input_forget", AttributeValue.Of(1)));
        }

        AddActivations(random, attributes, directions * activations);
        return OperatorCase.Of(string.Empty, name, opset, [.. inputs], random.Between(1, gates == 4 ? 3 : 2), batchFirst ? [.. batched] : [], [.. attributes]);
    }

    private static void Add(List<TensorValue?> inputs, List<int> batched, int position, TensorValue? tensor, bool isBatched)
    {
        if (tensor is null)
        {
            return;
        }

        while (inputs.Count < position)
        {
            inputs.Add(null);
        }

        inputs.Add(tensor);
        if (isBatched)
        {
            batched.Add(position);
        }
    }

    private static void AddActivations(CaseRandom random, List<(string, AttributeValue)> attributes, int count)
    {
        if (random.Coin())
        {
            return;
        }

        string[] names = [.. Enumerable.Range(0, count).Select(_ => _activations[random.Next(_activations.Length)])];
        attributes.Add(("activations", AttributeValue.OfTexts([.. names.Select(name => ImmutableArray.Create(Encoding.UTF8.GetBytes(name)))])));
        int alphas = names.Count(name => name is "Affine" or "Elu" or "HardSigmoid" or "LeakyRelu" or "ScaledTanh" or "ThresholdedRelu");
        int betas = names.Count(name => name is "Affine" or "HardSigmoid" or "ScaledTanh");
        bool required = names.Any(name => name is "Affine" or "ScaledTanh");
        if (alphas > 0 && (required || random.Coin()))
        {
            attributes.Add(("activation_alpha", AttributeValue.Of([.. Enumerable.Range(0, alphas).Select(_ => 0.125f + (random.Next(8) / 4f))])));
            if (betas > 0)
            {
                attributes.Add(("activation_beta", AttributeValue.Of([.. Enumerable.Range(0, betas).Select(_ => 0.25f + (random.Next(4) / 4f))])));
            }
        }
    }
}
