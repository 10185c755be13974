using System.Collections.Immutable;
using Verifiable.Inference.Commitments;

namespace Verifiable.Inference.Selection;

/// <summary>
/// The keeper's side of a beacon where no public one can be reached, kept for instance by the ledger's operator: a hash chain, whose end is published first and whose values follow backwards, one each
/// interval. Everybody else holds a <see cref="PublishedHashChain"/>, which has no secret and verifies each value. Immutable and thread-safe.
/// </summary>
/// <remarks>
/// Source: L. Lamport, "Password authentication with insecure communication", Communications of the ACM 24 (11), 1981: the value of round n hashes to that of round n − 1.
/// Assumption: the keeper, who knows all values from the start, shows none before its time, withholds none, and is not of one party with a requester. It cannot change a value, but a requester that
/// knows the values looks for an audit secret with which its friends vote: keeper and requester together choose every vote. Where the operator, who is believed for deposits and for the
/// time, keeps it, this is one more thing to believe it for. A beacon that many keep together needs no such belief.
/// A process that holds this object holds the secret. Whoever must go on after a restart draws the secret, keeps it where no requester reaches it, and makes the beacon from it again.
/// Values are held back by the time that has elapsed since the beacon was made, added to what the clock said then: a clock that is set forward shows none early. A machine that was suspended shows
/// them late; make the beacon again there.
/// </remarks>
public sealed class HashChainBeacon : IRandomBeacon
{
    /// <summary>The largest number of rounds of a chain: 2^26.</summary>
    public const int MaxRounds = 1 << 26;

    private const int Stride = HashChainRounds.Stride;

    private readonly TimeProvider _time;
    private readonly long _madeAt;
    private readonly long _madeStamp;
    private readonly HashChainRounds _plan;

    // Every 256th value: the others are at most 255 hashes away.
    private readonly ImmutableArray<Digest> _marks;

    /// <summary>Creates the beacon from its secret. It takes as many hashes as it has rounds.</summary>
    /// <param name="secret">The value of the last round; whoever knows it knows all.</param>
    /// <param name="start">When the first interval starts; the value of round 1 is out at its end.</param>
    /// <param name="interval">The time between rounds, at least 1 ms, in whole milliseconds.</param>
    /// <param name="rounds">The number of rounds, 1 to <see cref="MaxRounds"/>. After the last one no value comes.</param>
    /// <param name="time">The clock by which values are held back; the system's by default.</param>
    public HashChainBeacon(Digest secret, DateTimeOffset start, TimeSpan interval, int rounds, TimeProvider? time = null)
    {
        _plan = HashChainRounds.Create(start, interval, rounds);
        _time = time ?? TimeProvider.System;
        _madeAt = _time.GetUtcNow().ToUnixTimeMilliseconds();
        _madeStamp = _time.GetTimestamp();
        var marks = new Digest[(rounds / Stride) + 1];
        Digest value = secret;
        for (int round = rounds; ; round--)
        {
            if (round % Stride == 0)
            {
                marks[round / Stride] = value;
            }

            if (round == 0)
            {
                break;
            }

            value = HashChainRounds.Before(value);
        }

        // The values above the last mark are reached from the secret.
        _marks = rounds % Stride == 0 ? [.. marks] : [.. marks, secret];
        Anchor = value;
        Name = _plan.NameOf(Anchor);
    }

    /// <summary>Gets the end of the chain, the value of round 0: publish it before the first round.</summary>
    public Digest Anchor { get; }

    /// <summary>Gets the number of rounds.</summary>
    public int Rounds => _plan.Rounds;

    /// <inheritdoc/>
    public ulong LastRound => (ulong)Rounds;

    /// <inheritdoc/>
    /// <remarks>It holds the anchor, the start, the interval and the number of rounds: two chains never have one name.</remarks>
    public string Name { get; }

    /// <summary>Creates a beacon with a secret of the system's, that starts now: for one process. The secret is nowhere else, so that with the process the chain ends.</summary>
    /// <param name="time">The clock; the system's by default.</param>
    /// <param name="interval">The time between rounds; a second by default.</param>
    /// <param name="rounds">The number of rounds; 2^17 by default, a day and a half of seconds.</param>
    public static HashChainBeacon Generate(TimeProvider? time = null, TimeSpan? interval = null, int rounds = 1 << 17)
    {
        TimeProvider clock = time ?? TimeProvider.System;
        return new HashChainBeacon(SystemRandomSource.Instance.NextDigest(), clock.GetUtcNow(), interval ?? TimeSpan.FromSeconds(1), rounds, clock);
    }

    /// <summary>Gives what everybody but the keeper holds: the chain's public side, which knows no value yet.</summary>
    public PublishedHashChain Publish() => new(Anchor, DateTimeOffset.FromUnixTimeMilliseconds(_plan.Start), TimeSpan.FromMilliseconds(_plan.Interval), Rounds);

    /// <summary>Tells whether a value is that of a round of the chain with an anchor. It takes as many hashes as the round's number.</summary>
    /// <param name="anchor">The anchor.</param>
    /// <param name="round">The round, up to <see cref="MaxRounds"/>.</param>
    /// <param name="value">The value, which may be anybody's.</param>
    public static bool IsValueOf(Digest anchor, ulong round, Digest value)
    {
        if (round > MaxRounds)
        {
            return false;
        }

        return HashChainRounds.Before(value, (int)round) == anchor;
    }

    /// <inheritdoc/>
    public ulong RoundAfter(long time) => _plan.RoundAfter(time);

    /// <inheritdoc/>
    public long TimeOf(ulong round) => _plan.TimeOf(round);

    /// <inheritdoc/>
    /// <remarks>Round 0 is the anchor, and out from the start; a round after the last has no value.</remarks>
    public bool TryGetValue(ulong round, out Digest value)
    {
        bool isOut = round == 0 || (round <= LastRound && TimeOf(round) <= _madeAt + (long)_time.GetElapsedTime(_madeStamp).TotalMilliseconds);
        value = isOut ? ValueOf((int)round) : default;
        return isOut;
    }

    private Digest ValueOf(int round)
    {
        int mark = (round + Stride - 1) / Stride;
        return HashChainRounds.Before(_marks[mark], Math.Min(mark * Stride, Rounds) - round);
    }
}
