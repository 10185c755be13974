namespace Verifiable.Inference.Settlement;

/// <summary>Where all money of a ledger is. <c>default</c> is a ledger into which nothing was ever paid.</summary>
/// <param name="Deposited">Everything that was ever paid in.</param>
/// <param name="Balances">The sum of all balances.</param>
/// <param name="FreeStakes">The sum of all free stakes.</param>
/// <param name="ReservedStakes">The sum of all reserved stakes.</param>
/// <param name="Escrows">What tasks that are not closed hold.</param>
/// <param name="Withdrawn">Everything that was ever paid out.</param>
/// <param name="Burnt">Everything that was destroyed.</param>
public readonly record struct LedgerTotals(
    Amount Deposited,
    Amount Balances,
    Amount FreeStakes,
    Amount ReservedStakes,
    Amount Escrows,
    Amount Withdrawn,
    Amount Burnt)
{
    /// <summary>Gets the sum of all stake that is being unbonded.</summary>
    public Amount Unbonding { get; init; }

    /// <summary>Gets what collaterals that are not closed hold.</summary>
    public Amount Collaterals { get; init; }

    /// <summary>Gets a value indicating whether nothing was lost and nothing made: the law that holds after every command.</summary>
    public bool IsConserved =>
        (UInt128)Deposited.Units == (UInt128)Balances.Units + FreeStakes.Units + ReservedStakes.Units + Unbonding.Units + Escrows.Units + Collaterals.Units + Withdrawn.Units + Burnt.Units;
}
