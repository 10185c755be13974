using System.Collections.Immutable;
using System.Diagnostics.CodeAnalysis;
using Verifiable.Inference.Adjudication;
using Verifiable.Inference.Claims;
using Verifiable.Inference.Commitments;

namespace Verifiable.Inference.Strategies.Optimistic;

/// <summary>
/// What a receipt under <see cref="OptimisticStrategy"/> records: the opened secret, the beacon's value, every seat, and what the ledger's court says of every claim that was posted there.
/// Envelopes, task ids, coin, draws, verdict and settlement follow from it and from the request. Immutable.
/// </summary>
/// <param name="Secret">The opened secret of all draws.</param>
/// <param name="CheckBeacon">The beacon's value that tossed the coin and drew the recomputer, where the terms name a beacon and there was a claim.</param>
/// <param name="Seats">The seats whose providers accepted: the asserter's, then those of recomputers in the order of their attempts.</param>
/// <param name="Rulings">The rulings on the seats' claims, as many as there are seats; <see langword="null"/> where the court had no such claim.</param>
public sealed record OptimisticRecord(Digest Secret, Digest? CheckBeacon, ImmutableArray<SeatRecord> Seats, ImmutableArray<Signed<ClaimRuling>?> Rulings)
{
    /// <summary>The largest number of seats in a record.</summary>
    public const int MaxSeats = 1 + OptimisticTerms.GreatestAttempts;

    private const string Domain = "vinf/optimistic-record/v1";

    /// <summary>Gets the asserter's seat.</summary>
    public SeatRecord Asserter => Seats[0];

    /// <summary>Gets the signatures in the order in which <see cref="TryRead"/> takes them: those of the seats, then those of the rulings.</summary>
    public IEnumerable<OpaqueBytes> Signatures => Seats.SelectMany(static seat => (IEnumerable<OpaqueBytes>)(seat.PostedClaim != default ? [seat.Signature, seat.PostingSignature] : [seat.Signature]))
        .Concat(Rulings.OfType<Signed<ClaimRuling>>().Select(static ruling => ruling.Signature));

    /// <summary>Reads a record; the signatures come from the receipt, and the court's key from the ledger's operator.</summary>
    /// <param name="evidence">The evidence.</param>
    /// <param name="record">The record.</param>
    public static bool TryRead(ReceiptCase evidence, [NotNullWhen(true)] out OptimisticRecord? record)
    {
        ArgumentNullException.ThrowIfNull(evidence);
        record = null;
        ReadOnlySpan<OpaqueBytes> signatures = evidence.StrategySignatures;
        CanonicalReader reader = new(evidence.Record.Span);
        reader.ReadDomain(Domain);
        Digest secret = reader.ReadDigest();
        Digest? check = reader.ReadBoolean() ? reader.ReadDigest() : null;
        long stakeCount = reader.ReadUInt32();
        int count = reader.ReadByte();
        if (count is 0 or > MaxSeats || count > reader.Remaining)
        {
            reader.Fail();
        }

        List<SeatRecord> seats = [];
        for (int i = 0; i < count && !reader.Failed; i++)
        {
            if (SeatRecordEncoding.Read(ref reader, stakeCount, seats, ref signatures) is not { } seat)
            {
                reader.Fail();
                break;
            }

            seats.Add(seat);
        }

        List<Signed<ClaimRuling>?> rulings = [];
        for (int i = 0; i < seats.Count && !reader.Failed; i++)
        {
            ClaimRuling? ruling = reader.ReadBoolean() ? reader.Read<ClaimRuling>() : null;
            if (ruling is not null && signatures.IsEmpty)
            {
                reader.Fail();
                break;
            }

            rulings.Add(ruling is null ? null : new Signed<ClaimRuling>(ruling, evidence.OperatorKey, signatures[0]));
            signatures = ruling is null ? signatures : signatures[1..];
        }

        if (!reader.AtEnd || !signatures.IsEmpty)
        {
            return false;
        }

        record = new OptimisticRecord(secret, check, [.. seats], [.. rulings]);
        return true;
    }

    /// <summary>Gets the encoding without signatures.</summary>
    public OpaqueBytes ToOpaqueBytes()
    {
        CanonicalWriter writer = new(stackalloc byte[1024]);
        writer.WriteDomain(Domain);
        writer.WriteDigest(Secret);
        writer.WriteBoolean(CheckBeacon is not null);
        if (CheckBeacon is { } beacon)
        {
            writer.WriteDigest(beacon);
        }

        writer.WriteUInt32(checked((uint)Asserter.Stake.Count));
        writer.WriteByte(checked((byte)Seats.Length));
        for (int i = 0; i < Seats.Length; i++)
        {
            SeatRecordEncoding.Write(ref writer, Seats[i], Seats.AsSpan()[..i]);
        }

        foreach (Signed<ClaimRuling>? ruling in Rulings)
        {
            writer.WriteBoolean(ruling is not null);
            ruling?.Body.WriteTo(ref writer);
        }

        OpaqueBytes bytes = new(writer.Written);
        writer.Dispose();
        return bytes;
    }
}
