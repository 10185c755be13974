using System.Formats.Asn1;
using System.Security.Cryptography;
using Verifiable.Inference.Keys.Storage;

namespace Verifiable.Inference.Keys.Tests.Storage;

/// <summary>Files whose parameters do not fit together, or are made to be costly to read.</summary>
public sealed class Pbes2ParameterTests
{
    private const string Aes256 = "2.16.840.1.101.3.4.1.42";
    private const string Pbkdf2 = "1.2.840.113549.1.5.12";

    [Fact]
    public void The_same_file_without_the_fault_is_read() => Assert.Equal(KeyFileRefusal.None, Refusal(FileOf()));

    [Fact]
    public void Parameters_that_do_not_fit_together_are_refused()
    {
        Assert.Equal(KeyFileRefusal.NotAKeyFile, Refusal([.. FileOf(), 0]));
        Assert.Equal(KeyFileRefusal.NotAKeyFile, Refusal(FileOf(keySize: 16)));
        Assert.Equal(KeyFileRefusal.NotAKeyFile, Refusal(FileOf(vectorSize: 15)));
        Assert.Equal(KeyFileRefusal.NotAKeyFile, Refusal(FileOf(vectorSize: 32)));
        Assert.Equal(KeyFileRefusal.NotAKeyFile, Refusal(FileOf(ciphertextSize: 0)));
        Assert.Equal(KeyFileRefusal.NotAKeyFile, Refusal(FileOf(ciphertextSize: 17)));
        Assert.Equal(KeyFileRefusal.Unsupported, Refusal(FileOf(cipher: "1.2.840.113549.3.7")));
        Assert.Equal(KeyFileRefusal.Unsupported, Refusal(FileOf(derivation: "1.2.3")));
    }

    // RFC 8018, section 6.1.1: 1 to 16 bytes, each of which is their number.
    [Theory]
    [InlineData("00000000000000000000000000000001", 15)]
    [InlineData("00000000000000000000000000000202", 14)]
    [InlineData("10101010101010101010101010101010", 0)]
    [InlineData("00000000000000000000000000000000", -1)]
    [InlineData("00000000000000000000000000000102", -1)]
    [InlineData("00000000000000000000000000030203", -1)]
    [InlineData("11111111111111111111111111111111", -1)]
    [InlineData("000000000000000000000000000000ff", -1)]
    public void Padding_has_one_form(string lastBlock, int expectedLength)
    {
        using Aes aes = Aes.Create();
        aes.SetKey(Rfc2898DeriveBytes.Pbkdf2("p"u8, new byte[8], 1, HashAlgorithmName.SHA1, 32));
        byte[] ciphertext = aes.EncryptCbc(Convert.FromHexString(lastBlock), new byte[16], PaddingMode.None);
        byte[] file = FileOf(ciphertextSize: 16);
        ciphertext.CopyTo(file.AsSpan(file.Length - 16));
        Assert.Equal(KeyFileRefusal.None, Pbes2.TryRead(file, KeyFileLimits.Default, out Pbes2? read));
        Assert.Equal(expectedLength, read!.TryDecrypt("p"u8)?.Length ?? -1);
    }

    [Fact]
    public void A_long_text_around_a_key_is_read_up_to_the_limit_and_not_beyond()
    {
        string pem = PemEncoding.WriteString("ENCRYPTED PRIVATE KEY", FileOf());
        Assert.NotEqual(KeyFileRefusal.NotAKeyFile, EncryptedPem.TryRead(pem + new string(' ', EncryptedPem.MaxLength - pem.Length), "p", out _));
        Assert.Equal(KeyFileRefusal.NotAKeyFile, EncryptedPem.TryRead(pem + new string(' ', EncryptedPem.MaxLength + 1 - pem.Length), "p", out _));
    }

    [Fact]
    public void Nothing_that_fits_into_a_file_keeps_the_reader_long()
    {
        byte[] longName = [0x06, 0x82, 0xB0, 0x00, .. Enumerable.Repeat((byte)0xFF, 0xAFFF), 0x7F];
        byte[] longNumber = [0x02, 0x82, 0xB0, 0x00, .. Enumerable.Repeat((byte)0x7F, 0xB000)];
        byte[] deep = [.. Enumerable.Repeat((byte)0x30, 20_000).SelectMany(static tag => new byte[] { tag, 0x80 })];
        byte[] Sequence(byte[] content) => [0x30, 0x83, (byte)(content.Length >> 16), (byte)((content.Length >> 8) & 0xFF), (byte)(content.Length & 0xFF), .. content];
        string[] texts =
        [
            .. new[] { Sequence([.. Sequence(longName), 4, 0]), Sequence([.. Sequence(longNumber), 4, 0]), deep, Sequence(longName) }.Select(static der => PemEncoding.WriteString("ENCRYPTED PRIVATE KEY", der)),
            string.Concat(Enumerable.Repeat("-----BEGIN A-----", 3800)), string.Concat(Enumerable.Repeat("-----BEGIN A-----\n-----END B-----", 1900)), new string('-', EncryptedPem.MaxLength),
        ];
        Assert.All(texts, static text => Assert.Contains(EncryptedPem.TryRead(text, "p", out _), (KeyFileRefusal[])[KeyFileRefusal.NotAKeyFile, KeyFileRefusal.Unsupported]));
    }

    private static KeyFileRefusal Refusal(byte[] der) => Pbes2.TryRead(der, KeyFileLimits.Default, out _);

    private static byte[] FileOf(int keySize = 32, int vectorSize = 16, int ciphertextSize = 32, string cipher = Aes256, string derivation = Pbkdf2)
    {
        AsnWriter writer = new(AsnEncodingRules.DER);
        using (writer.PushSequence())
        {
            using (writer.PushSequence())
            {
                writer.WriteObjectIdentifier("1.2.840.113549.1.5.13");
                using (writer.PushSequence())
                {
                    using (writer.PushSequence())
                    {
                        writer.WriteObjectIdentifier(derivation);
                        using (writer.PushSequence())
                        {
                            writer.WriteOctetString(new byte[8]);
                            writer.WriteInteger(1);
                            writer.WriteInteger(keySize);
                        }
                    }

                    using (writer.PushSequence())
                    {
                        writer.WriteObjectIdentifier(cipher);
                        writer.WriteOctetString(new byte[vectorSize]);
                    }
                }
            }

            writer.WriteOctetString(new byte[ciphertextSize]);
        }

        return writer.Encode();
    }
}
