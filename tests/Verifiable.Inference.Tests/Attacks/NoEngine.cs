using Verifiable.Inference.Claims;
using Verifiable.Inference.Engines;
using Verifiable.Inference.Tensors;
using Verifiable.Inference.Tests.Strategies;

namespace Verifiable.Inference.Tests.Attacks;

/// <summary>Says that it runs the model, and cannot.</summary>
internal sealed class NoEngine(NumericProfile profile) : IInferenceEngine
{
    public EngineDescription Description { get; } = new(TestWorld.Model, profile);

    public ValueTask<NamedTensors> RunAsync(NamedTensors inputs, GenerationOptions options, CancellationToken cancellationToken = default) =>
        throw new InvalidOperationException("Expected nobody to ask.");
}
