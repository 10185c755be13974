using Verifiable.Inference.Claims;
using Verifiable.Inference.Engines;
using Verifiable.Inference.Tensors;
using Verifiable.Inference.Tests.Strategies;

namespace Verifiable.Inference.Tests.Attacks;

/// <summary>A model that gives back its inputs and some noise, under a profile whose comparison needs the tensors.</summary>
internal sealed class TolerantEngine(float noise = 0) : IInferenceEngine
{
    public static NumericProfile Profile { get; } = new("canonical-v1", "f32", "max-absolute");

    public EngineDescription Description { get; } = new(TestWorld.Model, Profile);

    public ValueTask<NamedTensors> RunAsync(NamedTensors inputs, GenerationOptions options, CancellationToken cancellationToken = default) =>
        new(NamedTensors.Of("y", TensorValue.Create(new[] { inputs["x"].AsSpan<float>()[0] + noise }, 1)));
}
