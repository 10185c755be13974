using System.Diagnostics.CodeAnalysis;
using Verifiable.Inference.Commitments;
using Verifiable.Inference.Identity;

namespace Verifiable.Inference.Claims;

/// <summary>A provider's word that it takes a task. Signed and on the ledger, it is what makes silence provable.</summary>
/// <param name="Ledger">The ledger.</param>
/// <param name="Task">The envelope's digest.</param>
/// <param name="Provider">Who accepts.</param>
public sealed record TaskAcceptance(NodeId Ledger, Digest Task, NodeId Provider) : ICanonical<TaskAcceptance>
{
    private const string Domain = "vinf/acceptance/v1";

    /// <inheritdoc/>
    public static bool TryRead(ref CanonicalReader reader, [NotNullWhen(true)] out TaskAcceptance? value)
    {
        reader.ReadDomain(Domain);
        value = new TaskAcceptance(reader.Read<NodeId>(), reader.ReadDigest(), reader.Read<NodeId>());
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
    }
}
