using System.Collections.Immutable;
using Verifiable.Inference.Commitments;
using Verifiable.Inference.Onnx.Graph;
using Verifiable.Inference.Tensors;

namespace Verifiable.Inference.Onnx.Engines;

/// <summary>Commits to the outputs of graph nodes while one run goes on, and keeps no tensor. Used by one run of one engine; not thread-safe.</summary>
public sealed class TraceRecorder : INodeObserver
{
    private readonly TracePlan _plan;
    private readonly TraceOptions _options;
    private readonly int _threads;
    private readonly ImmutableArray<TraceLeaf>.Builder _leaves = ImmutableArray.CreateBuilder<TraceLeaf>();
    private int _next;
    private int _nextCut;
    private Int128 _work;

    /// <summary>Creates a recorder for the next run of an engine.</summary>
    /// <param name="engine">The engine; its number of threads is used for hashing too, and changes no bit.</param>
    /// <param name="options">Which graph nodes have leaves; <see langword="null"/> for all.</param>
    /// <exception cref="ArgumentException">The options name a graph node that the model does not have.</exception>
    /// <exception cref="InvalidOperationException">A graph node of the model has more than <see cref="TraceLeaf.MaxOutputs"/> outputs.</exception>
    public TraceRecorder(CanonicalEngine engine, TraceOptions? options = null)
        : this(TracePlan.Of(engine), options, engine?.Threads ?? 1)
    {
    }

    internal TraceRecorder(TracePlan plan, TraceOptions? options, int threads)
    {
        _plan = plan;
        _options = options ?? TraceOptions.Full;
        _threads = threads;
        if (_options.Nodes is { IsEmpty: false } nodes && nodes[^1] >= plan.Nodes.Length)
        {
            throw new ArgumentException($"Expected numbers below {plan.Nodes.Length}, the number of graph nodes, got {nodes[^1]}.", nameof(options));
        }
    }

    /// <inheritdoc/>
    /// <exception cref="InvalidOperationException">The graph node is not the next one of the engine, or a wanted output is missing.</exception>
    public void OnComputed(GraphNode node, ReadOnlySpan<TensorValue?> inputs, ReadOnlySpan<TensorValue?> outputs)
    {
        ArgumentNullException.ThrowIfNull(node);
        if (_next >= _plan.Nodes.Length || !ReferenceEquals(node, _plan.Nodes[_next]))
        {
            throw new InvalidOperationException($"Expected graph node {_next} of {_plan.Nodes.Length} of the recorder's own engine, got {node}. A recorder takes one run.");
        }

        if (IsCutPoint(node, inputs, outputs))
        {
            _leaves.Add(new TraceLeaf(_next, Commit(node, outputs)));
            _work = 0;
        }

        _next++;
    }

    /// <summary>Gets the trace of the run.</summary>
    /// <exception cref="InvalidOperationException">The run has not come to its end.</exception>
    public TraceTree ToTree() => _next == _plan.Nodes.Length
        ? new TraceTree(_next, _leaves.ToImmutable())
        : throw new InvalidOperationException($"Expected a run of {_plan.Nodes.Length} graph nodes, got {_next}.");

    private bool IsCutPoint(GraphNode node, ReadOnlySpan<TensorValue?> inputs, ReadOnlySpan<TensorValue?> outputs)
    {
        if (_options.Nodes is { } nodes)
        {
            bool isNamed = _nextCut < nodes.Length && nodes[_nextCut] == _next;
            _nextCut += isNamed ? 1 : 0;
            return isNamed;
        }

        if (_options.WorkPerByte == 0)
        {
            return (_next + 1L) % _options.Step == 0;
        }

        _work += TraceWork.Of(node, inputs, outputs);
        return _work >= (Int128)_options.WorkPerByte * TraceWork.Bytes(outputs);
    }

    private ImmutableArray<TraceOutput> Commit(GraphNode node, ReadOnlySpan<TensorValue?> outputs)
    {
        ImmutableArray<TraceOutput>.Builder committed = ImmutableArray.CreateBuilder<TraceOutput>(node.Outputs.Length);
        for (int i = 0; i < node.Outputs.Length; i++)
        {
            TraceOutput output = default;
            foreach (TensorLayout layout in _plan.Layouts[_next][i])
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
