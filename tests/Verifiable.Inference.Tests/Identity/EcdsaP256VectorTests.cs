using System.Globalization;
using System.Numerics;
using System.Security.Cryptography;
using System.Text;
using Verifiable.Inference.Identity;

namespace Verifiable.Inference.Tests.Identity;

public sealed class EcdsaP256VectorTests
{
    // RFC 6979, appendix A.2.5.
    private const string PrivateKey = "C9AFA9D845BA75166B5C215767B1D6934E50C3DB36E89B127B8A622B120F6721";
    private const string X = "60FED4BA255A9D31C961EB74C6356D68C049B8923B61FA6CE669622E60F29FB6";
    private const string Y = "7903FE1008B8BC99A41AE9E95628BC64F2F1B20C2D7E9F5177A3C294D4462299";

    private static readonly BigInteger _prime = Parse("ffffffff00000001000000000000000000000000ffffffffffffffffffffffff");
    private static readonly BigInteger _order = Parse("ffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551");

    public static TheoryData<string, string, string> Rfc6979 => new()
    {
        { "sample", "EFD48B2AACB6A8FD1140DD9CD45E81D69D2C877B56AAF991C34D0EA84EAF3716", "F7CB1C942D657C41D436C7A1B6E29F65F3E900DBB9AFF4064DC4AB2F843ACDA8" },
        { "test", "F1ABB023518351CD71D881567B1EA663ED3EFCF6C5132B354F28D3B0B7D38367", "019F4113742A2B14BD25926B49C649155F267E60D3814B4C0CC84250E46F0083" },
    };

    [Theory]
    [MemberData(nameof(Rfc6979))]
    public void Signatures_of_RFC_6979_verify_in_their_low_form_only(string message, string r, string s)
    {
        byte[] key = Compress(X, Y);
        byte[] bytes = Encoding.ASCII.GetBytes(message);
        Assert.True(EcdsaP256.Scheme.Verify(key, bytes, Signature(r, Low(Parse(s)))));
        Assert.False(EcdsaP256.Scheme.Verify(key, bytes, Signature(r, _order - Low(Parse(s)))));
        Assert.False(EcdsaP256.Scheme.Verify(key, [.. bytes, 0], Signature(r, Low(Parse(s)))));
    }

    [Fact]
    public void The_public_key_of_RFC_6979_follows_from_its_private_key()
    {
        using EcdsaP256Signer signer =
            new(ECDsa.Create(new ECParameters { Curve = ECCurve.NamedCurves.nistP256, D = Convert.FromHexString(PrivateKey) }));
        Assert.Equal(Compress(X, Y), signer.PublicKey.Bytes.ToArray());
    }

    [Fact]
    public void Signatures_of_NIST_are_judged_as_NIST_does()
    {
        foreach ((string message, string x, string y, string r, string s, bool valid) in CavpSigVerVectors.All)
        {
            Assert.Equal(valid, EcdsaP256.Scheme.Verify(Compress(x, y), Convert.FromHexString(message), Signature(r, Low(Parse(s)))));
        }

        Assert.Equal(3, CavpSigVerVectors.All.Count(vector => vector.Valid));
    }

    [Fact]
    public void Numbers_of_a_signature_outside_their_range_are_refused()
    {
        using EcdsaP256Signer signer = EcdsaP256Signer.FromSeed([1]);
        byte[] key = signer.PublicKey.Bytes.ToArray();
        byte[] good = signer.Sign([7]);
        BigInteger r = new(good.AsSpan(0, 32), isUnsigned: true, isBigEndian: true);
        BigInteger s = new(good.AsSpan(32), isUnsigned: true, isBigEndian: true);
        BigInteger top = (BigInteger.One << 256) - 1;
        foreach (BigInteger bad in new[] { BigInteger.Zero, _order, _order + 1, top })
        {
            Assert.False(EcdsaP256.Scheme.Verify(key, [7], Signature(bad, s)));
            Assert.False(EcdsaP256.Scheme.Verify(key, [7], Signature(r, bad)));
        }

        Assert.False(EcdsaP256.Scheme.Verify(key, [7], Signature(r, (_order / 2) + 1)));
        Assert.False(EcdsaP256.Scheme.Verify(key, [7], Signature(0, 0)));
    }

    [Fact]
    public void Points_in_another_encoding_or_off_the_curve_are_refused()
    {
        using EcdsaP256Signer signer = EcdsaP256Signer.FromSeed([1]);
        byte[] signature = signer.Sign([7]);
        byte[] x = Convert.FromHexString(X);
        byte[] y = Convert.FromHexString(Y);
        byte[] prime = _prime.ToByteArray(isUnsigned: true, isBigEndian: true);
        byte[] abovePrime = (_prime + 5).ToByteArray(isUnsigned: true, isBigEndian: true);
        byte[][] hostile =
        [
            [],
            [0],
            new byte[33],
            new byte[65],
            [4, .. x, .. y],
            [6, .. x, .. y],
            [7, .. x, .. y],
            [4, .. x],
            [0, .. x],
            [1, .. x],
            [5, .. x],
            [0x82, .. x],
            [2, .. prime],
            [2, .. abovePrime],
            [3, .. Enumerable.Repeat((byte)255, 32)],
        ];
        foreach (byte[] key in hostile)
        {
            Assert.False(EcdsaP256.Scheme.Verify(key, [7], signature));
        }

        // About half of all x have no point.
        int refused = Enumerable.Range(1, 100).Count(i => !IsOnCurve(i) && !EcdsaP256.Scheme.Verify([2, .. new byte[31], (byte)i], [7], signature));
        Assert.Equal(Enumerable.Range(1, 100).Count(i => !IsOnCurve(i)), refused);
        Assert.InRange(refused, 30, 70);
    }

    [Fact]
    public void A_signer_writes_its_key_and_reads_it_back()
    {
        using EcdsaP256Signer signer = EcdsaP256Signer.Generate();
        using EcdsaP256Signer fromPkcs8 = EcdsaP256Signer.FromPkcs8(signer.ToPkcs8());
        using EcdsaP256Signer fromPem = EcdsaP256Signer.FromPem(signer.ToPem());
        Assert.Equal(signer.PublicKey, fromPkcs8.PublicKey);
        Assert.Equal(signer.PublicKey, fromPem.PublicKey);
        Assert.True(EcdsaP256.Scheme.Verify(signer.PublicKey.Bytes, [1], fromPem.Sign([1])));
        Assert.NotEqual(signer.PublicKey, EcdsaP256Signer.Generate().PublicKey);
    }

    [Fact]
    public void A_key_of_another_curve_or_no_key_is_the_callers_mistake()
    {
        using ECDsa other = ECDsa.Create(ECCurve.NamedCurves.nistP384);
        Assert.Throws<ArgumentException>(() => new EcdsaP256Signer(other));
        Assert.Throws<ArgumentException>(() => EcdsaP256Signer.FromPkcs8(other.ExportPkcs8PrivateKey()));
        Assert.Throws<CryptographicException>(() => EcdsaP256Signer.FromPkcs8([1, 2, 3]));
        Assert.Throws<ArgumentException>(() => EcdsaP256Signer.FromPem("nothing"));
        Assert.Throws<ArgumentNullException>(() => new EcdsaP256Signer(null!));
    }

    [Fact]
    public void More_keys_than_are_kept_do_no_harm()
    {
        using EcdsaP256Signer signer = EcdsaP256Signer.FromSeed([1]);
        byte[] signature = signer.Sign([7]);
        for (int i = 0; i < 10_000; i++)
        {
            byte[] key = [2, .. new byte[28], 1, .. new byte[3]];
            System.Buffers.Binary.BinaryPrimitives.WriteInt32BigEndian(key.AsSpan(29), i);
            Assert.False(EcdsaP256.Scheme.Verify(key, [7], signature));
        }

        Assert.True(EcdsaP256.Scheme.Verify(signer.PublicKey.Bytes, [7], signature));
    }

    [Fact]
    public void A_seed_gives_one_key_on_every_machine()
    {
        using EcdsaP256Signer signer = EcdsaP256Signer.FromSeed("seed"u8);
        Assert.Equal("0233cb80582579a5bdbea7bc329c17186b05f13323d6dd2a990db08fe87e89427f", Convert.ToHexStringLower(signer.PublicKey.Bytes));
    }

    private static BigInteger Parse(string text) => BigInteger.Parse("0" + text, NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture);

    private static BigInteger Low(BigInteger s) => s > _order / 2 ? _order - s : s;

    private static byte[] Compress(string x, string y) => [(byte)(2 + (Convert.FromHexString(y)[^1] & 1)), .. Convert.FromHexString(x)];

    private static byte[] Signature(string r, BigInteger s) => Signature(Parse(r), s);

    private static byte[] Signature(BigInteger r, BigInteger s)
    {
        byte[] left = r.ToByteArray(isUnsigned: true, isBigEndian: true);
        byte[] right = s.ToByteArray(isUnsigned: true, isBigEndian: true);
        return [.. new byte[32 - left.Length], .. left, .. new byte[32 - right.Length], .. right];
    }

    // Euler's criterion on x³ − 3x + b.
    private static bool IsOnCurve(int x)
    {
        BigInteger square = (BigInteger.Pow(x, 3) - (3 * x) + Parse("5ac635d8aa3a93e7b3ebbd55769886bc651d06b0cc53b0f63bce3c3e27d2604b")) % _prime;
        return BigInteger.ModPow(square, (_prime - 1) / 2, _prime).IsOne;
    }
}
