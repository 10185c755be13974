using System.Buffers.Binary;
using Google.Protobuf.Collections;
using Verifiable.Inference.Onnx.Format.Wire;
using Verifiable.Inference.Tensors;

namespace Verifiable.Inference.Onnx.Format;

/// <summary>Reads the elements of a <c>TensorProto</c> that stand in the field of their type instead of as raw bytes.</summary>
/// <remarks>Which field holds which type is said by the ONNX IR at <c>TensorProto</c>: <c>int32_data</c> holds the integers up to 32 bits but uint32,
/// Booleans, and the bits of the 16-bit floats; <c>uint64_data</c> holds uint32 too.</remarks>
internal static class TypedElements
{
    /// <summary>Counts the elements of all fields.</summary>
    public static int CountAll(TensorProto proto) =>
        proto.FloatData.Count + proto.Int32Data.Count + proto.Int64Data.Count + proto.DoubleData.Count + proto.Uint64Data.Count;

    /// <summary>Counts the elements of the field that a type uses.</summary>
    public static int Count(TensorProto proto, ElementType type) => type switch
    {
        ElementType.Float32 => proto.FloatData.Count,
        ElementType.Float64 => proto.DoubleData.Count,
        ElementType.Int64 => proto.Int64Data.Count,
        ElementType.UInt32 or ElementType.UInt64 => proto.Uint64Data.Count,
        _ => proto.Int32Data.Count,
    };

    /// <summary>Writes the elements as little-endian bytes.</summary>
    /// <returns><see langword="false"/> when an element is not in the range of the type.</returns>
    public static bool TryWrite(TensorProto proto, ElementType type, Span<byte> destination)
    {
        switch (type)
        {
            case ElementType.Float32:
                for (int i = 0; i < proto.FloatData.Count; i++)
                {
                    BinaryPrimitives.WriteSingleLittleEndian(destination[(sizeof(float) * i)..], proto.FloatData[i]);
                }

                return true;
            case ElementType.Float64:
                for (int i = 0; i < proto.DoubleData.Count; i++)
                {
                    BinaryPrimitives.WriteDoubleLittleEndian(destination[(sizeof(double) * i)..], proto.DoubleData[i]);
                }

                return true;
            case ElementType.Int64:
                for (int i = 0; i < proto.Int64Data.Count; i++)
                {
                    BinaryPrimitives.WriteInt64LittleEndian(destination[(sizeof(long) * i)..], proto.Int64Data[i]);
                }

                return true;
            case ElementType.UInt32 or ElementType.UInt64:
                return TryWrite(proto.Uint64Data, type, destination);
            default:
                return TryWrite(proto.Int32Data, type, destination);
        }
    }

    private static bool TryWrite(RepeatedField<ulong> elements, ElementType type, Span<byte> destination)
    {
        int size = ElementTypes.SizeOf(type);
        Span<byte> bytes = stackalloc byte[sizeof(ulong)];
        for (int i = 0; i < elements.Count; i++)
        {
            if (type == ElementType.UInt32 && elements[i] > uint.MaxValue)
            {
                return false;
            }

            BinaryPrimitives.WriteUInt64LittleEndian(bytes, elements[i]);
            bytes[..size].CopyTo(destination[(size * i)..]);
        }

        return true;
    }

    private static bool TryWrite(RepeatedField<int> elements, ElementType type, Span<byte> destination)
    {
        (int least, int most) = type switch
        {
            ElementType.Boolean => (0, 1),
            ElementType.Int8 => (sbyte.MinValue, sbyte.MaxValue),
            ElementType.UInt8 => (byte.MinValue, byte.MaxValue),
            ElementType.Int16 => (short.MinValue, short.MaxValue),
            ElementType.Int32 => (int.MinValue, int.MaxValue),
            _ => (ushort.MinValue, ushort.MaxValue),
        };
        int size = ElementTypes.SizeOf(type);
        Span<byte> bytes = stackalloc byte[sizeof(int)];
        for (int i = 0; i < elements.Count; i++)
        {
            if (elements[i] < least || elements[i] > most)
            {
                return false;
            }

            // The low bytes of two's complement are the narrower integer.
            BinaryPrimitives.WriteInt32LittleEndian(bytes, elements[i]);
            bytes[..size].CopyTo(destination[(size * i)..]);
        }

        return true;
    }
}
