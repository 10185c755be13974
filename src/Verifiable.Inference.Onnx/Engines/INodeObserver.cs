using Verifiable.Inference.Onnx.Graph;
using Verifiable.Inference.Tensors;

namespace Verifiable.Inference.Onnx.Engines;

/// <summary>Is told every graph node's outputs in canonical order while a run goes on: what traces are made of.</summary>
public interface INodeObserver
{
    /// <summary>Takes the outputs of one graph node, on the thread of the run; an exception stops the run.</summary>
    /// <param name="node">The graph node.</param>
    /// <param name="inputs">What went in, by position; <see langword="null"/> where an optional input is absent. Valid during the call only.</param>
    /// <param name="outputs">What came out, by position; <see langword="null"/> where nobody wants an output. Valid during the call only: the
    /// run may reuse their memory afterwards.</param>
    void OnComputed(GraphNode node, ReadOnlySpan<TensorValue?> inputs, ReadOnlySpan<TensorValue?> outputs);
}
