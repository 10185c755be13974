namespace Verifiable.Inference.Settlement;

/// <summary>What one node has on a ledger. <c>default</c> is nothing.</summary>
/// <param name="Balance">What can be withdrawn, bonded or paid.</param>
/// <param name="FreeStake">The bonded stake that backs no task and can be unbonded.</param>
/// <param name="ReservedStake">The bonded stake that backs accepted tasks, each unit one task.</param>
public readonly record struct LedgerAccount(Amount Balance, Amount FreeStake, Amount ReservedStake)
{
    /// <summary>Gets the stake that is being unbonded: it has no weight in draws any more, can still be put at risk, and becomes balance by <see cref="CollectStake"/>.</summary>
    public Amount Unbonding { get; init; }

    /// <summary>Gets the time from which the stake that is being unbonded can be collected, in milliseconds since 1970-01-01 UTC; 0 where there is none.</summary>
    public long UnbondedAt { get; init; }

    /// <summary>Gets the whole bonded stake: the weight with which the node is drawn.</summary>
    public Amount Stake => FreeStake + ReservedStake;
}
