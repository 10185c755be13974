namespace Verifiable.Inference.Strategies;

/// <summary>What came of one task with one provider.</summary>
public enum TaskOutcome
{
    /// <summary>Nothing yet.</summary>
    None = 0,

    /// <summary>The provider did not accept; the task is cancelled and cost nothing.</summary>
    NotAccepted,

    /// <summary>The provider posted a claim in time and delivered an output that opens it.</summary>
    Answered,

    /// <summary>The provider posted a claim in time, delivered nothing that opens it, and revealed the claim's body on demand.</summary>
    Revealed,

    /// <summary>The provider accepted and posted no claim in time, or did not reveal it on demand. The ledger knows.</summary>
    Silent,

    /// <summary>The provider posted one claim and signed another.</summary>
    Equivocated,

    /// <summary>The provider posted a claim and delivered nothing that opens it, and the wait ended before its time to reveal did. Once the opening is due,
    /// <see cref="Settlement.ExpireSilence"/> closes the task.</summary>
    Unfinished,
}
