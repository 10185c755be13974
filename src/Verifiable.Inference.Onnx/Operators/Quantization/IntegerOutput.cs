using Verifiable.Inference.Tensors;

namespace Verifiable.Inference.Onnx.Operators;

/// <summary>Reads the scales and zero points of products of quantised numbers, and writes their sums: as they are, or quantised again.</summary>
internal static class IntegerOutput
{
    internal static readonly ElementType[] Types = [ElementType.UInt8, ElementType.Int8];

    /// <summary>Reads one of the zero points that an input holds; 0 where it is absent.</summary>
    internal static int Zero(TensorValue? zeros, int index) => zeros is null ? 0 : zeros.Type == ElementType.Int8 ? zeros.AsSpan<sbyte>()[index] : zeros.AsSpan<byte>()[index];

    /// <summary>Computes the number by which sums are multiplied.</summary>
    internal static float Multiplier(float left, float right, float output) => left * right / output;

    /// <summary>Writes a quantised number.</summary>
    internal static void Write(TensorBuffer output, int index, int sum, float multiplier, int zero)
    {
        (int least, int most) = QuantizationMath.RangeOf(output.Signature.Type);
        output.Bytes[index] = unchecked((byte)QuantizationMath.Requantize(sum, multiplier, zero, least, most));
    }

    /// <summary>Gives the bits of a quantised number.</summary>
    internal static ulong Bits(ElementType type, int sum, float multiplier, int zero)
    {
        (int least, int most) = QuantizationMath.RangeOf(type);
        return unchecked((byte)QuantizationMath.Requantize(sum, multiplier, zero, least, most));
    }
}
