using System.Diagnostics.CodeAnalysis;
using Verifiable.Inference.Commitments;
using Verifiable.Inference.Identity;

namespace Verifiable.Inference.Claims;

/// <summary>A requester's word that it takes back a task that nobody accepted. Signed, so that nobody else can.</summary>
/// <param name="Ledger">The ledger.</param>
/// <param name="Task">The envelope's digest.</param>
/// <param name="Requester">Who takes it back.</param>
public sealed record TaskCancellation(NodeId Ledger, Digest Task, NodeId Requester) : ICanonical<TaskCancellation>
{
    private const string Domain = "vinf/cancellation/v1";

    /// <inheritdoc/>
    public static bool TryRead(ref CanonicalReader reader, [NotNullWhen(true)] out TaskCancellation? value)
    {
        reader.ReadDomain(Domain);
        value = new TaskCancellation(reader.Read<NodeId>(), reader.ReadDigest(), reader.Read<NodeId>());
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
