using Verifiable.Inference.Commitments;

namespace Verifiable.Inference.Settlement;

/// <summary>Holds a task while its claim is in the ledger's court: until <see cref="DecideTask"/> nobody closes it. The ledger's court gives it, nobody else.</summary>
/// <remarks>What the court holds is public, so a claim that was demanded counts as revealed.</remarks>
/// <param name="Task">The task. A claim bond was locked for it when it was accepted.</param>
/// <param name="Claim">The digest of its posted claim.</param>
public sealed record HoldTask(Digest Task, Digest Claim) : LedgerCommand
{
    /// <inheritdoc/>
    internal override bool IsOfCourt => true;

    /// <inheritdoc/>
    private protected override LedgerCommandTag Tag => LedgerCommandTag.HoldTask;

    /// <summary>Reads what follows the tag.</summary>
    internal static HoldTask ReadFields(ref CanonicalReader reader) => new(reader.ReadDigest(), reader.ReadDigest());

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

        if (task.State != TaskState.Claimed)
        {
            return LedgerRefusal.ClaimMissing;
        }

        if (task.Claim != Claim)
        {
            return LedgerRefusal.ClaimMismatch;
        }

        if (task.ClaimBond == Amount.Zero)
        {
            return LedgerRefusal.NoClaimBond;
        }

        if (task.Court != CourtStanding.None)
        {
            return LedgerRefusal.TaskInCourt;
        }

        // Afterwards a settlement may rest on that the claim is in no court.
        if (task.IsPastCourtDeadline(now))
        {
            return LedgerRefusal.CourtDeadlinePassed;
        }

        if (task.IsUnrevealed && task.IsPastRevealDeadline(now))
        {
            return LedgerRefusal.RevealTooLate;
        }

        draft.SetTask(task, task with { Court = CourtStanding.Pending, Delivery = task.IsUnrevealed ? ClaimDelivery.Revealed : task.Delivery });
        return LedgerRefusal.None;
    }

    /// <inheritdoc/>
    private protected override void WriteFields(ref CanonicalWriter writer)
    {
        writer.WriteDigest(Task);
        writer.WriteDigest(Claim);
    }
}
