using System.Security.Cryptography;
using Verifiable.Inference.Commitments;

namespace Verifiable.Inference.Tests.Commitments;

public sealed class Sha256Tests
{
    // FIPS 180-4, examples of NIST: one block, and two.
    [Theory]
    [InlineData("abc", "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad")]
    [InlineData("abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq", "248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1")]
    public void The_published_examples_are_met(string text, string expected) => Assert.Equal(expected, Digest.Of(System.Text.Encoding.ASCII.GetBytes(text)).ToString());

    // Not whether the fast way was chosen on this machine, but whether it should have been, found by other means than the code's own.
    [Fact]
    public void The_direct_way_is_taken_where_openssl_3_is_there_and_fips_is_not_asked_for()
    {
        bool isFips = !OperatingSystem.IsLinux() || (File.Exists("/proc/sys/crypto/fips_enabled") && File.ReadAllText("/proc/sys/crypto/fips_enabled").Trim() != "0");
        bool isThere = System.Runtime.InteropServices.NativeLibrary.TryLoad("libcrypto.so.3", out _);
        bool isOverridden = !string.IsNullOrEmpty(Environment.GetEnvironmentVariable("CLR_OPENSSL_VERSION_OVERRIDE"));
        bool isConfigured = Environment.GetEnvironmentVariable("OPENSSL_CONF") is { Length: > 0 };
        Assert.True(Sha256.IsDirect == (!isFips && isThere && !isOverridden) || (isConfigured && !Sha256.IsDirect), $"direct: {Sha256.IsDirect}, OpenSSL 3: {isThere}, FIPS: {isFips}");
    }

    [DirectHashFact]
    public void The_way_that_is_taken_on_linux_agrees_with_the_framework_byte_by_byte()
    {
        byte[] data = new byte[1100];
        new Random(6).NextBytes(data);
        Span<byte> hash = stackalloc byte[40];
        for (int length = 0; length <= data.Length; length++)
        {
            hash.Fill(0xAA);
            Assert.True(Sha256.HashDirectly(data.AsSpan(0, length), hash));
            Assert.Equal(SHA256.HashData(data.AsSpan(0, length)), hash[..32].ToArray());
            Assert.Equal(-1, hash[32..].IndexOfAnyExcept((byte)0xAA));
        }
    }

    // RFC 4231, test cases 1 and 2.
    [Theory]
    [InlineData("0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b", "4869205468657265", "b0344c61d8db38535ca8afceaf0bf12b881dc200c9833da726e9376c2e32cff7")]
    [InlineData("4a656665", "7768617420646f2079612077616e7420666f72206e6f7468696e673f", "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843")]
    public void The_published_macs_are_met(string key, string data, string expected)
    {
        byte[] mac = new byte[32];
        Sha256.Hmac(Convert.FromHexString(key), Convert.FromHexString(data), mac);
        Assert.Equal(expected, Convert.ToHexStringLower(mac));
    }

    [Fact]
    public void Macs_of_every_length_are_the_framework_s()
    {
        byte[] bytes = new byte[400];
        new Random(7).NextBytes(bytes);
        byte[] mac = new byte[32];
        foreach (int key in new[] { 0, 1, 31, 32, 63, 64, 65, 200 })
        {
            for (int length = 0; length <= 200; length++)
            {
                Sha256.Hmac(bytes.AsSpan(200, key), bytes.AsSpan(0, length), mac);
                Assert.Equal(HMACSHA256.HashData(bytes.AsSpan(200, key), bytes.AsSpan(0, length)), mac);
            }
        }
    }

    [Fact]
    public void A_destination_that_is_too_short_is_refused_and_threads_do_not_meet()
    {
        Assert.ThrowsAny<ArgumentException>(static () => Sha256.Hash("abc"u8, new byte[31]));
        Digest[] expected = [.. Enumerable.Range(0, 200).Select(static i => new Digest(SHA256.HashData(new byte[i])))];
        _ = Parallel.For(0, 20_000, i => Assert.Equal(expected[i % 200], Digest.Of(new byte[i % 200])));
    }

    [Fact]
    public void Every_length_around_the_limits_gives_what_the_framework_gives()
    {
        byte[] data = new byte[9000];
        new Random(5).NextBytes(data);
        Span<byte> hash = stackalloc byte[32];
        foreach (int length in Enumerable.Range(0, 700).Concat(Enumerable.Range(1000, 100)).Append(9000))
        {
            Sha256.Hash(data.AsSpan(data.Length - length), hash);
            Assert.Equal(SHA256.HashData(data.AsSpan(data.Length - length)), hash.ToArray());
        }
    }
}
