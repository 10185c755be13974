namespace Verifiable.Inference.Settlement;

/// <summary>Where a task stands.</summary>
public enum TaskState
{
    /// <summary>There is no task.</summary>
    None = 0,

    /// <summary>The task is offered and its escrow held.</summary>
    Open,

    /// <summary>The provider accepted and its stake is reserved.</summary>
    Accepted,

    /// <summary>The provider posted its claim in time.</summary>
    Claimed,

    /// <summary>Closed: taken back before anybody accepted it.</summary>
    Cancelled,

    /// <summary>Closed: the requester opened its secret and the task was settled.</summary>
    Settled,

    /// <summary>Closed: the requester did not open its secret in time.</summary>
    Forfeited,

    /// <summary>Closed: the provider was silent and nobody settled the task in time.</summary>
    Expired,
}
