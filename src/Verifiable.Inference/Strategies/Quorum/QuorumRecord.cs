using System.Collections.Immutable;
using System.Diagnostics.CodeAnalysis;
using Verifiable.Inference.Claims;
using Verifiable.Inference.Commitments;
using Verifiable.Inference.Selection;
using Verifiable.Inference.Tensors;

namespace Verifiable.Inference.Strategies.Quorum;

/// <summary>
/// What a receipt under <see cref="QuorumStrategy"/> records: the opened secret, the beacon's value where there was an escalation, and every task whose provider
/// accepted, in order of role, attempt and index. Everything else follows from it and from the request.
/// </summary>
/// <param name="Secret">The opened secret of all draws.</param>
/// <param name="Beacon">The beacon's value, where the terms name a beacon and a second committee was drawn.</param>
/// <param name="IsSupplement">Whether it closes the late tasks only: the others are evidence, and closed already.</param>
/// <param name="Holdings">The tasks.</param>
internal sealed record QuorumRecord(Digest Secret, Digest? Beacon, bool IsSupplement, ImmutableArray<QuorumHolding> Holdings)
{
    /// <summary>The largest sum of the bytes of outputs in a record: 16 MiB. It bounds what a judge measures.</summary>
    public const int MaxOutputBytes = 1 << 24;

    private const string Domain = "vinf/quorum-record/v1";
    private const int MaxHoldings = QuorumOptions.MaxSeats + QuorumOptions.MaxEscalationSeats;

    /// <summary>Gets the signatures in the order in which <see cref="TryRead"/> takes them.</summary>
    public IEnumerable<OpaqueBytes> Signatures => Holdings.SelectMany(static holding => holding.Record.PostedClaim != default
        ? (IEnumerable<OpaqueBytes>)[holding.Record.Signature, holding.Record.PostingSignature]
        : [holding.Record.Signature]);

    /// <summary>Reads a record; the signatures come from the receipt.</summary>
    public static bool TryRead(ReadOnlySpan<byte> bytes, ReadOnlySpan<OpaqueBytes> signatures, [NotNullWhen(true)] out QuorumRecord? record)
    {
        record = null;
        CanonicalReader reader = new(bytes);
        reader.ReadDomain(Domain);
        Digest secret = reader.ReadDigest();
        Digest? beacon = reader.ReadBoolean() ? reader.ReadDigest() : null;
        bool isSupplement = reader.ReadBoolean();
        long stakeCount = reader.ReadUInt32();
        int count = reader.ReadUInt16();
        if (count is 0 or > MaxHoldings || count > reader.Remaining)
        {
            reader.Fail();
        }

        List<SeatRecord> seats = [];
        List<QuorumHolding> holdings = [];
        for (int i = 0; i < count && !reader.Failed; i++)
        {
            bool isLate = reader.ReadBoolean();
            if (SeatRecordEncoding.Read(ref reader, stakeCount, seats, ref signatures) is not { Outcome: not SeatOutcome.Shared } seat)
            {
                reader.Fail();
                break;
            }

            seats.Add(seat);
            ImmutableArray<Seat> more = ReadSeats(ref reader, seat.Seat.Role);
            NamedTensors? outputs = reader.ReadBoolean() ? TensorEncoding.Read(ref reader) : null;
            holdings.Add(new QuorumHolding(seat, more, isLate, outputs));
        }

        if (!reader.AtEnd || !signatures.IsEmpty)
        {
            return false;
        }

        record = new QuorumRecord(secret, beacon, isSupplement, [.. holdings]);
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

        writer.WriteBoolean(IsSupplement);
        writer.WriteUInt32(checked((uint)Holdings[0].Record.Stake.Count));
        writer.WriteUInt16(checked((ushort)Holdings.Length));
        SeatRecord[] seats = [.. Holdings.Select(static holding => holding.Record)];
        for (int i = 0; i < seats.Length; i++)
        {
            QuorumHolding holding = Holdings[i];
            writer.WriteBoolean(holding.IsLate);
            SeatRecordEncoding.Write(ref writer, seats[i], seats.AsSpan()[..i]);
            writer.WriteUInt16((ushort)holding.More.Length);
            foreach (Seat seat in holding.More)
            {
                writer.WriteUInt16(seat.Index);
                writer.WriteUInt16(seat.Attempt);
            }

            writer.WriteBoolean(holding.Outputs is not null);
            if (holding.Outputs is { } outputs)
            {
                TensorEncoding.Write(ref writer, outputs);
            }
        }

        OpaqueBytes bytes = new(writer.Written);
        writer.Dispose();
        return bytes;
    }

    private static ImmutableArray<Seat> ReadSeats(ref CanonicalReader reader, TaskRole role)
    {
        int count = reader.ReadUInt16();
        if (count > QuorumOptions.MaxEscalationSeats || count > reader.Remaining)
        {
            reader.Fail();
            return [];
        }

        ImmutableArray<Seat>.Builder seats = ImmutableArray.CreateBuilder<Seat>();
        for (int i = 0; i < count && !reader.Failed; i++)
        {
            seats.Add(new Seat(role, reader.ReadUInt16(), reader.ReadUInt16()));
        }

        return seats.DrainToImmutable();
    }
}
