using System.Text.Json;
using Verifiable.Inference.Keys.Ethereum;
using Verifiable.Inference.Keys.Storage;

namespace Verifiable.Inference.Keys.Tests.Storage;

public sealed class Web3KeystoreTests
{
    // Web3 Secret Storage Definition, "Test Vectors": the scrypt one, and the PBKDF2 one.
    private const string ScryptFile = """
        {"crypto":{"cipher":"aes-128-ctr","cipherparams":{"iv":"83dbcc02d8ccb40e466191a123791e0e"},"ciphertext":"d172bf743a674da9cdad04534d56926ef8358534d458fffccd4e6ad2fbde479c","kdf":"scrypt","kdfparams":{"dklen":32,"n":262144,"r":1,"p":8,"salt":"ab0c7876052600dd703518d6fc3fe8984592145b591fc8fb5c6d43190334ba19"},"mac":"2103ac29920d71da29f15d75b4a16dbe95cfd7ff8faea1056c33131d846e3097"},"id":"3198bc9c-6672-5ab3-d995-4942343ae5b6","version":3}
        """;

    private const string Pbkdf2File = """
        {"crypto":{"cipher":"aes-128-ctr","cipherparams":{"iv":"6087dab2f9fdbbfaddc31a909735c1e6"},"ciphertext":"5318b4d5bcd28de64ee5559e671353e16f075ecae9f99c7a79a38af5f869aa46","kdf":"pbkdf2","kdfparams":{"c":262144,"dklen":32,"prf":"hmac-sha256","salt":"ae3cd4e7013836a3df6bd7241b12db061dbe2c6785853cce422d148a624ce0bd"},"mac":"517ead924a9d0dc3124507e3393d175ce3ff7c1e96529c6c555ce9e51205e9b2"},"id":"3198bc9c-6672-5ab3-d995-4942343ae5b6","version":3}
        """;

    // From go-ethereum's tests: keys whose leading zeros were left out.
    private const string ShortFile = """
        {"crypto":{"cipher":"aes-128-ctr","cipherparams":{"iv":"e0c41130a323adc1446fc82f724bca2f"},"ciphertext":"9517cd5bdbe69076f9bf5057248c6c050141e970efa36ce53692d5d59a3984","kdf":"scrypt","kdfparams":{"dklen":32,"n":2,"r":8,"p":1,"salt":"711f816911c92d649fb4c84b047915679933555030b3552c1212609b38208c63"},"mac":"d5e116151c6aa71470e67a7d42c9620c75c4d23229847dcc127794f0732b0db5"},"id":"fecfc4ce-e956-48fd-953b-30f8b52ed66c","version":3}
        """;

    private const string ShorterFile = """
        {"crypto":{"cipher":"aes-128-ctr","cipherparams":{"iv":"3ca92af36ad7c2cd92454c59cea5ef00"},"ciphertext":"108b7d34f3442fc26ab1ab90ca91476ba6bfa8c00975a49ef9051dc675aa","kdf":"scrypt","kdfparams":{"dklen":32,"n":2,"r":8,"p":1,"salt":"d0769e608fb86cda848065642a9c6fa046845c928175662b8e356c77f914cd3b"},"mac":"75d0e6759f7b3cefa319c3be41680ab6beea7d8328653474bd06706d4cc67420"},"id":"a37e1559-5955-450d-8075-7b8931b392b2","version":3}
        """;

    private static readonly ScryptCost _cheap = new(2, 1, 1);

    [LibraryTheory]
    [InlineData(ScryptFile, "testpassword", "7a28b5ba57c53603b0b07b56bba752f7784bf506fa95edc395f5cf6c7514fe9d")]
    [InlineData(Pbkdf2File, "testpassword", "7a28b5ba57c53603b0b07b56bba752f7784bf506fa95edc395f5cf6c7514fe9d")]
    [InlineData(ShortFile, "foo", "00fa7b3db73dc7dfdf8c5fbdb796d741e4488628c41fc4febd9160a866ba0f35")]
    [InlineData(ShorterFile, "foo", "000081c29e8142bb6a81bef5a92bda7a8328a5c85bb2f9542e76f9b0f94fc018")]
    public void Published_files_are_read(string json, string password, string privateKey)
    {
        Assert.Equal(KeyFileRefusal.None, Web3Keystore.TryRead(json, password, out EthereumSigner? signer));
        using EthereumSigner expected = EthereumSigner.FromPrivateKey(Convert.FromHexString(privateKey));
        Assert.Equal(expected.Address, signer!.Address);
        Assert.Equal(expected.ToPkcs8(), signer.ToPkcs8());
        signer.Dispose();
    }

    [LibraryFact]
    public void A_wrong_password_is_told()
    {
        Assert.Equal(KeyFileRefusal.WrongPassword, Web3Keystore.TryRead(ShortFile, "Foo", out EthereumSigner? signer));
        Assert.Null(signer);
    }

    [LibraryFact]
    public void A_file_is_written_and_read_back()
    {
        using EthereumSigner signer = EthereumSigner.Generate();
        string json = Web3Keystore.Write(signer, "pässword €", _cheap);
        Assert.Equal(KeyFileRefusal.None, Web3Keystore.TryRead(json, "pässword €", out EthereumSigner? same));
        Assert.Equal(signer.Address, same!.Address);
        Assert.NotEqual(json, Web3Keystore.Write(signer, "pässword €", _cheap));
        using JsonDocument document = JsonDocument.Parse(json);
        Assert.Equal(3, document.RootElement.GetProperty("version").GetInt32());
        Assert.Equal(signer.Address.ToString()[2..].ToLowerInvariant(), document.RootElement.GetProperty("address").GetString());
        Guid id = document.RootElement.GetProperty("id").GetGuid();
        Assert.Equal(4, id.Version);

        // The key itself is nowhere in it.
        string secret = Convert.ToHexStringLower(signer.UsePrivateKey(0, static (key, _) => key.ToArray()));
        Assert.DoesNotContain(secret[..12], json, StringComparison.OrdinalIgnoreCase);
    }

    [LibraryFact]
    public void A_changed_byte_of_any_encrypted_part_is_refused()
    {
        using EthereumSigner signer = EthereumSigner.FromSeed("a"u8);
        string json = Web3Keystore.Write(signer, "p", _cheap);
        foreach (string name in new[] { "ciphertext", "mac", "salt", "iv" })
        {
            int place = json.IndexOf($"\"{name}\": \"", StringComparison.Ordinal) + name.Length + 5;
            char[] changed = json.ToCharArray();
            changed[place] = changed[place] == '0' ? '1' : '0';

            // The standard's mac does not cover the vector; another vector gives another key, which is then not that of the address.
            Assert.Equal(name == "iv" ? KeyFileRefusal.NotAKey : KeyFileRefusal.WrongPassword, Web3Keystore.TryRead(new string(changed), "p", out _));
        }

        int address = json.IndexOf("\"address\": \"", StringComparison.Ordinal) + 12;
        char[] other = json.ToCharArray();
        other[address] = other[address] == '0' ? '1' : '0';
        Assert.Equal(KeyFileRefusal.NotAKey, Web3Keystore.TryRead(new string(other), "p", out _));
    }

    [Theory]
    [InlineData("\"n\":2,", "\"n\":1073741824,", KeyFileRefusal.TooCostly)]
    [InlineData("\"n\":2,", "\"n\":4611686018427387904,", KeyFileRefusal.TooCostly)]
    [InlineData("\"n\":2,", "\"n\":524288,", KeyFileRefusal.TooCostly)]
    [InlineData("\"n\":2,", "\"n\":18446744073709551616,", KeyFileRefusal.NotAKeyFile)]
    [InlineData("\"n\":2,", "\"n\":3,", KeyFileRefusal.NotAKeyFile)]
    [InlineData("\"n\":2,", "\"n\":1,", KeyFileRefusal.NotAKeyFile)]
    [InlineData("\"n\":2,", "\"n\":0,", KeyFileRefusal.NotAKeyFile)]
    [InlineData("\"n\":2,", "\"n\":-2,", KeyFileRefusal.NotAKeyFile)]
    [InlineData("\"n\":2,", "\"n\":2.5,", KeyFileRefusal.NotAKeyFile)]
    [InlineData("\"n\":2,", "\"n\":\"2\",", KeyFileRefusal.NotAKeyFile)]
    [InlineData("\"n\":2,", "", KeyFileRefusal.NotAKeyFile)]
    [InlineData("\"n\":2,", "\"n\":2,\"n\":2,", KeyFileRefusal.NotAKeyFile)]
    [InlineData("\"r\":8", "\"r\":2147483647", KeyFileRefusal.TooCostly)]
    [InlineData("\"r\":8", "\"r\":9223372036854775807", KeyFileRefusal.TooCostly)]
    [InlineData("\"p\":1", "\"p\":9223372036854775807", KeyFileRefusal.TooCostly)]
    [InlineData("\"p\":1", "\"p\":1048575", KeyFileRefusal.TooCostly)]
    [InlineData("\"r\":8,\"p\":1", "\"r\":1,\"p\":1048575", KeyFileRefusal.TooCostly)]
    [InlineData("\"p\":1", "\"p\":0", KeyFileRefusal.NotAKeyFile)]
    [InlineData("\"dklen\":32", "\"dklen\":31", KeyFileRefusal.Unsupported)]
    [InlineData("\"version\":3", "\"version\":1", KeyFileRefusal.Unsupported)]
    [InlineData("\"version\":3", "\"version\":\"3\"", KeyFileRefusal.Unsupported)]
    [InlineData("aes-128-ctr", "aes-128-cbc", KeyFileRefusal.Unsupported)]
    [InlineData("\"kdf\":\"scrypt\"", "\"kdf\":\"argon2\"", KeyFileRefusal.Unsupported)]
    [InlineData("e0c41130a323adc1446fc82f724bca2f", "e0c4", KeyFileRefusal.NotAKeyFile)]
    [InlineData("9517cd5bdbe69076f9bf5057248c6c050141e970efa36ce53692d5d59a3984", "", KeyFileRefusal.NotAKeyFile)]
    [InlineData("9517cd5b", "95zzcd5b", KeyFileRefusal.NotAKeyFile)]
    [InlineData("\"9517cd5b", "\"00000000000000009517cd5b", KeyFileRefusal.NotAKeyFile)]
    [InlineData("\"mac\":\"d5", "\"mac\":\"", KeyFileRefusal.NotAKeyFile)]
    [InlineData("scrypt", "\\ud800", KeyFileRefusal.NotAKeyFile)]
    [InlineData("{\"crypto\"", "{\"address\":5,\"crypto\"", KeyFileRefusal.NotAKeyFile)]
    [InlineData("{\"crypto\"", "{\"Crypto\":{},\"crypto\"", KeyFileRefusal.NotAKeyFile)]
    [InlineData("\"crypto\"", "\"kripto\"", KeyFileRefusal.NotAKeyFile)]
    public void Files_that_ask_for_too_much_or_are_not_whole_are_refused_before_anything_is_derived(string part, string replacement, KeyFileRefusal refusal)
    {
        string json = ShortFile.Replace(part, replacement, StringComparison.Ordinal);
        Assert.NotEqual(ShortFile, json);
        Assert.Equal(refusal, Web3Keystore.TryRead(json, "foo", out EthereumSigner? signer));
        Assert.Null(signer);
    }

    [Theory]
    [InlineData("")]
    [InlineData("[]")]
    [InlineData("{}")]
    [InlineData("null")]
    [InlineData("{\"version\":3,\"crypto\":5}")]
    [InlineData("{\"version\":3,\"crypto\":[[[[[[[[[[]]]]]]]]]]}")]
    public void Texts_that_are_no_key_files_are_refused(string json) => Assert.Equal(KeyFileRefusal.NotAKeyFile, Web3Keystore.TryRead(json, "p", out _));

    [Fact]
    public void A_text_that_is_too_long_and_rounds_beyond_the_limit_are_refused()
    {
        Assert.Equal(KeyFileRefusal.NotAKeyFile, Web3Keystore.TryRead(new string(' ', Web3Keystore.MaxLength + 1), "p", out _));
        Assert.Equal(KeyFileRefusal.TooCostly, Web3Keystore.TryRead(Pbkdf2File.Replace("262144", "2147483648", StringComparison.Ordinal), "p", out _));
        Assert.Equal(KeyFileRefusal.TooCostly, Web3Keystore.TryRead(Pbkdf2File, "p", out _, new KeyFileLimits { MaxIterations = 262143 }));
        Assert.Equal(KeyFileRefusal.Unsupported, Web3Keystore.TryRead(Pbkdf2File.Replace("hmac-sha256", "hmac-sha1", StringComparison.Ordinal), "p", out _));
    }

    [LibraryFact]
    public void A_key_of_zero_in_a_file_with_a_right_mac_is_no_key()
    {
        // A file whose ciphertext is the key stream itself: 32 zero bytes are encrypted.
        using EthereumSigner signer = EthereumSigner.FromPrivateKey([.. new byte[31], 1]);
        string json = Web3Keystore.Write(signer, "p", _cheap);
        using JsonDocument document = JsonDocument.Parse(json);
        JsonElement crypto = document.RootElement.GetProperty("crypto");
        byte[] ciphertext = Convert.FromHexString(crypto.GetProperty("ciphertext").GetString()!);
        byte[] zero = [.. ciphertext[..31], (byte)(ciphertext[31] ^ 1)];
        byte[] derived = new byte[32];
        Scrypt.DeriveKey("p"u8, Convert.FromHexString(crypto.GetProperty("kdfparams").GetProperty("salt").GetString()!), _cheap, derived);
        string forged = json.Replace(Convert.ToHexStringLower(ciphertext), Convert.ToHexStringLower(zero), StringComparison.Ordinal)
            .Replace(crypto.GetProperty("mac").GetString()!, Convert.ToHexStringLower(Keccak256.Hash([.. derived[16..], .. zero])), StringComparison.Ordinal);
        Assert.Equal(KeyFileRefusal.NotAKey, Web3Keystore.TryRead(forged, "p", out _));
    }

    [Fact]
    public void The_counter_carries_over_all_bytes()
    {
        // SP 800-38A, F.5.1, CTR-AES128: the counter there begins with f0f1…ff, and its last byte overflows at once.
        byte[] key = Convert.FromHexString("2b7e151628aed2a6abf7158809cf4f3c");
        byte[] counter = Convert.FromHexString("f0f1f2f3f4f5f6f7f8f9fafbfcfdfeff");
        byte[] plaintext = Convert.FromHexString("6bc1bee22e409f96e93d7e117393172aae2d8a571e03ac9c9eb76fac45af8e51");
        Assert.Equal("874d6191b620e3261bef6864990db6ce9806f66b7970fdff8617187bb9fffdff", Convert.ToHexStringLower(AesCounterMode.Apply(key, counter, plaintext)));
    }
}
