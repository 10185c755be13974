using System.Diagnostics.CodeAnalysis;
using Verifiable.Inference.Commitments;
using Verifiable.Inference.Identity;

namespace Verifiable.Inference.Claims;

/// <summary>Where a ledger stands: what its operator signs, and what a receipt carries so that the ledger cannot be told differently later.</summary>
/// <param name="Ledger">The node id of the ledger's operator.</param>
/// <param name="Sequence">The number of entries.</param>
/// <param name="Hash">The hash of the last entry, chained over all before it.</param>
/// <param name="StakesRoot">The root of the weight tree of all bonded stakes.</param>
/// <param name="Time">The time of the last entry, in milliseconds since 1970-01-01 UTC.</param>
public sealed record LedgerHead(NodeId Ledger, ulong Sequence, Digest Hash, Digest StakesRoot, long Time) : ICanonical<LedgerHead>
{
    private const string Domain = "vinf/ledger-head/v1";

    /// <inheritdoc/>
    public static bool TryRead(ref CanonicalReader reader, [NotNullWhen(true)] out LedgerHead? value)
    {
        reader.ReadDomain(Domain);
        value = new LedgerHead(reader.Read<NodeId>(), reader.ReadUInt64(), reader.ReadDigest(), reader.ReadDigest(), reader.ReadInt64());
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
        writer.WriteUInt64(Sequence);
        writer.WriteDigest(Hash);
        writer.WriteDigest(StakesRoot);
        writer.WriteInt64(Time);
    }
}
