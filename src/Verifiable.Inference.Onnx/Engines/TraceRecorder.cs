using System.Collections.Immutable;
using Verifiable.Inference.Commitments;
using Verifiable.Inference.Onnx.Graph;
using Verifiable.Inference.Tensors;

namespace Verifiable.Inference.Onnx.Engines;

/// <summary>Commits to the outputs of graph nodes while one run goes on, and keeps no tensor. Used by one run of one engine; not thread-safe.</summary>
public sealed class TraceRecorder : INodeObserver
{
    private readonly TracePlan _plan;
    private readonly TraceCuts? _cuts;
    private readonly TraceWork? _work;
    private readonly int _threads;
    private readonly ImmutableArray<TraceLeaf>.Builder _leaves = ImmutableArray.CreateBuilder<TraceLeaf>();
    private readonly KeptRuns? _keptRuns;
    private readonly Dictionary<(int Node, long Iteration), TraceRecorder> _kept = [];

    // Of a run of a body that is not kept, nobody needs the leaves.
    private readonly TraceAccumulator? _stream;
    private TraceBodyAccumulator? _runs;
    private (int Node, int Body, long Iteration, TraceRecorder Recorder)? _running;
    private int _seen;

    /// <summary>Creates a recorder for the next run of an engine.</summary>
    /// <param name="engine">The engine; its number of threads is used for hashing too, and changes no bit.</param>
    /// <param name="options">Which graph nodes have leaves; <see langword="null"/> for all.</param>
    /// <param name="keepsRuns">Whether the traces of the runs of bodies are kept, for <see cref="FindRun"/>, and not only their commitments.</param>
    /// <remarks>Without <paramref name="keepsRuns"/> the traces of bodies take the memory of some digests, however many iterations there are. With it, the leaves that are kept
    /// may take <see cref="CanonicalEngineOptions.MaxRunBytes"/>; beyond that <see cref="OnComputed"/> stops the run.</remarks>
    /// <exception cref="ArgumentException">The options name a graph node that the model does not have.</exception>
    /// <exception cref="InvalidOperationException">A graph node of the model has more than <see cref="TraceLeaf.MaxOutputs"/> outputs.</exception>
    public TraceRecorder(CanonicalEngine engine, CutPoints? options = null, bool keepsRuns = false)
        : this(TracePlan.Of(engine), engine.Graph.Nodes.Length, options ?? CutPoints.All, engine.Threads, keepsRuns ? new KeptRuns(engine.MaxRunBytes) : null)
    {
    }

    /// <summary>Creates a recorder for cut points that are known before the run, or for a plain or a growing trace.</summary>
    /// <param name="plan">What the engine's traces have in common.</param>
    /// <param name="cuts">The cut points; <see langword="null"/> where the work decides, or for a full trace.</param>
    /// <param name="workPerByte">The work that lies between two cut points; 0 for a full trace.</param>
    /// <param name="threads">The number of threads that hash.</param>
    internal TraceRecorder(TracePlan plan, TraceCuts? cuts, long workPerByte, int threads)
        : this(plan, cuts, workPerByte, threads, null, null)
    {
    }

    private TraceRecorder(TracePlan plan, TraceCuts? cuts, long workPerByte, int threads, KeptRuns? keptRuns, TraceAccumulator? stream)
    {
        _keptRuns = keptRuns;
        _stream = stream;
        _plan = plan;
        _cuts = cuts;
        _work = cuts is null && workPerByte > 0 ? new TraceWork(workPerByte) : null;
        _threads = threads;
    }

    private TraceRecorder(TracePlan plan, int nodeCount, CutPoints options, int threads, KeptRuns? keptRuns)
        : this(plan, TraceCuts.Of(options, nodeCount), options.WorkPerByte, threads, keptRuns, null)
    {
    }

    /// <inheritdoc/>
    public IReadOnlySet<int>? Watched => _cuts?.Set;

    private int Expected => _cuts is null ? _plan.Nodes.Length : _cuts.Nodes.Length;

    /// <inheritdoc/>
    /// <remarks>Every run of a body has a full trace.</remarks>
    public INodeObserver? OnBody(GraphNode node, int body, long iteration)
    {
        ArgumentNullException.ThrowIfNull(node);
        EndRun();
        TraceRecorder recorder = new(_plan.Bodies[node.Index][body], null, 0, _threads, _keptRuns, _keptRuns is null ? new TraceAccumulator() : null);
        _running = (node.Index, body, iteration, recorder);
        return recorder;
    }

    /// <summary>Finds the recorder of one run of a body of a graph node, which has the full trace of it; <see langword="null"/> where there is none or it was not kept.</summary>
    /// <param name="node">The number of the graph node.</param>
    /// <param name="iteration">The number of the run.</param>
    public TraceRecorder? FindRun(int node, long iteration) => _kept.GetValueOrDefault((node, iteration));

    /// <inheritdoc/>
    /// <exception cref="InvalidOperationException">The graph node is not the next one that the recorder watches, a wanted output is missing, or the traces of bodies that are kept
    /// have become too large.</exception>
    public void OnComputed(GraphNode node, ReadOnlySpan<TensorValue?> inputs, ReadOnlySpan<TensorValue?> outputs)
    {
        ArgumentNullException.ThrowIfNull(node);
        int number = _seen >= Expected ? -1 : _cuts is null ? _seen : _cuts.Nodes[_seen];
        if (number < 0 || !ReferenceEquals(node, _plan.Nodes[number]))
        {
            throw new InvalidOperationException($"Expected graph node {number} of the recorder's own engine, or none where that is -1, got {node}. A recorder takes one run.");
        }

        _seen++;
        if (_work?.IsCutPoint(node, TraceWork.SignaturesOf(inputs), TraceWork.SignaturesOf(outputs)) ?? true)
        {
            TraceLeaf leaf = new(number, Commit(node, number, outputs));
            if (_stream is null)
            {
                _keptRuns?.Add(node, leaf);
                _leaves.Add(leaf);
            }
            else
            {
                _stream.Add(leaf);
            }
        }

        (_running, _runs) = (null, null);
    }

    /// <summary>Gets the trace of the run.</summary>
    /// <exception cref="InvalidOperationException">The run has not come to its end.</exception>
    public TraceTree ToTree() => _seen == Expected
        ? new TraceTree(_plan.Nodes.Length, _leaves.ToImmutable())
        : throw new InvalidOperationException($"Expected a run with {Expected} graph nodes to watch, got {_seen}.");

    private ImmutableArray<TraceOutput> Commit(GraphNode node, int number, ReadOnlySpan<TensorValue?> outputs)
    {
        ImmutableArray<TraceOutput>.Builder committed = ImmutableArray.CreateBuilder<TraceOutput>(node.Outputs.Length);
        for (int i = 0; i < node.Outputs.Length; i++)
        {
            TraceOutput output = default;
            foreach (TensorLayout layout in _plan.Layouts[number][i])
            {
                TensorValue tensor = (i < outputs.Length ? outputs[i] : null) ?? throw new InvalidOperationException($"{node}: expected output {i}, got none.");
                Digest digest = TensorCommitment.Compute(tensor, layout, parallelism: _threads);
                output = layout switch
                {
                    TensorLayout.RowMajor => output with { RowMajor = digest },
                    TensorLayout.ByColumn => output with { ByColumn = digest },
                    _ => output with { ChannelsLast = digest },
                };
            }

            committed.Add(output);
        }

        if (!_plan.Bodies[number].IsEmpty)
        {
            committed.Capacity++;
            EndRun();
            committed.Add(new TraceOutput { Bodies = (_runs ?? new TraceBodyAccumulator()).Digest });
        }

        return committed.DrainToImmutable();
    }

    // The run of a body is over when the next one begins, or the graph node is done.
    private void EndRun()
    {
        if (_running is not var (node, body, iteration, recorder))
        {
            return;
        }

        (_runs ??= new TraceBodyAccumulator()).Add(new TraceBodyRun(iteration, checked((byte)body), recorder.ToCommitment()));
        if (_keptRuns is not null)
        {
            _kept.Add((node, iteration), recorder);
        }
    }

    private TraceCommitment ToCommitment() => _stream is null || _seen != Expected ? ToTree().Commitment : _stream.ToCommitment(_plan.Nodes.Length);

    /// <summary>Counts the leaves of the traces of bodies that are kept.</summary>
    private sealed class KeptRuns(long limit)
    {
        // A leaf with its list, and an output: four commitments that may be absent.
        private const int BytesOfLeaf = 128;
        private const int BytesOfOutput = 160;

        private long _bytes;

        internal void Add(GraphNode node, TraceLeaf leaf)
        {
            _bytes += BytesOfLeaf + ((long)leaf.Outputs.Length * BytesOfOutput);
            if (_bytes > limit)
            {
                throw new InvalidOperationException(
                    $"{node}: expected traces to keep at most {limit} bytes ({nameof(CanonicalEngineOptions.MaxRunBytes)}), got more. A recorder that keeps no runs of bodies has no such limit.");
            }
        }
    }
}
