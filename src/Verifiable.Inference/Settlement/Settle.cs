using System.Collections.Immutable;
using System.Diagnostics.CodeAnalysis;
using Verifiable.Inference.Commitments;
using Verifiable.Inference.Identity;

namespace Verifiable.Inference.Settlement;

/// <summary>
/// Closes tasks of one requester, all or none: opens their secrets and says who is paid from which escrow or stake. What is left of an escrow goes back to the
/// requester, what is left of a stake is released. Immutable; equal by content.
/// </summary>
/// <remarks>The ledger checks what it can know: that the secrets are the committed ones and opened in time, that who is called silent accepted and posted nothing
/// by the deadline, that who is served or convicted posted the very claim that was judged, that stake is taken from the silent and the convicted only, and that no more is paid than there is.
/// That a conviction is right, and that the amounts follow from the terms, is for the strategy and the receipt to show.</remarks>
public sealed record Settle : LedgerCommand
{
    /// <summary>The largest number of tasks: 4096.</summary>
    public const int MaxTasks = 4096;

    /// <summary>The largest number of transfers: 16384.</summary>
    public const int MaxTransfers = 16384;

    /// <summary>Creates a settlement.</summary>
    /// <param name="tasks">The tasks to close.</param>
    /// <param name="transfers">The payments, done in this order; <c>default</c> for none.</param>
    public Settle(ImmutableArray<TaskSettlement> tasks, ImmutableArray<Transfer> transfers)
    {
        Tasks = tasks.IsDefault ? [] : tasks;
        Transfers = transfers.IsDefault ? [] : transfers;
    }

    /// <summary>Gets the digest of the evidence, without its signatures, from which the settlement follows; the ledger sets it. With it the chain of entries binds every
    /// bit of the evidence, also what decides nothing.</summary>
    public Digest Evidence { get; init; }

    /// <summary>Gets the tasks to close.</summary>
    public ImmutableArray<TaskSettlement> Tasks { get; }

    /// <summary>Gets the payments.</summary>
    public ImmutableArray<Transfer> Transfers { get; }

    /// <inheritdoc/>
    private protected override LedgerCommandTag Tag => LedgerCommandTag.Settle;

    /// <inheritdoc/>
    public bool Equals([NotNullWhen(true)] Settle? other) =>
        other is not null && Evidence == other.Evidence && Tasks.AsSpan().SequenceEqual(other.Tasks.AsSpan()) && Transfers.AsSpan().SequenceEqual(other.Transfers.AsSpan());

    /// <inheritdoc/>
    public override int GetHashCode() => HashCode.Combine(Tasks.Length, Transfers.Length, Tasks.IsEmpty ? null : Tasks[0]);

    /// <summary>Reads what follows the tag.</summary>
    internal static Settle ReadFields(ref CanonicalReader reader) =>
        new(reader.ReadList<TaskSettlement>(MaxTasks), reader.ReadList<Transfer>(MaxTransfers)) { Evidence = reader.ReadDigest() };

    /// <inheritdoc/>
    internal override LedgerRefusal ApplyTo(LedgerDraft draft, long now)
    {
        if (Tasks.IsEmpty)
        {
            return LedgerRefusal.SettlementEmpty;
        }

        if (Tasks.Length > MaxTasks || Transfers.Length > MaxTransfers)
        {
            return LedgerRefusal.SettlementTooLarge;
        }

        SettlementSources sources = new(Tasks.Length);
        LedgerRefusal refusal = Collect(draft, now, sources);
        if (refusal != LedgerRefusal.None)
        {
            return refusal;
        }

        foreach (Transfer transfer in Transfers)
        {
            refusal = sources.Find(transfer.Task)?.Take(transfer) ?? LedgerRefusal.TransferFromUnlistedTask;
            if (refusal != LedgerRefusal.None)
            {
                return refusal;
            }
        }

        sources.Close(draft);

        foreach (Transfer transfer in Transfers)
        {
            transfer.Pay(draft);
        }

        return LedgerRefusal.None;
    }

    /// <inheritdoc/>
    private protected override void WriteFields(ref CanonicalWriter writer)
    {
        writer.WriteList(Tasks);
        writer.WriteList(Transfers);
        writer.WriteDigest(Evidence);
    }

    private LedgerRefusal Collect(LedgerDraft draft, long now, SettlementSources sources)
    {
        NodeId? requester = null;
        foreach (TaskSettlement item in Tasks)
        {
            if (draft.FindTask(item.Task) is not { } task)
            {
                return LedgerRefusal.TaskUnknown;
            }

            LedgerRefusal refusal = SettlementSource.Check(task, item, now);
            if (refusal != LedgerRefusal.None)
            {
                return refusal;
            }

            requester ??= task.Requester;
            if (task.Requester != requester)
            {
                return LedgerRefusal.RequesterMismatch;
            }

            if (!sources.TryAdd(new SettlementSource(task, item)))
            {
                return LedgerRefusal.TaskListedTwice;
            }
        }

        return LedgerRefusal.None;
    }
}
