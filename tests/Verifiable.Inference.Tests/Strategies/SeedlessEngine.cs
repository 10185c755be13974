using Verifiable.Inference.Claims;
using Verifiable.Inference.Engines;
using Verifiable.Inference.Tensors;

namespace Verifiable.Inference.Tests.Strategies;

/// <summary>A model without randomness: the sum of its inputs whatever the seed.</summary>
public sealed class SeedlessEngine : IInferenceEngine
{
    private readonly SumEngine _sum = new();

    public EngineDescription Description => _sum.Description;

    public ValueTask<NamedTensors> RunAsync(NamedTensors inputs, GenerationOptions options, CancellationToken cancellationToken = default) =>
        _sum.RunAsync(inputs, new GenerationOptions(0), cancellationToken);
}
