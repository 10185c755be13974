using Verifiable.Inference.Commitments;

namespace Verifiable.Inference.Settlement;

/// <summary>
/// Says that a posted claim was not delivered, and demands it on the ledger. The provider reveals the claim's body by <see cref="TaskRecord.RevealDeadline"/>, or
/// counts as silent.
/// </summary>
/// <remarks>Rationale: nobody else saw whether an answer was delivered, so neither side's word counts. An honest provider can always reveal; one that committed to
/// nothing cannot. A demand must come early enough to leave the provider time: within the first eighth of the time from deadline to opening deadline.</remarks>
/// <param name="Task">The task.</param>
public sealed record DemandClaim(Digest Task) : LedgerCommand
{
    /// <inheritdoc/>
    private protected override LedgerCommandTag Tag => LedgerCommandTag.DemandClaim;

    /// <summary>Reads what follows the tag.</summary>
    internal static DemandClaim ReadFields(ref CanonicalReader reader) => new(reader.ReadDigest());

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

        if (task.Delivery != ClaimDelivery.Undisputed)
        {
            return LedgerRefusal.AlreadyDemanded;
        }

        if (task.IsPastDemandDeadline(now))
        {
            return LedgerRefusal.DemandTooLate;
        }

        // What is in the court is public, and needs no reveal.
        draft.SetTask(task, task with { Delivery = task.Court == CourtStanding.None ? ClaimDelivery.Demanded : ClaimDelivery.Revealed });
        return LedgerRefusal.None;
    }

    /// <inheritdoc/>
    private protected override void WriteFields(ref CanonicalWriter writer) => writer.WriteDigest(Task);
}
