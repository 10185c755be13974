namespace Verifiable.Inference.Settlement;

/// <summary>What is wrong with the first bad entry of a ledger.</summary>
public enum LedgerReplayFault
{
    /// <summary>Nothing was found.</summary>
    None = 0,

    /// <summary>The entry's number is not the next.</summary>
    WrongSequence,

    /// <summary>The signature that the command stands on is missing or not valid, or there is one where none belongs.</summary>
    WrongAuthorization,

    /// <summary>The ledger's rules refuse the command.</summary>
    CommandRefused,

    /// <summary>The hash does not follow from the entry and those before it.</summary>
    WrongHash,
}
