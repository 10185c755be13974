using System.Text;
using Verifiable.Inference.Keys.Ethereum;

namespace Verifiable.Inference.Keys.Tests.Ethereum;

public sealed class Keccak256Tests
{
    // The first three from the Keccak team's and Ethereum's test suites; the last is longer than one block.
    [Theory]
    [InlineData("", "c5d2460186f7233c927e7db2dcc703c0e500b653ca82273b7bfad8045d85a470")]
    [InlineData("abc", "4e03657aea45a94fc7d47ba826c8d667c0d1e6e33a64a036ec44f58fa12d6c45")]
    [InlineData("testing", "5f16f4c7f149ac4f9510d9cf8cf384038ad348b3bcdc01915f95de12df9d1b02")]
    public void Published_digests_are_computed(string text, string digest) => Assert.Equal(digest, Convert.ToHexStringLower(Keccak256.Hash(Encoding.ASCII.GetBytes(text))));

    [Fact]
    public void All_lengths_up_to_two_blocks_and_more_are_those_of_another_program()
    {
        // The digest of the digests of 301 messages, of 0 to 300 bytes, byte i of n being 7·i + n; computed with ethers 6.
        byte[] all = [.. Enumerable.Range(0, 301).SelectMany(static n => Keccak256.Hash([.. Enumerable.Range(0, n).Select(i => unchecked((byte)((7 * i) + n)))]))];
        Assert.Equal("1c239d59092031520cb4dbaef3b475b9e8a5cd5c2d72c95ba96ca3f60a26c0ad", Convert.ToHexStringLower(Keccak256.Hash(all)));
    }

    [Fact]
    public void A_destination_that_is_too_short_is_the_callers_mistake() => Assert.Throws<ArgumentException>(() => Keccak256.Hash([], new byte[31]));
}
