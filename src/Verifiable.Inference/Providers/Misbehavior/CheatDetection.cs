namespace Verifiable.Inference.Providers.Misbehavior;

/// <summary>How a cheat is found out.</summary>
public enum CheatDetection
{
    /// <summary>Nothing is known.</summary>
    Unknown = 0,

    /// <summary>There is nothing to punish: the provider took no task, or its output is right.</summary>
    Harmless,

    /// <summary>By recomputing: with the audit's probability, and not where the checker is an accomplice.</summary>
    Audit,

    /// <summary>By every task that it accepts: the ledger and its own signatures prove it.</summary>
    EveryTask,
}
