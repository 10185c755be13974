namespace Verifiable.Inference.Settlement;

/// <summary>How the claim of a task stands in the ledger's court. Numbers are in the encodings of settlements and snapshots and never reused.</summary>
public enum CourtStanding
{
    /// <summary>The claim is not in the court.</summary>
    None = 0,

    /// <summary>The claim can be challenged, or is: its task cannot be closed.</summary>
    Pending = 1,

    /// <summary>The court's window and all games are over, and no conviction came of them.</summary>
    Stands = 2,

    /// <summary>The claim is convicted: the stake behind its task is gone, and its provider is not paid.</summary>
    Convicted = 3,

    /// <summary>No court can take the claim, for it has no trace. In a settlement only: no task stands so.</summary>
    Refused = 4,
}
