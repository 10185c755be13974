using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using Verifiable.Inference.Tensors;

namespace Verifiable.Inference.Onnx.Graph;

/// <summary>Finds NaNs of other patterns than the one quiet NaN that each floating-point type has in the canonical arithmetic.</summary>
/// <remarks>A float is a NaN when its bits without the sign are above those of infinity (IEEE 754-2019, section 3.4). Elements are compared as integers.</remarks>
internal static class NaNPatterns
{
    private const uint Single = 0x7FC0_0000;

    /// <summary>Tells whether a float is another NaN than the canonical one.</summary>
    public static bool IsOther(float value) => float.IsNaN(value) && BitConverter.SingleToUInt32Bits(value) != Single;

    /// <summary>Gets the index of the first such element, or −1.</summary>
    public static int IndexOfOther(TensorValue tensor) => tensor.Type switch
    {
        ElementType.Float32 => IndexOfOther(tensor.Bytes.Span, 0x7FFF_FFFFU, 0x7F80_0000U, Single),
        ElementType.Float64 => IndexOfOther(tensor.Bytes.Span, 0x7FFF_FFFF_FFFF_FFFFUL, 0x7FF0_0000_0000_0000UL, 0x7FF8_0000_0000_0000UL),
        ElementType.Float16 => IndexOfOther<ushort>(tensor.Bytes.Span, 0x7FFF, 0x7C00, 0x7E00),
        ElementType.BFloat16 => IndexOfOther<ushort>(tensor.Bytes.Span, 0x7FFF, 0x7F80, 0x7FC0),
        _ => -1,
    };

    /// <summary>Tells whether an attribute holds such a NaN.</summary>
    public static bool Holds(AttributeValue attribute) => attribute.Kind switch
    {
        AttributeKind.Float => IsOther(attribute.Float),
        AttributeKind.Floats => attribute.Floats.Any(IsOther),
        AttributeKind.Tensor => IndexOfOther(attribute.Tensor) >= 0,
        _ => false,
    };

    [MethodImpl(MethodImplOptions.NoInlining | MethodImplOptions.AggressiveOptimization)]
    private static int IndexOfOther<T>(ReadOnlySpan<byte> bytes, T magnitude, T infinity, T canonical)
        where T : unmanaged, IBinaryInteger<T>
    {
        if (!BitConverter.IsLittleEndian)
        {
            throw new PlatformNotSupportedException("Expected a little-endian processor: elements are compared in place as little-endian integers.");
        }

        ReadOnlySpan<T> elements = MemoryMarshal.Cast<byte, T>(bytes);
        Vector<T> magnitudes = new(magnitude);
        Vector<T> infinities = new(infinity);
        int i = 0;
        while (i < elements.Length)
        {
            // NaNs are rare: vectors pass over what holds none, and only where one is are the elements looked at singly.
            if (i <= elements.Length - Vector<T>.Count && !Vector.GreaterThanAny(new Vector<T>(elements[i..]) & magnitudes, infinities))
            {
                i += Vector<T>.Count;
                continue;
            }

            for (int end = Math.Min(elements.Length, i + Vector<T>.Count); i < end; i++)
            {
                if ((elements[i] & magnitude) > infinity && elements[i] != canonical)
                {
                    return i;
                }
            }
        }

        return -1;
    }
}
