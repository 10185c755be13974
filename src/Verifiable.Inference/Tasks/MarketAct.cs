namespace Verifiable.Inference.Tasks;

/// <summary>What a market is told. Numbers are on the wire and never reused.</summary>
public enum MarketAct : byte
{
    /// <summary>Nothing; refused.</summary>
    None = 0,

    /// <summary>A provider takes part, with a number of tasks at a time. Signed by the provider.</summary>
    Join = 1,

    /// <summary>A provider takes no more tasks. Signed by the provider.</summary>
    Leave = 2,

    /// <summary>A requester posts a task. Signed by the requester.</summary>
    Post = 3,

    /// <summary>A requester takes a queued task back. Signed by the requester.</summary>
    Withdraw = 4,

    /// <summary>A provider takes a task at a price. Signed by the provider.</summary>
    Bid = 5,

    /// <summary>A directly assigned task goes to the provider that its posting names.</summary>
    Assign = 6,

    /// <summary>The ledger holds the task: escrow and collateral are locked.</summary>
    Confirm = 7,

    /// <summary>The claim stands on the ledger.</summary>
    Answer = 8,

    /// <summary>The output is delivered: the requester's signed word, or the ledger's when it reveals the claim or the time to demand it is over.</summary>
    Deliver = 9,

    /// <summary>The market opens the secret of its random challenge: the coin falls.</summary>
    OpenDraw = 10,

    /// <summary>Somebody challenges a claim. Signed by the challenger.</summary>
    Challenge = 11,

    /// <summary>The drawn provider recomputes, as a task of its own.</summary>
    Recompute = 12,

    /// <summary>The ledger settled the challenged claim as served.</summary>
    Acquit = 13,

    /// <summary>The ledger settled the claim as convicted.</summary>
    Convict = 14,

    /// <summary>A reversed task is queued again.</summary>
    Requeue = 15,

    /// <summary>The ledger says that the provider was silent, or it did not accept in time.</summary>
    Reassign = 16,

    /// <summary>The window is over and the ledger paid.</summary>
    Finish = 17,

    /// <summary>Nobody took the task in time.</summary>
    Expire = 18,

    /// <summary>A strategy begins to run the task. Signed by the requester.</summary>
    StartRun = 19,

    /// <summary>A strategy's run came to an end on the ledger. Signed by the requester.</summary>
    FinishRun = 20,

    /// <summary>A strategy's run was lost with the process that ran it. Signed by the requester.</summary>
    LoseRun = 21,

    /// <summary>The ledger's stakes are others than the market was told last. A posting fixes those from which its recomputer is drawn.</summary>
    NoteStakes = 22,
}
