namespace Verifiable.Inference.Simulation.Protocol;

/// <summary>What a simulated node does with the tasks that it is given.</summary>
public enum NodeBehavior
{
    /// <summary>Nothing is said; no simulation takes it.</summary>
    None = 0,

    /// <summary>Computes every answer, at the honest cost.</summary>
    Honest,

    /// <summary>Computes nothing and answers with noise of its own, which no other node's answer equals.</summary>
    Lazy,

    /// <summary>Runs the cheap model, at the substitute's cost; all who do have the same answer.</summary>
    Substituting,

    /// <summary>Computes only when it is the first; else copies an answer that leaked, and where none did answers with noise.</summary>
    FreeRiding,

    /// <summary>Belongs to the ring of its group: runs the cheap model once a work for all of them, and confirms what another of them claimed.</summary>
    Colluding,

    /// <summary>Belongs to the ring of its group: computes honestly once a work for all of them, and confirms what another of them claimed. The honesty with which a ring's cheat is compared.</summary>
    Sharing,

    /// <summary>Answers honestly when it is the first, and contradicts everybody whom it checks.</summary>
    Griefing,

    /// <summary>Learns from what it earned whether to compute or to run the cheap model.</summary>
    Adaptive,

    /// <summary>Takes a task and says nothing any more: no claim, no answer. Costs nothing; the ledger calls it silent at the deadline.</summary>
    Silent,

    /// <summary>Computes and posts its claim, but delivers no answer and does not reveal the claim when the ledger demands it.</summary>
    Withholding,

    /// <summary>Computes, and answers at the deadline, when it is too late.</summary>
    Late,

    /// <summary>Takes no task: it holds stake, is drawn, and refuses. Somebody else is drawn then.</summary>
    Absent,
}
