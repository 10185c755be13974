using System.Collections.Immutable;
using Verifiable.Inference.Commitments;

namespace Verifiable.Inference.Selection;

/// <summary>
/// A beacon that a keeper runs where no public one can be reached, for instance the ledger's operator: a hash chain, whose end is published first and whose values follow backwards, one each interval.
/// Whoever knows the end, the <see cref="Anchor"/>, verifies every later value by hashing, so that the keeper can neither choose values nor change them. Immutable and thread-safe.
/// </summary>
/// <remarks>
/// Source: L. Lamport, "Password authentication with insecure communication", Communications of the ACM 24 (11), 1981: the value of round n hashes to that of round n − 1.
/// Assumption: the keeper, who knows all values from the start, shows none before its time and is not of one party with a requester. Where the operator, who is believed for deposits and for the
/// time, keeps it, this is one more thing to believe it for. A beacon that many keep together needs no such belief.
/// </remarks>
public sealed class HashChainBeacon : IRandomBeacon
{
    /// <summary>The largest number of rounds of a chain: 2^26.</summary>
    public const int MaxRounds = 1 << 26;

    private const int Stride = 256;

    private readonly TimeProvider _time;
    private readonly long _start;
    private readonly long _interval;

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
        ArgumentOutOfRangeException.ThrowIfLessThan(interval, TimeSpan.FromMilliseconds(1));
        ArgumentOutOfRangeException.ThrowIfLessThan(rounds, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(rounds, MaxRounds);
        _time = time ?? TimeProvider.System;
        _start = start.ToUnixTimeMilliseconds();
        _interval = (long)interval.TotalMilliseconds;
        Rounds = rounds;
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

            value = Before(value);
        }

        // The values above the last mark are reached from the secret.
        _marks = rounds % Stride == 0 ? [.. marks] : [.. marks, secret];
        Anchor = value;
        Name = $"hash-chain/{Anchor}/{_start}/{_interval}";
    }

    /// <summary>Gets the end of the chain, the value of round 0: publish it before the first round.</summary>
    public Digest Anchor { get; }

    /// <summary>Gets the number of rounds.</summary>
    public int Rounds { get; }

    /// <inheritdoc/>
    /// <remarks>It holds the anchor, the start and the interval: two chains never have one name.</remarks>
    public string Name { get; }

    /// <summary>Creates a beacon with a secret of the system's, that starts now.</summary>
    /// <param name="time">The clock; the system's by default.</param>
    /// <param name="interval">The time between rounds; a second by default.</param>
    /// <param name="rounds">The number of rounds; 2^17 by default, a day and a half of seconds.</param>
    public static HashChainBeacon Generate(TimeProvider? time = null, TimeSpan? interval = null, int rounds = 1 << 17)
    {
        TimeProvider clock = time ?? TimeProvider.System;
        return new HashChainBeacon(SystemRandomSource.Instance.NextDigest(), clock.GetUtcNow(), interval ?? TimeSpan.FromSeconds(1), rounds, clock);
    }

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

        for (ulong left = round; left > 0; left--)
        {
            value = Before(value);
        }

        return value == anchor;
    }

    /// <inheritdoc/>
    public ulong RoundAfter(long time)
    {
        Int128 passed = (Int128)time - _start;
        return passed < 0 ? 1 : (ulong)(passed / _interval) + 1;
    }

    /// <inheritdoc/>
    public long TimeOf(ulong round)
    {
        Int128 time = _start + ((Int128)round * _interval);
        return time > long.MaxValue ? long.MaxValue : (long)time;
    }

    /// <inheritdoc/>
    /// <remarks>Round 0 is the anchor, and out from the start; a round after the last has no value.</remarks>
    public bool TryGetValue(ulong round, out Digest value)
    {
        bool isOut = round <= (ulong)Rounds && TimeOf(round) <= _time.GetUtcNow().ToUnixTimeMilliseconds();
        value = isOut || round == 0 ? ValueOf((int)round) : default;
        return isOut || round == 0;
    }

    private static Digest Before(Digest value)
    {
        Span<byte> bytes = stackalloc byte[Digest.Size];
        value.CopyTo(bytes);
        return Digest.Of(bytes);
    }

    private Digest ValueOf(int round)
    {
        int mark = (round + Stride - 1) / Stride;
        Digest value = _marks[mark];
        for (int above = Math.Min(mark * Stride, Rounds); above > round; above--)
        {
            value = Before(value);
        }

        return value;
    }
}
