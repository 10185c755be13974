using Verifiable.Inference.Commitments;

namespace Verifiable.Inference.Settlement;

/// <summary>
/// Closes a task whose claim is posted and whose secret was not opened in time: the provider is paid its reward and gets its stake back, the rest of the escrow
/// is burnt. Of a bonded claim this holds where the court found that it stands; where it is in no court its reward is burnt too, and a convicted one gives the escrow back to the requester.
/// Anybody may tell the ledger to, at any later time, with the same result, once the court has closed the claim.
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

        if (task.Court == CourtStanding.Pending)
        {
            return LedgerRefusal.TaskInCourt;
        }

        draft.SetTask(task, task with { State = TaskState.Forfeited });
        if (task.Court == CourtStanding.Convicted)
        {
            draft.Credit(task.Requester, task.Escrow);
            return LedgerRefusal.None;
        }

        // A bonded claim is paid when it has been open to disputes, and not because nobody took it there: its provider could have.
        Amount paid = task.ClaimBond == Amount.Zero || task.Court == CourtStanding.Stands ? task.Reward : Amount.Zero;
        draft.Credit(task.Provider, paid);
        draft.Burn(task.Escrow - paid);
        draft.Release(task.Provider, task.StakeAtRisk, task.StakeAtRisk);
        draft.ReleaseBond(task);
        return LedgerRefusal.None;
    }

    /// <inheritdoc/>
    private protected override void WriteFields(ref CanonicalWriter writer) => writer.WriteDigest(Task);
}
