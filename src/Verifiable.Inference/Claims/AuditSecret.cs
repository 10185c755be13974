using Verifiable.Inference.Commitments;

namespace Verifiable.Inference.Claims;

/// <summary>The 32 fresh random bytes from which draws follow: committed before anything is computed, opened afterwards.</summary>
public static class AuditSecret
{
    private const string Domain = "vinf/audit-secret/v1";

    /// <summary>Commits to a secret: H(domain ‖ secret). The secret has 256 random bits, so that nothing else need hide it.</summary>
    public static Digest Commit(Digest secret)
    {
        CanonicalWriter writer = new(stackalloc byte[64]);
        writer.WriteDomain(Domain);
        writer.WriteDigest(secret);
        Digest commitment = writer.ToDigest();
        writer.Dispose();
        return commitment;
    }
}
