using System.Globalization;
using System.Numerics;
using System.Text;
using Verifiable.Inference.Keys.Ethereum;

namespace Verifiable.Inference.Keys.Tests.Ethereum;

public sealed class EthereumSignatureTests
{
    private const string Key = "4c0883a69102937d6231471b5dbb6204fe5129617082792ae468d01a3f362318";

    private static readonly BigInteger _order = BigInteger.Parse("0fffffffffffffffffffffffffffffffebaaedce6af48a03bbfd25e8cd0364141", NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture);

    [Fact]
    public void The_digest_of_a_personal_message_is_that_of_web3s_documentation() =>
        Assert.Equal("1da44b586eb0729ff70a73c326926f6ed5a25f5b056e7f47fbc6e58d86871655", Convert.ToHexStringLower(EthereumMessage.PersonalDigestOf("Some data"u8)));

    [LibraryFact]
    public void The_signature_of_a_personal_message_is_that_of_web3s_documentation()
    {
        const string Expected = "b91467e570a6466aa9e9876cbcd013baba02900b8979d43fe208a4a4f339f5fd6007e74cd82e037b800186422fc2da167c747ef045e5d18a5f5d4300f8e1a0291c";
        foreach (ISecp256k1Library library in Libraries.Secp256k1s)
        {
            using EthereumSigner signer = new(library, Convert.FromHexString(Key));
            Assert.Equal("0x2c7536E3605D9C16a7a3D7b1898e529396a65c23", signer.Address.ToString());
            Assert.True(EthereumSignatures.TryRecover(library, EthereumMessage.PersonalDigestOf("Some data"u8), Convert.FromHexString(Expected), out EthereumAddress found));
            Assert.Equal(signer.Address, found);
            if (library is NativeSecp256k1)
            {
                // Nonces by RFC 6979; OpenSSL's are random.
                Assert.Equal(Expected, Convert.ToHexStringLower(signer.Sign("Some data"u8)));
            }
        }
    }

    [LibraryFact]
    public void Each_library_verifies_what_the_other_signs()
    {
        foreach (ISecp256k1Library signing in Libraries.Secp256k1s)
        {
            using EthereumSigner signer = EthereumSigner.FromSeed(signing, "a"u8);
            for (byte i = 0; i < 32; i++)
            {
                byte[] signature = signer.Sign([i]);
                Assert.All(Libraries.Secp256k1s, library => Assert.True(new EthereumScheme(library).Verify(signer.PublicKey.Bytes, [i], signature)));
            }
        }
    }

    // In the manner of Wycheproof's cases for ECDSA: r and s at the ends of their ranges, in all combinations, with every v.
    [LibraryFact]
    public void Numbers_outside_their_range_and_recovery_ids_that_do_not_exist_are_refused_by_all()
    {
        BigInteger top = BigInteger.Pow(2, 256) - 1;
        BigInteger prime = BigInteger.Pow(2, 256) - BigInteger.Pow(2, 32) - 977;
        BigInteger[] numbers = [0, 1, 2, (_order - 1) / 2, (_order + 1) / 2, _order - 1, _order, _order + 1, prime - _order, prime, top];
        byte[] digest = Keccak256.Hash("m"u8);
        int recovered = 0;
        foreach (BigInteger r in numbers)
        {
            foreach (BigInteger s in numbers)
            {
                foreach (byte v in new byte[] { 0, 1, 2, 3, 26, 27, 28, 29, 30, 31, 35, 37, 38, 255 })
                {
                    byte[] signature = [.. Bytes(r), .. Bytes(s), v];
                    bool isCanonical = r > 0 && r < _order && s > 0 && s <= (_order - 1) / 2 && (v is 27 or 28);
                    Assert.Equal(isCanonical, EthereumSignatures.IsCanonical(signature));
                    EthereumAddress[] found = [.. Libraries.Secp256k1s.Where(_ => isCanonical).Select(library =>
                        EthereumSignatures.TryRecover(library, digest, signature, out EthereumAddress address) ? address : default)];
                    Assert.True(found.Distinct().Count() <= 1, $"{r} {s} {v}");
                    recovered += found.Length > 0 && found[0] != default ? 1 : 0;
                    Assert.All(Libraries.Secp256k1s, library => Assert.False(new EthereumScheme(library).Verify(new byte[20], "m"u8, signature)));
                }
            }
        }

        // s = (n − 1)/2 exactly is the last that is accepted; r = 1 and r = 2 are coordinates of points.
        Assert.True(recovered >= 12, $"{recovered}");
    }

    [LibraryFact]
    public void A_signature_that_would_recover_to_infinity_is_nobodys()
    {
        // Q = (s·R − z·G)/r: with R = k·G and s = z/k the sum is the neutral point. k = 1: R = G, s = z.
        BigInteger x = BigInteger.Parse("079be667ef9dcbbac55a06295ce870b07029bfcdb2dce28d959f2815b16f81798", NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture);
        byte[] digest = [0x10, .. new byte[31]];
        byte[] signature = [.. Bytes(x), .. digest, 27];
        Assert.True(EthereumSignatures.IsCanonical(signature));
        Assert.All(Libraries.Secp256k1s, library => Assert.False(EthereumSignatures.TryRecover(library, digest, signature, out _)));
    }

    [LibraryFact]
    public void What_is_recovered_publicly_is_held_to_the_one_encoding_too()
    {
        using EthereumSigner signer = EthereumSigner.FromSeed("a"u8);
        byte[] digest = EthereumMessage.DigestOf("m"u8);
        byte[] good = signer.Sign("m"u8);
        Assert.True(EthereumSignatures.TryRecover(digest, good, out EthereumAddress found));
        Assert.Equal(signer.Address, found);
        byte[] high = [.. good[..32], .. Bytes(_order - new BigInteger(good.AsSpan(32, 32), isUnsigned: true, isBigEndian: true)), (byte)(55 - good[64])];
        foreach (byte[] signature in new[] { high, [.. good[..64], (byte)(good[64] - 27)], [.. good[..64], (byte)(good[64] + 2)], good[..64], [.. good, 0], [] })
        {
            Assert.False(EthereumSignatures.TryRecover(digest, signature, out found));
            Assert.Equal(default, found);
        }

        foreach (int size in new[] { 0, 31, 33, 64 })
        {
            Assert.False(EthereumSignatures.TryRecover(new byte[size], good, out _));
        }
    }

    [LibraryFact]
    public void Digests_at_and_above_the_order_are_the_same_for_all()
    {
        foreach (BigInteger z in new[] { BigInteger.Zero, 1, _order - 1, _order, _order + 1, BigInteger.Pow(2, 256) - 1 })
        {
            byte[] signature = [.. Bytes(BigInteger.Pow(7, 70)), .. Bytes(BigInteger.Pow(3, 99)), 27];
            EthereumAddress[] found = [.. Libraries.Secp256k1s.Select(library => EthereumSignatures.TryRecover(library, Bytes(z), signature, out EthereumAddress address) ? address : default)];
            Assert.Single(found.Distinct());
        }
    }

    [LibraryFact]
    public void Private_keys_of_0_of_the_order_and_above_are_the_callers_mistake()
    {
        Assert.Throws<ArgumentException>(() => EthereumSigner.FromPrivateKey(new byte[32]));
        Assert.Throws<ArgumentException>(() => EthereumSigner.FromPrivateKey(Bytes(_order)));
        Assert.Throws<ArgumentException>(() => EthereumSigner.FromPrivateKey(Bytes(_order + 1)));
        Assert.Throws<ArgumentException>(() => EthereumSigner.FromPrivateKey(new byte[31]));
        Assert.Throws<ArgumentException>(() => EthereumSigner.FromPrivateKey(new byte[33]));
        using EthereumSigner last = EthereumSigner.FromPrivateKey(Bytes(_order - 1));
        Assert.True(EthereumSignatures.Scheme.Verify(last.PublicKey.Bytes, "m"u8, last.Sign("m"u8)));
    }

    [LibraryFact]
    public void A_compressed_or_uncompressed_public_key_is_not_an_address()
    {
        using EthereumSigner signer = EthereumSigner.FromSeed("a"u8);
        byte[] signature = signer.Sign("m"u8);
        Assert.True(EthereumSignatures.Scheme.Verify(signer.PublicKey.Bytes, "m"u8, signature));
        foreach (int size in new[] { 0, 19, 21, 32, 33, 64, 65 })
        {
            byte[] key = new byte[size];
            signer.PublicKey.Bytes[..Math.Min(size, 20)].CopyTo(key);
            Assert.False(EthereumSignatures.Scheme.Verify(key, "m"u8, signature));
        }
    }

    [LibraryFact]
    public void An_erased_key_signs_nothing_more_and_a_signers_text_tells_nothing_of_it()
    {
        EthereumSigner signer = EthereumSigner.FromPrivateKey(Convert.FromHexString(Key));
        Assert.Equal(signer.Address.ToString(), signer.ToString());
        signer.Dispose();
        signer.Dispose();
        Assert.Throws<ObjectDisposedException>(() => signer.Sign("a"u8));
        Assert.Throws<ObjectDisposedException>(signer.ToPkcs8);
        Assert.DoesNotContain(Key[..8], signer.ToString(), StringComparison.OrdinalIgnoreCase);
    }

    [LibraryFact]
    public void A_signer_writes_its_key_and_reads_it_back()
    {
        using EthereumSigner signer = EthereumSigner.Generate();
        byte[] pkcs8 = signer.ToPkcs8();
        using EthereumSigner same = EthereumSigner.FromPkcs8(pkcs8);
        Assert.Equal(signer.Address, same.Address);

        // The framework reads the same form.
        using System.Security.Cryptography.ECDsa framework = System.Security.Cryptography.ECDsa.Create();
        framework.ImportPkcs8PrivateKey(pkcs8, out int read);
        Assert.Equal(pkcs8.Length, read);
        System.Security.Cryptography.ECPoint point = framework.ExportParameters(false).Q;
        Assert.Equal(signer.Address, EthereumAddress.OfKey([4, .. point.X!, .. point.Y!]));
        using EthereumSigner fromFramework = EthereumSigner.FromPkcs8(framework.ExportPkcs8PrivateKey());
        Assert.Equal(signer.Address, fromFramework.Address);
    }

    [Fact]
    public void The_one_message_names_what_to_install()
    {
        Assert.Contains("libsecp256k1-1", EthereumSignatures.HowToEnable, StringComparison.Ordinal);
        if (!EthereumSignatures.IsAvailable)
        {
            Assert.Equal(EthereumSignatures.HowToEnable, Assert.Throws<PlatformNotSupportedException>(() => EthereumSignatures.Scheme).Message);
            Assert.Equal(EthereumSignatures.HowToEnable, Assert.Throws<PlatformNotSupportedException>(() => EthereumSigner.Generate()).Message);
        }
    }

    [LibraryFact]
    public void A_seed_gives_one_key_on_every_machine()
    {
        using EthereumSigner signer = EthereumSigner.FromSeed(Encoding.ASCII.GetBytes("seed"));
        Assert.Equal("0x41Db255fA37bFEAbA968a086720a7CC44A972eEF", signer.Address.ToString());
    }

    private static byte[] Bytes(BigInteger value)
    {
        byte[] bytes = value.ToByteArray(isUnsigned: true, isBigEndian: true);
        return [.. new byte[32 - bytes.Length], .. bytes];
    }
}
