using System.Diagnostics.CodeAnalysis;
using Verifiable.Inference.Commitments;
using Verifiable.Inference.Identity;

namespace Verifiable.Inference.Claims;

/// <summary>
/// A message that only one provider can read: hybrid public-key encryption to its announced key, padded, bound to ledger, task and provider. Who carries it sees the task's id, which is on
/// the ledger, and which power of two the length is below. Immutable. Reading one opens nothing: <see cref="PayloadSealing"/> does.
/// </summary>
/// <param name="Task">The task that the message is about.</param>
/// <param name="Encapsulation">The ephemeral public key, <see cref="EncryptionKey.PublicKeySize"/> bytes.</param>
/// <param name="Ciphertext">The padded message and its tag.</param>
public sealed record SealedMessage(Digest Task, OpaqueBytes Encapsulation, OpaqueBytes Ciphertext) : ICanonical<SealedMessage>
{
    private const string Domain = "vinf/sealed-message/v1";

    /// <inheritdoc/>
    public static bool TryRead(ref CanonicalReader reader, [NotNullWhen(true)] out SealedMessage? value)
    {
        reader.ReadDomain(Domain);
        value = new SealedMessage(
            reader.ReadDigest(), new OpaqueBytes(reader.ReadFixed(EncryptionKey.PublicKeySize)), new OpaqueBytes(reader.ReadBytes(PayloadSealing.MaxCiphertextBytes)));
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
        writer.WriteDigest(Task);
        writer.WriteFixed(Encapsulation.Span);
        writer.WriteBytes(Ciphertext.Span);
    }
}
