using System.Buffers.Binary;
using Verifiable.Inference.Tensors;

namespace Verifiable.Inference.Onnx.Tests.SecondEngine;

/// <summary>A tensor of binary32, integers or Booleans, element by element.</summary>
internal sealed class PlainTensor
{
    private PlainTensor(ElementType type, long[] shape, float[] floats, long[] integers)
    {
        Type = type;
        Shape = shape;
        Floats = floats;
        Integers = integers;
    }

    internal ElementType Type { get; }

    internal long[] Shape { get; }

    /// <summary>Gets the elements of a binary32 tensor.</summary>
    internal float[] Floats { get; }

    /// <summary>Gets the elements of all others; of a Boolean 0 and 1.</summary>
    internal long[] Integers { get; }

    internal bool IsFloat => Type == ElementType.Float32;

    internal int Length => IsFloat ? Floats.Length : Integers.Length;

    internal int Rank => Shape.Length;

    /// <summary>Gets the element of an integer or Boolean tensor that has one.</summary>
    internal long Only => Integers.Single();

    internal static PlainTensor Of(float[] elements, params long[] shape) => Checked(new PlainTensor(ElementType.Float32, shape, elements, []));

    internal static PlainTensor Of(ElementType type, long[] elements, params long[] shape) => Checked(new PlainTensor(type, shape, [], elements));

    internal static PlainTensor Of(TensorValue value)
    {
        ReadOnlySpan<byte> bytes = value.Bytes.Span;
        int size = ElementTypes.SizeOf(value.Type);
        long[] shape = [.. value.Shape.Lengths];
        if (value.Type == ElementType.Float32)
        {
            float[] floats = new float[bytes.Length / size];
            for (int i = 0; i < floats.Length; i++)
            {
                floats[i] = BinaryPrimitives.ReadSingleLittleEndian(bytes[(i * size)..]);
            }

            return Of(floats, shape);
        }

        long[] integers = new long[bytes.Length / size];
        for (int i = 0; i < integers.Length; i++)
        {
            integers[i] = value.Type switch
            {
                ElementType.Int64 => BinaryPrimitives.ReadInt64LittleEndian(bytes[(i * size)..]),
                ElementType.Int32 => BinaryPrimitives.ReadInt32LittleEndian(bytes[(i * size)..]),
                ElementType.Boolean => bytes[i],
                _ => throw new NotSupportedException($"{value.Type}"),
            };
        }

        return Of(value.Type, integers, shape);
    }

    /// <summary>Gets the bytes of one element, a NaN being the canonical one.</summary>
    internal byte[] Bytes(long element)
    {
        byte[] bytes = new byte[ElementTypes.SizeOf(Type)];
        switch (Type)
        {
            case ElementType.Float32:
                float number = Floats[element];
                BinaryPrimitives.WriteUInt32LittleEndian(bytes, float.IsNaN(number) ? 0x7FC00000 : BitConverter.SingleToUInt32Bits(number));
                break;
            case ElementType.Int64:
                BinaryPrimitives.WriteInt64LittleEndian(bytes, Integers[element]);
                break;
            case ElementType.Int32:
                BinaryPrimitives.WriteInt32LittleEndian(bytes, (int)Integers[element]);
                break;
            default:
                bytes[0] = (byte)Integers[element];
                break;
        }

        return bytes;
    }

    /// <summary>Makes a tensor of the same type whose element i is the element from(i) of this one.</summary>
    internal PlainTensor Pick(long[] shape, Func<long, long> from)
    {
        long count = Count(shape);
        return IsFloat ? Of([.. Numbers(count).Select(i => Floats[from(i)])], shape) : Of(Type, [.. Numbers(count).Select(i => Integers[from(i)])], shape);
    }

    internal PlainTensor Reshaped(params long[] shape) => Pick(shape, i => i);

    /// <summary>Takes the place of an axis away.</summary>
    internal PlainTensor At(int axis, long place)
    {
        long inner = Count(Shape.AsSpan(axis + 1));
        return Pick([.. Shape[..axis], .. Shape[(axis + 1)..]], i => (((i / inner * Shape[axis]) + place) * inner) + (i % inner));
    }

    internal static long Count(ReadOnlySpan<long> shape)
    {
        long count = 1;
        foreach (long length in shape)
        {
            count *= length;
        }

        return count;
    }

    internal static IEnumerable<long> Numbers(long count) => Enumerable.Range(0, checked((int)count)).Select(i => (long)i);

    private static PlainTensor Checked(PlainTensor tensor) => Count(tensor.Shape) == tensor.Length ? tensor : throw new InvalidOperationException($"Expected {Count(tensor.Shape)} elements, got {tensor.Length}.");
}
