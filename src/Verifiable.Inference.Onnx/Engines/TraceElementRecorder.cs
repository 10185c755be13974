using Verifiable.Inference.Commitments;
using Verifiable.Inference.Onnx.Graph;
using Verifiable.Inference.Tensors;

namespace Verifiable.Inference.Onnx.Engines;

/// <summary>Opens one element of a trace while the run that it is of is repeated. Used by one run; not thread-safe.</summary>
public sealed class TraceElementRecorder : INodeObserver
{
    private readonly TraceTree _trace;
    private readonly int _node;
    private readonly int _output;
    private readonly long _element;
    private readonly TensorLayout _layout;
    private readonly HashSet<int> _watched;
    private TraceElementOpening? _opening;

    /// <summary>Creates a recorder for a repeated run.</summary>
    /// <param name="trace">The trace.</param>
    /// <param name="node">The graph node's number in canonical order; it has a leaf.</param>
    /// <param name="output">The output's position.</param>
    /// <param name="element">The element's row-major place in the output.</param>
    /// <param name="layout">One of the layouts that the leaf holds.</param>
    /// <exception cref="ArgumentException">The leaf holds no such output in this layout.</exception>
    /// <exception cref="ArgumentOutOfRangeException">The graph node has no leaf, or the element is negative.</exception>
    public TraceElementRecorder(TraceTree trace, int node, int output, long element, TensorLayout layout)
    {
        ArgumentNullException.ThrowIfNull(trace);
        ArgumentOutOfRangeException.ThrowIfNegative(element);
        if (trace.Find(node) is not { } leaf)
        {
            throw new ArgumentOutOfRangeException(nameof(node), node, "Expected the number of a graph node that has a leaf.");
        }

        if ((uint)output >= (uint)leaf.Outputs.Length || leaf.Outputs[output].In(layout) is null)
        {
            throw new ArgumentException($"Expected an output that the leaf holds in layout {layout}, got output {output}.", nameof(output));
        }

        _trace = trace;
        _node = node;
        _output = output;
        _element = element;
        _layout = layout;
        _watched = [node];
    }

    /// <inheritdoc/>
    public IReadOnlySet<int>? Watched => _watched;

    /// <inheritdoc/>
    /// <exception cref="InvalidOperationException">The repeated run does not give what the trace says, or the output has no such element.</exception>
    public void OnComputed(GraphNode node, ReadOnlySpan<TensorValue?> inputs, ReadOnlySpan<TensorValue?> outputs)
    {
        ArgumentNullException.ThrowIfNull(node);
        if (node.Index != _node)
        {
            return;
        }

        TensorValue tensor = (_output < outputs.Length ? outputs[_output] : null) ?? throw new InvalidOperationException($"{node}: expected output {_output}, got none.");
        var commitment = TensorCommitment.Of(tensor, _layout);
        if (commitment.Digest != _trace.Find(_node)!.Outputs[_output].In(_layout))
        {
            throw new InvalidOperationException($"{node}: expected output {_output} to be what the trace says, got something else.");
        }

        if (_element >= tensor.Length)
        {
            throw new InvalidOperationException($"{node}: expected an element below {tensor.Length}, got {_element}.");
        }

        _opening = new TraceElementOpening(_trace.Open(_node), _output, commitment.Open(commitment.Header.LocateRowMajor(_element).Chunk));
    }

    /// <summary>Gets the opening.</summary>
    /// <exception cref="InvalidOperationException">The run has not come to the graph node.</exception>
    public TraceElementOpening ToOpening() => _opening ?? throw new InvalidOperationException($"Expected a run beyond graph node {_node}, got none.");
}
