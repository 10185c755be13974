using System.Numerics;
using System.Runtime.InteropServices;
using Verifiable.Inference.Tensors;

namespace Verifiable.Inference.Commitments;

/// <summary>Replaces every NaN by the one quiet NaN of its type, because honest machines differ in the sign and payload of NaNs. −0 is kept.</summary>
/// <remarks>Floats are handled as bits: an element is a NaN when its bits without the sign are above those of infinity (IEEE 754-2019, section 3.4).
/// Vectors compare and select integers only, so that every instruction set gives the same bytes.</remarks>
internal static class CanonicalNaN
{
    /// <summary>Copies little-endian elements and replaces NaNs on the way; the destination may be the source.</summary>
    public static void Copy(ElementType type, ReadOnlySpan<byte> source, Span<byte> destination)
    {
        switch (type)
        {
            case ElementType.Float32:
                Copy(source, destination, 0x7FFF_FFFFU, 0x7F80_0000U, 0x7FC0_0000U);
                break;
            case ElementType.Float64:
                Copy(source, destination, 0x7FFF_FFFF_FFFF_FFFFUL, 0x7FF0_0000_0000_0000UL, 0x7FF8_0000_0000_0000UL);
                break;
            case ElementType.Float16:
                Copy<ushort>(source, destination, 0x7FFF, 0x7C00, 0x7E00);
                break;
            case ElementType.BFloat16:
                Copy<ushort>(source, destination, 0x7FFF, 0x7F80, 0x7FC0);
                break;
            default:
                source.CopyTo(destination);
                break;
        }
    }

    /// <summary>Tells whether there is a NaN other than the canonical one.</summary>
    public static bool HasOther(ElementType type, ReadOnlySpan<byte> elements) => type switch
    {
        ElementType.Float32 => HasOther(elements, 0x7FFF_FFFFU, 0x7F80_0000U, 0x7FC0_0000U),
        ElementType.Float64 => HasOther(elements, 0x7FFF_FFFF_FFFF_FFFFUL, 0x7FF0_0000_0000_0000UL, 0x7FF8_0000_0000_0000UL),
        ElementType.Float16 => HasOther<ushort>(elements, 0x7FFF, 0x7C00, 0x7E00),
        ElementType.BFloat16 => HasOther<ushort>(elements, 0x7FFF, 0x7F80, 0x7FC0),
        _ => false,
    };

    private static bool HasOther<T>(ReadOnlySpan<byte> bytes, T magnitude, T infinity, T nan)
        where T : unmanaged, IBinaryInteger<T>
    {
        RequireLittleEndian();
        ReadOnlySpan<T> elements = MemoryMarshal.Cast<byte, T>(bytes);
        ReadOnlySpan<Vector<T>> vectors = MemoryMarshal.Cast<T, Vector<T>>(elements);
        Vector<T> magnitudes = new(magnitude);
        Vector<T> infinities = new(infinity);
        Vector<T> nans = new(nan);
        Vector<T> others = Vector<T>.Zero;
        foreach (ref readonly Vector<T> bits in vectors)
        {
            others |= Vector.AndNot(Vector.GreaterThan(bits & magnitudes, infinities), Vector.Equals(bits, nans));
        }

        bool found = others != Vector<T>.Zero;
        foreach (T bits in elements[(vectors.Length * Vector<T>.Count)..])
        {
            found |= (bits & magnitude) > infinity && bits != nan;
        }

        return found;
    }

    private static void Copy<T>(ReadOnlySpan<byte> sourceBytes, Span<byte> destinationBytes, T magnitude, T infinity, T nan)
        where T : unmanaged, IBinaryInteger<T>
    {
        RequireLittleEndian();
        ReadOnlySpan<T> source = MemoryMarshal.Cast<byte, T>(sourceBytes);
        Span<T> destination = MemoryMarshal.Cast<byte, T>(destinationBytes)[..source.Length];
        ReadOnlySpan<Vector<T>> sourceVectors = MemoryMarshal.Cast<T, Vector<T>>(source);
        Span<Vector<T>> destinationVectors = MemoryMarshal.Cast<T, Vector<T>>(destination);
        Vector<T> magnitudes = new(magnitude);
        Vector<T> infinities = new(infinity);
        Vector<T> nans = new(nan);
        for (int i = 0; i < sourceVectors.Length; i++)
        {
            Vector<T> bits = sourceVectors[i];
            destinationVectors[i] = Vector.ConditionalSelect(Vector.GreaterThan(bits & magnitudes, infinities), nans, bits);
        }

        for (int i = sourceVectors.Length * Vector<T>.Count; i < source.Length; i++)
        {
            destination[i] = (source[i] & magnitude) > infinity ? nan : source[i];
        }
    }

    // Tensors demand a little-endian processor already; here another order would change what is hashed.
    private static void RequireLittleEndian()
    {
        if (!BitConverter.IsLittleEndian)
        {
            throw new PlatformNotSupportedException("Expected a little-endian processor: elements are compared in place as little-endian integers.");
        }
    }
}
