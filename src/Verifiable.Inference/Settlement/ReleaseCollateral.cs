using Verifiable.Inference.Commitments;

namespace Verifiable.Inference.Settlement;

/// <summary>Gives a collateral back to its owner: the promise was kept, or did not come to anything.</summary>
/// <param name="Id">The collateral.</param>
public sealed record ReleaseCollateral(Digest Id) : LedgerCommand
{
    /// <inheritdoc/>
    private protected override LedgerCommandTag Tag => LedgerCommandTag.ReleaseCollateral;

    /// <inheritdoc/>
    private protected override bool NeedsId => true;

    /// <summary>Reads what follows the tag.</summary>
    internal static ReleaseCollateral ReadFields(ref CanonicalReader reader) => new(reader.ReadDigest());

    /// <inheritdoc/>
    internal override LedgerRefusal ApplyTo(LedgerDraft draft, long now)
    {
        if (draft.FindCollateral(Id) is not { } collateral)
        {
            return LedgerRefusal.CollateralUnknown;
        }

        if (collateral.IsClosed)
        {
            return LedgerRefusal.CollateralClosed;
        }

        draft.SetCollateral(collateral with { IsClosed = true });
        draft.Credit(collateral.Owner, collateral.Amount);
        return LedgerRefusal.None;
    }

    /// <inheritdoc/>
    private protected override void WriteFields(ref CanonicalWriter writer) => writer.WriteDigest(Id);
}
