using Verifiable.Inference.Disputes;

namespace Verifiable.Inference.Onnx.Disputes;

/// <summary>Leaves a definition that asks for what is not open, or for too much. It never leaves the referee.</summary>
internal sealed class EvidenceException : Exception
{
    /// <summary>Creates the exception.</summary>
    public EvidenceException(RulingReason reason)
        : base($"{reason}.")
    {
        Reason = reason;
    }

    /// <summary>Gets why there is no conclusion.</summary>
    public RulingReason Reason { get; }
}
