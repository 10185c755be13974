using Verifiable.Inference.Commitments;
using Verifiable.Inference.Identity;

namespace Verifiable.Inference.Settlement;

/// <summary>
/// Answers an accepted task with the digest of a claim. The first claim stands: the same again is refused as a retry, another as equivocation.
/// <see cref="InferenceLedger"/> takes it signed only, by <see cref="InferenceLedger.Post"/>.
/// </summary>
/// <param name="Task">The task.</param>
/// <param name="Provider">Who claims.</param>
/// <param name="Claim">The digest of the claim's body.</param>
public sealed record PostClaim(Digest Task, NodeId Provider, Digest Claim) : LedgerCommand
{
    /// <inheritdoc/>
    internal override bool NeedsAuthorization => true;

    /// <inheritdoc/>
    private protected override LedgerCommandTag Tag => LedgerCommandTag.PostClaim;

    /// <summary>Reads what follows the tag.</summary>
    internal static PostClaim ReadFields(ref CanonicalReader reader) => new(reader.ReadDigest(), reader.Read<NodeId>(), reader.ReadDigest());

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

        // Before the state and the clock: a retry and an equivocation are the same whenever they come.
        if (task.Claim is { } posted)
        {
            return posted == Claim ? LedgerRefusal.AlreadyPosted : LedgerRefusal.Equivocation;
        }

        if (task.IsClosed)
        {
            return LedgerRefusal.TaskClosed;
        }

        if (task.State != TaskState.Accepted)
        {
            return LedgerRefusal.NotAccepted;
        }

        if (task.IsPastDeadline(now))
        {
            return LedgerRefusal.ClaimTooLate;
        }

        draft.SetTask(task, task with { State = TaskState.Claimed, Claim = Claim });
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
