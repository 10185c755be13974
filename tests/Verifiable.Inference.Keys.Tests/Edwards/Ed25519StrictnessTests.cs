using System.Numerics;
using Verifiable.Inference.Keys.Edwards;

namespace Verifiable.Inference.Keys.Tests.Edwards;

/// <summary>
/// What the scheme refuses by itself. The libraries at hand refuse much of it too, so that with them a check that is missing here would not show; with one that accepts
/// everything it does.
/// </summary>
public sealed class Ed25519StrictnessTests
{
    private static readonly byte[] _key = Convert.FromHexString("d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a");
    private static readonly byte[] _commitment = Convert.FromHexString("e5564300c360ac729086e2cc806e828a84877f1eb8e5d974d873e06522490155");
    private static readonly Ed25519Scheme _scheme = new(new LaxLibrary());

    // RFC 8032, section 5.1: p = 2^255 − 19 and the points whose order divides 8, with both signs of x.
    public static TheoryData<string> PointsThatAreRefused =>
    [
        "0100000000000000000000000000000000000000000000000000000000000000", "0100000000000000000000000000000000000000000000000000000000000080",
        "ecffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f", "ecffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff",
        "0000000000000000000000000000000000000000000000000000000000000000", "0000000000000000000000000000000000000000000000000000000000000080",
        "26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc05", "26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc85",
        "c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac037a", "c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac03fa",
        "edffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f", "edffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff",
        "f0ffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f", "ffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
        "ffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff",
    ];

    [Fact]
    public void What_is_canonical_is_left_to_the_library()
    {
        Assert.True(_scheme.Verify(_key, [], [.. _commitment, .. new byte[32]]));
        Assert.True(_scheme.Verify(_key, [], [.. _commitment, .. NumberOf(EdwardsPoint.Order - 1)]));

        // y = p − 2 and 2 are canonical, and of no small order.
        Assert.True(_scheme.Verify(Convert.FromHexString("ebffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f"), [], [2, .. new byte[63]]));
    }

    [Fact]
    public void Numbers_from_the_order_on_are_refused()
    {
        foreach (BigInteger s in new[] { EdwardsPoint.Order, EdwardsPoint.Order + 1, 2 * EdwardsPoint.Order, BigInteger.Pow(2, 253), BigInteger.Pow(2, 255), BigInteger.Pow(2, 256) - 1 })
        {
            Assert.False(_scheme.Verify(_key, [], [.. _commitment, .. NumberOf(s)]));
        }
    }

    [Theory]
    [MemberData(nameof(PointsThatAreRefused))]
    public void Points_of_small_order_and_those_that_are_not_canonical_are_refused_as_key_and_as_commitment(string point)
    {
        byte[] bytes = Convert.FromHexString(point);
        Assert.False(_scheme.Verify(bytes, [], [.. _commitment, .. new byte[32]]));
        Assert.False(_scheme.Verify(_key, [], [.. bytes, .. new byte[32]]));
    }

    [Fact]
    public void Wrong_lengths_are_refused()
    {
        Assert.False(_scheme.Verify(_key.AsSpan(1), [], new byte[64]));
        Assert.False(_scheme.Verify([.. _key, 0], [], [.. _commitment, .. new byte[32]]));
        Assert.False(_scheme.Verify(_key, [], [.. _commitment, .. new byte[31]]));
        Assert.False(_scheme.Verify(_key, [], [.. _commitment, .. new byte[33]]));
        Assert.False(_scheme.Verify([], [], []));
    }

    private static byte[] NumberOf(BigInteger number)
    {
        byte[] bytes = number.ToByteArray(isUnsigned: true);
        return [.. bytes, .. new byte[32 - bytes.Length]];
    }

    private sealed class LaxLibrary : IEd25519Library
    {
        public string Name => "lax";

        public bool IsValidPoint(ReadOnlySpan<byte> point) => true;

        public bool Verify(ReadOnlySpan<byte> publicKey, ReadOnlySpan<byte> message, ReadOnlySpan<byte> signature) => true;

        public IEd25519PrivateKey CreatePrivateKey(ReadOnlySpan<byte> privateKey) => throw new NotSupportedException();
    }
}
