namespace Verifiable.Inference.Settlement;

/// <summary>What can be dropped.</summary>
internal enum LedgerExpiryKind
{
    /// <summary>Nothing.</summary>
    None = 0,

    /// <summary>A closed task.</summary>
    Task,

    /// <summary>A closed collateral.</summary>
    Collateral,

    /// <summary>The id of a command.</summary>
    Command,
}
