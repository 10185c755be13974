namespace Verifiable.Inference.Tasks;

/// <summary>What a market knows of one provider. Immutable; <c>default</c> is one that never joined.</summary>
/// <param name="Capacity">How many tasks it takes at a time.</param>
/// <param name="Running">How many it has.</param>
/// <param name="PendingCollateral">The collateral of tasks that it took and that the ledger does not hold yet.</param>
/// <param name="Challenges">How many of its claims are challenged now.</param>
/// <param name="BarredUntil">Until when it is barred for silence on a task that it had accepted, in milliseconds since 1970-01-01 UTC.</param>
/// <param name="IsRemoved">Whether it was convicted.</param>
/// <param name="HasLeft">Whether it takes no more tasks.</param>
/// <param name="Serial">The serial number of its last joining or leaving.</param>
/// <param name="Reputation">What is recorded of its past.</param>
public readonly record struct MarketProvider(
    int Capacity,
    int Running,
    Amount PendingCollateral,
    int Challenges,
    long BarredUntil,
    bool IsRemoved,
    bool HasLeft,
    ulong Serial,
    MarketReputation Reputation)
{
    /// <summary>Gets where the provider stands at a time. A bar by a challenge lasts as long as any of its claims is challenged.</summary>
    /// <param name="now">The time, in milliseconds since 1970-01-01 UTC.</param>
    public MarketProviderState StateAt(long now) =>
        IsRemoved || HasLeft ? MarketProviderState.Removed
        : Capacity == 0 ? MarketProviderState.None
        : Challenges > 0 || now < BarredUntil ? MarketProviderState.Barred
        : Running >= Capacity ? MarketProviderState.Busy
        : MarketProviderState.Free;
}
