using Verifiable.Inference.Commitments;
using Verifiable.Inference.Identity;

namespace Verifiable.Inference.Settlement;

/// <summary>
/// Begins to turn free stake into balance; stake that backs a task stays. From now on it has no weight in draws. It becomes balance by <see cref="CollectStake"/> after
/// <see cref="LedgerState.UnbondingMilliseconds"/>, counted from the last unbonding of the account, and can be put at risk by accepting a task until then.
/// </summary>
/// <remarks>Rationale: whoever drew by a head that is still good finds the stake there.</remarks>
/// <param name="Account">Whose account.</param>
/// <param name="Amount">How much, at least one unit.</param>
public sealed record Unbond(NodeId Account, Amount Amount) : LedgerCommand
{
    /// <inheritdoc/>
    private protected override LedgerCommandTag Tag => LedgerCommandTag.Unbond;

    /// <inheritdoc/>
    private protected override bool NeedsId => true;

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

        draft.SetAccount(Account, account, account with
        {
            FreeStake = account.FreeStake - Amount,
            Unbonding = account.Unbonding + Amount,
            UnbondedAt = LedgerState.Later(now, LedgerState.UnbondingMilliseconds),
        });
        return LedgerRefusal.None;
    }

    /// <inheritdoc/>
    private protected override void WriteFields(ref CanonicalWriter writer)
    {
        Account.WriteTo(ref writer);
        writer.WriteUInt64(Amount.Units);
    }
}
