namespace Verifiable.Inference.Settlement;

/// <summary>What one node has on a ledger. <c>default</c> is nothing.</summary>
/// <param name="Balance">What can be withdrawn, bonded or paid.</param>
/// <param name="FreeStake">The bonded stake that backs no task and can be unbonded.</param>
/// <param name="ReservedStake">The bonded stake that backs accepted tasks, each unit one task.</param>
public readonly record struct LedgerAccount(Amount Balance, Amount FreeStake, Amount ReservedStake)
{
    /// <summary>Gets the whole bonded stake: the weight with which the node is drawn.</summary>
    public Amount Stake => FreeStake + ReservedStake;
}
