using System.Runtime.CompilerServices;

namespace Verifiable.Inference.Tensors;

/// <summary>Tells sizes and .NET types of element types.</summary>
public static class ElementTypes
{
    /// <summary>Gets the size of one element in bytes, or 0 when the type is not a known one.</summary>
    public static int SizeOf(ElementType type) => type switch
    {
        ElementType.UInt8 or ElementType.Int8 or ElementType.Boolean => 1,
        ElementType.UInt16 or ElementType.Int16 or ElementType.Float16 or ElementType.BFloat16 => 2,
        ElementType.Float32 or ElementType.Int32 or ElementType.UInt32 => 4,
        ElementType.Float64 or ElementType.Int64 or ElementType.UInt64 => 8,
        _ => 0,
    };

    /// <summary>Tells whether the number names a type of this version.</summary>
    public static bool IsKnown(ElementType type) => SizeOf(type) != 0;

    /// <summary>Tells whether the type is a floating-point type, which has NaNs.</summary>
    public static bool IsFloat(ElementType type) =>
        type is ElementType.Float32 or ElementType.Float16 or ElementType.Float64 or ElementType.BFloat16;

    /// <summary>Gets the element type that a .NET type stands for: <see cref="float"/>, <see cref="double"/>, <see cref="Half"/>, <see cref="bool"/> and the
    /// integers. <see cref="ElementType.BFloat16"/> has no .NET type; its elements are read as <see cref="ushort"/>.</summary>
    /// <exception cref="NotSupportedException">The type stands for no element type.</exception>
    public static ElementType Of<T>()
        where T : unmanaged => typeof(T) switch
        {
            Type type when type == typeof(float) => ElementType.Float32,
            Type type when type == typeof(double) => ElementType.Float64,
            Type type when type == typeof(Half) => ElementType.Float16,
            Type type when type == typeof(bool) => ElementType.Boolean,
            Type type when type == typeof(byte) => ElementType.UInt8,
            Type type when type == typeof(sbyte) => ElementType.Int8,
            Type type when type == typeof(ushort) => ElementType.UInt16,
            Type type when type == typeof(short) => ElementType.Int16,
            Type type when type == typeof(uint) => ElementType.UInt32,
            Type type when type == typeof(int) => ElementType.Int32,
            Type type when type == typeof(ulong) => ElementType.UInt64,
            Type type when type == typeof(long) => ElementType.Int64,
            _ => throw new NotSupportedException($"{typeof(T)} is not the .NET type of a tensor element."),
        };

    /// <summary>Tells whether elements of <paramref name="type"/> may be read as <typeparamref name="T"/>: the same type, or the 16 bits of a brain float.</summary>
    internal static bool CanReadAs<T>(ElementType type)
        where T : unmanaged => type == ElementType.BFloat16 ? typeof(T) == typeof(ushort) : Unsafe.SizeOf<T>() == SizeOf(type) && Of<T>() == type;
}
