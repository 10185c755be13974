using System.Security.Cryptography;
using System.Text;
using Verifiable.Inference.Identity;
using Verifiable.Inference.Keys.Edwards;
using Verifiable.Inference.Keys.Ethereum;
using Verifiable.Inference.Keys.Storage;

namespace Verifiable.Inference.Keys.Tests.Storage;

public sealed class EncryptedPemTests
{
    // Written by OpenSSL 3.0.19, `openssl pkcs8 -topk8`, with the password "correct": the key of RFC 8032, section 7.1, test 1, and one of secp256k1.
    private const string EdwardsAes256 = """
        -----BEGIN ENCRYPTED PRIVATE KEY-----
        MIGbMFcGCSqGSIb3DQEFDTBKMCkGCSqGSIb3DQEFDDAcBAgZLnCrWSglYwICA+gw
        DAYIKoZIhvcNAgkFADAdBglghkgBZQMEASoEED7qzl51cn9uSa/rz34RdWsEQDFs
        RJrmCQhVywrZe/P4UGrtgy151DJXic4qOL8yjR8daYiuLEqApzSYO3FWBY9+kdiU
        p7VqV8f3p9jzDLDiCpU=
        -----END ENCRYPTED PRIVATE KEY-----
        """;

    private const string EdwardsAes128Sha1 = """
        -----BEGIN ENCRYPTED PRIVATE KEY-----
        MIGNMEkGCSqGSIb3DQEFDTA8MBsGCSqGSIb3DQEFDDAOBAihlZGX/JlyRgICA+gw
        HQYJYIZIAWUDBAECBBCeJ2gtd+FKVe7UGqCRY8GQBEBfEJmkHtEJ5B7LazkuU4/M
        4MFVZOwVv+xpKbwkw4hoPj6nB6mrECkfo7+iDQNvuvUAMFPxnWU2VZSwcz5eREqs
        -----END ENCRYPTED PRIVATE KEY-----
        """;

    private const string EdwardsScrypt = """
        -----BEGIN ENCRYPTED PRIVATE KEY-----
        MIGTME8GCSqGSIb3DQEFDTBCMCEGCSsGAQQB2kcECzAUBAhLEaPKv8RfUQICBAAC
        AQgCAQEwHQYJYIZIAWUDBAEqBBAtK/N7WtTXIxYgXf2HQjXDBEB7ZMCc5ddJjawh
        +pp69u3F7C1EVVKX39hubmYgdUXrD2zbJxG3zd+/vWOb8k9aepVlr99EftxMV1/8
        /DwEESEC
        -----END ENCRYPTED PRIVATE KEY-----
        """;

    private const string Secp256k1Sha512 = """
        -----BEGIN ENCRYPTED PRIVATE KEY-----
        MIHsMFcGCSqGSIb3DQEFDTBKMCkGCSqGSIb3DQEFDDAcBAjPc967QlQSRgICA+gw
        DAYIKoZIhvcNAgsFADAdBglghkgBZQMEASoEEKJj5Zw30c7r7vvM9spEvg0EgZDX
        d9tZL1ydAOVA2DI6rK0D64xFwYfqR3JaG391KoTdDPNfFVk1KJ5Ebo2RohHgR/5d
        +YcJihIyp2sm8eYYVDQWKfMLopMb8owyZQpfyMuhNx+DY4JhuSU1UFl8D27NAvd7
        OH0/+fKEIGfnGihDLyFFFRubituFdMcA0ZCDkCou8v8Fcv6rpm6Ng5OkjkrMQP8=
        -----END ENCRYPTED PRIVATE KEY-----
        """;

    private const string EdwardsPkcs12 = """
        -----BEGIN ENCRYPTED PRIVATE KEY-----
        MFgwHAYKKoZIhvcNAQwBAzAOBAj4hv1G3qJJZQICCAAEONgH5PqIFPmTDc/5vHw6
        7Au033YITDowcc7OrwkzqIJT3owWCD0o4zkyur1i9iMs9FI7qN7+1338
        -----END ENCRYPTED PRIVATE KEY-----
        """;

    private const int Iterations = 1000;

    [LibraryTheory]
    [InlineData(EdwardsAes256)]
    [InlineData(EdwardsAes128Sha1)]
    [InlineData(EdwardsScrypt)]
    public void Ed25519_keys_that_OpenSSL_wrote_are_read(string pem)
    {
        Assert.Equal(KeyFileRefusal.None, EncryptedPem.TryRead(pem, "correct", out ISigner? signer));
        Assert.Equal("d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a", Convert.ToHexStringLower(signer!.PublicKey.Bytes));
        Assert.Equal(KeyFileRefusal.WrongPassword, EncryptedPem.TryRead(pem, "Correct", out signer));
        Assert.Null(signer);
        Assert.Equal(KeyFileRefusal.WrongPassword, EncryptedPem.TryRead(pem, string.Empty, out _));
    }

    [LibraryFact]
    public void A_secp256k1_key_that_OpenSSL_wrote_is_read()
    {
        Assert.Equal(KeyFileRefusal.None, EncryptedPem.TryRead(Secp256k1Sha512, "correct", out ISigner? signer));
        using EthereumSigner expected = EthereumSigner.FromPrivateKey(Convert.FromHexString("f812b2ad9db2626ede050c1751c0ed0fda000f35bb0885d616b95e6904329d6f"));
        Assert.Equal(expected.PublicKey, signer!.PublicKey);
    }

    [Fact]
    public void Older_encryptions_are_not_supported() => Assert.Equal(KeyFileRefusal.Unsupported, EncryptedPem.TryRead(EdwardsPkcs12, "correct", out _));

    [LibraryFact]
    public void Every_kind_of_key_is_written_and_read_back()
    {
        using Ed25519Signer edwards = Ed25519Signer.Generate();
        using EthereumSigner account = EthereumSigner.Generate();
        using EcdsaP256Signer curve = EcdsaP256Signer.Generate();
        foreach (ISigner signer in new ISigner[] { edwards, account, curve })
        {
            string pem = EncryptedPem.Write(signer, "pässword €", Iterations);
            Assert.StartsWith("-----BEGIN ENCRYPTED PRIVATE KEY-----\n", pem, StringComparison.Ordinal);
            Assert.Equal(KeyFileRefusal.None, EncryptedPem.TryRead(pem, "pässword €", out ISigner? same));
            Assert.Equal(signer.PublicKey, same!.PublicKey);
            Assert.Equal(signer.GetType(), same.GetType());
            Assert.NotEqual(pem, EncryptedPem.Write(signer, "pässword €", Iterations));
            ((IDisposable)same).Dispose();
        }
    }

    [LibraryFact]
    public void The_framework_reads_what_is_written_and_the_other_way_round()
    {
        using EcdsaP256Signer signer = EcdsaP256Signer.Generate();
        using ECDsa framework = ECDsa.Create();
        framework.ImportFromEncryptedPem(EncryptedPem.Write(signer, "p", Iterations), "p");
        string written = framework.ExportEncryptedPkcs8PrivateKeyPem("p", new PbeParameters(PbeEncryptionAlgorithm.Aes192Cbc, HashAlgorithmName.SHA384, Iterations));
        Assert.Equal(KeyFileRefusal.None, EncryptedPem.TryRead(written, "p", out ISigner? same));
        Assert.Equal(signer.PublicKey, same!.PublicKey);
        using EthereumSigner account = EthereumSigner.Generate();
        framework.ImportFromEncryptedPem(EncryptedPem.Write(account, "p", Iterations), "p");
        Assert.Equal(KeyFileRefusal.None, EncryptedPem.TryRead(framework.ExportEncryptedPkcs8PrivateKeyPem("p", new PbeParameters(PbeEncryptionAlgorithm.Aes128Cbc, HashAlgorithmName.SHA1, 1)), "p", out same));
        Assert.Equal(account.PublicKey, same!.PublicKey);
    }

    [Fact]
    public void A_file_that_asks_for_more_than_the_limits_is_refused_before_anything_is_derived()
    {
        // 2^31 − 1 rounds would take many minutes, and 2^30·8·128 bytes are a tebibyte.
        Assert.Equal(KeyFileRefusal.TooCostly, EncryptedPem.TryRead(WithIterations([0x02, 0x04, 0x7F, 0xFF, 0xFF, 0xFF]), "p", out _));
        Assert.Equal(KeyFileRefusal.TooCostly, EncryptedPem.TryRead(WithIterations([0x02, 0x09, 0x7F, .. Enumerable.Repeat((byte)0xFF, 8)]), "p", out _));
        Assert.Equal(KeyFileRefusal.NotAKeyFile, EncryptedPem.TryRead(WithIterations([0x02, 0x01, 0x00]), "p", out _));
        Assert.Equal(KeyFileRefusal.NotAKeyFile, EncryptedPem.TryRead(WithIterations([0x02, 0x01, 0xFF]), "p", out _));
        Assert.Equal(KeyFileRefusal.TooCostly, EncryptedPem.TryRead(EdwardsScrypt, "correct", out _, new KeyFileLimits { MaxScryptBytes = (1 << 20) - 1 }));
        Assert.Equal(KeyFileRefusal.TooCostly, EncryptedPem.TryRead(EdwardsScrypt, "correct", out _, new KeyFileLimits { MaxScryptWork = (1 << 13) - 1 }));
        Assert.Equal(KeyFileRefusal.TooCostly, EncryptedPem.TryRead(EdwardsAes256, "correct", out _, new KeyFileLimits { MaxIterations = 999 }));
    }

    [Fact]
    public void Texts_that_are_no_key_files_are_refused()
    {
        using EcdsaP256Signer signer = EcdsaP256Signer.Generate();
        string[] texts =
        [
            string.Empty, "-----BEGIN ENCRYPTED PRIVATE KEY-----", "-----BEGIN ENCRYPTED PRIVATE KEY-----\n-----END ENCRYPTED PRIVATE KEY-----",
            "-----BEGIN ENCRYPTED PRIVATE KEY-----\nAAAA\n-----END ENCRYPTED PRIVATE KEY-----", signer.ToPem(), new string('A', EncryptedPem.MaxLength + 1),
            EdwardsAes256.Replace("ENCRYPTED PRIVATE", "PUBLIC", StringComparison.Ordinal),
            "-----BEGIN ENCRYPTED PRIVATE KEY-----\n" + Convert.ToBase64String([0x30, 0x84, 0x7F, 0xFF, 0xFF, 0xFF]) + "\n-----END ENCRYPTED PRIVATE KEY-----",
        ];
        Assert.All(texts, static text => Assert.Equal(KeyFileRefusal.NotAKeyFile, EncryptedPem.TryRead(text, "p", out _)));
    }

    [LibraryFact]
    public void What_is_no_key_under_the_right_password_is_told()
    {
        Assert.Equal(KeyFileRefusal.WrongPassword, EncryptedPem.TryRead(EncryptedPem.Write("no key"u8, "p", 1), "p", out _));
        using RSA rsa = RSA.Create(2048);
        Assert.Equal(KeyFileRefusal.Unsupported, EncryptedPem.TryRead(EncryptedPem.Write(rsa.ExportPkcs8PrivateKey(), "p", 1), "p", out _));
        using EthereumSigner one = EthereumSigner.FromPrivateKey([.. new byte[31], 1]);
        byte[] zero = one.ToPkcs8();
        int place = zero.AsSpan().IndexOf((ReadOnlySpan<byte>)[.. new byte[31], 1]);
        zero[place + 31] = 0;
        Assert.Equal(KeyFileRefusal.NotAKey, EncryptedPem.TryRead(EncryptedPem.Write(zero, "p", 1), "p", out _));
        Assert.Throws<ArgumentException>(() => EncryptedPem.Write(new Foreign(), "p"));
    }

    // A public key in the file that is not the private key's would make some signers sign with the wrong one, which gives the private key away.
    [LibraryFact]
    public void A_public_key_in_the_file_is_not_believed()
    {
        using EthereumSigner signer = EthereumSigner.FromSeed("a"u8);
        byte[] pkcs8 = signer.ToPkcs8();
        pkcs8[^1] ^= 1;
        using EthereumSigner same = EthereumSigner.FromPkcs8(pkcs8);
        Assert.Equal(signer.Address, same.Address);
    }

    [LibraryFact]
    public void Mutated_files_never_throw_and_never_open_as_another_key()
    {
        using Ed25519Signer signer = Ed25519Signer.FromSeed("a"u8);
        byte[] pem = Encoding.ASCII.GetBytes(EncryptedPem.Write(signer, "p", 1));
        KeyFileLimits limits = new() { MaxIterations = 1000, MaxScryptBytes = 1 << 16, MaxScryptWork = 1 << 10 };
        Random random = new(3);
        for (int i = 0; i < 3000; i++)
        {
            byte[] mutated = [.. pem];
            for (int change = random.Next(1, 3); change > 0; change--)
            {
                mutated[random.Next(mutated.Length)] = (byte)random.Next(32, 127);
            }

            if (EncryptedPem.TryRead(Encoding.ASCII.GetString(mutated), "p", out ISigner? found, limits) == KeyFileRefusal.None)
            {
                // CBC has no integrity: a flipped bit of the vector or of a block flips bits of the key, if the rest stays DER. Nothing but that is accepted.
                Assert.IsType<Ed25519Signer>(found);
            }
        }
    }

    // The round number is the only two-byte integer of the file of one round.
    private static string WithIterations(byte[] integer)
    {
        using EcdsaP256Signer signer = EcdsaP256Signer.Generate();
        byte[] der = Convert.FromBase64String(string.Concat(EncryptedPem.Write(signer, "p", 1).Split('\n').Where(static line => !line.StartsWith('-'))));
        int place = der.AsSpan().IndexOf((ReadOnlySpan<byte>)[0x04, 16]) + 18;
        Assert.Equal([0x02, 0x01, 0x01], der[place..(place + 3)]);
        int growth = integer.Length - 3;
        byte[] longer = [.. der[..place], .. integer, .. der[(place + 3)..]];

        // The lengths of the four sequences around it, and of the whole.
        longer[2] = (byte)(longer[2] + growth);
        foreach (int tag in new[] { 3, 16, 18, 31 })
        {
            Assert.Equal(0x30, longer[tag]);
            longer[tag + 1] = (byte)(longer[tag + 1] + growth);
        }

        return PemEncoding.WriteString("ENCRYPTED PRIVATE KEY", longer);
    }

    private sealed class Foreign : ISigner
    {
        public PublicKey PublicKey { get; } = new("x", [1]);

        public byte[] Sign(ReadOnlySpan<byte> message) => [];
    }
}
