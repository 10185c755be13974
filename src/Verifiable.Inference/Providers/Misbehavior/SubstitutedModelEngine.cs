using Verifiable.Inference.Claims;
using Verifiable.Inference.Engines;
using Verifiable.Inference.Tensors;

namespace Verifiable.Inference.Providers.Misbehavior;

/// <summary>
/// Runs one model and says that it is another: a cheaper one, one with a layer left out, one with coarser weights. A <see cref="LocalProvider"/> over it is the
/// commonest cheat. Thread-safe where the substitute is.
/// </summary>
public sealed class SubstitutedModelEngine : IInferenceEngine
{
    private readonly IInferenceEngine _substitute;

    /// <summary>Creates an engine that lies about its model.</summary>
    /// <param name="claimed">What it says it runs.</param>
    /// <param name="substitute">What it runs; its inputs and outputs should have the names, types and shapes of the claimed model's.</param>
    public SubstitutedModelEngine(EngineDescription claimed, IInferenceEngine substitute)
    {
        ArgumentNullException.ThrowIfNull(claimed);
        ArgumentNullException.ThrowIfNull(substitute);
        Description = claimed;
        _substitute = substitute;
    }

    /// <inheritdoc/>
    public EngineDescription Description { get; }

    /// <inheritdoc/>
    public ValueTask<NamedTensors> RunAsync(NamedTensors inputs, GenerationOptions options, CancellationToken cancellationToken = default) =>
        _substitute.RunAsync(inputs, options, cancellationToken);
}
