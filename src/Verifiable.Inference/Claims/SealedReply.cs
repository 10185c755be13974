using System.Diagnostics.CodeAnalysis;
using Verifiable.Inference.Commitments;

namespace Verifiable.Inference.Claims;

/// <summary>The reply to a <see cref="SealedMessage"/>, readable by its sender only; an empty reply, which is a refusal, is sealed like any other. Immutable.</summary>
/// <param name="Nonce">32 fresh random bytes, so that a message that is delivered twice is not answered twice under one key.</param>
/// <param name="Ciphertext">The padded reply and its tag.</param>
public sealed record SealedReply(Digest Nonce, OpaqueBytes Ciphertext) : ICanonical<SealedReply>
{
    private const string Domain = "vinf/sealed-reply/v1";

    /// <inheritdoc/>
    public static bool TryRead(ref CanonicalReader reader, [NotNullWhen(true)] out SealedReply? value)
    {
        reader.ReadDomain(Domain);
        value = new SealedReply(reader.ReadDigest(), new OpaqueBytes(reader.ReadBytes(PayloadSealing.MaxCiphertextBytes)));
        if (reader.Failed)
        {
            value = null;
        }

        return value is not null;
    }

    /// <inheritdoc/>
    public void WriteTo(ref CanonicalWriter writer)
    {
        writer.WriteDomain(Domain);
        writer.WriteDigest(Nonce);
        writer.WriteBytes(Ciphertext.Span);
    }
}
