using System.Collections.Immutable;
using System.Diagnostics.CodeAnalysis;
using Verifiable.Inference.Commitments;
using Verifiable.Inference.Identity;

namespace Verifiable.Inference.Claims;

/// <summary>
/// The evidence of one request: what was asked, who was drawn, what was claimed, how it was checked. The ledger settles by it and by nothing else; the receipt
/// carries it on. Immutable.
/// </summary>
public sealed record ReceiptCase
{
    /// <summary>The largest size of a strategy's record: 64 MiB, room for the evidence of a full vote.</summary>
    public const int MaxRecordBytes = 1 << 26;

    /// <summary>The largest number of signatures: 4096.</summary>
    public const int MaxSignatures = 4096;

    /// <summary>The number of signatures that come before the strategy's own: of the request and of the opening head.</summary>
    public const int CommonSignatures = 2;

    private const string Domain = "vinf/case/v1";

    /// <summary>Gets the digest of everything but the signatures, which the ledger's entry of the settlement binds; computed at each call.</summary>
    public Digest BodyDigest
    {
        get
        {
            CanonicalWriter writer = new(stackalloc byte[Canonical.InitialBytes]);
            writer.WriteDomain(Domain);
            WriteBody(ref writer);
            Digest digest = writer.ToDigest();
            writer.Dispose();
            return digest;
        }
    }

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

    /// <summary>Gets the signatures: of the request, of the opening head, then the strategy's in its own order.</summary>
    public required ImmutableArray<OpaqueBytes> Signatures { get; init; }

    /// <summary>Gets the strategy's own signatures; none where there are too few of any.</summary>
    public ReadOnlySpan<OpaqueBytes> StrategySignatures => Signatures.Length < CommonSignatures ? [] : Signatures.AsSpan()[CommonSignatures..];

    /// <summary>Tells whether the requester signed the request and the ledger's operator the opening head.</summary>
    public bool IsSigned(SignatureSchemes schemes) =>
        !Signatures.IsDefault && Signatures.Length >= CommonSignatures
        && new Signed<InferenceRequest>(Request, RequesterKey, Signatures[0]).IsValidFrom(Request.Requester, schemes)
        && OpeningHead.Ledger == Request.Ledger
        && OpeningHead.StakesRoot == Request.StakesRoot
        && new Signed<LedgerHead>(OpeningHead, OperatorKey, Signatures[1]).IsValidFrom(Request.Ledger, schemes);

    internal static bool TryReadBody(ref CanonicalReader reader, [NotNullWhen(true)] out ReceiptCase? value)
    {
        value = null;
        InferenceRequest? request = reader.Read<InferenceRequest>();
        PublicKey? requesterKey = reader.Read<PublicKey>();
        PublicKey? operatorKey = reader.Read<PublicKey>();
        LedgerHead opening = new(request?.Ledger ?? default, reader.ReadUInt64(), reader.ReadDigest(), request?.StakesRoot ?? default, reader.ReadInt64());
        OpaqueBytes record = new(reader.ReadBytes(MaxRecordBytes));
        if (reader.Failed || request is null || requesterKey is null || operatorKey is null)
        {
            return false;
        }

        value = new ReceiptCase
        {
            Request = request,
            RequesterKey = requesterKey,
            OperatorKey = operatorKey,
            OpeningHead = opening,
            Record = record,
            Signatures = [],
        };
        return true;
    }

    internal static ImmutableArray<OpaqueBytes> ReadSignatures(ref CanonicalReader reader)
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

    internal void WriteBody(ref CanonicalWriter writer)
    {
        Request.WriteTo(ref writer);
        RequesterKey.WriteTo(ref writer);
        OperatorKey.WriteTo(ref writer);
        writer.WriteUInt64(OpeningHead.Sequence);
        writer.WriteDigest(OpeningHead.Hash);
        writer.WriteInt64(OpeningHead.Time);
        writer.WriteBytes(Record.Span);
    }

    internal void WriteSignatures(ref CanonicalWriter writer)
    {
        writer.WriteUInt16(checked((ushort)Signatures.Length));
        foreach (OpaqueBytes signature in Signatures)
        {
            writer.WriteShortBytes(signature.Span);
        }
    }
}
