using Verifiable.Inference.Claims;
using Verifiable.Inference.Tensors;

namespace Verifiable.Inference.Engines;

/// <summary>Counts the computations of another engine: what a run has cost. Thread-safe where that engine is.</summary>
public sealed class CountingEngine : IInferenceEngine
{
    private readonly IInferenceEngine _inner;
    private long _runs;

    /// <summary>Creates a counter around an engine.</summary>
    public CountingEngine(IInferenceEngine inner)
    {
        ArgumentNullException.ThrowIfNull(inner);
        _inner = inner;
    }

    /// <inheritdoc/>
    public EngineDescription Description => _inner.Description;

    /// <summary>Gets the number of computations that were begun.</summary>
    public long Runs => Interlocked.Read(ref _runs);

    /// <inheritdoc/>
    public ValueTask<NamedTensors> RunAsync(NamedTensors inputs, GenerationOptions options, CancellationToken cancellationToken = default)
    {
        _ = Interlocked.Increment(ref _runs);
        return _inner.RunAsync(inputs, options, cancellationToken);
    }
}
