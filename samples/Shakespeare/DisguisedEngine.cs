using Verifiable.Inference.Claims;
using Verifiable.Inference.Engines;
using Verifiable.Inference.Tensors;

namespace Verifiable.Inference.Samples.Shakespeare;

/// <summary>Says that it runs one model and runs another, which is cheaper.</summary>
internal sealed class DisguisedEngine(EngineDescription promised, IInferenceEngine run) : IInferenceEngine
{
    public EngineDescription Description => promised;

    public ValueTask<NamedTensors> RunAsync(NamedTensors inputs, GenerationOptions options, CancellationToken cancellationToken = default) => run.RunAsync(inputs, options, cancellationToken);
}
