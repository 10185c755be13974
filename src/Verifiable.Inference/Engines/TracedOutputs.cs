using System.Collections.Immutable;
using Verifiable.Inference.Commitments;
using Verifiable.Inference.Tensors;

namespace Verifiable.Inference.Engines;

/// <summary>What a run gave, and the commitment to how it came about.</summary>
/// <param name="Outputs">The model's outputs by name.</param>
/// <param name="Trace">The commitment to the outputs of graph nodes.</param>
public sealed record TracedOutputs(NamedTensors Outputs, TraceCommitment Trace)
{
    /// <summary>Gets the numbers of the graph nodes that have leaves, ascending; <c>default</c> where all have. A claim on the trace has to state them.</summary>
    public ImmutableArray<int> Cuts { get; init; }
}
