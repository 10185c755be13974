using System.Security.Cryptography;
using Verifiable.Inference.Identity;

namespace Verifiable.Inference.Tests.Identity;

/// <summary>Published vectors of hybrid public-key encryption: RFC 9180, appendix A.3.1 (DHKEM(P-256), HKDF-SHA256, AES-128-GCM), and the file of vectors that belongs to it for AES-256-GCM.
/// The library's suite joins the key derivation of the first and the cipher of the second.</summary>
public sealed class HpkeVectorTests
{
    private const string Info = "4f6465206f6e2061204772656369616e2055726e";
    private const string Plaintext = "4265617574792069732074727574682c20747275746820626561757479";
    private const string Ephemeral = "04a92719c6195d5085104f469a8b9814d5838ff72b60501e2c4466e5e67b325ac98536d7b61a1af4b78e5b7f951c0900be863c403ce65c9bfcb9382657222d18c4";
    private const string Ephemeral256 = "0404dc39344526dbfa728afba96986d575811b5af199c11f821a0e603a4d191b25544a402f25364964b2c129cb417b3c1dab4dfc0854f3084e843f731654392726";

    private static readonly HpkeSuite _aes128 = new(HashAlgorithmName.SHA256, 16);
    private static readonly HpkeSuite _aes256 = new(HashAlgorithmName.SHA512, 32);

    [Theory]
    [InlineData("4270e54ffd08d79d5928020af4686d8f6b7d35dbe470265f1f5aa22816ce860e", "4995788ef4b9d6132b249ce59a77281493eb39af373d236a1fe415cb0c2d7beb")]
    [InlineData("668b37171f1072f3cf12ea8a236a45df23fc13b82af3609ad1e354f6ef817550", "f3ce7fdae57e1a310d87f1ebbde6f328be0a99cdbcadf4d6589cf29de4b8ffd2")]
    public void Keys_are_derived_as_published(string material, string scalar) => Assert.Equal(scalar, Convert.ToHexStringLower(HpkeSuite.DeriveScalar(Hex(material))));

    [Fact]
    public void The_sender_of_appendix_A_3_1_seals_as_published()
    {
        using ECDiffieHellman recipient = Key("f3ce7fdae57e1a310d87f1ebbde6f328be0a99cdbcadf4d6589cf29de4b8ffd2");
        using ECDiffieHellman ephemeral = Key("4995788ef4b9d6132b249ce59a77281493eb39af373d236a1fe415cb0c2d7beb");
        using HpkeContext sender = _aes128.SetUpSender(recipient, ephemeral, Hex(Info), out byte[] encapsulation);
        Assert.Equal(Ephemeral, Convert.ToHexStringLower(encapsulation));
        Assert.Equal("04fe8c19ce0905191ebc298a9245792531f26f0cece2460639e8bc39cb7f706a826a779b4cf969b8a0e539c7f62fb3d30ad6aa8f80e30f1d128aafd68a2ce72ea0", Convert.ToHexStringLower(HpkeSuite.Serialize(recipient)));
        string[] expected =
        [
            "5ad590bb8baa577f8619db35a36311226a896e7342a6d836d8b7bcd2f20b6c7f9076ac232e3ab2523f39513434",
            "fa6f037b47fc21826b610172ca9637e82d6e5801eb31cbd3748271affd4ecb06646e0329cbdf3c3cd655b28e82",
            "895cabfac50ce6c6eb02ffe6c048bf53b7f7be9a91fc559402cbc5b8dcaeb52b2ccc93e466c28fb55fed7a7fec",
        ];
        for (int i = 0; i < expected.Length; i++)
        {
            Assert.Equal(expected[i], Convert.ToHexStringLower(sender.Seal(Hex(Plaintext), Count(i))));
        }

        // Numbers 255 and 256 are published too: the carry into the second byte of the sequence.
        for (int i = expected.Length; i < 255; i++)
        {
            _ = sender.Seal(Hex(Plaintext), Count(i));
        }

        Assert.Equal("2ad71c85bf3f45c6eca301426289854b31448bcf8a8ccb1deef3ebd87f60848aa53c538c30a4dac71d619ee2cd", Convert.ToHexStringLower(sender.Seal(Hex(Plaintext), Count(255))));
        Assert.Equal("10f179686aa2caec1758c8e554513f16472bd0a11e2a907dde0b212cbe87d74f367f8ffe5e41cd3e9962a6afb2", Convert.ToHexStringLower(sender.Seal(Hex(Plaintext), Count(256))));
    }

    [Theory]
    [InlineData("", "5e9bc3d236e1911d95e65b576a8a86d478fb827e8bdfe77b741b289890490d4d", "c9d634be6e873105fc38fae1f86e195a0aa025c5cf1672acd2a358e7e2a84244")]
    [InlineData("00", "6cff87658931bda83dc857e6353efe4987a201b849658d9b047aab4cf216e796", "d51a7dee4bb7da5e8d6271c5d6755967bbade71c4ceddab1acded3e6e5f642d0")]
    [InlineData("54657374436f6e74657874", "d8f1ea7942adbba7412c6d431c62d01371ea476b823eb697e1f6e6cae1dab85a", "1a677fc144ec3f0df86cfebd6578a0a1a402beeb6f6c36235006369f1211edfa")]
    public void Recipients_export_as_published(string context, string of128, string of256)
    {
        using HpkeContext first = Recipient(_aes128, "668b37171f1072f3cf12ea8a236a45df23fc13b82af3609ad1e354f6ef817550", Ephemeral);
        using HpkeContext second = Recipient(_aes256, "a2f6e7c4d9e108e03be268a64fe73e11a320963c85375a30bfc9ec4a214c6a55", Ephemeral256);
        Assert.Equal(of128, Convert.ToHexStringLower(first.Export(Hex(context), 32)));
        Assert.Equal(of256, Convert.ToHexStringLower(second.Export(Hex(context), 32)));
    }

    [Fact]
    public void The_recipient_opens_the_published_ciphertexts_of_AES_256_GCM()
    {
        using HpkeContext recipient = Recipient(_aes256, "a2f6e7c4d9e108e03be268a64fe73e11a320963c85375a30bfc9ec4a214c6a55", Ephemeral256);
        string[] published =
        [
            "949f58e87c39b3f55390b6a970de27dfac44aadc2fbc9d623dcde1a08b628c83ad07dbbee6aede7fcfbf955670",
            "2b122485c81e76277b6fb7d96d85e1e2f0d41c8b6659dbbd2fad77d4a2318ceb88a350b02f7fdb242af6ee6222",
            "24612f7a27e9a8a0ddffcc18e769f5e03c9ebb658071b558058172d81336d151933f3d80846596d99f67994822",
        ];
        for (int i = 0; i < published.Length; i++)
        {
            Assert.False(recipient.TryOpen(Hex(published[i]), Count(i + 1), out _));
            Assert.True(recipient.TryOpen(Hex(published[i]), Count(i), out byte[]? opened));
            Assert.Equal(Plaintext, Convert.ToHexStringLower(opened));
        }
    }

    [Fact]
    public void Bytes_that_are_no_point_of_the_curve_are_refused()
    {
        byte[] good = Hex(Ephemeral);
        byte[] infinity = new byte[good.Length];
        byte[] hybrid = [6, .. good.AsSpan(1)];
        byte[] large = [4, .. Enumerable.Repeat((byte)0xff, 64)];
        byte[] negated = [.. good];
        negated[^1] ^= 1;
        byte[] swapped = [4, .. good.AsSpan(33), .. good.AsSpan(1, 32)];
        Assert.All([[], [4], good[..^1], [.. good, 0], infinity, hybrid, large, negated, swapped], bytes => Assert.Null(HpkeSuite.Deserialize(bytes)));
        using ECDiffieHellman? read = HpkeSuite.Deserialize(good);
        Assert.NotNull(read);
    }

    private static HpkeContext Recipient(HpkeSuite suite, string material, string encapsulation)
    {
        using EncryptionKey key = EncryptionKey.FromMaterial(Hex(material));
        return key.SetUp(suite, Hex(encapsulation), Hex(Info))!;
    }

    private static ECDiffieHellman Key(string scalar) => ECDiffieHellman.Create(new ECParameters { Curve = ECCurve.NamedCurves.nistP256, D = Hex(scalar) });

    private static byte[] Count(int number) => System.Text.Encoding.ASCII.GetBytes($"Count-{number}");

    private static byte[] Hex(string digits) => Convert.FromHexString(digits);
}
