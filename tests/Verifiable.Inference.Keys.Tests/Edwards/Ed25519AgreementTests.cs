using System.Numerics;
using Verifiable.Inference.Keys.Edwards;

namespace Verifiable.Inference.Keys.Tests.Edwards;

/// <summary>Two verifiers that disagree on one signature split a network: every library accepts exactly what the plain model accepts, with and without the cofactor.</summary>
public sealed class Ed25519AgreementTests
{
    private static readonly BigInteger _prime = BigInteger.Pow(2, 255) - 19;
    private static readonly byte[] _message = [1, 2, 3];
    private static readonly BigInteger _a = BigInteger.Pow(3, 150);
    private static readonly BigInteger _r = BigInteger.Pow(5, 100);

    // All 14 encodings of the 8 points of small order: two points have a second y, and four a second sign or sign and y.
    private static IEnumerable<byte[]> SmallEncodings()
    {
        foreach (BigInteger y in new[] { BigInteger.Zero, BigInteger.One, _prime - 1, _prime, _prime + 1 }.Concat(PlainEd25519.Torsion.Select(static point => new BigInteger(point.ToBytes().AsSpan()[..31], isUnsigned: true) + ((BigInteger)(point.ToBytes()[31] & 0x7F) << 248)).Distinct().Where(static y => y > 1 && y < _prime - 1)))
        {
            byte[] bytes = y.ToByteArray(isUnsigned: true);
            byte[] encoding = [.. bytes, .. new byte[32 - bytes.Length]];
            yield return encoding;
            yield return [.. encoding[..31], (byte)(encoding[31] | 0x80)];
        }
    }

    [LibraryFact]
    public void Points_with_a_part_of_small_order_are_accepted_by_none_even_where_the_equation_holds()
    {
        int accepted = 0;
        int cofactored = 0;
        for (int i = 0; i < 8; i++)
        {
            byte[] key = ((_a * EdwardsPoint.Base) + PlainEd25519.Torsion[i]).ToBytes();
            for (int j = 0; j < 8; j++)
            {
                byte[] commitment = ((_r * EdwardsPoint.Base) + PlainEd25519.Torsion[j]).ToBytes();
                byte[] signature = PlainEd25519.Sign(_a, _r, key, commitment, _message);
                Assert.True(PlainEd25519.HoldsEquation(key, _message, signature, withCofactor: true));
                cofactored++;
                accepted += AssertAgreement(key, _message, signature) ? 1 : 0;
            }
        }

        Assert.Equal(64, cofactored);
        Assert.Equal(1, accepted);
    }

    [LibraryFact]
    public void Points_of_small_order_in_any_encoding_are_accepted_by_none()
    {
        byte[][] encodings = [.. SmallEncodings()];
        Assert.Equal(14, encodings.Length);
        Assert.All(encodings, static bytes => Assert.True((8 * EdwardsPoint.Read(bytes)!.Value).IsIdentity));
        foreach (byte[] small in encodings)
        {
            // As the key, with an honest R; as R, with an honest key; as both, where S = 0 solves the equation for one message in eight.
            byte[] honest = (_a * EdwardsPoint.Base).ToBytes();
            Assert.False(AssertAgreement(small, _message, PlainEd25519.Sign(0, _a, small, honest, _message)));
            Assert.False(AssertAgreement(honest, _message, PlainEd25519.Sign(_a, 0, honest, small, _message)));
            foreach (byte[] other in encodings)
            {
                Assert.False(AssertAgreement(small, _message, [.. other, .. new byte[32]]));
            }
        }
    }

    [LibraryFact]
    public void Large_points_that_are_not_canonical_do_not_exist_but_off_the_curve_and_above_p_they_are_refused_by_all()
    {
        using Ed25519Signer signer = Ed25519Signer.FromSeed("a"u8);
        byte[] signature = signer.Sign(_message);
        int points = 0;
        for (int y = 0; y < 19; y++)
        {
            byte[] encoding = (_prime + y).ToByteArray(isUnsigned: true);
            points += EdwardsPoint.Read(encoding) is null ? 0 : 1;
            Assert.False(AssertAgreement(encoding, _message, signature));
            Assert.False(AssertAgreement(signer.PublicKey.Bytes.ToArray(), _message, [.. encoding, .. signature[32..]]));
            byte[] low = [(byte)y, .. new byte[31]];
            Assert.False(AssertAgreement(low, _message, signature));
        }

        // Some of these 19 are on the curve, and not of small order: encodings that a lax reader takes for other points.
        Assert.InRange(points, 5, 15);
    }

    [LibraryFact]
    public void Numbers_at_the_order_are_judged_alike()
    {
        byte[] key = (_a * EdwardsPoint.Base).ToBytes();
        byte[] commitment = (_r * EdwardsPoint.Base).ToBytes();
        byte[] good = PlainEd25519.Sign(_a, _r, key, commitment, _message);
        Assert.True(AssertAgreement(key, _message, good));
        foreach (BigInteger s in new[] { BigInteger.Zero, 1, EdwardsPoint.Order - 1, EdwardsPoint.Order, EdwardsPoint.Order + 1, BigInteger.Pow(2, 252), BigInteger.Pow(2, 253) - 1, BigInteger.Pow(2, 256) - 1 })
        {
            byte[] bytes = s.ToByteArray(isUnsigned: true);
            Assert.False(AssertAgreement(key, _message, [.. commitment, .. bytes, .. new byte[32 - bytes.Length]]));
        }
    }

    [LibraryFact]
    public void Points_in_the_group_of_prime_order_are_told_alike_by_all()
    {
        byte[][] points =
        [
            .. SmallEncodings(), .. Enumerable.Range(0, 8).Select(static i => ((_a * EdwardsPoint.Base) + PlainEd25519.Torsion[i]).ToBytes()),
            .. Enumerable.Range(0, 40).Select(static y => (byte[])[(byte)y, .. new byte[31]]), EdwardsPoint.Base.ToBytes(),
        ];
        foreach (byte[] point in points)
        {
            bool expected = EdwardsPoint.Read(point) is { } known && !known.IsIdentity && (EdwardsPoint.Order * known).IsIdentity && known.ToBytes().AsSpan().SequenceEqual(point);
            Assert.All(Libraries.Ed25519s, library => Assert.Equal(expected, library.IsValidPoint(point)));
        }

        Assert.Contains(points, static point => Libraries.Ed25519s[0].IsValidPoint(point));
    }

    private static bool AssertAgreement(byte[] key, byte[] message, byte[] signature)
    {
        bool expected = PlainEd25519.Verify(key, message, signature);
        foreach (IEd25519Library library in Libraries.Ed25519s)
        {
            Assert.Equal(expected, new Ed25519Scheme(library).Verify(key, message, signature));
        }

        return expected;
    }
}
