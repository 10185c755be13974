using System.Collections.Immutable;
using System.Diagnostics.CodeAnalysis;
using Verifiable.Inference.Commitments;

namespace Verifiable.Inference.Strategies.Sampling;

/// <summary>
/// What a receipt under <see cref="SamplingStrategy"/> records: the opened secret, the beacon's value, and every seat in order of role, attempt and index.
/// Everything else (envelopes, task ids, coin, draws, verdict, settlement) follows from it and from the request.
/// </summary>
/// <param name="Secret">The opened secret of all draws.</param>
/// <param name="Beacon">The beacon's value, where the terms name a beacon.</param>
/// <param name="Seats">The seats whose providers accepted, the asserter's first.</param>
public sealed record SamplingRecord(Digest Secret, Digest? Beacon, ImmutableArray<SeatRecord> Seats)
{
    /// <summary>The largest number of seats in a record.</summary>
    public const int MaxSeats = 2048;

    private const string Domain = "vinf/sampling-record/v1";

    /// <summary>Gets the asserter's seat.</summary>
    public SeatRecord Asserter => Seats[0];

    /// <summary>Reads a record; the signatures come from the receipt.</summary>
    public static bool TryRead(ReadOnlySpan<byte> bytes, ReadOnlySpan<OpaqueBytes> signatures, [NotNullWhen(true)] out SamplingRecord? record)
    {
        record = null;
        CanonicalReader reader = new(bytes);
        reader.ReadDomain(Domain);
        Digest secret = reader.ReadDigest();
        Digest? beacon = reader.ReadBoolean() ? reader.ReadDigest() : null;
        long stakeCount = reader.ReadUInt32();
        int count = reader.ReadUInt16();
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

        if (!reader.AtEnd || !signatures.IsEmpty)
        {
            return false;
        }

        record = new SamplingRecord(secret, beacon, [.. seats]);
        return true;
    }

    /// <summary>Gets the encoding without signatures.</summary>
    public OpaqueBytes ToOpaqueBytes()
    {
        CanonicalWriter writer = new(stackalloc byte[1024]);
        writer.WriteDomain(Domain);
        writer.WriteDigest(Secret);
        writer.WriteBoolean(Beacon is not null);
        if (Beacon is { } beacon)
        {
            writer.WriteDigest(beacon);
        }

        writer.WriteUInt32(checked((uint)Asserter.Stake.Count));
        writer.WriteUInt16(checked((ushort)Seats.Length));
        for (int i = 0; i < Seats.Length; i++)
        {
            SeatRecordEncoding.Write(ref writer, Seats[i], Seats.AsSpan()[..i]);
        }

        OpaqueBytes bytes = new(writer.Written);
        writer.Dispose();
        return bytes;
    }

    /// <summary>Gets the signatures in the order in which <see cref="TryRead"/> takes them.</summary>
    public IEnumerable<OpaqueBytes> Signatures => Seats.SelectMany(static seat => seat.Outcome switch
    {
        SeatOutcome.Shared => (IEnumerable<OpaqueBytes>)[],
        _ when seat.PostedClaim != default => [seat.Signature, seat.PostingSignature],
        _ => [seat.Signature],
    });
}
