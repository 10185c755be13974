using Verifiable.Inference.Claims;
using Verifiable.Inference.Commitments;
using Verifiable.Inference.Identity;

namespace Verifiable.Inference.Settlement;

/// <summary>Where the entries of a ledger lead, up to the first bad one. Immutable.</summary>
public sealed record LedgerReplayResult
{
    /// <summary>Gets the ledger.</summary>
    public required NodeId Ledger { get; init; }

    /// <summary>Gets the state after the last good entry.</summary>
    public required LedgerState State { get; init; }

    /// <summary>Gets the number of good entries.</summary>
    public required ulong Sequence { get; init; }

    /// <summary>Gets the hash of the last good entry.</summary>
    public required Digest Hash { get; init; }

    /// <summary>Gets what is wrong with the first bad entry.</summary>
    public required LedgerReplayFault Fault { get; init; }

    /// <summary>Gets why the command of the first bad entry is refused, if that is the fault.</summary>
    public required LedgerRefusal Refusal { get; init; }

    /// <summary>Gets a value indicating whether all entries are good. Entries that were cut off at the end do not show: compare with a signed head by <see cref="IsAt"/>.</summary>
    public bool IsValid => Fault == LedgerReplayFault.None;

    /// <summary>Gets the place of the first bad entry, counted from 1, or <see langword="null"/> when all are good.</summary>
    public ulong? FirstBadEntry => IsValid ? null : Sequence + 1;

    /// <summary>Tells whether all entries are good and lead exactly to this head. Whether the head is signed is not asked here.</summary>
    public bool IsAt(LedgerHead head)
    {
        ArgumentNullException.ThrowIfNull(head);
        return IsValid
            && head.Ledger == Ledger
            && head.Sequence == Sequence
            && head.Hash == Hash
            && head.Time == State.Time
            && head.StakesRoot == StakeTree.Build(State.Stakes).Root;
    }
}
