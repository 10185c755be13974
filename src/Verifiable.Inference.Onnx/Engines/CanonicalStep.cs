using Verifiable.Inference.Onnx.Graph;
using Verifiable.Inference.Onnx.Operators;

namespace Verifiable.Inference.Onnx.Engines;

/// <summary>One graph node of a program.</summary>
/// <param name="Node">The graph node.</param>
/// <param name="Operator">Its operator.</param>
/// <param name="Inputs">The places of its inputs, −1 where an optional one is absent, and then of what its bodies read.</param>
/// <param name="Outputs">The places of its outputs; −1 where nobody wants one.</param>
internal sealed record CanonicalStep(GraphNode Node, BoundOperator Operator, int[] Inputs, int[] Outputs)
{
    /// <summary>Gets its bodies; <see langword="null"/> where it has none.</summary>
    internal BodyPrograms? Bodies { get; init; }
}
