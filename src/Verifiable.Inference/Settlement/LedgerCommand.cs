using System.Diagnostics.CodeAnalysis;
using Verifiable.Inference.Commitments;

namespace Verifiable.Inference.Settlement;

/// <summary>
/// Something a ledger is told to do. Immutable; equal by content. Each kind holds its own rule; all have one canonical encoding: domain, tag, fields.
/// </summary>
public abstract record LedgerCommand : ICanonical<LedgerCommand>
{
    private const string Domain = "vinf/ledger-command/v2";

    private protected LedgerCommand()
    {
    }

    /// <summary>Gets a value indicating whether the command stands on a signature: a ledger then takes the signed form only.</summary>
    internal virtual bool NeedsAuthorization => false;

    /// <summary>Gets a value indicating whether only the ledger's court gives the command.</summary>
    internal virtual bool IsOfCourt => false;

    /// <summary>Gets the byte that names the kind in the encoding.</summary>
    private protected abstract LedgerCommandTag Tag { get; }

    /// <summary>Gets a value indicating whether the same command twice is a wish to do it twice, unless it comes under an id.</summary>
    private protected virtual bool NeedsId => false;

    /// <summary>Gets a value indicating whether the command can be done under an id.</summary>
    internal bool CanHaveId => NeedsId;

    /// <inheritdoc/>
    public static bool TryRead(ref CanonicalReader reader, [NotNullWhen(true)] out LedgerCommand? value)
    {
        value = ReadCommand(ref reader, isInner: false);
        return value is not null;
    }

    /// <summary>Reads a command; one under an id has none under an id in it, so that nothing nests.</summary>
    internal static LedgerCommand? ReadCommand(ref CanonicalReader reader, bool isInner)
    {
        reader.ReadDomain(Domain);
        LedgerCommand? value = (LedgerCommandTag)reader.ReadByte() switch
        {
            LedgerCommandTag.Deposit => Deposit.ReadFields(ref reader),
            LedgerCommandTag.Withdraw => Withdraw.ReadFields(ref reader),
            LedgerCommandTag.Bond => Bond.ReadFields(ref reader),
            LedgerCommandTag.Unbond => Unbond.ReadFields(ref reader),
            LedgerCommandTag.OpenTask => OpenTask.ReadFields(ref reader),
            LedgerCommandTag.OpenBondedTask => OpenTask.ReadBonded(ref reader),
            LedgerCommandTag.HoldTask => HoldTask.ReadFields(ref reader),
            LedgerCommandTag.DecideTask => DecideTask.ReadFields(ref reader),
            LedgerCommandTag.AcceptTask => AcceptTask.ReadFields(ref reader),
            LedgerCommandTag.PostClaim => PostClaim.ReadFields(ref reader),
            LedgerCommandTag.CancelTask => CancelTask.ReadFields(ref reader),
            LedgerCommandTag.Settle => Settle.ReadFields(ref reader),
            LedgerCommandTag.ForfeitOpening => ForfeitOpening.ReadFields(ref reader),
            LedgerCommandTag.ExpireSilence => ExpireSilence.ReadFields(ref reader),
            LedgerCommandTag.DemandClaim => DemandClaim.ReadFields(ref reader),
            LedgerCommandTag.RevealClaim => RevealClaim.ReadFields(ref reader),
            LedgerCommandTag.Once when !isInner => Once.ReadFields(ref reader),
            LedgerCommandTag.CollectStake => CollectStake.ReadFields(ref reader),
            LedgerCommandTag.LockCollateral => LockCollateral.ReadFields(ref reader),
            LedgerCommandTag.ReleaseCollateral => ReleaseCollateral.ReadFields(ref reader),
            LedgerCommandTag.ForfeitCollateral => ForfeitCollateral.ReadFields(ref reader),
            _ => null,
        };
        if (value is null)
        {
            reader.Fail();
        }

        return reader.Failed ? null : value;
    }

    /// <inheritdoc/>
    public void WriteTo(ref CanonicalWriter writer)
    {
        writer.WriteDomain(Domain);
        writer.WriteByte((byte)Tag);
        WriteFields(ref writer);
    }

    /// <summary>Does the command on a draft, or refuses it; after a refusal the draft is thrown away.</summary>
    internal abstract LedgerRefusal ApplyTo(LedgerDraft draft, long now);

    /// <summary>Writes what follows the tag.</summary>
    private protected abstract void WriteFields(ref CanonicalWriter writer);
}
