using Verifiable.Inference.Tensors;

namespace Verifiable.Inference.Onnx.Operators;

/// <summary>8-bit integers as binary32, which holds them exactly.</summary>
internal static class Bytes
{
    /// <summary>Widens some elements of a tensor of Int8 or UInt8.</summary>
    internal static ReadOnlySpan<float> Widen(TensorValue tensor, int start, Span<float> target)
    {
        ReadOnlySpan<byte> bytes = tensor.Bytes.Span.Slice(start, target.Length);
        bool isSigned = tensor.Type == ElementType.Int8;
        for (int i = 0; i < target.Length; i++)
        {
            target[i] = isSigned ? unchecked((sbyte)bytes[i]) : bytes[i];
        }

        return target;
    }

    /// <summary>Narrows numbers in the range of the buffer's type, Int8 or UInt8; what is below the range becomes its least.</summary>
    internal static void Narrow(ReadOnlySpan<float> values, TensorBuffer output, int start)
    {
        Span<byte> bytes = output.Bytes.Slice(start, values.Length);
        bool isSigned = output.Signature.Type == ElementType.Int8;
        for (int i = 0; i < bytes.Length; i++)
        {
            bytes[i] = isSigned ? unchecked((byte)(sbyte)values[i]) : (byte)Math.Max(0f, values[i]);
        }
    }
}
