using System.Formats.Asn1;
using System.Security.Cryptography;
using Verifiable.Inference.Identity;
using Verifiable.Inference.Keys.Formats;

namespace Verifiable.Inference.Keys.Tests.Formats;

public sealed class Pkcs8Tests
{
    private static readonly byte[] _edwards = Pkcs8.WriteEd25519([.. Enumerable.Range(1, 32).Select(static i => (byte)i)]);

    [Fact]
    public void What_is_written_is_what_a_DER_writer_writes()
    {
        byte[] secret = [.. Enumerable.Range(1, 32).Select(static i => (byte)i)];
        byte[] point = [4, .. Enumerable.Range(1, 64).Select(static i => (byte)i)];
        Assert.Equal(Ed25519Of(secret), Pkcs8.WriteEd25519(secret));
        Assert.Equal(Secp256k1Of(secret, point), Pkcs8.WriteSecp256k1(secret, point));
        Assert.Equal(PrivateKeyKind.Ed25519, Pkcs8.KindOf(Pkcs8.WriteEd25519(secret)));
        Assert.Equal(PrivateKeyKind.Secp256k1, Pkcs8.KindOf(Pkcs8.WriteSecp256k1(secret, point)));
        byte[] read = new byte[32];
        Assert.True(Pkcs8.TryReadSecp256k1(Pkcs8.WriteSecp256k1(secret, point), read));
        Assert.Equal(secret, read);
        Assert.False(Pkcs8.TryReadEd25519(Pkcs8.WriteSecp256k1(secret, point), read));
    }

    [Fact]
    public void The_key_of_RFC_8410_is_read()
    {
        // RFC 8410, section 10.3: the first example, and the second, which has an attribute and a public key.
        byte[] key = new byte[32];
        foreach (string base64 in new[]
        {
            "MC4CAQAwBQYDK2VwBCIEINTuctv5E1hK1bbY8fdp+K06/nwoy/HU++CXqI9EdVhC",
            "MHICAQEwBQYDK2VwBCIEINTuctv5E1hK1bbY8fdp+K06/nwoy/HU++CXqI9EdVhCoB8wHQYKKoZIhvcNAQkJFDEPDA1DdXJkbGUgQ2hhaXJzgSEAGb9ECWmEzf6FQbrBZ9w7lshQhqowtrbLDFw4rXAxZuE=",
        })
        {
            Assert.True(Pkcs8.TryReadEd25519(Convert.FromBase64String(base64), key));
            Assert.Equal("d4ee72dbf913584ad5b6d8f1f769f8ad3afe7c28cbf1d4fbe097a88f44755842", Convert.ToHexStringLower(key));
        }
    }

    [Fact]
    public void What_is_too_long_too_short_or_has_more_behind_it_is_no_key()
    {
        byte[] secret = new byte[32];
        Assert.Equal(PrivateKeyKind.Unknown, Pkcs8.KindOf([.. _edwards, 0]));
        Assert.Equal(PrivateKeyKind.Unknown, Pkcs8.KindOf(Ed25519Of(new byte[31])));
        Assert.Equal(PrivateKeyKind.Unknown, Pkcs8.KindOf(Ed25519Of(new byte[33])));
        Assert.Equal(PrivateKeyKind.Unknown, Pkcs8.KindOf(Ed25519Of(secret, isAlgorithmLong: true)));
        Assert.Equal(PrivateKeyKind.Unknown, Pkcs8.KindOf(Ed25519Of(secret, isContentLong: true)));
        Assert.Equal(PrivateKeyKind.Unknown, Pkcs8.KindOf([]));
        for (int length = 0; length < _edwards.Length; length++)
        {
            Assert.Equal(PrivateKeyKind.Unknown, Pkcs8.KindOf(_edwards.AsSpan(0, length)));
        }
    }

    [Fact]
    public void Any_flipped_bit_before_the_key_makes_it_no_key_of_this_kind_and_nothing_throws()
    {
        byte[] secret = new byte[32];
        for (int bit = 0; bit < 8 * (_edwards.Length - 32); bit++)
        {
            byte[] flipped = [.. _edwards];
            flipped[bit / 8] ^= (byte)(1 << (bit % 8));

            // The version may be 0 or 1.
            Assert.Equal(bit == 8 * 4, Pkcs8.TryReadEd25519(flipped, secret));
        }
    }

    // A file for P-256 whose public key is another: the framework must not sign under a name that is not the key's own.
    [Fact]
    public void A_P256_file_with_a_foreign_public_key_gives_no_signer_that_claims_it()
    {
        using ECDsa own = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        using ECDsa foreign = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        ECPoint point = foreign.ExportParameters(false).Q;
        byte[] pkcs8 = own.ExportPkcs8PrivateKey();
        byte[] bytes = [4, .. point.X!, .. point.Y!];
        bytes.CopyTo(pkcs8.AsSpan(pkcs8.Length - bytes.Length));
        EcdsaP256Signer? signer = null;
        _ = Record.Exception(() => signer = EcdsaP256Signer.FromPkcs8(pkcs8));
        Assert.True(signer is null || EcdsaP256.Scheme.Verify(signer.PublicKey.Bytes, "m"u8, signer.Sign("m"u8)));
        signer?.Dispose();
    }

    private static byte[] Ed25519Of(byte[] secret, bool isAlgorithmLong = false, bool isContentLong = false)
    {
        AsnWriter writer = new(AsnEncodingRules.DER);
        using (writer.PushSequence())
        {
            writer.WriteInteger(0);
            using (writer.PushSequence())
            {
                writer.WriteObjectIdentifier("1.3.101.112");
                WriteNullIf(writer, isAlgorithmLong);
            }

            using (writer.PushOctetString())
            {
                writer.WriteOctetString(secret);
                WriteNullIf(writer, isContentLong);
            }
        }

        return writer.Encode();
    }

    private static byte[] Secp256k1Of(byte[] secret, byte[] point)
    {
        AsnWriter writer = new(AsnEncodingRules.DER);
        using (writer.PushSequence())
        {
            writer.WriteInteger(0);
            using (writer.PushSequence())
            {
                writer.WriteObjectIdentifier("1.2.840.10045.2.1");
                writer.WriteObjectIdentifier("1.3.132.0.10");
            }

            using (writer.PushOctetString())
            using (writer.PushSequence())
            {
                writer.WriteInteger(1);
                writer.WriteOctetString(secret);
                using (writer.PushSequence(new Asn1Tag(TagClass.ContextSpecific, 1, isConstructed: true)))
                {
                    writer.WriteBitString(point);
                }
            }
        }

        return writer.Encode();
    }

    private static void WriteNullIf(AsnWriter writer, bool isWanted)
    {
        if (isWanted)
        {
            writer.WriteNull();
        }
    }
}
