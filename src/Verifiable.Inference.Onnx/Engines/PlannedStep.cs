using Verifiable.Inference.Onnx.Operators;

namespace Verifiable.Inference.Onnx.Engines;

/// <summary>What becomes of one graph node for inputs of known shapes.</summary>
/// <param name="Step">The graph node.</param>
/// <param name="Kind">How it is run.</param>
/// <param name="Outputs">The types and shapes of its outputs; empty where they are known in the run only.</param>
internal sealed record PlannedStep(CanonicalStep Step, PlannedStepKind Kind, TensorSignature[] Outputs)
{
    /// <summary>Gets the graph nodes that are computed run by run within this one, in order; the last one's output is the only one that is stored.</summary>
    internal List<(int Index, int Followed)> Followers { get; } = [];

    /// <summary>Gets the types and shapes of the outputs of a graph node with bodies, where they are known before the run.</summary>
    internal TensorSignature?[] Expected { get; init; } = [];

    /// <summary>Gets or sets the position of the graph node in whose chain this one is computed, or −1.</summary>
    internal int Head { get; set; } = -1;
}
