using Verifiable.Inference.Commitments;
using Verifiable.Inference.Identity;

namespace Verifiable.Inference.Settlement;

/// <summary>Turns stake that is unbonded into balance, once the time for it has come.</summary>
/// <param name="Account">Whose account.</param>
public sealed record CollectStake(NodeId Account) : LedgerCommand
{
    /// <inheritdoc/>
    private protected override LedgerCommandTag Tag => LedgerCommandTag.CollectStake;

    /// <inheritdoc/>
    private protected override bool NeedsId => true;

    /// <summary>Reads what follows the tag.</summary>
    internal static CollectStake ReadFields(ref CanonicalReader reader) => new(reader.Read<NodeId>());

    /// <inheritdoc/>
    internal override LedgerRefusal ApplyTo(LedgerDraft draft, long now)
    {
        if (Account == default)
        {
            return LedgerRefusal.NobodyNamed;
        }

        LedgerAccount account = draft.GetAccount(Account);
        if (account.Unbonding == Amount.Zero)
        {
            return LedgerRefusal.NothingUnbonding;
        }

        if (!TaskRecord.HasPassed(account.UnbondedAt, now))
        {
            return LedgerRefusal.UnbondingNotOver;
        }

        draft.SetAccount(Account, account, account with { Balance = account.Balance + account.Unbonding, Unbonding = Amount.Zero });
        return LedgerRefusal.None;
    }

    /// <inheritdoc/>
    private protected override void WriteFields(ref CanonicalWriter writer) => Account.WriteTo(ref writer);
}
