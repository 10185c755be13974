using System.Diagnostics.CodeAnalysis;
using Verifiable.Inference.Commitments;
using Verifiable.Inference.Identity;

namespace Verifiable.Inference.Claims;

/// <summary>A requester's word that a posted claim was not delivered. Signed and on the ledger, it obliges the provider to reveal the claim there.</summary>
/// <param name="Ledger">The ledger.</param>
/// <param name="Task">The envelope's digest.</param>
/// <param name="Requester">Who demands.</param>
public sealed record ClaimDemand(NodeId Ledger, Digest Task, NodeId Requester) : ICanonical<ClaimDemand>
{
    private const string Domain = "vinf/demand/v1";

    /// <inheritdoc/>
    public static bool TryRead(ref CanonicalReader reader, [NotNullWhen(true)] out ClaimDemand? value)
    {
        reader.ReadDomain(Domain);
        value = new ClaimDemand(reader.Read<NodeId>(), reader.ReadDigest(), reader.Read<NodeId>());
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
        Requester.WriteTo(ref writer);
    }
}
