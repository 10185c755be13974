using Verifiable.Inference.Commitments;
using Verifiable.Inference.Identity;

namespace Verifiable.Inference.Settlement;

/// <summary>
/// Records that the body of a demanded claim is revealed and answers its envelope. <see cref="InferenceLedger"/> makes it of what the provider shows, by
/// <see cref="InferenceLedger.Reveal"/>, and keeps the body.
/// </summary>
/// <param name="Task">The task.</param>
/// <param name="Provider">Who reveals.</param>
/// <param name="Claim">The digest of the claim's body.</param>
public sealed record RevealClaim(Digest Task, NodeId Provider, Digest Claim) : LedgerCommand
{
    /// <inheritdoc/>
    internal override bool NeedsAuthorization => true;

    /// <inheritdoc/>
    private protected override LedgerCommandTag Tag => LedgerCommandTag.RevealClaim;

    /// <summary>Reads what follows the tag.</summary>
    internal static RevealClaim ReadFields(ref CanonicalReader reader) => new(reader.ReadDigest(), reader.Read<NodeId>(), reader.ReadDigest());

    /// <inheritdoc/>
    internal override LedgerRefusal ApplyTo(LedgerDraft draft, long now)
    {
        if (draft.FindTask(Task) is not { } task)
        {
            return LedgerRefusal.TaskUnknown;
        }

        if (task.Provider != Provider)
        {
            return LedgerRefusal.WrongProvider;
        }

        if (task.IsClosed)
        {
            return LedgerRefusal.TaskClosed;
        }

        if (task.Delivery != ClaimDelivery.Demanded)
        {
            return LedgerRefusal.NotDemanded;
        }

        if (task.Claim != Claim)
        {
            return LedgerRefusal.ClaimMismatch;
        }

        if (task.IsPastRevealDeadline(now))
        {
            return LedgerRefusal.RevealTooLate;
        }

        draft.SetTask(task, task with { Delivery = ClaimDelivery.Revealed });
        return LedgerRefusal.None;
    }

    /// <inheritdoc/>
    private protected override void WriteFields(ref CanonicalWriter writer)
    {
        writer.WriteDigest(Task);
        Provider.WriteTo(ref writer);
        writer.WriteDigest(Claim);
    }
}
