using Verifiable.Inference.Claims;
using Verifiable.Inference.Tensors;

namespace Verifiable.Inference.Engines;

/// <summary>An engine that can commit to what its graph nodes gave. Implementations are safe to call from several threads at once.</summary>
public interface ITracingEngine : IInferenceEngine
{
    /// <summary>Computes the model's outputs and the commitment to the trace. Running again with the same arguments gives the same outputs and the same trace.</summary>
    /// <param name="inputs">The model's inputs by name.</param>
    /// <param name="options">The seed and the settings.</param>
    /// <param name="cancellationToken">Stops the computation within one operator.</param>
    /// <exception cref="ArgumentException">An input is missing, unknown, or of the wrong type or shape; the message lists what was expected.</exception>
    ValueTask<TracedOutputs> RunTracedAsync(NamedTensors inputs, GenerationOptions options, CancellationToken cancellationToken = default);
}
