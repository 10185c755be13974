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
    private readonly List<(int Body, long Iteration, TraceRecorder Recorder)> _runs = [];
    private readonly bool _keepsRuns;
    private readonly Dictionary<(int Node, long Iteration), TraceRecorder> _kept = [];
    private int _seen;

    /// <summary>Creates a recorder for the next run of an engine.</summary>
    /// <param name="engine">The engine; its number of threads is used for hashing too, and changes no bit.</param>
    /// <param name="options">Which graph nodes have leaves; <see langword="null"/> for all.</param>
    /// <param name="keepsRuns">Whether the traces of the runs of bodies are kept, for <see cref="FindRun"/>, and not only their commitments.</param>
    /// <exception cref="ArgumentException">The options name a graph node that the model does not have.</exception>
    /// <exception cref="InvalidOperationException">A graph node of the model has more than <see cref="TraceLeaf.MaxOutputs"/> outputs.</exception>
    public TraceRecorder(CanonicalEngine engine, CutPoints? options = null, bool keepsRuns = false)
        : this(TracePlan.Of(engine), engine.Graph.Nodes.Length, options ?? CutPoints.All, engine.Threads, keepsRuns)
    {
    }

    /// <summary>Creates a recorder for cut points that are known before the run, or for a plain or a growing trace.</summary>
    /// <param name="plan">What the engine's traces have in common.</param>
    /// <param name="cuts">The cut points; <see langword="null"/> where the work decides, or for a full trace.</param>
    /// <param name="workPerByte">The work that lies between two cut points; 0 for a full trace.</param>
    /// <param name="threads">The number of threads that hash.</param>
    /// <param name="keepsRuns">Whether the traces of the runs of bodies are kept.</param>
    internal TraceRecorder(TracePlan plan, TraceCuts? cuts, long workPerByte, int threads, bool keepsRuns = false)
    {
        _keepsRuns = keepsRuns;
        _plan = plan;
        _cuts = cuts;
        _work = cuts is null && workPerByte > 0 ? new TraceWork(workPerByte) : null;
        _threads = threads;
    }

    private TraceRecorder(TracePlan plan, int nodeCount, CutPoints options, int threads, bool keepsRuns)
        : this(plan, TraceCuts.Of(options, nodeCount), options.WorkPerByte, threads, keepsRuns)
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
        TraceRecorder recorder = new(_plan.Bodies[node.Index][body], null, 0, _threads, _keepsRuns);
        _runs.Add((body, iteration, recorder));
        return recorder;
    }

    /// <summary>Finds the recorder of one run of a body of a graph node, which has the full trace of it; <see langword="null"/> where there is none or it was not kept.</summary>
    /// <param name="node">The number of the graph node.</param>
    /// <param name="iteration">The number of the run.</param>
    public TraceRecorder? FindRun(int node, long iteration) => _kept.GetValueOrDefault((node, iteration));

    /// <inheritdoc/>
    /// <exception cref="InvalidOperationException">The graph node is not the next one that the recorder watches, or a wanted output is missing.</exception>
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
            _leaves.Add(new TraceLeaf(number, Commit(node, number, outputs)));
        }

        _runs.Clear();
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
            committed.Add(new TraceOutput { Bodies = CommitRuns(node) });
        }

        return committed.DrainToImmutable();
    }

    private Digest CommitRuns(GraphNode node)
    {
        ImmutableArray<TraceBodyRun>.Builder runs = ImmutableArray.CreateBuilder<TraceBodyRun>(_runs.Count);
        foreach ((int body, long iteration, TraceRecorder recorder) in _runs)
        {
            TraceTree tree = recorder.ToTree();
            runs.Add(new TraceBodyRun(iteration, checked((byte)body), tree.Commitment));
            if (_keepsRuns)
            {
                _kept.Add((node.Index, iteration), recorder);
            }
        }

        return new TraceBodyTree(runs.DrainToImmutable()).Digest;
    }
}
