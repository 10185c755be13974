using System.Security.Cryptography;
using Verifiable.Inference.Commitments;

namespace Verifiable.Inference.Tests.Commitments;

/// <summary>The Merkle sum tree as its definition says it, recursively.</summary>
internal static class WeightReference
{
    public static byte[] Root(IReadOnlyList<(Digest Key, ulong Weight)> sorted)
    {
        byte[] count = MerkleReference.Bytes((ulong)sorted.Count);
        if (sorted.Count == 0)
        {
            return SHA256.HashData([0x12, .. count, .. MerkleReference.Bytes(0UL)]);
        }

        (byte[] top, ulong total) = Top([.. sorted.Select((leaf, index) => (Leaf(leaf.Key, leaf.Weight, index), leaf.Weight))]);
        return SHA256.HashData([0x12, .. count, .. MerkleReference.Bytes(total), .. top]);
    }

    public static int Find(IReadOnlyList<(Digest Key, ulong Weight)> sorted, ulong position)
    {
        int index = 0;
        while (position >= sorted[index].Weight)
        {
            position -= sorted[index].Weight;
            index++;
        }

        return index;
    }

    private static byte[] Leaf(Digest key, ulong weight, int index) =>
        SHA256.HashData([0x10, .. MerkleReference.Bytes((ulong)index), .. key.ToArray(), .. MerkleReference.Bytes(weight)]);

    private static (byte[] Digest, ulong Sum) Top((byte[] Digest, ulong Sum)[] nodes)
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

        (byte[] left, ulong leftSum) = Top(nodes[..split]);
        (byte[] right, ulong rightSum) = Top(nodes[split..]);
        return (SHA256.HashData([0x11, .. left, .. MerkleReference.Bytes(leftSum), .. right, .. MerkleReference.Bytes(rightSum)]), leftSum + rightSum);
    }
}
