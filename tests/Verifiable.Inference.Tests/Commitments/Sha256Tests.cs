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

    [Fact]
    public void Every_length_around_the_limits_gives_what_the_framework_gives()
    {
        byte[] data = new byte[9000];
        new Random(5).NextBytes(data);
        Span<byte> hash = stackalloc byte[32];
        foreach (int length in Enumerable.Range(0, 700).Concat(Enumerable.Range(4000, 200)).Append(9000))
        {
            Sha256.Hash(data.AsSpan(data.Length - length), hash);
            Assert.Equal(SHA256.HashData(data.AsSpan(data.Length - length)), hash.ToArray());
        }
    }
}
