using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;

namespace Verifiable.Inference.Onnx.Tests.SecondEngine;

/// <summary>Commitments to tensors, leaves and traces from the page of encodings, with nothing but SHA-256.</summary>
internal static class PlainCommitments
{
    internal const int Rows = 1;
    internal const int Columns = 2;
    internal const int ChannelsLast = 3;

    private const int ChunkSize = 16384;

    /// <summary>Commits to a tensor.</summary>
    internal static byte[] Tensor(PlainTensor tensor, int layout)
    {
        int rank = tensor.Rank;
        int[] axes = [.. Enumerable.Range(0, rank)];
        if (rank >= 2)
        {
            axes = layout switch { Columns => [.. axes[..^2], rank - 1, rank - 2], ChannelsLast => [0, .. axes[2..], 1], _ => axes };
        }

        List<byte> bytes = [];
        long[] strides = [.. axes.Select(axis => PlainTensor.Count(tensor.Shape.AsSpan(axis + 1)))];
        long[] lengths = [.. axes.Select(axis => tensor.Shape[axis])];
        foreach (long place in PlainTensor.Numbers(tensor.Length))
        {
            long rest = place;
            long element = 0;
            for (int axis = rank - 1; axis >= 0; axis--)
            {
                element += rest % lengths[axis] * strides[axis];
                rest /= lengths[axis];
            }

            bytes.AddRange(tensor.Bytes(element));
        }

        return SHA256.HashData(
        [
            .. Label("vinf/tensor/v1"), 1, (byte)tensor.Type, (byte)layout, .. U32(ChunkSize), (byte)rank, .. tensor.Shape.SelectMany(U64), .. U64(bytes.Count),
            .. Root([.. bytes.Chunk(ChunkSize)]),
        ]);
    }

    /// <summary>Encodes a leaf.</summary>
    internal static byte[] Leaf(int number, IReadOnlyCollection<byte[]> entries) =>
        [.. Label("vinf/trace-leaf/v1"), .. U32(number), (byte)entries.Count, (byte)(entries.Count >> 8), .. entries.SelectMany(entry => entry)];

    /// <summary>Encodes a full trace's commitment.</summary>
    internal static byte[] Trace(IReadOnlyCollection<byte[]> leaves) => [.. Label("vinf/trace/v1"), .. U32(leaves.Count), .. U32(leaves.Count), .. Root([.. leaves])];

    /// <summary>Makes the entry of the runs of bodies, in their order.</summary>
    internal static byte[] Runs(IReadOnlyCollection<(long Iteration, int Body, byte[] Trace)> runs)
    {
        byte[][] encoded = [.. runs.Select(run => (byte[])[.. Label("vinf/trace-body/v1"), .. U32(run.Iteration), (byte)run.Body, .. run.Trace])];
        return [8, .. SHA256.HashData([.. Label("vinf/trace-bodies/v1"), .. U32(runs.Count), .. Root(encoded)])];
    }

    private static byte[] Root(byte[][] leaves)
    {
        byte[][] level = [.. leaves.Select((leaf, i) => SHA256.HashData([0, .. U64(i), .. U32(leaf.Length), .. leaf]))];
        while (level.Length > 1)
        {
            level = [.. level.Chunk(2).Select(pair => pair.Length == 2 ? SHA256.HashData([1, .. pair[0], .. pair[1]]) : pair[0])];
        }

        return SHA256.HashData([2, .. U64(leaves.Length), .. level.SelectMany(top => top)]);
    }

    private static byte[] Label(string label) => [(byte)label.Length, .. Encoding.ASCII.GetBytes(label)];

    private static byte[] U32(long value)
    {
        byte[] bytes = new byte[4];
        BinaryPrimitives.WriteUInt32LittleEndian(bytes, (uint)value);
        return bytes;
    }

    private static byte[] U64(long value)
    {
        byte[] bytes = new byte[8];
        BinaryPrimitives.WriteInt64LittleEndian(bytes, value);
        return bytes;
    }
}
