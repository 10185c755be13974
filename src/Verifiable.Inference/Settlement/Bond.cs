using Verifiable.Inference.Commitments;
using Verifiable.Inference.Identity;

namespace Verifiable.Inference.Settlement;

/// <summary>Turns balance into free stake.</summary>
/// <param name="Account">Whose account.</param>
/// <param name="Amount">How much, at least one unit.</param>
public sealed record Bond(NodeId Account, Amount Amount) : LedgerCommand
{
    /// <inheritdoc/>
    private protected override LedgerCommandTag Tag => LedgerCommandTag.Bond;

    /// <inheritdoc/>
    private protected override bool NeedsId => true;

    /// <summary>Reads what follows the tag.</summary>
    internal static Bond ReadFields(ref CanonicalReader reader) => new(reader.Read<NodeId>(), new Amount(reader.ReadUInt64()));

    /// <inheritdoc/>
    internal override LedgerRefusal ApplyTo(LedgerDraft draft, long now)
    {
        if (Account == default)
        {
            return LedgerRefusal.NobodyNamed;
        }

        if (Amount == Amount.Zero)
        {
            return LedgerRefusal.ZeroAmount;
        }

        LedgerAccount account = draft.GetAccount(Account);
        if (account.Balance < Amount)
        {
            return LedgerRefusal.InsufficientBalance;
        }

        draft.SetAccount(Account, account, account with { Balance = account.Balance - Amount, FreeStake = account.FreeStake + Amount });
        return LedgerRefusal.None;
    }

    /// <inheritdoc/>
    private protected override void WriteFields(ref CanonicalWriter writer)
    {
        Account.WriteTo(ref writer);
        writer.WriteUInt64(Amount.Units);
    }
}
