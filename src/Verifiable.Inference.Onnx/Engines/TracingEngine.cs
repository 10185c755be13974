using System.Collections.Immutable;
using Verifiable.Inference.Claims;
using Verifiable.Inference.Commitments;
using Verifiable.Inference.Engines;
using Verifiable.Inference.Onnx.Operators;
using Verifiable.Inference.Tensors;

namespace Verifiable.Inference.Onnx.Engines;

/// <summary>Commits to the traces of a canonical engine's runs: a provider that has it names the trace in its claims. Thread-safe.</summary>
/// <remarks>It tells the engine before a run which graph nodes it will look at, where these are known, so that the engine may compute several others in one go.</remarks>
public sealed class TracingEngine : ITracingEngine
{
    private const int MostShapes = 16;

    private readonly CanonicalEngine _engine;
    private readonly TracePlan _plan;
    private readonly CutPoints _options;
    private readonly TraceCuts? _cuts;
    private readonly Lock _gate = new();
    private ImmutableArray<(TensorSignature[] Inputs, TraceCuts? Cuts)> _found = [];

    /// <summary>Creates a tracing engine around an engine.</summary>
    /// <param name="engine">The engine.</param>
    /// <param name="options">Which graph nodes have leaves; <see langword="null"/> for all.</param>
    /// <exception cref="ArgumentException">The options name a graph node that the model does not have.</exception>
    /// <exception cref="InvalidOperationException">A graph node of the model has more outputs than a leaf may hold.</exception>
    public TracingEngine(CanonicalEngine engine, CutPoints? options = null)
    {
        _plan = TracePlan.Of(engine);
        _engine = engine;
        _options = options ?? CutPoints.All;
        _cuts = TraceCuts.Of(_options, _plan.Nodes.Length);
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
        ArgumentNullException.ThrowIfNull(inputs);
        TraceCuts? cuts = _options.WorkPerByte > 0 ? Find(inputs, cancellationToken) : _cuts;
        TraceRecorder recorder = new(_plan, cuts, _options.WorkPerByte, _engine.Threads);
        NamedTensors outputs = await _engine.RunTracedAsync(inputs, options, recorder, cancellationToken).ConfigureAwait(false);
        TraceTree trace = recorder.ToTree();
        return new TracedOutputs(outputs, trace.Commitment) { Cuts = trace.Commitment.IsFull ? default : [.. trace.Leaves.Select(static leaf => leaf.Node)] };
    }

    private TraceCuts? Find(NamedTensors inputs, CancellationToken cancellationToken)
    {
        foreach ((TensorSignature[] known, TraceCuts? cuts) in _found)
        {
            if (known.SequenceEqual(inputs.Select(Sign)))
            {
                return cuts;
            }
        }

        TraceCuts? found = TraceWork.FindCuts(_engine.PlanShapes(inputs, cancellationToken), _options.WorkPerByte);
        lock (_gate)
        {
            _found = [([.. inputs.Select(Sign)], found), .. _found.Take(MostShapes - 1)];
        }

        return found;
    }

    private static TensorSignature Sign(KeyValuePair<string, TensorValue> input) => new(input.Value.Type, input.Value.Shape);
}
