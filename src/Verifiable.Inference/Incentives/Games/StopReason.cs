namespace Verifiable.Inference.Incentives.Games;

/// <summary>Names why a solver or a checker came back. The default says that it never ran.</summary>
public enum StopReason
{
    /// <summary>Nothing ran.</summary>
    None = 0,

    /// <summary>The work was done.</summary>
    Finished,

    /// <summary>The limit of work was reached.</summary>
    LimitReached,

    /// <summary>The caller cancelled.</summary>
    Cancelled,
}
