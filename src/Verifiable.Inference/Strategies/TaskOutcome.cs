namespace Verifiable.Inference.Strategies;

/// <summary>What came of one task with one provider.</summary>
public enum TaskOutcome
{
    /// <summary>Nothing yet.</summary>
    None = 0,

    /// <summary>The ledger did not open the task: the requester's money does not suffice. No provider has to do with it.</summary>
    NotOpened,

    /// <summary>The provider did not accept; the task is cancelled and cost nothing.</summary>
    NotAccepted,

    /// <summary>The provider posted a claim in time and delivered an output that opens it.</summary>
    Answered,

    /// <summary>The provider posted a claim in time and delivered nothing that opens it. A demand decides between the next outcome and silence.</summary>
    Withheld,

    /// <summary>The provider revealed on demand the body of a claim that it had not delivered.</summary>
    Revealed,

    /// <summary>The provider accepted and posted no claim in time, or did not reveal it on demand. The ledger knows.</summary>
    Silent,

    /// <summary>The provider posted one claim and signed another.</summary>
    Equivocated,
}
