namespace Verifiable.Inference.Providers;

/// <summary>What went wrong in an exchange with a provider.</summary>
public enum ProviderFault
{
    /// <summary>Nothing went wrong.</summary>
    None = 0,

    /// <summary>No way to the provider is known.</summary>
    Unreachable,

    /// <summary>The provider replied with nothing.</summary>
    Refused,

    /// <summary>There was no reply before the deadline.</summary>
    TimedOut,

    /// <summary>The provider's side of the transport threw.</summary>
    Threw,

    /// <summary>The reply is not what was asked for: malformed bytes, another task, a bad signature.</summary>
    Malformed,

    /// <summary>The ledger refused what the provider signed.</summary>
    LedgerRefused,

    /// <summary>The claim is posted and the delivered output does not open it.</summary>
    Withheld,

    /// <summary>The provider posted no claim by the deadline.</summary>
    Silent,

    /// <summary>The provider signed two claims for one task.</summary>
    Equivocated,
}
