namespace Verifiable.Inference.Tests.Settlement;

/// <summary>A clock that tests set, also backwards.</summary>
public sealed class LedgerClock : TimeProvider
{
    public long Milliseconds { get; set; }

    public override DateTimeOffset GetUtcNow() => DateTimeOffset.FromUnixTimeMilliseconds(Math.Max(0, Milliseconds));
}
