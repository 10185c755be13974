using System.Diagnostics.CodeAnalysis;
using Verifiable.Inference.Commitments;

namespace Verifiable.Inference.Claims;

/// <summary>The message that tells a provider that the ledger demands the body of a claim it has posted and not delivered.</summary>
/// <param name="Task">The envelope's digest.</param>
public sealed record ClaimDemand(Digest Task) : ICanonical<ClaimDemand>
{
    private const string Domain = "vinf/demand/v1";

    /// <inheritdoc/>
    public static bool TryRead(ref CanonicalReader reader, [NotNullWhen(true)] out ClaimDemand? value)
    {
        reader.ReadDomain(Domain);
        value = new ClaimDemand(reader.ReadDigest());
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
        writer.WriteDigest(Task);
    }
}
