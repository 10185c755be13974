using Verifiable.Inference.Commitments;

namespace Verifiable.Inference.Selection;

/// <summary>When the rounds of a hash chain are out, what the chain is called, and how one value follows from a later one: the same for who keeps the chain and for who verifies it.</summary>
/// <param name="Start">When the first interval starts, in milliseconds since 1970-01-01 UTC.</param>
/// <param name="Interval">The time between rounds, in milliseconds.</param>
/// <param name="Rounds">The number of rounds.</param>
internal readonly record struct HashChainRounds(long Start, long Interval, int Rounds)
{
    /// <summary>Every 256th value is kept: the others are at most 255 hashes away.</summary>
    public const int Stride = 256;

    public static HashChainRounds Create(DateTimeOffset start, TimeSpan interval, int rounds)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(interval, TimeSpan.FromMilliseconds(1));
        ArgumentOutOfRangeException.ThrowIfLessThan(rounds, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(rounds, HashChainBeacon.MaxRounds);
        return new HashChainRounds(start.ToUnixTimeMilliseconds(), (long)interval.TotalMilliseconds, rounds);
    }

    /// <summary>Gives the value of an earlier round.</summary>
    /// <param name="value">The value.</param>
    /// <param name="steps">How many rounds earlier.</param>
    public static Digest Before(Digest value, int steps = 1)
    {
        Span<byte> bytes = stackalloc byte[Digest.Size];
        for (int left = steps; left > 0; left--)
        {
            value.CopyTo(bytes);
            value = Digest.Of(bytes);
        }

        return value;
    }

    public string NameOf(Digest anchor) => $"hash-chain/{anchor}/{Start}/{Interval}/{Rounds}";

    public ulong RoundAfter(long time)
    {
        Int128 passed = (Int128)time - Start;
        return passed < 0 ? 1 : (ulong)(passed / Interval) + 1;
    }

    public long TimeOf(ulong round)
    {
        Int128 time = Start + ((Int128)round * Interval);
        return time > long.MaxValue ? long.MaxValue : (long)time;
    }
}
