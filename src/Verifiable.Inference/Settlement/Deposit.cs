using Verifiable.Inference.Commitments;
using Verifiable.Inference.Identity;

namespace Verifiable.Inference.Settlement;

/// <summary>Pays money in, to a balance.</summary>
/// <param name="Account">Whose account.</param>
/// <param name="Amount">How much, at least one unit.</param>
public sealed record Deposit(NodeId Account, Amount Amount) : LedgerCommand
{
    /// <inheritdoc/>
    private protected override LedgerCommandTag Tag => LedgerCommandTag.Deposit;

    /// <inheritdoc/>
    private protected override bool NeedsId => true;

    /// <summary>Reads what follows the tag.</summary>
    internal static Deposit ReadFields(ref CanonicalReader reader) => new(reader.Read<NodeId>(), new Amount(reader.ReadUInt64()));

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

        // No part of the total can be more than what was ever paid in, so this is the only sum that can overflow.
        if (!Amount.TryAdd(draft.Totals.Deposited, Amount, out Amount deposited))
        {
            return LedgerRefusal.Overflow;
        }

        draft.Totals = draft.Totals with { Deposited = deposited };
        draft.Credit(Account, Amount);
        return LedgerRefusal.None;
    }

    /// <inheritdoc/>
    private protected override void WriteFields(ref CanonicalWriter writer)
    {
        Account.WriteTo(ref writer);
        writer.WriteUInt64(Amount.Units);
    }
}
