using System.Buffers.Binary;
using System.Numerics;
using System.Security.Cryptography;
using Verifiable.Inference.Claims;
using Verifiable.Inference.Commitments;
using Verifiable.Inference.Identity;
using Verifiable.Inference.Selection;
using Verifiable.Inference.Tensors;

namespace Verifiable.Inference.Tests.Selection;

public sealed class AuditDrawsTests
{
    private static readonly Digest _secret = Digest.Of("secret"u8);
    private static readonly Digest _request = Digest.Of("request"u8);
    private static readonly Digest _claim = Digest.Of("claim"u8);
    private static readonly Seat _seat = new(TaskRole.Voter, 0x0102, 0x0304);

    // The seat by hand: role, index and attempt, little-endian.
    private static readonly byte[] _seatBytes = [3, 2, 1, 4, 3];

    [Fact]
    public void The_coin_is_the_first_64_bits_of_the_mac_of_the_claim()
    {
        byte[] mac = Mac([.. Label("vinf/draw/coin/v1"), .. Bytes(_claim), 0]);
        Assert.Equal(BinaryPrimitives.ReadUInt64BigEndian(mac), AuditDraws.Coin(_secret, _claim));
        byte[] mixed = Mac([.. Label("vinf/draw/coin/v1"), .. Bytes(_claim), 1, .. Bytes(_request)]);
        Assert.Equal(BinaryPrimitives.ReadUInt64BigEndian(mixed), AuditDraws.Coin(_secret, _claim, _request));
    }

    [Fact]
    public void Binding_and_envelope_secret_are_macs_of_request_and_seat_under_labels_of_their_own()
    {
        Assert.Equal(new Digest(Mac([.. Label("vinf/draw/binding/v1"), .. Bytes(_request), .. _seatBytes])), AuditDraws.Binding(_secret, _request, _seat));
        Assert.Equal(new Digest(Mac([.. Label("vinf/draw/envelope/v1"), .. Bytes(_request), .. _seatBytes])), AuditDraws.EnvelopeSecret(_secret, _request, _seat));
    }

    [Theory]
    [InlineData(1UL)]
    [InlineData(2UL)]
    [InlineData(1000UL)]
    [InlineData(ulong.MaxValue)]
    [InlineData(0x8000_0000_0000_0001UL)]
    public void A_position_is_the_mac_as_a_fraction_of_the_total(ulong total)
    {
        for (ushort i = 0; i < 200; i++)
        {
            Seat seat = new(TaskRole.Validator, i, 0);
            Assert.Equal(PlainDraw.Position(_secret, _request, seat, _claim, total), AuditDraws.Position(_secret, _request, seat, _claim, total));
        }
    }

    [Fact]
    public void A_total_of_nothing_is_the_caller_s_mistake() =>
        Assert.Throws<ArgumentOutOfRangeException>("total", () => AuditDraws.Position(_secret, _request, _seat, _claim, 0));

    [Theory]
    [InlineData(0.5)]
    [InlineData(0.1)]
    [InlineData(0.01)]
    public void The_coin_calls_for_an_audit_as_often_as_the_terms_say(double rate)
    {
        const int Count = 50_000;
        Probability64 probability = Probability64.FromDouble(rate);
        int audits = Enumerable.Range(0, Count).Count(i => probability.Covers(AuditDraws.Coin(_secret, Numbered(i))));

        // Hoeffding: 2·exp(−2·n·t²) = 10⁻⁶ for t = √(ln(2·10⁶) ÷ 2n). Three cases: a false alarm in 3·10⁻⁶ of all seeds.
        Assert.InRange((double)audits / Count, rate - Math.Sqrt(Math.Log(2e6) / (2 * Count)), rate + Math.Sqrt(Math.Log(2e6) / (2 * Count)));
    }

    [Fact]
    public void A_coin_that_never_covers_and_one_that_always_does()
    {
        Assert.False(Probability64.Never.Covers(0));
        Assert.True(Probability64.Always.Covers(ulong.MaxValue));
    }

    [Fact]
    public void The_coin_follows_from_secret_and_claim_body_and_not_from_the_signature()
    {
        // ECDSA signatures are randomised: two of one body differ, and neither gives a second coin.
        EcdsaP256Signer signer = EcdsaP256Signer.FromSeed("provider"u8);
        InferenceClaim claim = new()
        {
            Ledger = default,
            Task = _request,
            WorkId = default,
            ModelId = default,
            Profile = NumericProfile.CanonicalFloat32,
            Outputs = CommittedTensors.Of(NamedTensors.Empty),
            Provider = signer.PublicKey.Id,
            Salt = _claim,
        };
        SignedClaim first = SignedClaim.Sign(claim, signer);
        SignedClaim second = SignedClaim.Sign(claim, signer);
        Assert.Equal(AuditDraws.Coin(_secret, first.Body.Digest), AuditDraws.Coin(_secret, second.Body.Digest));
        Assert.Equal(first.Body.Digest, first.Posting.Body.Claim);
        Assert.NotEqual(AuditDraws.Coin(_secret, claim.Digest), AuditDraws.Coin(_secret, (claim with { Salt = default }).Digest));
    }

    [Fact]
    public void Coins_of_other_secrets_claims_and_beacons_are_unrelated()
    {
        // Each pair of coins agrees in a binomial number of its 64 bits; 3·4000·64 fair bits are within ±1.1 % of half but for 10⁻⁶ (Hoeffding: t = 0.0031 would do).
        long equal = 0;
        for (int i = 0; i < 4000; i++)
        {
            ulong coin = AuditDraws.Coin(_secret, Numbered(i));
            equal += 64 - BitOperations.PopCount(coin ^ AuditDraws.Coin(_secret, Numbered(i + 1)));
            equal += 64 - BitOperations.PopCount(coin ^ AuditDraws.Coin(Numbered(i), Numbered(i)));
            equal += 64 - BitOperations.PopCount(coin ^ AuditDraws.Coin(_secret, Numbered(i), Numbered(i)));
        }

        Assert.InRange(equal / (3.0 * 4000 * 64), 0.495, 0.505);
    }

    private static Digest Numbered(int number)
    {
        byte[] bytes = new byte[sizeof(int)];
        BinaryPrimitives.WriteInt32LittleEndian(bytes, number);
        return Digest.Of(bytes);
    }

    private static byte[] Mac(byte[] message) => HMACSHA256.HashData(Bytes(_secret), message);

    private static byte[] Label(string label) => PlainDraw.Label(label);

    private static byte[] Bytes(Digest digest) => PlainDraw.Bytes(digest);
}
