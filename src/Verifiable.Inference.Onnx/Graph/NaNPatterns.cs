using System.Buffers.Binary;
using Verifiable.Inference.Tensors;

namespace Verifiable.Inference.Onnx.Graph;

/// <summary>Finds NaNs of other patterns than the one quiet NaN that each floating-point type has in the canonical arithmetic.</summary>
/// <remarks>A float is a NaN when its bits without the sign are above those of infinity (IEEE 754-2019, section 3.4).</remarks>
internal static class NaNPatterns
{
    private const uint Single = 0x7FC0_0000;

    /// <summary>Tells whether a float is another NaN than the canonical one.</summary>
    public static bool IsOther(float value) => float.IsNaN(value) && BitConverter.SingleToUInt32Bits(value) != Single;

    /// <summary>Gets the index of the first such element, or −1.</summary>
    public static int IndexOfOther(TensorValue tensor)
    {
        ReadOnlySpan<byte> bytes = tensor.Bytes.Span;
        int size = ElementTypes.SizeOf(tensor.Type);
        (ulong infinity, ulong canonical) = tensor.Type switch
        {
            ElementType.Float32 => (0x7F80_0000UL, Single),
            ElementType.Float64 => (0x7FF0_0000_0000_0000UL, 0x7FF8_0000_0000_0000UL),
            ElementType.Float16 => (0x7C00UL, 0x7E00UL),
            ElementType.BFloat16 => (0x7F80UL, 0x7FC0UL),
            _ => default,
        };
        if (infinity == 0)
        {
            return -1;
        }

        ulong magnitude = (1UL << ((8 * size) - 1)) - 1;
        for (int at = 0; at < bytes.Length; at += size)
        {
            ulong bits = size switch
            {
                sizeof(ushort) => BinaryPrimitives.ReadUInt16LittleEndian(bytes[at..]),
                sizeof(uint) => BinaryPrimitives.ReadUInt32LittleEndian(bytes[at..]),
                _ => BinaryPrimitives.ReadUInt64LittleEndian(bytes[at..]),
            };
            if ((bits & magnitude) > infinity && bits != canonical)
            {
                return at / size;
            }
        }

        return -1;
    }

    /// <summary>Tells whether an attribute holds such a NaN.</summary>
    public static bool Holds(AttributeValue attribute) => attribute.Kind switch
    {
        AttributeKind.Float => IsOther(attribute.Float),
        AttributeKind.Floats => attribute.Floats.Any(IsOther),
        AttributeKind.Tensor => IndexOfOther(attribute.Tensor) >= 0,
        _ => false,
    };
}
