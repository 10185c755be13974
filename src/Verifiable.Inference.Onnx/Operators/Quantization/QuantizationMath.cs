using Verifiable.Inference.Tensors;

namespace Verifiable.Inference.Onnx.Operators;

/// <summary>The arithmetic of quantisation: <c>saturate(round(x ÷ scale) + zero)</c> with ties to even, a NaN giving 0, and back.</summary>
internal static class QuantizationMath
{
    internal static readonly ElementType[] Types = [ElementType.UInt8, ElementType.Int8, ElementType.UInt16, ElementType.Int16];

    /// <summary>Gets the range of an integer type.</summary>
    internal static (int Least, int Most) RangeOf(ElementType type) => type switch
    {
        ElementType.UInt8 => (byte.MinValue, byte.MaxValue),
        ElementType.Int8 => (sbyte.MinValue, sbyte.MaxValue),
        ElementType.UInt16 => (ushort.MinValue, ushort.MaxValue),
        _ => (short.MinValue, short.MaxValue),
    };

    /// <summary>Quantises one number.</summary>
    internal static int Quantize(float x, float scale, int zero, int least, int most)
    {
        // In binary64 the sum of an integer and the zero point is exact wherever it is not cut.
        double value = (double)MathF.Round(x / scale, MidpointRounding.ToEven) + zero;
        return value >= most ? most : value <= least ? least : double.IsNaN(value) ? 0 : (int)value;
    }

    /// <summary>Quantises a sum of products of quantised numbers: the sum is rounded to binary32 and multiplied by the quotient of scales.</summary>
    internal static int Requantize(int sum, float multiplier, int zero, int least, int most) => Quantize(sum * multiplier, 1f, zero, least, most);

    /// <summary>Gives a quantised number its value back: the difference is exact and rounded to binary32, then the product.</summary>
    internal static float Dequantize(long x, long zero, float scale) => (float)(x - zero) * scale;
}
