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
    private int _seen;

    /// <summary>Creates a recorder for the next run of an engine.</summary>
    /// <param name="engine">The engine; its number of threads is used for hashing too, and changes no bit.</param>
    /// <param name="options">Which graph nodes have leaves; <see langword="null"/> for all.</param>
    /// <exception cref="ArgumentException">The options name a graph node that the model does not have.</exception>
    /// <exception cref="InvalidOperationException">A graph node of the model has more than <see cref="TraceLeaf.MaxOutputs"/> outputs.</exception>
    public TraceRecorder(CanonicalEngine engine, CutPoints? options = null)
        : this(TracePlan.Of(engine), engine.Graph.Nodes.Length, options ?? CutPoints.All, engine.Threads)
    {
    }

    /// <summary>Creates a recorder for cut points that are known before the run, or for a plain or a growing trace.</summary>
    /// <param name="plan">What the engine's traces have in common.</param>
    /// <param name="cuts">The cut points; <see langword="null"/> where the work decides, or for a full trace.</param>
    /// <param name="workPerByte">The work that lies between two cut points; 0 for a full trace.</param>
    /// <param name="threads">The number of threads that hash.</param>
    internal TraceRecorder(TracePlan plan, TraceCuts? cuts, long workPerByte, int threads)
    {
        _plan = plan;
        _cuts = cuts;
        _work = cuts is null && workPerByte > 0 ? new TraceWork(workPerByte) : null;
        _threads = threads;
    }

    private TraceRecorder(TracePlan plan, int nodeCount, CutPoints options, int threads)
        : this(plan, TraceCuts.Of(options, nodeCount), options.WorkPerByte, threads)
    {
    }

    /// <inheritdoc/>
    public IReadOnlySet<int>? Watched => _cuts?.Set;

    private int Expected => _cuts is null ? _plan.Nodes.Length : _cuts.Nodes.Length;

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

        return committed.DrainToImmutable();
    }
}
