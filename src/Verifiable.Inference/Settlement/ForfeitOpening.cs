using Verifiable.Inference.Commitments;

namespace Verifiable.Inference.Settlement;

/// <summary>
/// Closes a task whose claim is posted and whose secret was not opened in time: the provider is paid its reward and gets its stake back, the rest of the escrow
/// is burnt. Anybody may tell the ledger to, at any later time, with the same result.
/// </summary>
/// <remarks>Rationale: the provider did its part, and a requester who does not like what its secret would show must not gain by hiding it.</remarks>
/// <param name="Task">The task.</param>
public sealed record ForfeitOpening(Digest Task) : LedgerCommand
{
    /// <inheritdoc/>
    private protected override LedgerCommandTag Tag => LedgerCommandTag.ForfeitOpening;

    /// <summary>Reads what follows the tag.</summary>
    internal static ForfeitOpening ReadFields(ref CanonicalReader reader) => new(reader.ReadDigest());

    /// <inheritdoc/>
    internal override LedgerRefusal ApplyTo(LedgerDraft draft, long now)
    {
        if (draft.FindTask(Task) is not { } task)
        {
            return LedgerRefusal.TaskUnknown;
        }

        if (task.IsClosed)
        {
            return LedgerRefusal.TaskClosed;
        }

        if (task.State == TaskState.Open)
        {
            return LedgerRefusal.NotAccepted;
        }

        if (task.State != TaskState.Claimed)
        {
            return LedgerRefusal.ClaimMissing;
        }

        if (task.IsUnrevealed)
        {
            return LedgerRefusal.ClaimNotRevealed;
        }

        if (!task.IsPastOpeningDeadline(now))
        {
            return LedgerRefusal.OpeningDeadlineNotReached;
        }

        draft.SetTask(task, task with { State = TaskState.Forfeited });
        draft.Credit(task.Provider, task.Reward);
        draft.Burn(task.Escrow - task.Reward);
        draft.Release(task.Provider, task.StakeAtRisk, task.StakeAtRisk);
        return LedgerRefusal.None;
    }

    /// <inheritdoc/>
    private protected override void WriteFields(ref CanonicalWriter writer) => writer.WriteDigest(Task);
}
