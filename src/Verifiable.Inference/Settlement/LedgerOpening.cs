using Verifiable.Inference.Storage;

namespace Verifiable.Inference.Settlement;

/// <summary>What came of opening a ledger. Immutable.</summary>
public sealed record LedgerOpening
{
    /// <summary>Gets the ledger; <see langword="null"/> where it was refused.</summary>
    public InferenceLedger? Ledger { get; init; }

    /// <summary>Gets why it was refused.</summary>
    public LedgerOpeningRefusal Refusal { get; init; }

    /// <summary>Gets the store's number of the first bad record, if one is bad.</summary>
    public ulong? BadRecord { get; init; }

    /// <summary>Gets what is wrong with the entry in it; <see cref="LedgerReplayFault.None"/> where the record is not even readable.</summary>
    public LedgerReplayFault Fault { get; init; }

    /// <summary>Gets why the rules refuse its command, if that is the fault.</summary>
    public LedgerRefusal CommandRefusal { get; init; }

    /// <summary>Gets the ledger.</summary>
    /// <exception cref="StoreException">It was refused.</exception>
    public InferenceLedger GetLedger() => Ledger ?? throw new StoreException(
        StoreRefusal.BadRecord,
        BadRecord is { } record ? $"The ledger was refused: {Refusal}, record {record}, {Fault} {CommandRefusal}." : $"The ledger was refused: {Refusal}.");
}
