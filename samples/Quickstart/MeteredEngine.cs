using Verifiable.Inference.Claims;
using Verifiable.Inference.Engines;
using Verifiable.Inference.Tensors;

namespace Verifiable.Inference.Samples.Quickstart;

/// <summary>Counts what an engine costs its provider: the sample's electricity meter.</summary>
internal sealed class MeteredEngine(IInferenceEngine inner, Meter meter, double costOfOneRun) : IInferenceEngine
{
    public EngineDescription Description => inner.Description;

    public ValueTask<NamedTensors> RunAsync(NamedTensors inputs, GenerationOptions options, CancellationToken cancellationToken = default)
    {
        meter.Add(costOfOneRun);
        return inner.RunAsync(inputs, options, cancellationToken);
    }
}
