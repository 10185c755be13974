using System.Collections.Immutable;
using System.Diagnostics.CodeAnalysis;
using Verifiable.Inference.Commitments;
using Verifiable.Inference.Selection;

namespace Verifiable.Inference.Strategies.Sampling;

/// <summary>
/// What a receipt under <see cref="SamplingStrategy"/> records: the opened secret, the beacon's values, and every seat in order of role, attempt and index,
/// those that share another's answer at the end.
/// Everything else (envelopes, task ids, coin, draws, verdict, settlement) follows from it and from the request.
/// </summary>
/// <param name="Secret">The opened secret of all draws.</param>
/// <param name="CheckBeacon">The beacon's value that tossed the coin and drew the checker, where the terms say so.</param>
/// <param name="VoteBeacon">The beacon's value that drew the voters, where there are any and the terms name a beacon.</param>
/// <param name="Seats">The seats whose providers accepted, the asserter's first.</param>
public sealed record SamplingRecord(Digest Secret, Digest? CheckBeacon, Digest? VoteBeacon, ImmutableArray<SeatRecord> Seats)
{
    /// <summary>The largest number of seats in a record.</summary>
    public const int MaxSeats = 2048;

    private const string Domain = "vinf/sampling-record/v2";
    private const int ShortList = 4;

    /// <summary>Gives the place of a seat in a record. Shared seats come last: the one that they share may have been drawn in a later attempt.</summary>
    internal static (TaskRole Role, bool IsShared, ushort Attempt, ushort Index) PlaceOf(SeatRecord seat) =>
        (seat.Seat.Role, seat.Outcome == SeatOutcome.Shared, seat.Seat.Attempt, seat.Seat.Index);

    /// <summary>Gets the asserter's seat.</summary>
    public SeatRecord Asserter => Seats[0];

    /// <summary>Reads a record; the signatures come from the receipt.</summary>
    public static bool TryRead(ReadOnlySpan<byte> bytes, ReadOnlySpan<OpaqueBytes> signatures, [NotNullWhen(true)] out SamplingRecord? record)
    {
        record = null;
        CanonicalReader reader = new(bytes);
        reader.ReadDomain(Domain);
        Digest secret = reader.ReadDigest();
        Digest? check = reader.ReadBoolean() ? reader.ReadDigest() : null;
        Digest? vote = reader.ReadBoolean() ? reader.ReadDigest() : null;
        long stakeCount = reader.ReadUInt32();
        int count = reader.ReadUInt16();
        if (count is 0 or > MaxSeats || count > reader.Remaining)
        {
            reader.Fail();
        }

        List<SeatRecord> seats = new(reader.Failed ? 0 : Math.Min(count, ShortList));
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

        record = new SamplingRecord(secret, check, vote, [.. seats]);
        return true;
    }

    /// <summary>Gets the encoding without signatures.</summary>
    public OpaqueBytes ToOpaqueBytes()
    {
        CanonicalWriter writer = new(stackalloc byte[1024]);
        writer.WriteDomain(Domain);
        writer.WriteDigest(Secret);
        foreach (Digest? beacon in (ReadOnlySpan<Digest?>)[CheckBeacon, VoteBeacon])
        {
            writer.WriteBoolean(beacon is not null);
            if (beacon is { } value)
            {
                writer.WriteDigest(value);
            }
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
    public IEnumerable<OpaqueBytes> Signatures
    {
        get
        {
            List<OpaqueBytes> signatures = new(Seats.Length);
            foreach (SeatRecord seat in Seats)
            {
                if (seat.Outcome != SeatOutcome.Shared)
                {
                    signatures.Add(seat.Signature);
                    if (seat.PostedClaim != default)
                    {
                        signatures.Add(seat.PostingSignature);
                    }
                }
            }

            return signatures;
        }
    }
}
