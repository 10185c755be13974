using Verifiable.Inference.Commitments;

namespace Verifiable.Inference.Settlement;

/// <summary>
/// Closes a task that was accepted, never answered or not revealed on demand, and not settled in time: the requester gets its escrow back, the stake at risk is burnt. Anybody may tell
/// the ledger to, at any later time, with the same result.
/// </summary>
/// <remarks>Rationale: silence must cost what a conviction costs, also where the requester is silent too.</remarks>
/// <param name="Task">The task.</param>
public sealed record ExpireSilence(Digest Task) : LedgerCommand
{
    /// <inheritdoc/>
    private protected override LedgerCommandTag Tag => LedgerCommandTag.ExpireSilence;

    /// <summary>Reads what follows the tag.</summary>
    internal static ExpireSilence ReadFields(ref CanonicalReader reader) => new(reader.ReadDigest());

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

        if (task.State != TaskState.Accepted && !task.IsUnrevealed)
        {
            return LedgerRefusal.ClaimPosted;
        }

        if (!task.IsPastOpeningDeadline(now))
        {
            return LedgerRefusal.OpeningDeadlineNotReached;
        }

        draft.SetTask(task, task with { State = TaskState.Expired });
        draft.Credit(task.Requester, task.Escrow);
        draft.Release(task.Provider, task.StakeAtRisk, Amount.Zero);
        draft.Burn(task.StakeAtRisk);
        draft.ReleaseBond(task);
        return LedgerRefusal.None;
    }

    /// <inheritdoc/>
    private protected override void WriteFields(ref CanonicalWriter writer) => writer.WriteDigest(Task);
}
