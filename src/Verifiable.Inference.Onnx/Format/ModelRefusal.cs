namespace Verifiable.Inference.Onnx.Format;

/// <summary>Says why a model was refused. Immutable.</summary>
/// <param name="Reason">The kind of fault.</param>
/// <param name="Message">What was expected and what was there, for people.</param>
/// <param name="Node">The graph node at fault, when there is one.</param>
public sealed record ModelRefusal(ModelRefusalReason Reason, string Message, GraphNodeLabel? Node = null)
{
    /// <summary>Writes reason, graph node and message on one line.</summary>
    public override string ToString() => Node is null ? $"{Reason}: {Message}" : $"{Reason} at {Node}: {Message}";
}
