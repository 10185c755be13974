using Verifiable.Inference.Commitments;
using Verifiable.Inference.Selection;

namespace Verifiable.Inference.Tests.Attacks;

/// <summary>A beacon whose values come later than they should, or never: its keeper is slow, is kept from publishing, or withholds.</summary>
internal sealed class LateBeacon(TimeProvider time, TimeSpan delay) : IRandomBeacon
{
    private readonly SeededBeacon _values = new(1);

    public string Name => "late";

    public ulong LastRound => ulong.MaxValue;

    public ulong RoundAfter(long time) => _values.RoundAfter(time);

    public long TimeOf(ulong round) => _values.TimeOf(round);

    public bool TryGetValue(ulong round, out Digest value)
    {
        _ = _values.TryGetValue(round, out value);
        bool isOut = delay != TimeSpan.MaxValue && time.GetUtcNow() >= DateTimeOffset.FromUnixTimeMilliseconds(TimeOf(round)) + delay;
        value = isOut ? value : default;
        return isOut;
    }
}
