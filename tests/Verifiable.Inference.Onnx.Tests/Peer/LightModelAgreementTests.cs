using Verifiable.Inference.Claims;
using Verifiable.Inference.Networks;
using Verifiable.Inference.Onnx.Conformance;
using Verifiable.Inference.Onnx.Engines;
using Verifiable.Inference.Onnx.Graph;
using Verifiable.Inference.OnnxRuntimePeer;
using Verifiable.Inference.Tensors;

namespace Verifiable.Inference.Onnx.Tests.Peer;

/// <summary>ONNX's light models, whose weights are one number repeated, with seeded random weights in their place: they give what ONNX Runtime gives, but for rounding.
/// Compared before the last Softmax, which would make most of such outputs 0.</summary>
public sealed class LightModelAgreementTests(Xunit.Abstractions.ITestOutputHelper log)
{
    private const double Limit = 1e-5;
    private const string None = "none";

    public static TheoryData<string> Models => [.. ConformanceFolders.LightModels is string folder ? LightModels.Find(folder).Select(path => Path.GetFileNameWithoutExtension(path)) : [None]];

    [PeerTheory]
    [MemberData(nameof(Models))]
    public async Task With_random_weights_a_light_model_gives_what_another_engine_gives(string name)
    {
        if (name == None)
        {
            log.WriteLine("The light models are not there: they are expected in ../shared/onnx-light, beside the repository.");
            return;
        }

        OnnxModel light = OnnxModel.Load(Path.Combine(ConformanceFolders.LightModels!, name + ".onnx"));
        OnnxModel model = Seeded(light, out int seeded);
        NamedTensors inputs = new(model.Inputs.Select((input, i) => KeyValuePair.Create(
            input.Name, new SeededWeights((ulong)(1000 + i)).Uniform(-1, 1, [.. input.Dimensions.Select(dimension => dimension.IsFixed ? dimension.Length : 1)]))));
        NamedTensors ours = await new CanonicalEngine(model).RunAsync(inputs, new GenerationOptions(0));
        using var session = new OnnxRuntimeSession(model.ToBytes(), new OnnxRuntimeOptions { Optimization = OnnxRuntimeOptimization.Extended });
        foreach ((string output, TensorValue expected) in session.Run(inputs))
        {
            double distance = TensorDistance.Measure(expected, ours[output]);
            float[] elements = expected.AsSpan<float>().ToArray();
            log.WriteLine($"{name}, {seeded} weights: {output} differs by {distance:E2}, from {elements.Min()} to {elements.Max()}");
            Assert.True(distance <= Limit, $"{output}: {distance:E2}");

            // Weights that let every signal die would show nothing.
            Assert.True(elements.Distinct().Count() > elements.Length / 2, "most outputs are alike");
        }
    }

    // Weights of the size that keeps activations as they are; numbers a channel stay near 1, variances above 0. Most weights are no initialisers but made by ConstantOfShape.
    private static OnnxModel Seeded(OnnxModel light, out int seeded)
    {
        var random = new SeededWeights(1);
        GraphNode last = light.Nodes[^1];
        Assert.Equal("Softmax", last.OperatorType);
        var builder = new OnnxModelBuilder(light.OpsetImports[string.Empty]);
        foreach (GraphValue input in light.Inputs)
        {
            builder.Input(input.Name, input.Type, [.. input.Dimensions]);
        }

        HashSet<string> weights = [.. light.Nodes.Where(node => node.OperatorType is "Conv" or "Gemm" or "MatMul" or "BatchNormalization").SelectMany(node => node.Inputs.Skip(1))];
        Dictionary<string, long[]> replaced = [];
        foreach ((string name, TensorValue value) in light.Initializers)
        {
            if (weights.Contains(name))
            {
                replaced.Add(name, [.. value.Shape.Lengths]);
            }
            else
            {
                builder.Initializer(name, value);
            }
        }

        foreach (GraphNode node in light.Nodes[..^1])
        {
            if (node.OperatorType == "ConstantOfShape" && weights.Contains(node.Outputs[0]))
            {
                replaced.Add(node.Outputs[0], light.Initializers[node.Inputs[0]].AsSpan<long>().ToArray());
                continue;
            }

            builder.Node(node.Domain, node.OperatorType, node.Name, [.. node.Inputs], [.. node.Outputs], [.. node.Attributes.Select(pair => (pair.Key, pair.Value))]);
        }

        foreach ((string name, long[] lengths) in replaced.OrderBy(pair => pair.Key, StringComparer.Ordinal))
        {
            builder.Initializer(name, lengths.Length < 2
                ? random.Uniform(0.5f, 1.5f, lengths)
                : random.Scaled(2, lengths.Aggregate(1L, (product, length) => product * length) / lengths[0], lengths));
        }

        seeded = replaced.Count;
        Assert.Equal(weights.Count(name => name.Length > 0), seeded);
        return builder.Output(last.Inputs[0], ElementType.Float32, [.. light.Outputs[0].Dimensions]).Build();
    }
}
