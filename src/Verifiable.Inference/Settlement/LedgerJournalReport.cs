using Verifiable.Inference.Commitments;
using Verifiable.Inference.Storage;

namespace Verifiable.Inference.Settlement;

/// <summary>What was found in a ledger's journal. Immutable.</summary>
public sealed record LedgerJournalReport
{
    /// <summary>Gets what was found of the journal itself.</summary>
    public required JournalReport Journal { get; init; }

    /// <summary>Gets what was found of the ledger's entries in it; there is no ledger in it.</summary>
    public required LedgerOpening Opening { get; init; }

    /// <summary>Gets the number of good entries.</summary>
    public ulong Sequence { get; init; }

    /// <summary>Gets the hash of the last good entry.</summary>
    public Digest Hash { get; init; }

    /// <summary>Gets the state after the last good entry.</summary>
    public LedgerState State { get; init; } = LedgerState.Empty;

    /// <summary>Gets a value indicating whether everything is good. Entries that were cut off at the end show only beside a known head.</summary>
    public bool IsGood => Journal.IsGood && Opening.Refusal == LedgerOpeningRefusal.None;

    /// <summary>Gets the journal's number of the first bad record, or <see langword="null"/> when none is bad.</summary>
    public ulong? BadRecord => Journal.BadRecord ?? Opening.BadRecord;
}
