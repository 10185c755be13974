using Verifiable.Inference.Onnx.Arithmetic;

namespace Verifiable.Inference.Onnx.Tests.Arithmetic;

public sealed class CounterRandomTests
{
    // Random123's known answers (kat_vectors) for Philox4x32-10.
    [Theory]
    [InlineData(0UL, 0u, 0u, 0u, 0u, "6627e8d5 e169c58d bc57ac4c 9b00dbd8")]
    [InlineData(ulong.MaxValue, uint.MaxValue, uint.MaxValue, uint.MaxValue, uint.MaxValue, "408f276d 41c83b0e a20bc7c6 6d5451fd")]
    [InlineData(0x299f31d0a4093822UL, 0x243f6a88u, 0x85a308d3u, 0x13198a2eu, 0x03707344u, "d16cfe09 94fdcceb 5001e420 24126ea1")]
    [InlineData(0x0123456789abcdefUL, 0u, 0u, 0u, CounterRandom.SamplerDomain, "f2ca2ff3 249c9c17 1ad176fe 314677e5")]
    [InlineData(0x0123456789abcdefUL, 1u, 0u, 0u, CounterRandom.SamplerDomain, "be330f20 a06df13d 2c7472aa 5f88da21")]
    [InlineData(0x0123456789abcdefUL, 0u, 1u, 0u, CounterRandom.SamplerDomain, "6d49554a a2bff3bb 7c6e09c9 d4d8c1b6")]
    [InlineData(0x0123456789abcdefUL, 1u, 1u, 0u, CounterRandom.SamplerDomain, "ad23953c 421b952a 7755c819 db7238c6")]
    public void Words_are_the_known_answers(ulong seed, uint block, uint position, uint stream, uint domain, string expected)
    {
        (uint a, uint b, uint c, uint d) = new CounterRandom(seed).Words(block, position, stream, domain);
        Assert.Equal(expected, $"{a:x8} {b:x8} {c:x8} {d:x8}");
    }

    [Theory]
    [InlineData(0xf2ca2ff3u, 2.9378139920659057)]
    [InlineData(0x249c9c17u, -0.6651632741943451)]
    [InlineData(0x1ad176feu, -0.813635825754508)]
    [InlineData(0x314677e5u, -0.49941386061514415)]
    public void Gumbel_noise_is_that_of_the_vectors(uint word, double expected) => Assert.Equal(expected, CounterRandom.Gumbel(word));

    [Fact]
    public void Uniforms_never_reach_their_bounds_and_noise_is_finite()
    {
        Assert.Equal(1.1641532182693481e-10, CounterRandom.Uniform(0));
        Assert.True(CounterRandom.Uniform(uint.MaxValue) < 1);
        Assert.Equal(-3.1299946, CounterRandom.Gumbel(0), 7);
        Assert.Equal(22.8738570, CounterRandom.Gumbel(uint.MaxValue), 7);
    }
}
