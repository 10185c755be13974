namespace Verifiable.Inference.Strategies;

/// <summary>What became of a seat whose provider accepted its task.</summary>
public enum SeatOutcome : byte
{
    /// <summary>Nothing is recorded.</summary>
    None = 0,

    /// <summary>The provider posted a claim in time and delivered an output that opens it.</summary>
    Answered = 1,

    /// <summary>The provider posted a claim in time and delivered no output that opens it; on demand it revealed the claim's body on the ledger.</summary>
    Revealed = 2,

    /// <summary>The provider accepted and posted no claim in time, or did not reveal one on demand.</summary>
    Silent = 3,

    /// <summary>The provider posted one claim and signed another for the same task.</summary>
    Equivocated = 4,

    /// <summary>The drawn provider already holds an earlier seat of the vote: it computes once and its answer counts for both.</summary>
    Shared = 5,
}
