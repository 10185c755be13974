using Verifiable.Inference.Onnx.Graph;
using Verifiable.Inference.Tensors;

namespace Verifiable.Inference.Onnx.Tests.Graph;

public sealed class NaNPatternsTests
{
    [Fact]
    public void Every_sixteen_bit_float_is_judged_as_the_framework_does()
    {
        for (int bits = 0; bits <= ushort.MaxValue; bits++)
        {
            bool half = Half.IsNaN(BitConverter.UInt16BitsToHalf((ushort)bits)) && bits != 0x7E00;
            bool brain = float.IsNaN(BitConverter.UInt32BitsToSingle((uint)bits << 16)) && bits != 0x7FC0;
            byte[] bytes = [(byte)(bits & 0xFF), (byte)(bits >> 8)];
            Assert.Equal(half ? 0 : -1, NaNPatterns.IndexOfOther(TensorValue.Take(ElementType.Float16, new TensorShape(1), bytes)));
            Assert.Equal(brain ? 0 : -1, NaNPatterns.IndexOfOther(TensorValue.Take(ElementType.BFloat16, new TensorShape(1), bytes)));
        }
    }

    [Theory]
    [InlineData(0x7F80_0001U)]
    [InlineData(0x7FC0_0001U)]
    [InlineData(0xFFC0_0000U)]
    [InlineData(0xFFFF_FFFFU)]
    public void The_first_other_NaN_is_found_wherever_it_stands(uint pattern)
    {
        for (int length = 1; length < 70; length++)
        {
            for (int at = 0; at < length; at++)
            {
                // Canonical NaNs and infinities all around are no fault.
                uint[] bits = [.. Enumerable.Range(0, length).Select(i => i % 3 == 0 ? 0x7FC0_0000U : i % 3 == 1 ? 0xFF80_0000U : 0x3F80_0000U)];
                Assert.Equal(-1, IndexOf(bits));
                bits[at] = pattern;
                bits[^1] = pattern;
                Assert.Equal(at, IndexOf(bits));
                ulong[] wide = [.. bits.Select(single => BitConverter.DoubleToUInt64Bits(single == 0x7FC0_0000U ? BitConverter.UInt64BitsToDouble(0x7FF8_0000_0000_0000) : 1))];
                wide[at] = 0xFFF0_0000_0000_0000 | pattern;
                Assert.Equal(at, NaNPatterns.IndexOfOther(TensorValue.Create<double>([.. wide.Select(BitConverter.UInt64BitsToDouble)], new TensorShape(length))));
            }
        }
    }

    private static int IndexOf(uint[] bits) =>
        NaNPatterns.IndexOfOther(TensorValue.Create<float>([.. bits.Select(BitConverter.UInt32BitsToSingle)], new TensorShape(bits.Length)));
}
