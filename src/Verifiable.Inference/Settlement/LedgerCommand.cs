using System.Diagnostics.CodeAnalysis;
using Verifiable.Inference.Commitments;

namespace Verifiable.Inference.Settlement;

/// <summary>
/// Something a ledger is told to do. Immutable; equal by content. Each kind holds its own rule; all have one canonical encoding: domain, tag, fields.
/// </summary>
public abstract record LedgerCommand : ICanonical<LedgerCommand>
{
    private const string Domain = "vinf/ledger-command/v1";

    private protected LedgerCommand()
    {
    }

    /// <summary>Gets a value indicating whether the command stands on a signature: a ledger then takes the signed form only.</summary>
    internal virtual bool NeedsAuthorization => false;

    /// <summary>Gets the byte that names the kind in the encoding.</summary>
    private protected abstract LedgerCommandTag Tag { get; }

    /// <inheritdoc/>
    public static bool TryRead(ref CanonicalReader reader, [NotNullWhen(true)] out LedgerCommand? value)
    {
        reader.ReadDomain(Domain);
        value = (LedgerCommandTag)reader.ReadByte() switch
        {
            LedgerCommandTag.Deposit => Deposit.ReadFields(ref reader),
            LedgerCommandTag.Withdraw => Withdraw.ReadFields(ref reader),
            LedgerCommandTag.Bond => Bond.ReadFields(ref reader),
            LedgerCommandTag.Unbond => Unbond.ReadFields(ref reader),
            LedgerCommandTag.OpenTask => OpenTask.ReadFields(ref reader),
            LedgerCommandTag.AcceptTask => AcceptTask.ReadFields(ref reader),
            LedgerCommandTag.PostClaim => PostClaim.ReadFields(ref reader),
            LedgerCommandTag.CancelTask => CancelTask.ReadFields(ref reader),
            LedgerCommandTag.Settle => Settle.ReadFields(ref reader),
            LedgerCommandTag.ForfeitOpening => ForfeitOpening.ReadFields(ref reader),
            LedgerCommandTag.ExpireSilence => ExpireSilence.ReadFields(ref reader),
            LedgerCommandTag.DemandClaim => DemandClaim.ReadFields(ref reader),
            LedgerCommandTag.RevealClaim => RevealClaim.ReadFields(ref reader),
            _ => null,
        };
        if (value is null)
        {
            reader.Fail();
        }

        if (reader.Failed)
        {
            value = null;
        }

        return value is not null;
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
