using System.Collections.Immutable;
using Verifiable.Inference.Commitments;
using Verifiable.Inference.Tensors;

namespace Verifiable.Inference.Claims;

/// <summary>The encoding of tensors in messages: names in ordinal order, each with type, axis lengths and bytes.</summary>
internal static class TensorEncoding
{
    private const int MaxTensors = 256;
    private const int ShortList = 8;

    public static void Write(ref CanonicalWriter writer, NamedTensors tensors)
    {
        writer.WriteUInt16((ushort)tensors.Count);
        foreach (KeyValuePair<string, TensorValue> tensor in tensors.Entries)
        {
            writer.WriteText(tensor.Key);
            writer.WriteByte((byte)tensor.Value.Type);
            writer.WriteByte((byte)tensor.Value.Shape.Rank);
            foreach (long length in tensor.Value.Shape.Lengths)
            {
                writer.WriteInt64(length);
            }

            writer.WriteBytes(tensor.Value.Bytes.Span);
        }
    }

    public static NamedTensors? Read(ref CanonicalReader reader)
    {
        int count = reader.ReadUInt16();
        if (count > MaxTensors)
        {
            reader.Fail();
        }

        ImmutableArray<KeyValuePair<string, TensorValue>>.Builder tensors = ImmutableArray.CreateBuilder<KeyValuePair<string, TensorValue>>(Math.Min(count, ShortList));
        for (int i = 0; i < count && !reader.Failed; i++)
        {
            string name = reader.ReadText();
            bool ordered = name.Length > 0 && (i == 0 || string.CompareOrdinal(tensors[i - 1].Key, name) < 0);
            if (!ordered || ReadTensor(ref reader) is not { } tensor)
            {
                reader.Fail();
                break;
            }

            tensors.Add(KeyValuePair.Create(name, tensor));
        }

        return reader.Failed ? null : new NamedTensors(tensors.DrainToImmutable());
    }

    private static TensorValue? ReadTensor(ref CanonicalReader reader)
    {
        ElementType type = (ElementType)reader.ReadByte();
        int rank = reader.ReadByte();
        if (rank > TensorShape.MaxRank)
        {
            reader.Fail();
            return null;
        }

        Span<long> lengths = stackalloc long[TensorShape.MaxRank];
        for (int axis = 0; axis < rank; axis++)
        {
            lengths[axis] = reader.ReadInt64();
        }

        ReadOnlySpan<byte> bytes = reader.ReadBytes(int.MaxValue);
        return !reader.Failed && TensorShape.TryCreate(lengths[..rank], out TensorShape shape) && Matches(type, shape, bytes.Length)
            && TensorValue.TryTake(type, shape, bytes.ToArray(), out TensorValue? value)
            ? value
            : null;
    }

    // Before the copy: a header that does not fit its bytes costs nothing.
    private static bool Matches(ElementType type, TensorShape shape, int byteCount) =>
        ElementTypes.IsKnown(type) && shape.ElementCount <= byteCount && shape.ElementCount * ElementTypes.SizeOf(type) == byteCount;
}
