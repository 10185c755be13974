using System.Text;
using Verifiable.Inference.Commitments;

namespace Verifiable.Inference.Tests.Commitments;

/// <summary>Published SHA-256 values: NIST FIPS 180-4 examples (one block, two blocks, a million letters) and the CAVP byte-oriented short messages.</summary>
public sealed class Sha256VectorTests
{
    [Theory]
    [InlineData("", "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855")]
    [InlineData("abc", "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad")]
    [InlineData("abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq", "248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1")]
    public void The_examples_of_FIPS_180_4(string message, string digest) => Assert.Equal(digest, Digest.Of(Encoding.ASCII.GetBytes(message)).ToString());

    [Fact]
    public void A_million_letters() => Assert.Equal(
        "cdc76e5c9914fb9281a1c7e284d73e67f1809a48a497200e046d39ccc7112cd0",
        Digest.Of(Encoding.ASCII.GetBytes(new string('a', 1_000_000))).ToString());

    [Theory]
    [InlineData("d3", "28969cdfa74a12c82f3bad960b0b000aca2ac329deea5c2328ebc6f2ba9802c1")]
    [InlineData("11af", "5ca7133fa735326081558ac312c620eeca9970d1e70a4b95533d956f072d1f98")]
    [InlineData("b4190e", "dff2e73091f6c05e528896c4c831b9448653dc2ff043528f6769437bc7b975c2")]
    [InlineData("74ba2521", "b16aa56be3880d18cd41e68384cf1ec8c17680c45a02b1575dc1518923ae8b0e")]
    public void The_first_short_messages_of_CAVP(string message, string digest) => Assert.Equal(digest, Digest.Of(Convert.FromHexString(message)).ToString());
}
