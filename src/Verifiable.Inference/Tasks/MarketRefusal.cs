namespace Verifiable.Inference.Tasks;

/// <summary>Why a market did not do what it was told. A refused command changed nothing. Zero means that there was no refusal.</summary>
public enum MarketRefusal
{
    /// <summary>No refusal: it was done.</summary>
    None = 0,

    /// <summary>It was done already: a retry, and harmless.</summary>
    AlreadyDone,

    /// <summary>The command needs its author's signature and came without one, or with one that it does not need.</summary>
    WrongAuthorization,

    /// <summary>The signature is not valid, or not the author's.</summary>
    InvalidSignature,

    /// <summary>The command is for another ledger.</summary>
    WrongLedger,

    /// <summary>The time is before that of an earlier command.</summary>
    TimeRunsBackwards,

    /// <summary>The ledger does not show what the command says.</summary>
    NotOnLedger,

    /// <summary>There is no such task.</summary>
    TaskUnknown,

    /// <summary>The task is not where this can be done.</summary>
    WrongState,

    /// <summary>The task finds its provider in another way.</summary>
    WrongAssignment,

    /// <summary>The posting contradicts itself; what it must hold is in its description.</summary>
    InvalidPosting,

    /// <summary>The provider is not in the market.</summary>
    ProviderUnknown,

    /// <summary>The provider has as many tasks as it takes.</summary>
    ProviderBusy,

    /// <summary>The provider is barred for now; or, from the auctions of a requester, whose task it let fall.</summary>
    ProviderBarred,

    /// <summary>The provider was removed.</summary>
    ProviderRemoved,

    /// <summary>The provider had this task before, and was silent or convicted; or it is the one to be checked, or the challenger.</summary>
    ProviderExcluded,

    /// <summary>The provider is not the one that has the task.</summary>
    WrongProvider,

    /// <summary>The author is not the task's requester.</summary>
    WrongRequester,

    /// <summary>The provider's free stake does not cover the collateral, beside that of tasks it has just taken.</summary>
    InsufficientCollateral,

    /// <summary>The price has not risen that far.</summary>
    PriceNotReached,

    /// <summary>Another task that the provider could take at its price comes first.</summary>
    AnotherTaskFirst,

    /// <summary>It is too late.</summary>
    TooLate,

    /// <summary>It is too early.</summary>
    TooEarly,

    /// <summary>The secret is not the committed one.</summary>
    WrongSecret,

    /// <summary>The provider is not the one that the draw gives.</summary>
    NotDrawn,

    /// <summary>The serial number is not above the last one.</summary>
    StaleSerial,

    /// <summary>The number of tasks at a time is out of range.</summary>
    InvalidCapacity,

    /// <summary>The requester's balance does not cover its queued auctions, or the price.</summary>
    RequesterCannotPay,
}
