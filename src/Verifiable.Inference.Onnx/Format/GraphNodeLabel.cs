namespace Verifiable.Inference.Onnx.Format;

/// <summary>Names one graph node in a message to people.</summary>
/// <param name="Index">The position among the nodes of the file, from 0, <c>Constant</c> nodes counted.</param>
/// <param name="Name">The name, a label that may be empty and need not be unique.</param>
/// <param name="Domain">The operator's domain; empty for ONNX's own.</param>
/// <param name="OperatorType">The operator.</param>
/// <param name="OpsetVersion">The version of the domain's operator set that the model imports, or 0 when it imports none.</param>
public sealed record GraphNodeLabel(int Index, string Name, string Domain, string OperatorType, int OpsetVersion)
{
    /// <summary>Writes all of it on one line.</summary>
    public override string ToString() =>
        FormattableString.Invariant($"graph node {Index} '{Name}' ({(Domain.Length == 0 ? "ai.onnx" : Domain)} {OperatorType}, opset {OpsetVersion})");
}
