using System.Diagnostics.CodeAnalysis;
using Verifiable.Inference.Commitments;
using Verifiable.Inference.Identity;

namespace Verifiable.Inference.Settlement;

/// <summary>
/// Money that backs a promise (a bid, a challenge, a dispute) and is given back or forfeited. Immutable. A closed one holds no money and stays until its expiry, so that a
/// repeated command does not lock it again.
/// </summary>
/// <param name="Id">The id: of the promise, chosen by whoever locks it.</param>
/// <param name="Owner">Whose money it is.</param>
/// <param name="Amount">How much was locked.</param>
/// <param name="Expiry">The time from which it can be given back only, in milliseconds since 1970-01-01 UTC.</param>
/// <param name="IsClosed">Whether it is given back or forfeited.</param>
public sealed record Collateral(Digest Id, NodeId Owner, Amount Amount, long Expiry, bool IsClosed) : ICanonical<Collateral>
{
    /// <inheritdoc/>
    public static bool TryRead(ref CanonicalReader reader, [NotNullWhen(true)] out Collateral? value)
    {
        value = new Collateral(reader.ReadDigest(), reader.Read<NodeId>(), new Amount(reader.ReadUInt64()), reader.ReadInt64(), reader.ReadBoolean());
        if (reader.Failed)
        {
            value = null;
        }

        return !reader.Failed;
    }

    /// <inheritdoc/>
    public void WriteTo(ref CanonicalWriter writer)
    {
        writer.WriteDigest(Id);
        Owner.WriteTo(ref writer);
        writer.WriteUInt64(Amount.Units);
        writer.WriteInt64(Expiry);
        writer.WriteBoolean(IsClosed);
    }
}
