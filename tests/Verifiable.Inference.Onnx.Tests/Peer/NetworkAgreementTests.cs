using Verifiable.Inference.Claims;
using Verifiable.Inference.Networks;
using Verifiable.Inference.Onnx.Engines;
using Verifiable.Inference.OnnxRuntimePeer;
using Verifiable.Inference.Tensors;

namespace Verifiable.Inference.Onnx.Tests.Peer;

/// <summary>Networks with seeded random weights give what ONNX Runtime gives, but for rounding.</summary>
public sealed class NetworkAgreementTests(Xunit.Abstractions.ITestOutputHelper log)
{
    private const double Limit = 1e-5;

    public static TheoryData<string> Small => [.. NetworkCatalog.Small];

    [PeerTheory]
    [MemberData(nameof(Small))]
    public async Task Outputs_agree_with_those_of_another_engine(string name)
    {
        Network network = NetworkCatalog.Make(name);
        NamedTensors ours = await new CanonicalEngine(network.Model).RunAsync(network.Inputs, new GenerationOptions(0));
        using var session = new OnnxRuntimeSession(network.Model.ToBytes(), new OnnxRuntimeOptions { Optimization = OnnxRuntimeOptimization.Extended });
        foreach ((string output, TensorValue expected) in session.Run(network.Inputs))
        {
            double distance = TensorDistance.Measure(expected, ours[output]);
            log.WriteLine($"{output}: {distance:E2}");
            Assert.True(distance <= Limit, $"{output}: {distance:E2}");
        }
    }

    [PeerTheory]
    [MemberData(nameof(Small))]
    public async Task Every_value_inside_agrees_with_that_of_another_engine(string name)
    {
        Network network = NetworkCatalog.Make(name);
        ExposedModel exposed = await ExposedModel.OfAsync(network.Model, network.Inputs);
        using var session = new OnnxRuntimeSession(exposed.Model.ToBytes(), new OnnxRuntimeOptions { Optimization = OnnxRuntimeOptimization.Extended });
        NamedTensors theirs = session.Run(network.Inputs);
        string[] far = [.. exposed.Values.Select(value => (value.Key, Distance: TensorDistance.Measure(theirs[value.Key], value.Value)))
            .Where(pair => !(pair.Distance <= Limit)).Select(pair => $"{pair.Key}: {pair.Distance:E2}")];
        log.WriteLine($"{exposed.Values.Count} values, {exposed.Values.Count(value => TensorDistance.CountOtherBits(theirs[value.Key], value.Value) == 0)} of the same bits");
        Assert.Empty(far);
    }
}
