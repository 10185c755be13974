using System.Collections.Immutable;
using System.Diagnostics.CodeAnalysis;

namespace Verifiable.Inference.Commitments;

/// <summary>The encoding of a weight proof inside an artifact that says the key and the number of leaves elsewhere.</summary>
internal static class CompactWeightProof
{
    public static void WriteCompactTo(this WeightProof proof, ref CanonicalWriter writer)
    {
        writer.WriteUInt64(proof.Weight);
        writer.WriteUInt32(checked((uint)proof.Index));
        foreach (WeightNode sibling in proof.Siblings)
        {
            writer.WriteDigest(sibling.Digest);
            writer.WriteUInt64(sibling.Sum);
        }
    }

    public static bool TryRead(ref CanonicalReader reader, Digest key, long count, [NotNullWhen(true)] out WeightProof? proof)
    {
        proof = null;
        ulong weight = reader.ReadUInt64();
        long index = reader.ReadUInt32();
        if (reader.Failed || weight == 0 || index >= count)
        {
            reader.Fail();
            return false;
        }

        UInt128 total = weight;
        ImmutableArray<WeightNode>.Builder siblings = ImmutableArray.CreateBuilder<WeightNode>(MerklePath.CountSiblings(index, count));
        while (siblings.Count < siblings.Capacity && !reader.Failed)
        {
            WeightNode sibling = new(reader.ReadDigest(), reader.ReadUInt64());
            total += sibling.Sum;
            siblings.Add(sibling);
            if (sibling.Sum == 0 || total > ulong.MaxValue)
            {
                reader.Fail();
            }
        }

        proof = reader.Failed ? null : new WeightProof(key, weight, index, count, siblings.DrainToImmutable());
        return proof is not null;
    }
}
