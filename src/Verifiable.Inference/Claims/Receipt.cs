using System.Diagnostics.CodeAnalysis;
using Verifiable.Inference.Commitments;
using Verifiable.Inference.Identity;

namespace Verifiable.Inference.Claims;

/// <summary>
/// The story of one request as bytes: the evidence, what was concluded from it, and where the ledger stood once it was settled. A stranger checks it with the
/// strategy named in the request, and learns which parts it proves. Immutable. Reading one checks its form and nothing else.
/// </summary>
/// <remarks>The body holds no signature, so that the same run gives the same <see cref="BodyDigest"/> with randomised signatures. The settlement itself is not
/// written: it follows from the record, and the ledger's entry hash binds it.</remarks>
public sealed record Receipt : ICanonical<Receipt>
{
    private const string Domain = "vinf/receipt/v1";

    /// <summary>Gets the evidence.</summary>
    public required ReceiptCase Case { get; init; }

    /// <summary>Gets what was concluded.</summary>
    public required Verdict Verdict { get; init; }

    /// <summary>Gets the hash of the ledger entry before the settlement.</summary>
    public required Digest HashBeforeSettlement { get; init; }

    /// <summary>Gets where the ledger stood right after the settlement, which is its last entry.</summary>
    public required LedgerHead ClosingHead { get; init; }

    /// <summary>Gets the operator's signature of the closing head.</summary>
    public required OpaqueBytes ClosingSignature { get; init; }

    /// <summary>Gets the request.</summary>
    public InferenceRequest Request => Case.Request;

    /// <summary>Gets the digest of the body, which holds everything but the signatures; computed at each call.</summary>
    public Digest BodyDigest
    {
        get
        {
            CanonicalWriter writer = new(stackalloc byte[Canonical.InitialBytes]);
            WriteBody(ref writer);
            Digest digest = writer.ToDigest();
            writer.Dispose();
            return digest;
        }
    }

    /// <inheritdoc/>
    public static bool TryRead(ref CanonicalReader reader, [NotNullWhen(true)] out Receipt? value)
    {
        value = null;
        reader.ReadDomain(Domain);
        if (!ReceiptCase.TryReadBody(ref reader, out ReceiptCase? evidence))
        {
            return false;
        }

        Verdict verdict = VerdictEncoding.Read(ref reader);
        Digest before = reader.ReadDigest();
        LedgerHead closing = new(evidence.Request.Ledger, reader.ReadUInt64(), reader.ReadDigest(), reader.ReadDigest(), reader.ReadInt64());
        OpaqueBytes closingSignature = new(reader.ReadShortBytes());
        evidence = evidence with { Signatures = ReceiptCase.ReadSignatures(ref reader) };
        if (reader.Failed)
        {
            return false;
        }

        value = new Receipt
        {
            Case = evidence,
            Verdict = verdict,
            HashBeforeSettlement = before,
            ClosingHead = closing,
            ClosingSignature = closingSignature,
        };
        return true;
    }

    /// <summary>Tells whether the ledger's operator signed the closing head.</summary>
    public bool IsClosingHeadSigned(SignatureSchemes schemes) =>
        ClosingHead.Ledger == Request.Ledger && new Signed<LedgerHead>(ClosingHead, Case.OperatorKey, ClosingSignature).IsValidFrom(Request.Ledger, schemes);

    /// <inheritdoc/>
    public void WriteTo(ref CanonicalWriter writer)
    {
        WriteBody(ref writer);
        writer.WriteShortBytes(ClosingSignature.Span);
        Case.WriteSignatures(ref writer);
    }

    /// <inheritdoc/>
    public bool Equals([NotNullWhen(true)] Receipt? other) =>
        other is not null && BodyDigest == other.BodyDigest && ClosingSignature.Equals(other.ClosingSignature)
        && Case.Signatures.AsSpan().SequenceEqual(other.Case.Signatures.AsSpan());

    /// <inheritdoc/>
    public override int GetHashCode() => BodyDigest.GetHashCode();

    private void WriteBody(ref CanonicalWriter writer)
    {
        writer.WriteDomain(Domain);
        Case.WriteBody(ref writer);
        VerdictEncoding.Write(ref writer, Verdict);
        writer.WriteDigest(HashBeforeSettlement);
        writer.WriteUInt64(ClosingHead.Sequence);
        writer.WriteDigest(ClosingHead.Hash);
        writer.WriteDigest(ClosingHead.StakesRoot);
        writer.WriteInt64(ClosingHead.Time);
    }
}
