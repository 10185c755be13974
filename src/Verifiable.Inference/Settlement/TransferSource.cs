namespace Verifiable.Inference.Settlement;

/// <summary>From which money of a task a transfer is taken.</summary>
public enum TransferSource
{
    /// <summary>No source; refused.</summary>
    None = 0,

    /// <summary>The requester's escrow.</summary>
    Escrow,

    /// <summary>The provider's stake at risk.</summary>
    Stake,

    /// <summary>A collateral.</summary>
    Collateral,
}
