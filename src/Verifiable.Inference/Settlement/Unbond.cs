using Verifiable.Inference.Commitments;
using Verifiable.Inference.Identity;

namespace Verifiable.Inference.Settlement;

/// <summary>Turns free stake into balance. Stake that backs a task stays.</summary>
/// <param name="Account">Whose account.</param>
/// <param name="Amount">How much, at least one unit.</param>
public sealed record Unbond(NodeId Account, Amount Amount) : LedgerCommand
{
    /// <inheritdoc/>
    private protected override LedgerCommandTag Tag => LedgerCommandTag.Unbond;

    /// <summary>Reads what follows the tag.</summary>
    internal static Unbond ReadFields(ref CanonicalReader reader) => new(reader.Read<NodeId>(), new Amount(reader.ReadUInt64()));

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
        if (account.FreeStake < Amount)
        {
            return LedgerRefusal.InsufficientFreeStake;
        }

        draft.SetAccount(Account, account with { FreeStake = account.FreeStake - Amount, Balance = account.Balance + Amount });
        return LedgerRefusal.None;
    }

    /// <inheritdoc/>
    private protected override void WriteFields(ref CanonicalWriter writer)
    {
        Account.WriteTo(ref writer);
        writer.WriteUInt64(Amount.Units);
    }
}
