using Verifiable.Inference.Commitments;
using Verifiable.Inference.Tensors;

namespace Verifiable.Inference.Onnx.Disputes;

/// <summary>A run of a model as far as a dispute asks for it: what a disputant answers from.</summary>
public interface IDisputedRun
{
    /// <summary>Gets the full trace of the run.</summary>
    ValueTask<TraceTree> GetTraceAsync(CancellationToken cancellationToken = default);

    /// <summary>Gets the commitments to the outputs of the model.</summary>
    ValueTask<CommittedTensors> GetOutputCommitmentsAsync(CancellationToken cancellationToken = default);

    /// <summary>Gets the outputs of some graph nodes.</summary>
    /// <param name="nodes">The graph nodes' numbers in canonical order.</param>
    /// <param name="cancellationToken">Stops a repeated run.</param>
    /// <returns>The outputs by position for each number; <see langword="null"/> where nobody wants an output.</returns>
    ValueTask<IReadOnlyDictionary<int, IReadOnlyList<TensorValue?>>> GetOutputsAsync(IReadOnlySet<int> nodes, CancellationToken cancellationToken = default);
}
