namespace Verifiable.Inference.Tasks;

/// <summary>Where a task of the market stands.</summary>
public enum MarketTaskState : byte
{
    /// <summary>There is no task.</summary>
    None = 0,

    /// <summary>The task waits for a provider, or for its turn.</summary>
    Queued = 1,

    /// <summary>A provider has the task, or a strategy runs it.</summary>
    Assigned = 2,

    /// <summary>The claim is on the ledger; the output is not delivered yet.</summary>
    Answered = 3,

    /// <summary>The output is delivered and may be challenged.</summary>
    Provisional = 4,

    /// <summary>The claim is being recomputed.</summary>
    Challenged = 5,

    /// <summary>The claim was convicted: its settlement is undone, and the task waits to be queued again.</summary>
    Reversed = 6,

    /// <summary>Closed: the answer stands.</summary>
    Final = 7,

    /// <summary>Closed: taken back by the requester before anybody had it.</summary>
    Withdrawn = 8,

    /// <summary>Closed without an answer: nobody took it in time, or too many who took it were silent or convicted.</summary>
    Failed = 9,
}
