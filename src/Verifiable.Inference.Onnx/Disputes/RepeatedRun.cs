using Verifiable.Inference.Claims;
using Verifiable.Inference.Commitments;
using Verifiable.Inference.Onnx.Engines;
using Verifiable.Inference.Onnx.Graph;
using Verifiable.Inference.Tensors;

namespace Verifiable.Inference.Onnx.Disputes;

/// <summary>Answers by running the model again: the trace is computed once and kept, tensors are computed anew each time and kept by nobody. Thread-safe.</summary>
/// <remarks>The canonical engine gives the same bits each time; <see cref="DisputeDefender.CheckAsync"/> makes sure that it does.</remarks>
public sealed class RepeatedRun : IDisputedRun
{
    private readonly CanonicalEngine _engine;
    private readonly NamedTensors _inputs;
    private readonly GenerationOptions _options;
    private TraceTree? _trace;

    /// <summary>Creates a run.</summary>
    /// <param name="engine">The engine.</param>
    /// <param name="inputs">The inputs.</param>
    /// <param name="options">The seed and the settings.</param>
    public RepeatedRun(CanonicalEngine engine, NamedTensors inputs, GenerationOptions options)
    {
        ArgumentNullException.ThrowIfNull(engine);
        ArgumentNullException.ThrowIfNull(inputs);
        ArgumentNullException.ThrowIfNull(options);
        _engine = engine;
        _inputs = inputs;
        _options = options;
    }

    /// <inheritdoc/>
    public async ValueTask<TraceTree> GetTraceAsync(CancellationToken cancellationToken = default)
    {
        if (Volatile.Read(ref _trace) is not { } trace)
        {
            TraceRecorder recorder = new(_engine);
            _ = await _engine.RunTracedAsync(_inputs, _options, recorder, cancellationToken).ConfigureAwait(false);
            trace = recorder.ToTree();
            Volatile.Write(ref _trace, trace);
        }

        return trace;
    }

    /// <inheritdoc/>
    public async ValueTask<IReadOnlyDictionary<int, IReadOnlyList<TensorValue?>>> GetOutputsAsync(IReadOnlySet<int> nodes, CancellationToken cancellationToken = default)
    {
        Capture capture = new(nodes);
        if (nodes.Count > 0)
        {
            _ = await _engine.RunTracedAsync(_inputs, _options, capture, cancellationToken).ConfigureAwait(false);
        }

        return capture.Outputs;
    }

    private sealed class Capture(IReadOnlySet<int> nodes) : INodeObserver
    {
        public Dictionary<int, IReadOnlyList<TensorValue?>> Outputs { get; } = [];

        public IReadOnlySet<int>? Watched => nodes;

        public void OnComputed(GraphNode node, ReadOnlySpan<TensorValue?> inputs, ReadOnlySpan<TensorValue?> outputs)
        {
            // The memory of the run is used again.
            var copies = new TensorValue?[node.Outputs.Length];
            for (int i = 0; i < copies.Length && i < outputs.Length; i++)
            {
                copies[i] = outputs[i] is { } tensor && node.HasOutput(i) ? TensorValue.Take(tensor.Type, tensor.Shape, tensor.Bytes.ToArray()) : null;
            }

            Outputs[node.Index] = copies;
        }
    }
}
