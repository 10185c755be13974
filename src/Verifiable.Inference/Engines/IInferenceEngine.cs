using Verifiable.Inference.Claims;
using Verifiable.Inference.Tensors;

namespace Verifiable.Inference.Engines;

/// <summary>Runs one model. Implementations are safe to call from several threads at once.</summary>
public interface IInferenceEngine
{
    /// <summary>Gets what the engine runs and how.</summary>
    EngineDescription Description { get; }

    /// <summary>Computes the model's outputs.</summary>
    /// <param name="inputs">The model's inputs by name.</param>
    /// <param name="options">The seed and the settings. Same model, inputs, options and profile: same bits, where the profile says so.</param>
    /// <param name="cancellationToken">Stops the computation within one operator.</param>
    /// <exception cref="ArgumentException">An input is missing, unknown, or of the wrong type or shape; the message lists what was expected.</exception>
    ValueTask<NamedTensors> RunAsync(NamedTensors inputs, GenerationOptions options, CancellationToken cancellationToken = default);
}
