using Verifiable.Inference.Claims;
using Verifiable.Inference.Engines;
using Verifiable.Inference.Tensors;

namespace Verifiable.Inference.Onnx.Engines;

/// <summary>Commits to the traces of a canonical engine's runs: a provider that has it names the trace in its claims. Immutable and thread-safe.</summary>
public sealed class TracingEngine : ITracingEngine
{
    private readonly CanonicalEngine _engine;
    private readonly TracePlan _plan;
    private readonly TraceOptions _options;

    /// <summary>Creates a tracing engine around an engine.</summary>
    /// <param name="engine">The engine.</param>
    /// <param name="options">Which graph nodes have leaves; <see langword="null"/> for all.</param>
    /// <exception cref="ArgumentException">The options name a graph node that the model does not have.</exception>
    /// <exception cref="InvalidOperationException">A graph node of the model has more outputs than a leaf may hold.</exception>
    public TracingEngine(CanonicalEngine engine, TraceOptions? options = null)
    {
        _plan = TracePlan.Of(engine);
        _engine = engine;
        _options = options ?? TraceOptions.Full;

        // Refuses options that do not fit the model now and not at every run.
        _ = new TraceRecorder(_plan, _options, engine.Threads);
    }

    /// <inheritdoc/>
    public EngineDescription Description => _engine.Description;

    /// <summary>Computes the outputs only, without a trace.</summary>
    /// <inheritdoc/>
    public ValueTask<NamedTensors> RunAsync(NamedTensors inputs, GenerationOptions options, CancellationToken cancellationToken = default) =>
        _engine.RunAsync(inputs, options, cancellationToken);

    /// <inheritdoc/>
    public async ValueTask<TracedOutputs> RunTracedAsync(NamedTensors inputs, GenerationOptions options, CancellationToken cancellationToken = default)
    {
        TraceRecorder recorder = new(_plan, _options, _engine.Threads);
        NamedTensors outputs = await _engine.RunTracedAsync(inputs, options, recorder, cancellationToken).ConfigureAwait(false);
        return new TracedOutputs(outputs, recorder.ToTree().Commitment);
    }
}
