using Verifiable.Inference.Claims;
using Verifiable.Inference.Commitments;
using Verifiable.Inference.Onnx.Engines;
using Verifiable.Inference.Onnx.Graph;
using Verifiable.Inference.Tensors;

namespace Verifiable.Inference.Onnx.Disputes;

/// <summary>Answers by running the model again. The trace is computed once and kept. Tensors are computed when they are asked for: whoever asks while a run goes on shares the next one, and what was
/// asked for lately is kept, so that any number of games at one time costs a few runs and not one each. Thread-safe.</summary>
/// <remarks>The canonical engine gives the same bits each time; <see cref="DisputeDefender.CheckAsync"/> makes sure that it does.</remarks>
public sealed class RepeatedRun : IDisputedRun
{
    /// <summary>How many bytes of tensors are kept, and captured by one run, where nothing else is said: 256 MiB.</summary>
    public const long DefaultKeptBytes = 1L << 28;

    private readonly Lock _gate = new();
    private readonly CanonicalEngine _engine;
    private readonly NamedTensors _inputs;
    private readonly GenerationOptions _options;
    private readonly long _keptBytes;
    private readonly RecentlyUsed<int, IReadOnlyList<TensorValue?>> _kept;
    private readonly List<Batch> _waiting = [];
    private Task<Traced>? _traced;
    private bool _isRunning;
    private int _runs;

    /// <summary>Creates a run.</summary>
    /// <param name="engine">The engine.</param>
    /// <param name="inputs">The inputs.</param>
    /// <param name="options">The seed and the settings.</param>
    /// <param name="keptBytes">The bytes of tensors that are kept, and that one run captures at most beyond the first request of it.</param>
    public RepeatedRun(CanonicalEngine engine, NamedTensors inputs, GenerationOptions options, long keptBytes = DefaultKeptBytes)
    {
        ArgumentNullException.ThrowIfNull(engine);
        ArgumentNullException.ThrowIfNull(inputs);
        ArgumentNullException.ThrowIfNull(options);
        ArgumentOutOfRangeException.ThrowIfNegative(keptBytes);
        _engine = engine;
        _inputs = inputs;
        _options = options;
        _keptBytes = keptBytes;
        _kept = new RecentlyUsed<int, IReadOnlyList<TensorValue?>>(keptBytes);
    }

    /// <summary>Gets the number of runs that were begun.</summary>
    public int Runs => Volatile.Read(ref _runs);

    /// <inheritdoc/>
    public async ValueTask<TraceTree> GetTraceAsync(CancellationToken cancellationToken = default) => (await TraceAsync(cancellationToken).ConfigureAwait(false)).Trace;

    /// <inheritdoc/>
    public async ValueTask<CommittedTensors> GetOutputCommitmentsAsync(CancellationToken cancellationToken = default) => (await TraceAsync(cancellationToken).ConfigureAwait(false)).Outputs;

    /// <inheritdoc/>
    public async ValueTask<IReadOnlyDictionary<int, IReadOnlyList<TensorValue?>>> GetOutputsAsync(IReadOnlySet<int> nodes, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(nodes);
        Dictionary<int, IReadOnlyList<TensorValue?>> found = [];
        foreach (int node in nodes)
        {
            if (_kept.TryGet(node, out IReadOnlyList<TensorValue?>? outputs))
            {
                found.Add(node, outputs);
            }
        }

        if (found.Count < nodes.Count)
        {
            // The traced run says how large each tensor is.
            Traced traced = await TraceAsync(cancellationToken).ConfigureAwait(false);
            int[] missing = [.. nodes.Where(node => !found.ContainsKey(node))];
            IReadOnlyDictionary<int, IReadOnlyList<TensorValue?>> computed = await Join(missing, traced.Bytes).WaitAsync(cancellationToken).ConfigureAwait(false);
            foreach (int node in missing.Where(computed.ContainsKey))
            {
                found.Add(node, computed[node]);
            }
        }

        return found;
    }

    // A run that others wait for too is not stopped by one of them.
    private async Task<Traced> TraceAsync(CancellationToken cancellationToken)
    {
        Task<Traced> traced;
        lock (_gate)
        {
            if (_traced is null || _traced.IsFaulted || _traced.IsCanceled)
            {
                _traced = Task.Run(RunTracedAsync, CancellationToken.None);
            }

            traced = _traced;
        }

        return await traced.WaitAsync(cancellationToken).ConfigureAwait(false);
    }

    private async Task<Traced> RunTracedAsync()
    {
        TraceRecorder recorder = new(_engine);
        Measure measure = new(recorder);
        _ = Interlocked.Increment(ref _runs);
        NamedTensors outputs = await _engine.RunTracedAsync(_inputs, _options, measure, CancellationToken.None).ConfigureAwait(false);
        return new Traced(recorder.ToTree(), CommittedTensors.Of(outputs), measure.Bytes);
    }

    // Puts a request into the first run that has not begun and has room for it.
    private Task<IReadOnlyDictionary<int, IReadOnlyList<TensorValue?>>> Join(int[] nodes, IReadOnlyDictionary<int, long> bytes)
    {
        lock (_gate)
        {
            Batch? batch = _waiting.Find(each => each.SizeWith(nodes, bytes) <= _keptBytes);
            if (batch is null)
            {
                batch = new Batch();
                _waiting.Add(batch);
            }

            batch.Add(nodes, bytes);
            if (!_isRunning)
            {
                _isRunning = true;
                _ = Task.Run(RunWaitingAsync);
            }

            return batch.Result;
        }
    }

    private async Task RunWaitingAsync()
    {
        while (TryBegin() is { } batch)
        {
            // Whatever goes wrong goes to those who wait.
            Task<Capture> run = CaptureAsync(batch.Nodes);
            await ((Task)run).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            if (run.Exception is { } exception)
            {
                batch.Fail(exception.InnerException!);
                continue;
            }

            Capture capture = await run.ConfigureAwait(false);
            foreach ((int node, IReadOnlyList<TensorValue?> outputs) in capture.Outputs)
            {
                _kept.Add(node, outputs, outputs.Sum(static output => (long)(output?.Bytes.Length ?? 0)));
            }

            batch.Complete(capture.Outputs);
        }
    }

    private async Task<Capture> CaptureAsync(IReadOnlySet<int> nodes)
    {
        Capture capture = new(nodes);
        _ = Interlocked.Increment(ref _runs);
        _ = await _engine.RunTracedAsync(_inputs, _options, capture, CancellationToken.None).ConfigureAwait(false);
        return capture;
    }

    private Batch? TryBegin()
    {
        lock (_gate)
        {
            if (_waiting.Count == 0)
            {
                _isRunning = false;
                return null;
            }

            Batch batch = _waiting[0];
            _waiting.RemoveAt(0);
            return batch;
        }
    }

    private sealed record Traced(TraceTree Trace, CommittedTensors Outputs, IReadOnlyDictionary<int, long> Bytes);

    // What one run is to capture, and who waits for it.
    private sealed class Batch
    {
        private readonly TaskCompletionSource<IReadOnlyDictionary<int, IReadOnlyList<TensorValue?>>> _result = new(TaskCreationOptions.RunContinuationsAsynchronously);
        private long _size;

        public HashSet<int> Nodes { get; } = [];

        public Task<IReadOnlyDictionary<int, IReadOnlyList<TensorValue?>>> Result => _result.Task;

        public long SizeWith(int[] nodes, IReadOnlyDictionary<int, long> bytes) => _size + nodes.Where(node => !Nodes.Contains(node)).Sum(node => bytes.GetValueOrDefault(node));

        public void Add(int[] nodes, IReadOnlyDictionary<int, long> bytes)
        {
            _size = SizeWith(nodes, bytes);
            Nodes.UnionWith(nodes);
        }

        public void Complete(IReadOnlyDictionary<int, IReadOnlyList<TensorValue?>> outputs) => _result.SetResult(outputs);

        public void Fail(Exception exception) => _result.SetException(exception);
    }

    // Notes the sizes of graph nodes' outputs beside a recorder.
    private sealed class Measure(TraceRecorder recorder) : INodeObserver
    {
        public Dictionary<int, long> Bytes { get; } = [];

        public IReadOnlySet<int>? Watched => recorder.Watched;

        public INodeObserver? OnBody(GraphNode node, int body, long iteration) => recorder.OnBody(node, body, iteration);

        public void OnComputed(GraphNode node, ReadOnlySpan<TensorValue?> inputs, ReadOnlySpan<TensorValue?> outputs)
        {
            long bytes = 0;
            foreach (TensorValue? output in outputs)
            {
                bytes += output?.Bytes.Length ?? 0;
            }

            Bytes[node.Index] = bytes;
            recorder.OnComputed(node, inputs, outputs);
        }
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
