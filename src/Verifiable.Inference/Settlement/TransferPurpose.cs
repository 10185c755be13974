namespace Verifiable.Inference.Settlement;

/// <summary>What a transfer is for.</summary>
public enum TransferPurpose
{
    /// <summary>No purpose; refused.</summary>
    None = 0,

    /// <summary>Pay for an answer.</summary>
    Reward,

    /// <summary>Money back for the requester.</summary>
    Refund,

    /// <summary>A premium for the honest side of a proven mismatch.</summary>
    Bounty,

    /// <summary>Amends for a party that had costs through the fault of another.</summary>
    Compensation,

    /// <summary>Pay for a recomputation that adjudicates.</summary>
    VoterPay,

    /// <summary>Destroyed.</summary>
    Burn,
}
