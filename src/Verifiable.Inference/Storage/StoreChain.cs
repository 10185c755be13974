using Verifiable.Inference.Commitments;

namespace Verifiable.Inference.Storage;

/// <summary>The hash before the first record of a store.</summary>
internal static class StoreChain
{
    private const string GenesisDomain = "vinf/journal-genesis/v1";

    /// <summary>Computes H(domain ‖ identity).</summary>
    public static Digest Genesis(Digest identity)
    {
        CanonicalWriter writer = new(stackalloc byte[64]);
        writer.WriteDomain(GenesisDomain);
        writer.WriteDigest(identity);
        Digest hash = writer.ToDigest();
        writer.Dispose();
        return hash;
    }
}
