using Verifiable.Inference.Commitments;

namespace Verifiable.Inference.Tests.Commitments;

public sealed class DigestTests
{
    [Fact]
    public void Bytes_text_and_order_agree() => Law.Holds<(byte[] Left, byte[] Right)>(pair =>
    {
        var left = Digest.Of(pair.Left);
        var right = Digest.Of(pair.Right);
        return new Digest(left.ToArray()) == left
            && Digest.TryParse(left.ToString(), out Digest parsed) && parsed == left
            && Math.Sign(left.CompareTo(right)) == Math.Sign(left.ToArray().AsSpan().SequenceCompareTo(right.ToArray()))
            && Math.Sign(left.CompareTo(right)) == Math.Sign(string.CompareOrdinal(left.ToString(), right.ToString()))
            && left < right == right > left && left <= right == right >= left && left.Equals((object)right) == (left == right);
    });

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData("00")]
    [InlineData("g000000000000000000000000000000000000000000000000000000000000000")]
    [InlineData("000000000000000000000000000000000000000000000000000000000000000")]
    [InlineData("00000000000000000000000000000000000000000000000000000000000000000")]
    [InlineData("٠000000000000000000000000000000000000000000000000000000000000000")]
    public void Text_that_is_not_64_hexadecimal_digits_is_refused(string? text)
    {
        Assert.False(Digest.TryParse(text, out Digest digest));
        Assert.Equal(default, digest);
    }

    [Fact]
    public void Wrong_sizes_are_a_callers_mistake()
    {
        Assert.Throws<ArgumentException>(() => new Digest(new byte[31]));
        Assert.Throws<ArgumentException>(() => new Digest(new byte[33]));
        Assert.Throws<ArgumentException>(() => default(Digest).CopyTo(new byte[31]));
    }

    [Fact]
    public void Default_is_zero_bytes() => Assert.Equal(new string('0', 64), default(Digest).ToString());
}
