using Verifiable.Inference.Claims;
using Verifiable.Inference.Engines;
using Verifiable.Inference.Tensors;

namespace Verifiable.Inference.Simulation.Protocol;

/// <summary>Stands for the simulated model where a provider is asked which models it runs; what is answered, a node's behavior says.</summary>
internal sealed class SimulatedEngine(EngineDescription description) : IInferenceEngine
{
    public EngineDescription Description { get; } = description;

    public ValueTask<NamedTensors> RunAsync(NamedTensors inputs, GenerationOptions options, CancellationToken cancellationToken = default) =>
        throw new NotSupportedException("A simulated model is answered by the behavior of a node.");
}
