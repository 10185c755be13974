using System.Buffers.Binary;
using System.Globalization;
using System.Security.Cryptography;
using Verifiable.Inference.Commitments;

namespace Verifiable.Inference.Selection;

/// <summary>A beacon for tests and samples: round n is HMAC-SHA-256(seed, n), due at millisecond n. Whoever knows the seed knows every round.</summary>
public sealed class SeededBeacon : IRandomBeacon
{
    private readonly byte[] _key;

    /// <summary>Creates a beacon from a seed.</summary>
    public SeededBeacon(ulong seed)
    {
        Name = string.Create(CultureInfo.InvariantCulture, $"seeded-test-beacon/{seed}");
        _key = new byte[sizeof(ulong)];
        BinaryPrimitives.WriteUInt64LittleEndian(_key, seed);
    }

    /// <inheritdoc/>
    public string Name { get; }

    /// <inheritdoc/>
    public ulong LastRound => ulong.MaxValue;

    /// <inheritdoc/>
    public ulong RoundAfter(long time) => time < 0 ? 0 : (ulong)time + 1;

    /// <inheritdoc/>
    public long TimeOf(ulong round) => round > long.MaxValue ? long.MaxValue : (long)round;

    /// <inheritdoc/>
    public bool TryGetValue(ulong round, out Digest value)
    {
        Span<byte> counter = stackalloc byte[sizeof(ulong)];
        Span<byte> mac = stackalloc byte[Digest.Size];
        BinaryPrimitives.WriteUInt64LittleEndian(counter, round);
        HMACSHA256.HashData(_key, counter, mac);
        value = new Digest(mac);
        return true;
    }
}
