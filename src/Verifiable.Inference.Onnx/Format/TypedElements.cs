using System.Buffers.Binary;
using Verifiable.Inference.Tensors;

namespace Verifiable.Inference.Onnx.Format;

/// <summary>Reads the elements of a tensor that stand in the field of their type instead of as raw bytes.</summary>
/// <remarks>Which field holds which type is said by the ONNX IR at <c>TensorProto</c>: <c>int32_data</c> holds the integers up to 32 bits but uint32,
/// Booleans, and the bits of the 16-bit floats; <c>uint64_data</c> holds uint32 too.</remarks>
internal static class TypedElements
{
    /// <summary>Counts the elements of the field that a type uses.</summary>
    public static int Count(TensorRecord tensor, ElementType type, out WireList list)
    {
        (list, int count) = type switch
        {
            ElementType.Float32 => (TensorRecord.FloatList, tensor.Floats),
            ElementType.Float64 => (TensorRecord.DoubleList, tensor.Doubles),
            ElementType.Int64 => (TensorRecord.Int64List, tensor.Int64s),
            ElementType.UInt32 or ElementType.UInt64 => (TensorRecord.UInt64List, tensor.UInt64s),
            _ => (TensorRecord.Int32List, tensor.Int32s),
        };
        return count;
    }

    /// <summary>Writes the elements as little-endian bytes.</summary>
    /// <returns><see langword="false"/> when an element is not in the range of the type.</returns>
    public static bool TryWrite(WireListReader elements, ElementType type, Span<byte> destination)
    {
        int size = ElementTypes.SizeOf(type);
        (long least, long most) = type switch
        {
            ElementType.Boolean => (0, 1),
            ElementType.Int8 => (sbyte.MinValue, sbyte.MaxValue),
            ElementType.UInt8 => (byte.MinValue, byte.MaxValue),
            ElementType.Int16 => (short.MinValue, short.MaxValue),
            ElementType.Int32 => (int.MinValue, int.MaxValue),
            ElementType.UInt16 or ElementType.Float16 or ElementType.BFloat16 => (ushort.MinValue, ushort.MaxValue),
            ElementType.UInt32 => (uint.MinValue, uint.MaxValue),
            _ => (long.MinValue, long.MaxValue),
        };
        Span<byte> bytes = stackalloc byte[sizeof(ulong)];
        for (int i = 0; elements.Next(out ulong element); i++)
        {
            // An int32 field is cut off to 32 bits, as protobuf says.
            long value = unchecked(type is ElementType.UInt32 or ElementType.UInt64 or ElementType.Int64 or ElementType.Float32 or ElementType.Float64 ? (long)element : (int)element);
            if (value < least || value > most)
            {
                return false;
            }

            // The low bytes of two's complement are the narrower integer, and those of a float are its bits.
            BinaryPrimitives.WriteInt64LittleEndian(bytes, value);
            bytes[..size].CopyTo(destination[(size * i)..]);
        }

        return true;
    }
}
