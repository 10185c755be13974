using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;
using Verifiable.Inference.Commitments;
using Verifiable.Inference.Tensors;

namespace Verifiable.Inference.Tests.Commitments;

/// <summary>The tensor commitment as its definition says it: permute the whole tensor element by element, replace NaNs one by one, hash recursively.</summary>
internal static class TensorReference
{
    public static byte[] Compute(TensorValue tensor, TensorLayout layout, int chunkSize)
    {
        byte[] bytes = CommittedBytes(tensor, layout);
        byte[] label = Encoding.ASCII.GetBytes("vinf/tensor/v1");
        return SHA256.HashData(
        [
            (byte)label.Length, .. label,
            1, (byte)tensor.Type, (byte)layout, .. MerkleReference.Bytes((uint)chunkSize),
            (byte)tensor.Shape.Rank, .. tensor.Shape.Lengths.SelectMany(length => MerkleReference.Bytes((ulong)length)),
            .. MerkleReference.Bytes((ulong)bytes.Length),
            .. MerkleReference.Root([.. bytes.Chunk(chunkSize)]),
        ]);
    }

    public static byte[] CommittedBytes(TensorValue tensor, TensorLayout layout)
    {
        int rank = tensor.Shape.Rank;
        int[] axes = [.. Enumerable.Range(0, rank)];
        if (rank >= 2 && layout == TensorLayout.ByColumn)
        {
            axes = [.. axes[..^2], rank - 1, rank - 2];
        }
        else if (rank >= 2 && layout == TensorLayout.ChannelsLast)
        {
            axes = [0, .. axes[2..], 1];
        }

        var bytes = new List<byte>();
        foreach (long[] index in Indices([.. axes.Select(axis => tensor.Shape[axis])]))
        {
            long element = 0;
            for (int axis = 0; axis < rank; axis++)
            {
                element = (element * tensor.Shape[axis]) + index[Array.IndexOf(axes, axis)];
            }

            bytes.AddRange(Element(tensor, (int)element));
        }

        return [.. bytes];
    }

    public static byte[] Element(TensorValue tensor, int element)
    {
        int size = ElementTypes.SizeOf(tensor.Type);
        byte[] bytes = tensor.Bytes.Slice(element * size, size).ToArray();
        return tensor.Type switch
        {
            ElementType.Float32 when float.IsNaN(BinaryPrimitives.ReadSingleLittleEndian(bytes)) => [0, 0, 0xC0, 0x7F],
            ElementType.Float64 when double.IsNaN(BinaryPrimitives.ReadDoubleLittleEndian(bytes)) => [0, 0, 0, 0, 0, 0, 0xF8, 0x7F],
            ElementType.Float16 when Half.IsNaN(BinaryPrimitives.ReadHalfLittleEndian(bytes)) => [0, 0x7E],
            ElementType.BFloat16 when float.IsNaN(BinaryPrimitives.ReadSingleLittleEndian([0, 0, .. bytes])) => [0xC0, 0x7F],
            _ => bytes,
        };
    }

    // All indices of a shape in row-major order; one empty index for a scalar.
    public static IEnumerable<long[]> Indices(long[] lengths)
    {
        if (lengths.Length == 0)
        {
            yield return [];
            yield break;
        }

        for (long first = 0; first < lengths[0]; first++)
        {
            foreach (long[] rest in Indices(lengths[1..]))
            {
                yield return [first, .. rest];
            }
        }
    }
}
