using Verifiable.Inference.CanonicalDigest;
using Verifiable.Inference.Onnx.Arithmetic;

namespace Verifiable.Inference.Onnx.Tests.Arithmetic;

public sealed class ReductionTests
{
    // Written from the rule: lanes that start from their first element, and a tree that skips lanes without elements.
    [Fact]
    public void Sums_are_64_lanes_and_a_tree()
    {
        for (int count = 1; count < 300; count++)
        {
            var random = new CaseRandom((ulong)count) { IsSpecial = count % 3 == 0 };
            float[] values = [.. Enumerable.Range(0, count).Select(_ => random.Float())];
            float?[] lanes = new float?[64];
            for (int i = 0; i < count; i++)
            {
                lanes[i % 64] = lanes[i % 64] is float sum ? sum + values[i] : values[i];
            }

            for (int stride = 32; stride >= 1; stride /= 2)
            {
                for (int i = 0; i < stride; i++)
                {
                    lanes[i] = lanes[i] is float left && lanes[i + stride] is float right ? left + right : lanes[i];
                }
            }

            Assert.Equal(Bits(lanes[0]!.Value), Bits(Reduction.Sum(values)));
        }
    }

    [Fact]
    public void The_sum_of_negative_zeros_is_negative_zero_and_of_nothing_positive_zero()
    {
        Assert.Equal(0x8000_0000u, Bits(Reduction.Sum([-0f, -0f])));
        Assert.Equal(0x8000_0000u, Bits(Reduction.Sum([-0f])));
        Assert.Equal(0u, Bits(Reduction.Sum([])));
        Assert.Equal(0u, Bits(Reduction.Sum([-0f, 0f])));
    }

    private static uint Bits(float value) => BitConverter.SingleToUInt32Bits(CanonicalMath.CanonicalizeNaN(value));
}
