using Verifiable.Inference.Onnx.Graph;
using Verifiable.Inference.Tensors;

namespace Verifiable.Inference.Onnx.Engines;

/// <summary>Is told graph nodes' outputs in canonical order while a run goes on: what traces are made of.</summary>
public interface INodeObserver
{
    /// <summary>Gets the numbers of the graph nodes to be told of, by <see cref="GraphNode.Index"/>; <see langword="null"/> for all of them. It must stay the same as long
    /// as the observer is used.</summary>
    /// <remarks>Values that nobody watches may never be stored: a run that is watched at a few cut points is nearly as fast as one that is not.</remarks>
    IReadOnlySet<int>? Watched => null;

    /// <summary>Takes note that a graph node begins a run of one of its bodies; asked only for graph nodes that are watched, before <see cref="OnComputed"/> for it.</summary>
    /// <param name="node">The graph node that has the body.</param>
    /// <param name="body">The body's position in <see cref="GraphNode.Bodies"/>; of a recurrent cell, whose steps are told one by one, the direction.</param>
    /// <param name="iteration">The number of this run among those of the graph node, from 0.</param>
    /// <returns>Who is told the outputs of the body's graph nodes in this run; <see langword="null"/> for nobody.</returns>
    INodeObserver? OnBody(GraphNode node, int body, long iteration) => null;

    /// <summary>Takes the outputs of one graph node, on the thread of the run; an exception stops the run.</summary>
    /// <param name="node">The graph node, from <see cref="Operators.CanonicalGraph.Nodes"/>.</param>
    /// <param name="inputs">What went in, by position, and then what its bodies read, by <see cref="GraphNode.Captures"/>; <see langword="null"/> where an optional input is
    /// absent, or was not stored because nobody watches it.</param>
    /// <param name="outputs">What came out, by position; <see langword="null"/> where nobody wants an output. The tensors hold their elements during the call only: the run
    /// uses their memory again.</param>
    void OnComputed(GraphNode node, ReadOnlySpan<TensorValue?> inputs, ReadOnlySpan<TensorValue?> outputs);
}
