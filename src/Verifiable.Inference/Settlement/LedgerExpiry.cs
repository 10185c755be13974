using Verifiable.Inference.Commitments;

namespace Verifiable.Inference.Settlement;

/// <summary>When something closed can be dropped; ordered by time, so that every ledger drops in the same order.</summary>
internal readonly record struct LedgerExpiry(long Time, LedgerExpiryKind Kind, Digest Id) : IComparable<LedgerExpiry>
{
    /// <inheritdoc/>
    public int CompareTo(LedgerExpiry other)
    {
        int order = Time.CompareTo(other.Time);
        order = order != 0 ? order : Kind.CompareTo(other.Kind);
        return order != 0 ? order : Id.CompareTo(other.Id);
    }
}
