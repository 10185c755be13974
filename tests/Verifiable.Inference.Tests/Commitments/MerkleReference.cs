using System.Buffers.Binary;
using System.Security.Cryptography;

namespace Verifiable.Inference.Tests.Commitments;

/// <summary>The Merkle tree as its definition says it, recursively, without a thought for speed.</summary>
internal static class MerkleReference
{
    public static byte[] Root(IReadOnlyList<byte[]> leaves) =>
        SHA256.HashData(leaves.Count == 0 ? [0x02, .. Bytes(0UL)] : [0x02, .. Bytes((ulong)leaves.Count), .. Top([.. leaves.Select(Leaf)])]);

    public static byte[] Leaf(byte[] bytes, int index) => SHA256.HashData([0x00, .. Bytes((ulong)index), .. Bytes((uint)bytes.Length), .. bytes]);

    public static byte[] Node(byte[] left, byte[] right) => SHA256.HashData([0x01, .. left, .. right]);

    // A list is split at the largest power of two below its length.
    public static byte[] Top(byte[][] nodes)
    {
        if (nodes.Length == 1)
        {
            return nodes[0];
        }

        int split = 1;
        while (2 * split < nodes.Length)
        {
            split *= 2;
        }

        return Node(Top(nodes[..split]), Top(nodes[split..]));
    }

    public static byte[] Bytes(ulong value)
    {
        byte[] bytes = new byte[sizeof(ulong)];
        BinaryPrimitives.WriteUInt64LittleEndian(bytes, value);
        return bytes;
    }

    public static byte[] Bytes(uint value)
    {
        byte[] bytes = new byte[sizeof(uint)];
        BinaryPrimitives.WriteUInt32LittleEndian(bytes, value);
        return bytes;
    }
}
