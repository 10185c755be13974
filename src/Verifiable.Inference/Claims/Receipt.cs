using System.Collections.Immutable;
using System.Diagnostics.CodeAnalysis;
using Verifiable.Inference.Commitments;
using Verifiable.Inference.Identity;

namespace Verifiable.Inference.Claims;

/// <summary>
/// The story of one request as bytes: what was asked, who was drawn, what was claimed, how it was checked, what was concluded, how it was settled. A stranger
/// checks it with the strategy named in the request, and learns which parts it proves. Immutable. Reading one checks its form and nothing else.
/// </summary>
/// <remarks>The body holds no signature, so that the same run gives the same <see cref="BodyDigest"/> with randomised signatures. The settlement itself is not
/// written: it follows from the record, and the ledger's entry hash binds it.</remarks>
public sealed record Receipt : ICanonical<Receipt>
{
    /// <summary>The largest size of a strategy's record: 1 MiB.</summary>
    public const int MaxRecordBytes = 1 << 20;

    /// <summary>The largest number of signatures: 1024.</summary>
    public const int MaxSignatures = 1024;

    private const string Domain = "vinf/receipt/v1";

    /// <summary>Gets the request.</summary>
    public required InferenceRequest Request { get; init; }

    /// <summary>Gets the requester's key.</summary>
    public required PublicKey RequesterKey { get; init; }

    /// <summary>Gets the key of the ledger's operator.</summary>
    public required PublicKey OperatorKey { get; init; }

    /// <summary>Gets where the ledger stood when the request was made.</summary>
    public required LedgerHead OpeningHead { get; init; }

    /// <summary>Gets draws, claims, measurements and votes, in the strategy's own canonical encoding.</summary>
    public required OpaqueBytes Record { get; init; }

    /// <summary>Gets what was concluded.</summary>
    public required Verdict Verdict { get; init; }

    /// <summary>Gets the hash of the ledger entry before the settlement.</summary>
    public required Digest HashBeforeSettlement { get; init; }

    /// <summary>Gets where the ledger stood right after the settlement, which is its last entry.</summary>
    public required LedgerHead ClosingHead { get; init; }

    /// <summary>Gets the signatures: of the request, the opening head, the closing head, then the strategy's in its own order.</summary>
    public required ImmutableArray<OpaqueBytes> Signatures { get; init; }

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
        InferenceRequest? request = reader.Read<InferenceRequest>();
        PublicKey? requesterKey = reader.Read<PublicKey>();
        PublicKey? operatorKey = reader.Read<PublicKey>();
        NodeId ledger = request?.Ledger ?? default;
        LedgerHead opening = new(ledger, reader.ReadUInt64(), reader.ReadDigest(), request?.StakesRoot ?? default, reader.ReadInt64());
        OpaqueBytes record = new(reader.ReadBytes(MaxRecordBytes));
        Verdict verdict = VerdictEncoding.Read(ref reader);
        Digest before = reader.ReadDigest();
        LedgerHead closing = new(ledger, reader.ReadUInt64(), reader.ReadDigest(), reader.ReadDigest(), reader.ReadInt64());
        ImmutableArray<OpaqueBytes> signatures = ReadSignatures(ref reader);
        if (reader.Failed || request is null || requesterKey is null || operatorKey is null)
        {
            return false;
        }

        value = new Receipt
        {
            Request = request,
            RequesterKey = requesterKey,
            OperatorKey = operatorKey,
            OpeningHead = opening,
            Record = record,
            Verdict = verdict,
            HashBeforeSettlement = before,
            ClosingHead = closing,
            Signatures = signatures,
        };
        return true;
    }

    /// <inheritdoc/>
    public void WriteTo(ref CanonicalWriter writer)
    {
        WriteBody(ref writer);
        writer.WriteUInt16(checked((ushort)Signatures.Length));
        foreach (OpaqueBytes signature in Signatures)
        {
            writer.WriteShortBytes(signature.Span);
        }
    }

    /// <inheritdoc/>
    public bool Equals([NotNullWhen(true)] Receipt? other) =>
        other is not null && BodyDigest == other.BodyDigest && Signatures.AsSpan().SequenceEqual(other.Signatures.AsSpan());

    /// <inheritdoc/>
    public override int GetHashCode() => BodyDigest.GetHashCode();

    private static ImmutableArray<OpaqueBytes> ReadSignatures(ref CanonicalReader reader)
    {
        int count = reader.ReadUInt16();
        if (count > MaxSignatures || count > reader.Remaining)
        {
            reader.Fail();
            return [];
        }

        ImmutableArray<OpaqueBytes>.Builder signatures = ImmutableArray.CreateBuilder<OpaqueBytes>();
        for (int i = 0; i < count && !reader.Failed; i++)
        {
            signatures.Add(new OpaqueBytes(reader.ReadShortBytes()));
        }

        return signatures.DrainToImmutable();
    }

    private void WriteBody(ref CanonicalWriter writer)
    {
        writer.WriteDomain(Domain);
        Request.WriteTo(ref writer);
        RequesterKey.WriteTo(ref writer);
        OperatorKey.WriteTo(ref writer);
        writer.WriteUInt64(OpeningHead.Sequence);
        writer.WriteDigest(OpeningHead.Hash);
        writer.WriteInt64(OpeningHead.Time);
        writer.WriteBytes(Record.Span);
        VerdictEncoding.Write(ref writer, Verdict);
        writer.WriteDigest(HashBeforeSettlement);
        writer.WriteUInt64(ClosingHead.Sequence);
        writer.WriteDigest(ClosingHead.Hash);
        writer.WriteDigest(ClosingHead.StakesRoot);
        writer.WriteInt64(ClosingHead.Time);
    }
}
