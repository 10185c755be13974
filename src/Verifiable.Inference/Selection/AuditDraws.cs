using System.Buffers.Binary;
using Verifiable.Inference.Commitments;

namespace Verifiable.Inference.Selection;

/// <summary>
/// Everything that is drawn for one request, each from one 32-byte secret by HMAC-SHA-256 under its own domain. The secret is committed before anything is
/// computed and opened afterwards, so that everybody can draw again. Pure and thread-safe.
/// </summary>
/// <remarks>Assumption: the requester does not know an answer before it commits to the secret, and providers do not know the secret before they claim. A
/// requester may choose its secret, and so its provider: where a receipt is for third parties, a public beacon is mixed in (<see cref="Coin"/>).</remarks>
public static class AuditDraws
{
    private const string CoinDomain = "vinf/draw/coin/v1";
    private const string AfterDomain = "vinf/draw/after/v1";
    private const string PositionDomain = "vinf/draw/position/v1";
    private const string BindingDomain = "vinf/draw/binding/v1";
    private const string EnvelopeDomain = "vinf/draw/envelope/v1";

    /// <summary>Draws the coin of an audit: the first 64 bits, big-endian, of HMAC(secret, domain ‖ claim ‖ beacon).</summary>
    /// <param name="secret">The secret of the request.</param>
    /// <param name="claim">The digest of the claim's body.</param>
    /// <param name="beacon">The public beacon's value of a round after the claim, or <see langword="null"/> where the request names no beacon.</param>
    public static ulong Coin(Digest secret, Digest claim, Digest? beacon = null)
    {
        CanonicalWriter writer = new(stackalloc byte[128]);
        writer.WriteDomain(CoinDomain);
        writer.WriteDigest(claim);
        writer.WriteBoolean(beacon is not null);
        if (beacon is { } value)
        {
            writer.WriteDigest(value);
        }

        return BinaryPrimitives.ReadUInt64BigEndian(Mac(secret, ref writer, stackalloc byte[Digest.Size]));
    }

    /// <summary>Gives what must be fixed before the draws of checkers and voters: the asserter's claim, and the beacon's value where there is one. Without the beacon in
    /// it an asserter who knows the secret could choose its checker by the salt of its claim.</summary>
    /// <param name="claim">The digest of the asserter's claim.</param>
    /// <param name="beacon">The beacon's value, or <see langword="null"/> where the request names no beacon.</param>
    public static Digest After(Digest claim, Digest? beacon)
    {
        if (beacon is not { } value)
        {
            return claim;
        }

        CanonicalWriter writer = new(stackalloc byte[128]);
        writer.WriteDomain(AfterDomain);
        writer.WriteDigest(claim);
        writer.WriteDigest(value);
        Digest after = writer.ToDigest();
        writer.Dispose();
        return after;
    }

    /// <summary>Draws a position in [0, <paramref name="total"/>) for a seat: ⌊x·total ÷ 2^128⌋ with x the first 128 bits of the HMAC, uniform but for less than 2^−64.</summary>
    /// <param name="secret">The secret of the request.</param>
    /// <param name="request">The digest of the request's body.</param>
    /// <param name="seat">The seat.</param>
    /// <param name="after">What must be fixed before the draw: what <see cref="After"/> gives for all later seats; <c>default</c> for the asserter.</param>
    /// <param name="total">The total weight, at least 1.</param>
    public static ulong Position(Digest secret, Digest request, Seat seat, Digest after, ulong total)
    {
        ArgumentOutOfRangeException.ThrowIfZero(total);
        CanonicalWriter writer = new(stackalloc byte[256]);
        writer.WriteDomain(PositionDomain);
        writer.WriteDigest(request);
        seat.WriteTo(ref writer);
        writer.WriteDigest(after);
        ReadOnlySpan<byte> mac = Mac(secret, ref writer, stackalloc byte[Digest.Size]);

        // x = hi·2^64 + lo, so x·total ÷ 2^128 is the upper word of hi·total plus the carry from lo·total.
        ulong upper = Math.BigMul(BinaryPrimitives.ReadUInt64BigEndian(mac), total, out ulong middle);
        ulong carried = Math.BigMul(BinaryPrimitives.ReadUInt64BigEndian(mac[8..]), total, out _);
        return upper + (middle > ulong.MaxValue - carried ? 1UL : 0UL);
    }

    /// <summary>Makes the blinded commitment to the request and the seat that an envelope carries.</summary>
    public static Digest Binding(Digest secret, Digest request, Seat seat) => Derive(BindingDomain, secret, request, seat);

    /// <summary>Makes the secret of one envelope; an envelope's commitment and coin tell nothing about those of another.</summary>
    public static Digest EnvelopeSecret(Digest secret, Digest request, Seat seat) => Derive(EnvelopeDomain, secret, request, seat);

    [ThreadStatic]
    private static LastKey? _last;

    private static Digest Derive(string domain, Digest secret, Digest request, Seat seat)
    {
        CanonicalWriter writer = new(stackalloc byte[128]);
        writer.WriteDomain(domain);
        writer.WriteDigest(request);
        seat.WriteTo(ref writer);
        return new Digest(Mac(secret, ref writer, stackalloc byte[Digest.Size]));
    }

    private static ReadOnlySpan<byte> Mac(Digest secret, ref CanonicalWriter writer, Span<byte> destination)
    {
        KeyOf(secret).Compute(writer.Written, destination);
        writer.Dispose();
        return destination;
    }

    // A request's draws follow each other on one thread. The last secret is no secret for long: it is opened when its request is settled.
    private static HmacKey KeyOf(Digest secret)
    {
        LastKey? last = _last;
        if (last is null || last.Secret != secret)
        {
            Span<byte> key = stackalloc byte[Digest.Size];
            secret.CopyTo(key);
            last = new LastKey(secret, new HmacKey(key));
            _last = last;
        }

        return last.Key;
    }

    private sealed record LastKey(Digest Secret, HmacKey Key);
}
