using Verifiable.Inference.Commitments;

namespace Verifiable.Inference.Settlement;

/// <summary>
/// Does a command under an id, so that a client who had no answer can send it again: the same again is refused as done already, and nothing moves twice. For commands that
/// have no id of their own: those that name a task have it in the task.
/// </summary>
/// <remarks>Rationale: ids cannot be remembered for ever. One is remembered until its expiry, and from then on refused whether or not it was used, so that there is no time at
/// which a retry is done a second time. <see cref="InferenceLedger.Apply"/> answers a retry as it answered the first.</remarks>
/// <param name="Id">The id, chosen by the client and used once; for example a digest of the order.</param>
/// <param name="Expiry">The time from which the id is refused, in milliseconds since 1970-01-01 UTC; at most <see cref="MaxMilliseconds"/> away.</param>
/// <param name="Command">The command: a payment in or out, a change of stake, the end of a collateral.</param>
public sealed record Once(Digest Id, long Expiry, LedgerCommand Command) : LedgerCommand
{
    /// <summary>The longest time that an id is remembered: 31 days.</summary>
    public const long MaxMilliseconds = 31L * 86_400_000;

    /// <inheritdoc/>
    private protected override LedgerCommandTag Tag => LedgerCommandTag.Once;

    /// <summary>Reads what follows the tag.</summary>
    internal static Once? ReadFields(ref CanonicalReader reader)
    {
        Digest id = reader.ReadDigest();
        long expiry = reader.ReadInt64();
        LedgerCommand? command = ReadCommand(ref reader, isInner: true);
        return command is null ? null : new Once(id, expiry, command);
    }

    /// <inheritdoc/>
    internal override LedgerRefusal ApplyTo(LedgerDraft draft, long now)
    {
        if (!Command.CanHaveId)
        {
            return LedgerRefusal.CommandHasOwnId;
        }

        if (TaskRecord.HasPassed(Expiry, now))
        {
            return LedgerRefusal.CommandExpired;
        }

        if (Expiry - now > MaxMilliseconds)
        {
            return LedgerRefusal.ExpiryTooFar;
        }

        Digest digest = Command.ToDigest();
        if (draft.FindDone(Id) is { } done)
        {
            return done == new DoneCommand(digest, Expiry) ? LedgerRefusal.AlreadyDone : LedgerRefusal.CommandIdReused;
        }

        LedgerRefusal refusal = Command.ApplyTo(draft, now);
        if (refusal == LedgerRefusal.None)
        {
            draft.SetDone(Id, new DoneCommand(digest, Expiry));
        }

        return refusal;
    }

    /// <inheritdoc/>
    private protected override void WriteFields(ref CanonicalWriter writer)
    {
        writer.WriteDigest(Id);
        writer.WriteInt64(Expiry);
        Command.WriteTo(ref writer);
    }
}
