using Verifiable.Inference.Commitments;

namespace Verifiable.Inference.Selection;

/// <summary>Draws 32 random bytes as a digest: a secret, a nonce, a salt.</summary>
public static class RandomDigests
{
    /// <summary>Draws 32 random bytes.</summary>
    public static Digest NextDigest(this IRandomSource source)
    {
        ArgumentNullException.ThrowIfNull(source);
        Span<byte> bytes = stackalloc byte[Digest.Size];
        source.Fill(bytes);
        return new Digest(bytes);
    }
}
