using Verifiable.Inference.Networks;
using Verifiable.Inference.Onnx.Graph;
using Verifiable.Inference.Tensors;

namespace Verifiable.Inference.Onnx.Tests.Peer;

/// <summary>One of ONNX's light models with seeded random weights. In the files most weights are made by ConstantOfShape, one number repeated; here each is an
/// initialiser of the same shape. Graph, attributes and all other constants stay. What a last Softmax reads becomes an output too.</summary>
internal sealed class SeededLightModel
{
    private readonly SeededWeights _random = new(1);
    private readonly Dictionary<string, TensorValue> _weights = new(StringComparer.Ordinal);
    private readonly OnnxModel _light;

    // Every block of a residual network adds to the signal: with 1 its variance would double sixteen times.
    private readonly float _scale;

    private SeededLightModel(OnnxModel light)
    {
        _light = light;
        _scale = light.Nodes.Any(node => node.OperatorType == "Sum") ? 0.35f : 1f;
        foreach (GraphNode node in light.Nodes)
        {
            for (int place = 1; place < node.Inputs.Length && node.OperatorType is "Conv" or "Gemm" or "BatchNormalization" or "Mul" or "Add"; place++)
            {
                Seed(node, place);
            }
        }

        GraphNode last = light.Nodes[^1];
        Logits = last.OperatorType == "Softmax" ? last.Inputs[0] : last.Outputs[0];
        Inputs = new NamedTensors(light.Inputs.Select(input =>
            KeyValuePair.Create(input.Name, _random.Uniform(-1, 1, [.. input.Dimensions.Select(dimension => dimension.IsFixed ? dimension.Length : 1)]))));
        Model = Build();
    }

    /// <summary>Gets the model.</summary>
    internal OnnxModel Model { get; }

    /// <summary>Gets the name of what the last Softmax reads, or of the output where there is none.</summary>
    internal string Logits { get; }

    /// <summary>Gets seeded inputs.</summary>
    internal NamedTensors Inputs { get; }

    /// <summary>Gets how many weights were seeded.</summary>
    internal int WeightCount => _weights.Count;

    /// <summary>Gets how many elements the seeded weights have.</summary>
    internal long ElementCount => _weights.Values.Sum(weight => weight.Shape.ElementCount);

    /// <summary>Reads a light model and seeds its weights.</summary>
    internal static SeededLightModel Load(string path) => new(OnnxModel.Load(path));

    // Of a size that keeps activations as they are: He's variance before a rectifier, small biases, scales and variances above 0.
    private void Seed(GraphNode node, int place)
    {
        string name = Source(node.Inputs[place]);
        if (name.Length == 0 || _weights.ContainsKey(name))
        {
            return;
        }

        long[] lengths = LengthsOf(name);
        _weights.Add(name, (node.OperatorType, place) switch
        {
            ("Conv", 1) => _random.Scaled(2, FanIn(node, lengths), lengths),
            ("Gemm", 1) => _random.Scaled(1, FanIn(node, lengths), lengths),
            ("BatchNormalization", 1) => _random.Uniform(0.5f * _scale, 1.5f * _scale, lengths),
            ("BatchNormalization", 4) or ("Mul", 1) => _random.Uniform(0.5f, 1.5f, lengths),
            _ => _random.Uniform(-0.25f, 0.25f, lengths),
        });
    }

    // A weight may be reshaped before it is used.
    private string Source(string name) =>
        _light.Nodes.FirstOrDefault(node => node.OperatorType is "Reshape" or "Unsqueeze" && node.Outputs[0] == name) is GraphNode reshape ? reshape.Inputs[0] : name;

    private static long FanIn(GraphNode node, long[] lengths) =>
        node.OperatorType == "Gemm" && !(node.Attributes.TryGetValue("transB", out AttributeValue? transposed) && transposed.Int != 0)
            ? lengths[^2]
            : lengths.SkipWhile(length => length == 1).Skip(1).Aggregate(1L, (product, length) => product * length);

    private long[] LengthsOf(string name)
    {
        if (_light.Initializers.TryGetValue(name, out TensorValue? constant))
        {
            return [.. constant.Shape.Lengths];
        }

        GraphNode maker = Assert.Single(_light.Nodes, node => node.Outputs.Contains(name));
        Assert.Equal("ConstantOfShape", maker.OperatorType);
        return _light.Initializers[maker.Inputs[0]].AsSpan<long>().ToArray();
    }

    private OnnxModel Build()
    {
        var builder = new OnnxModelBuilder(_light.OpsetImports[string.Empty]);
        foreach (GraphValue input in _light.Inputs)
        {
            builder.Input(input.Name, input.Type, [.. input.Dimensions]);
        }

        foreach ((string name, TensorValue value) in _light.Initializers.Where(pair => !_weights.ContainsKey(pair.Key)).Concat(_weights))
        {
            builder.Initializer(name, value);
        }

        foreach (GraphNode node in _light.Nodes.Where(node => !_weights.ContainsKey(node.Outputs[0])))
        {
            builder.Node(node.Domain, node.OperatorType, node.Name, [.. node.Inputs], [.. node.Outputs], [.. node.Attributes.Select(pair => (pair.Key, pair.Value))]);
        }

        GraphValue output = Assert.Single(_light.Outputs);
        builder.Output(output.Name, output.Type, [.. output.Dimensions]);
        return Logits == output.Name ? builder.Build() : builder.Output(Logits, output.Type, [.. output.Dimensions]).Build();
    }
}
