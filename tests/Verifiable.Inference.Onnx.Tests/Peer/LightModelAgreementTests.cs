using Verifiable.Inference.Claims;
using Verifiable.Inference.Onnx.Conformance;
using Verifiable.Inference.Onnx.Engines;
using Verifiable.Inference.OnnxRuntimePeer;
using Verifiable.Inference.Tensors;

namespace Verifiable.Inference.Onnx.Tests.Peer;

/// <summary>ONNX's light models with seeded random weights give what ONNX Runtime gives, but for rounding: their outputs, what the last Softmax reads, and every value inside.</summary>
public sealed class LightModelAgreementTests(Xunit.Abstractions.ITestOutputHelper log)
{
    private const double Limit = 1e-5;

    // Every value of VGG at 224 × 224 and its weights would take two gigabytes more.
    private const string LargestOfAll = "light_vgg19";

    private static readonly OnnxRuntimeOptions _extended = new() { Optimization = OnnxRuntimeOptimization.Extended };

    public static TheoryData<string> Models =>
        ConformanceFolders.LightModels is string folder ? [.. LightModels.Find(folder).Select(path => Path.GetFileNameWithoutExtension(path))] : [];

    [LightModelTheory]
    [MemberData(nameof(Models))]
    public async Task With_random_weights_a_light_model_gives_what_another_engine_gives(string name)
    {
        SeededLightModel light = SeededLightModel.Load(Path.Combine(ConformanceFolders.LightModels!, name + ".onnx"));
        log.WriteLine(FormattableString.Invariant($"{name}: {light.WeightCount} weights of {light.ElementCount} elements"));
        NamedTensors theirs;
        using (var session = new OnnxRuntimeSession(light.Model.ToBytes(), _extended))
        {
            theirs = session.Run(light.Inputs);
        }

        // A network in which every signal dies, or one output is all, would show nothing.
        float[] logits = theirs[light.Logits].AsSpan<float>().ToArray();
        log.WriteLine(FormattableString.Invariant($"from {logits.Min()} to {logits.Max()}, {logits.Distinct().Count()} of {logits.Length} different"));
        Assert.True(logits.Distinct().Count() > logits.Length * 3 / 4, "most logits are alike");
        Assert.InRange(logits.Max() - logits.Min(), 0.1f, 30f);

        NamedTensors ours = await new CanonicalEngine(light.Model).RunAsync(light.Inputs, new GenerationOptions(0));
        foreach ((string output, TensorValue expected) in theirs)
        {
            double distance = TensorDistance.Measure(expected, ours[output]);
            log.WriteLine(FormattableString.Invariant($"{output}: {distance:E2}"));
            Assert.True(distance <= Limit, $"{output}: {distance:E2}");
        }
    }

    [LightModelTheory]
    [MemberData(nameof(Models))]
    public async Task With_random_weights_every_value_inside_a_light_model_is_that_of_another_engine(string name)
    {
        if (name == LargestOfAll)
        {
            log.WriteLine("Only its outputs are compared.");
            return;
        }

        SeededLightModel light = SeededLightModel.Load(Path.Combine(ConformanceFolders.LightModels!, name + ".onnx"));
        ExposedModel exposed = await ExposedModel.OfAsync(light.Model, light.Inputs);
        using var session = new OnnxRuntimeSession(exposed.Model.ToBytes(), _extended);
        NamedTensors theirs = session.Run(light.Inputs);
        // What a mask of Dropout holds when nothing is dropped, the standard says from operator set 12 on only: ones, as here. ONNX Runtime has zeros before.
        HashSet<string> masks = [.. light.Model.Nodes.Where(node => node.OperatorType == "Dropout").SelectMany(node => node.Outputs.Skip(1))];
        KeyValuePair<string, TensorValue>[] values = [.. exposed.Values.Where(value => !masks.Contains(value.Key))];
        Assert.True(light.Model.OpsetImports[string.Empty] < 12);
        Assert.All(masks, mask => Assert.False(theirs[mask].AsSpan<float>().ContainsAnyExcept(0f)));
        double[] distances = [.. values.Select(value => TensorDistance.Measure(theirs[value.Key], value.Value))];
        log.WriteLine(FormattableString.Invariant($"{name}: {distances.Length} values, at most {distances.Max():E2}"));
        Assert.All(values.Zip(distances), pair => Assert.True(pair.Second <= Limit, $"{pair.First.Key}: {pair.Second:E2}, {theirs[pair.First.Key]} for {pair.First.Value}"));
    }
}
