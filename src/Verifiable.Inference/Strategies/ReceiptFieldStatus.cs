namespace Verifiable.Inference.Strategies;

/// <summary>How far a receipt's bytes carry one of its parts.</summary>
public enum ReceiptFieldStatus
{
    /// <summary>Not checked.</summary>
    Unchecked = 0,

    /// <summary>The bytes prove it, given that signatures and hashes hold.</summary>
    Proven,

    /// <summary>Somebody who is named says so; the bytes do not prove it.</summary>
    Asserted,

    /// <summary>The bytes contradict it.</summary>
    Refuted,
}
