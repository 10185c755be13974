using System.Diagnostics.CodeAnalysis;
using Verifiable.Inference.Commitments;

namespace Verifiable.Inference.Settlement;

/// <summary>How one task of a settlement is closed. Immutable.</summary>
/// <param name="Task">The task.</param>
/// <param name="Cause">Why.</param>
/// <param name="AuditSecret">The secret that the task's audit commitment commits to.</param>
public sealed record TaskSettlement(Digest Task, SettlementCause Cause, Digest AuditSecret) : ICanonical<TaskSettlement>
{
    /// <summary>Gets a value indicating whether the claim is one that was revealed on demand; the ledger refuses the settlement where it was not.</summary>
    public bool IsRevealed { get; init; }

    /// <summary>Gets the digest of the claim that the evidence has as the one on the ledger, <c>default</c> where it has none; the ledger refuses the settlement where it knows another, or whether there is one otherwise.</summary>
    public Digest Claim { get; init; }

    /// <inheritdoc/>
    public static bool TryRead(ref CanonicalReader reader, [NotNullWhen(true)] out TaskSettlement? value)
    {
        value = new TaskSettlement(reader.ReadDigest(), (SettlementCause)reader.ReadByte(), reader.ReadDigest()) { IsRevealed = reader.ReadBoolean(), Claim = reader.ReadDigest() };
        if (value.Cause > SettlementCause.Convicted)
        {
            reader.Fail();
        }

        if (reader.Failed)
        {
            value = null;
        }

        return !reader.Failed;
    }

    /// <inheritdoc/>
    public void WriteTo(ref CanonicalWriter writer)
    {
        writer.WriteDigest(Task);
        writer.WriteByte((byte)Cause);
        writer.WriteDigest(AuditSecret);
        writer.WriteBoolean(IsRevealed);
        writer.WriteDigest(Claim);
    }
}
