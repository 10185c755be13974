using System.Diagnostics.CodeAnalysis;
using Verifiable.Inference.Commitments;
using Verifiable.Inference.Identity;

namespace Verifiable.Inference.Claims;

/// <summary>
/// What a provider signs and posts on the ledger: the digest of its claim, which is salted and so tells nothing about the output. Nobody can copy an answer from
/// the ledger. Two of these by one provider for one task, with different digests, are equivocation.
/// </summary>
/// <param name="Ledger">The ledger.</param>
/// <param name="Task">The envelope's digest.</param>
/// <param name="Provider">Who claims.</param>
/// <param name="Claim">The digest of the claim's body.</param>
public sealed record ClaimCommitment(NodeId Ledger, Digest Task, NodeId Provider, Digest Claim) : ICanonical<ClaimCommitment>
{
    private const string Domain = "vinf/claim-commitment/v1";

    /// <inheritdoc/>
    public static bool TryRead(ref CanonicalReader reader, [NotNullWhen(true)] out ClaimCommitment? value)
    {
        reader.ReadDomain(Domain);
        value = new ClaimCommitment(reader.Read<NodeId>(), reader.ReadDigest(), reader.Read<NodeId>(), reader.ReadDigest());
        if (reader.Failed)
        {
            value = null;
        }

        return !reader.Failed;
    }

    /// <inheritdoc/>
    public void WriteTo(ref CanonicalWriter writer)
    {
        writer.WriteDomain(Domain);
        Ledger.WriteTo(ref writer);
        writer.WriteDigest(Task);
        Provider.WriteTo(ref writer);
        writer.WriteDigest(Claim);
    }
}
