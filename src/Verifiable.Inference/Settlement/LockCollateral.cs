using Verifiable.Inference.Commitments;
using Verifiable.Inference.Identity;

namespace Verifiable.Inference.Settlement;

/// <summary>Moves money from a balance to a collateral, where it backs a promise until it is given back or forfeited.</summary>
/// <param name="Id">The id, not in use; for example the digest of the signed promise.</param>
/// <param name="Owner">Whose money it is.</param>
/// <param name="Amount">How much, at least one unit.</param>
/// <param name="Expiry">The time from which it cannot be forfeited any more, in milliseconds since 1970-01-01 UTC; at most <see cref="TaskRecord.MaxLifetimeMilliseconds"/> away.</param>
public sealed record LockCollateral(Digest Id, NodeId Owner, Amount Amount, long Expiry) : LedgerCommand
{
    /// <inheritdoc/>
    private protected override LedgerCommandTag Tag => LedgerCommandTag.LockCollateral;

    /// <summary>Reads what follows the tag.</summary>
    internal static LockCollateral ReadFields(ref CanonicalReader reader) =>
        new(reader.ReadDigest(), reader.Read<NodeId>(), new Amount(reader.ReadUInt64()), reader.ReadInt64());

    /// <inheritdoc/>
    internal override LedgerRefusal ApplyTo(LedgerDraft draft, long now)
    {
        if (Owner == default)
        {
            return LedgerRefusal.NobodyNamed;
        }

        if (Amount == Amount.Zero)
        {
            return LedgerRefusal.ZeroAmount;
        }

        if (draft.FindCollateral(Id) is not null)
        {
            return LedgerRefusal.CollateralExists;
        }

        if (TaskRecord.HasPassed(Expiry, now) || Expiry - now > TaskRecord.MaxLifetimeMilliseconds)
        {
            return LedgerRefusal.InvalidDeadlines;
        }

        LedgerAccount account = draft.GetAccount(Owner);
        if (account.Balance < Amount)
        {
            return LedgerRefusal.InsufficientBalance;
        }

        draft.SetAccount(Owner, account, account with { Balance = account.Balance - Amount });
        draft.SetCollateral(new Collateral(Id, Owner, Amount, Expiry, IsClosed: false));
        return LedgerRefusal.None;
    }

    /// <inheritdoc/>
    private protected override void WriteFields(ref CanonicalWriter writer)
    {
        writer.WriteDigest(Id);
        Owner.WriteTo(ref writer);
        writer.WriteUInt64(Amount.Units);
        writer.WriteInt64(Expiry);
    }
}
