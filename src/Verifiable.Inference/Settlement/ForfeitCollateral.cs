using System.Collections.Immutable;
using System.Diagnostics.CodeAnalysis;
using Verifiable.Inference.Commitments;

namespace Verifiable.Inference.Settlement;

/// <summary>Takes a collateral from its owner and says who gets it; what is left goes back to the owner. Immutable; equal by content.</summary>
/// <remarks>Rationale: only before the expiry, so that everybody knows from when on nothing can be taken any more.</remarks>
public sealed record ForfeitCollateral : LedgerCommand
{
    /// <summary>The largest number of transfers: 4096.</summary>
    public const int MaxTransfers = 4096;

    /// <summary>Creates the command.</summary>
    /// <param name="id">The collateral.</param>
    /// <param name="transfers">The payments, of this id and from <see cref="TransferSource.Collateral"/>, at least one.</param>
    public ForfeitCollateral(Digest id, ImmutableArray<Transfer> transfers)
    {
        Id = id;
        Transfers = transfers.IsDefault ? [] : transfers;
    }

    /// <summary>Gets the collateral.</summary>
    public Digest Id { get; }

    /// <summary>Gets the payments.</summary>
    public ImmutableArray<Transfer> Transfers { get; }

    /// <inheritdoc/>
    private protected override LedgerCommandTag Tag => LedgerCommandTag.ForfeitCollateral;

    /// <inheritdoc/>
    public bool Equals([NotNullWhen(true)] ForfeitCollateral? other) => other is not null && Id == other.Id && Transfers.AsSpan().SequenceEqual(other.Transfers.AsSpan());

    /// <inheritdoc/>
    public override int GetHashCode() => HashCode.Combine(Id, Transfers.Length);

    /// <inheritdoc/>
    private protected override bool NeedsId => true;

    /// <summary>Reads what follows the tag.</summary>
    internal static ForfeitCollateral ReadFields(ref CanonicalReader reader) => new(reader.ReadDigest(), reader.ReadList<Transfer>(MaxTransfers));

    /// <inheritdoc/>
    internal override LedgerRefusal ApplyTo(LedgerDraft draft, long now)
    {
        if (Transfers.IsEmpty)
        {
            return LedgerRefusal.SettlementEmpty;
        }

        if (Transfers.Length > MaxTransfers)
        {
            return LedgerRefusal.SettlementTooLarge;
        }

        if (draft.FindCollateral(Id) is not { } collateral)
        {
            return LedgerRefusal.CollateralUnknown;
        }

        if (collateral.IsClosed)
        {
            return LedgerRefusal.CollateralClosed;
        }

        if (TaskRecord.HasPassed(collateral.Expiry, now))
        {
            return LedgerRefusal.CollateralExpired;
        }

        Amount left = collateral.Amount;
        foreach (Transfer transfer in Transfers)
        {
            LedgerRefusal refusal = Take(transfer, ref left);
            if (refusal != LedgerRefusal.None)
            {
                return refusal;
            }
        }

        draft.SetCollateral(collateral with { IsClosed = true });
        draft.Credit(collateral.Owner, left);
        foreach (Transfer transfer in Transfers)
        {
            transfer.Pay(draft);
        }

        return LedgerRefusal.None;
    }

    /// <inheritdoc/>
    private protected override void WriteFields(ref CanonicalWriter writer)
    {
        writer.WriteDigest(Id);
        writer.WriteList(Transfers);
    }

    private LedgerRefusal Take(Transfer transfer, ref Amount left)
    {
        LedgerRefusal refusal = transfer.Task != Id ? LedgerRefusal.TransferFromUnlistedTask
            : transfer.Source != TransferSource.Collateral || !transfer.IsWellFormed ? LedgerRefusal.InvalidTransfer
            : transfer.Amount == Amount.Zero ? LedgerRefusal.ZeroAmount
            : left < transfer.Amount ? LedgerRefusal.TransferExceedsSource
            : LedgerRefusal.None;
        left = refusal == LedgerRefusal.None ? left - transfer.Amount : left;
        return refusal;
    }
}
