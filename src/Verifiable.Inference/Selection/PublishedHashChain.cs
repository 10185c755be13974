using Verifiable.Inference.Commitments;

namespace Verifiable.Inference.Selection;

/// <summary>
/// The public side of a <see cref="HashChainBeacon"/>: it knows the anchor and the values that were published so far, and no secret. Requesters, providers, judges and readers of receipts hold it.
/// Whoever brings a value, it is verified by hashing. Thread-safe.
/// </summary>
/// <remarks>Source: L. Lamport, "Password authentication with insecure communication", Communications of the ACM 24 (11), 1981.</remarks>
public sealed class PublishedHashChain : IRandomBeacon
{
    /// <summary>The largest number of rounds between the latest known value and a new one: 65,536. It bounds what a value from anybody costs to verify.</summary>
    /// <remarks>Whoever was away for longer takes values of rounds in between first, which the keeper can always name.</remarks>
    public const int MaxStep = 1 << 16;

    private readonly HashChainRounds _plan;
    private readonly Lock _gate = new();

    // The values of rounds 0, 256, 512 and so on, as far as they are known.
    private readonly List<Digest> _marks;
    private int _latest;
    private Digest _latestValue;

    /// <summary>Creates the public side of a chain; it knows the anchor alone.</summary>
    /// <param name="anchor">The value of round 0, which the keeper published first.</param>
    /// <param name="start">When the first interval starts.</param>
    /// <param name="interval">The time between rounds, at least 1 ms, in whole milliseconds.</param>
    /// <param name="rounds">The number of rounds, 1 to <see cref="HashChainBeacon.MaxRounds"/>.</param>
    public PublishedHashChain(Digest anchor, DateTimeOffset start, TimeSpan interval, int rounds)
    {
        _plan = HashChainRounds.Create(start, interval, rounds);
        Anchor = anchor;
        Name = _plan.NameOf(anchor);
        _latestValue = anchor;
        _marks = [anchor];
    }

    /// <summary>Gets the value of round 0.</summary>
    public Digest Anchor { get; }

    /// <inheritdoc/>
    /// <remarks>It is the keeper's: it holds the anchor, the start, the interval and the number of rounds.</remarks>
    public string Name { get; }

    /// <inheritdoc/>
    public ulong LastRound => (ulong)_plan.Rounds;

    /// <summary>Gets the latest round whose value is known.</summary>
    public ulong LatestRound
    {
        get
        {
            lock (_gate)
            {
                return (ulong)_latest;
            }
        }
    }

    /// <summary>Takes the value of a round, if it is the chain's. Earlier rounds then have values too.</summary>
    /// <param name="round">The round, at most <see cref="MaxStep"/> after <see cref="LatestRound"/>.</param>
    /// <param name="value">The value, which may be anybody's.</param>
    /// <returns>Whether it is the value of that round; also <see langword="false"/> where the round is too far ahead, or after the last one.</returns>
    public bool TryPublish(ulong round, Digest value)
    {
        while (true)
        {
            (int known, Digest anchor) = Latest();
            if (round <= (ulong)known)
            {
                return TryGetValue(round, out Digest published) && published == value;
            }

            if (round > LastRound || round - (ulong)known > MaxStep)
            {
                return false;
            }

            // Rationale: hashed outside of the gate, so that values from outside keep no judge waiting.
            Stack<Digest> marks = new();
            Digest current = value;
            for (int at = (int)round; at > known; at--)
            {
                if (at % HashChainRounds.Stride == 0)
                {
                    marks.Push(current);
                }

                current = HashChainRounds.Before(current);
            }

            if (current != anchor)
            {
                return false;
            }

            lock (_gate)
            {
                if (_latest == known)
                {
                    _latest = (int)round;
                    _latestValue = value;
                    _marks.AddRange(marks);
                    return true;
                }
            }
        }
    }

    /// <inheritdoc/>
    public ulong RoundAfter(long time) => _plan.RoundAfter(time);

    /// <inheritdoc/>
    public long TimeOf(ulong round) => _plan.TimeOf(round);

    /// <inheritdoc/>
    /// <remarks>A value is out once it was published, it or a later one.</remarks>
    public bool TryGetValue(ulong round, out Digest value)
    {
        int from;
        lock (_gate)
        {
            if (round > (ulong)_latest)
            {
                value = default;
                return false;
            }

            int mark = ((int)round + HashChainRounds.Stride - 1) / HashChainRounds.Stride;
            (from, value) = mark < _marks.Count ? (mark * HashChainRounds.Stride, _marks[mark]) : (_latest, _latestValue);
        }

        value = HashChainRounds.Before(value, from - (int)round);
        return true;
    }

    private (int Round, Digest Value) Latest()
    {
        lock (_gate)
        {
            return (_latest, _latestValue);
        }
    }
}
