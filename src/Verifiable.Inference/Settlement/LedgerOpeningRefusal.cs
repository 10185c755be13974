namespace Verifiable.Inference.Settlement;

/// <summary>Why a ledger was not opened from a store. Zero means that there was no refusal.</summary>
public enum LedgerOpeningRefusal
{
    /// <summary>No refusal.</summary>
    None = 0,

    /// <summary>The store belongs to another ledger.</summary>
    WrongLedger,

    /// <summary>The known head is not signed by the ledger's operator, or is of another ledger.</summary>
    InvalidKnownHead,

    /// <summary>The store ends before the known head.</summary>
    BehindKnownHead,

    /// <summary>The store has another history than the known head.</summary>
    NotOfKnownHead,

    /// <summary>The ledger's snapshot is not readable, or does not add up.</summary>
    BadSnapshot,

    /// <summary>A record is not readable, not the next, or not allowed by the rules.</summary>
    BadRecord,

    /// <summary>Records that are needed were freed, and no snapshot stands for them.</summary>
    RecordsFreed,
}
