using System.Collections.Immutable;

namespace Verifiable.Inference.Onnx.Engines;

/// <summary>The cut points of traces, where they are known before a run. Immutable and thread-safe.</summary>
internal sealed class TraceCuts
{
    /// <summary>Creates cut points.</summary>
    /// <param name="nodes">The graph nodes' numbers, ascending.</param>
    public TraceCuts(ImmutableArray<int> nodes)
    {
        Nodes = nodes;
        Set = new HashSet<int>(nodes);
    }

    /// <summary>Gets the graph nodes' numbers, ascending.</summary>
    public ImmutableArray<int> Nodes { get; }

    /// <summary>Gets them as a set, always the same one: an engine keeps its plan for it.</summary>
    public IReadOnlySet<int> Set { get; }

    /// <summary>Gets the cut points of options, or <see langword="null"/> for a full trace and where only a run can tell.</summary>
    /// <exception cref="ArgumentException">The options name a graph node that the model does not have.</exception>
    public static TraceCuts? Of(CutPoints options, int nodeCount)
    {
        if (options.Nodes is { } nodes)
        {
            return nodes.IsEmpty || nodes[^1] < nodeCount
                ? new TraceCuts(nodes)
                : throw new ArgumentException($"Expected numbers below {nodeCount}, the number of graph nodes, got {nodes[^1]}.", nameof(options));
        }

        return options.Step == 1 ? null : new TraceCuts([.. Enumerable.Range(0, nodeCount).Where(node => (node + 1L) % options.Step == 0)]);
    }
}
