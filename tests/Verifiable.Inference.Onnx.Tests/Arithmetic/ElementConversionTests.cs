using Verifiable.Inference.Onnx.Arithmetic;
using Verifiable.Inference.Tensors;

namespace Verifiable.Inference.Onnx.Tests.Arithmetic;

public sealed class ElementConversionTests
{
    [Theory]
    [InlineData(float.NaN, ElementType.Int32, 0)]
    [InlineData(3e9f, ElementType.Int32, int.MaxValue)]
    [InlineData(-3e9f, ElementType.Int32, int.MinValue)]
    [InlineData(-1.9f, ElementType.Int8, -1)]
    [InlineData(300f, ElementType.UInt8, 255)]
    [InlineData(-5f, ElementType.UInt64, 0)]
    [InlineData(1e30f, ElementType.Int64, long.MaxValue)]
    [InlineData(0.25f, ElementType.Boolean, 1)]
    [InlineData(-0f, ElementType.Boolean, 0)]
    public void Floats_are_cut_and_saturated(float value, ElementType to, long expected) =>
        Assert.Equal(expected, ElementBits.ToInt64(ElementConversion.Convert(ElementBits.Of(value), ElementType.Float32, to), to));

    [Theory]
    [InlineData((1L << 53) + 1, 0x5a000000u)]
    [InlineData((1L << 62) + (1L << 38) + 1, 0x5e800001u)]
    [InlineData(long.MaxValue, 0x5f000000u)]
    [InlineData(long.MinValue, 0xdf000000u)]
    [InlineData(16777217, 0x4b800000u)]
    [InlineData(16777219, 0x4b800002u)]
    public void Integers_are_rounded_once(long value, uint expected) =>
        Assert.Equal(expected, (uint)ElementConversion.Convert(unchecked((ulong)value), ElementType.Int64, ElementType.Float32));

    [Fact]
    public void Large_unsigned_integers_are_rounded_once()
    {
        Assert.Equal(0x5f800000u, (uint)ElementConversion.Convert(ulong.MaxValue, ElementType.UInt64, ElementType.Float32));
        Assert.Equal(0x5f000001u, (uint)ElementConversion.Convert((1UL << 63) + (1UL << 39) + 1, ElementType.UInt64, ElementType.Float32));
        Assert.Equal(0x43e0000000000001UL, ElementConversion.Convert((1UL << 63) + (1UL << 10) + 1, ElementType.UInt64, ElementType.Float64));
    }

    // 1 + 2^-8 + 2^-40 lies just above the middle of two brain floats; rounding to binary32 first would make it the middle and then 1.
    [Fact]
    public void Doubles_reach_brain_floats_in_one_rounding()
    {
        double value = 1 + Math.ScaleB(1, -8) + Math.ScaleB(1, -40);
        Assert.Equal(0x3f81UL, ElementConversion.Convert(ElementBits.Of(value), ElementType.Float64, ElementType.BFloat16));
        Assert.Equal(0x3f80UL, ElementConversion.Convert(ElementBits.Of(1 + Math.ScaleB(1, -8)), ElementType.Float64, ElementType.BFloat16));
    }
}
