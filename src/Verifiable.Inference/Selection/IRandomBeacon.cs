using Verifiable.Inference.Commitments;

namespace Verifiable.Inference.Selection;

/// <summary>A public source of randomness in rounds, which neither requester nor provider can steer or foresee. Implementations are thread-safe.</summary>
/// <remarks>A judge asks it about numbers from outside: implementations must not throw, whatever round or time they are asked for. What a name stands for never changes: the same round has the same
/// value for everybody, for ever.</remarks>
public interface IRandomBeacon
{
    /// <summary>Gets the beacon's name in requests.</summary>
    string Name { get; }

    /// <summary>Gets the last round that will ever have a value; <see cref="ulong.MaxValue"/> where no end is known.</summary>
    /// <remarks>Requests that would need a later round are not begun, and providers take none: there a vote could never be held.</remarks>
    ulong LastRound { get; }

    /// <summary>Gets the first round whose value is out only after a time.</summary>
    /// <param name="time">The time, in milliseconds since 1970-01-01 UTC.</param>
    ulong RoundAfter(long time);

    /// <summary>Gets the time at which the value of a round is out, in milliseconds since 1970-01-01 UTC.</summary>
    long TimeOf(ulong round);

    /// <summary>Gets the value of a round, if it is out.</summary>
    bool TryGetValue(ulong round, out Digest value);
}
