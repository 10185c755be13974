using System.Runtime.InteropServices;
using Verifiable.Inference.Claims;
using Verifiable.Inference.Commitments;
using Verifiable.Inference.Identity;
using Verifiable.Inference.Selection;

namespace Verifiable.Inference.Strategies;

/// <summary>The encoding of a seat within a record. Outputs that equal those of an earlier seat are written as a reference to the first such seat.</summary>
internal static class SeatRecordEncoding
{
    private const ushort OwnOutputs = ushort.MaxValue;

    public static void Write(ref CanonicalWriter writer, SeatRecord seat, ReadOnlySpan<SeatRecord> earlier)
    {
        seat.Seat.WriteTo(ref writer);
        writer.WriteByte((byte)seat.Outcome);
        if (seat.Outcome == SeatOutcome.Shared)
        {
            writer.WriteUInt16((ushort)IndexOfHolder(seat.Provider, earlier));
            return;
        }

        seat.Provider.WriteTo(ref writer);
        seat.Stake.WriteCompactTo(ref writer);
        writer.WriteInt64(seat.Deadline);
        if (seat.Claim is { } claim)
        {
            WriteClaim(ref writer, claim, earlier);
        }

        if (seat.Outcome == SeatOutcome.Silent)
        {
            writer.WriteBoolean(seat.PostedClaim != default);
        }

        if (seat.PostedClaim != default)
        {
            writer.WriteDigest(seat.PostedClaim);
        }

        bool measured = !double.IsNaN(seat.DistanceToAsserter) || !double.IsNaN(seat.DistanceToValidator);
        writer.WriteBoolean(measured);
        if (measured)
        {
            writer.WriteDouble(seat.DistanceToAsserter);
            writer.WriteDouble(seat.DistanceToValidator);
        }
    }

    public static SeatRecord? Read(ref CanonicalReader reader, long stakeCount, List<SeatRecord> earlier, ref ReadOnlySpan<OpaqueBytes> signatures)
    {
        Seat place = reader.Read<Seat>();
        var outcome = (SeatOutcome)reader.ReadByte();
        if (outcome == SeatOutcome.Shared)
        {
            int holder = reader.ReadUInt16();
            return !reader.Failed && holder < earlier.Count && earlier[holder].Outcome != SeatOutcome.Shared && IndexOfHolder(earlier[holder].Provider, CollectionsMarshal.AsSpan(earlier)) == holder
                ? earlier[holder].ShareWith(place)
                : null;
        }

        PublicKey? provider = reader.Read<PublicKey>();
        if (provider is null || !Enum.IsDefined(outcome) || outcome == SeatOutcome.None
            || !CompactWeightProof.TryRead(ref reader, provider.Id.Value, stakeCount, out WeightProof? stake))
        {
            return null;
        }

        long deadline = reader.ReadInt64();
        ClaimExcerpt? claim = outcome == SeatOutcome.Silent ? null : ReadClaim(ref reader, earlier);
        if (outcome != SeatOutcome.Silent && claim is null)
        {
            return null;
        }

        bool hasPosted = outcome == SeatOutcome.Equivocated || (outcome == SeatOutcome.Silent && reader.ReadBoolean());
        Digest posted = hasPosted ? reader.ReadDigest() : default;
        bool measured = reader.ReadBoolean();
        double toAsserter = measured ? reader.ReadDouble() : double.NaN;
        double toValidator = measured ? reader.ReadDouble() : double.NaN;
        bool sound = !reader.Failed && hasPosted == (posted != default) && measured == (!double.IsNaN(toAsserter) || !double.IsNaN(toValidator));
        int taken = hasPosted ? 2 : 1;
        if (!sound || signatures.Length < taken)
        {
            return null;
        }

        SeatRecord seat = new()
        {
            Seat = place,
            Outcome = outcome,
            Provider = provider,
            Stake = stake,
            Deadline = deadline,
            Claim = claim,
            PostedClaim = posted,
            Signature = signatures[0],
            PostingSignature = taken == 2 ? signatures[1] : OpaqueBytes.Empty,
            DistanceToAsserter = toAsserter,
            DistanceToValidator = toValidator,
        };
        signatures = signatures[taken..];
        return seat;
    }

    private static void WriteClaim(ref CanonicalWriter writer, ClaimExcerpt claim, ReadOnlySpan<SeatRecord> earlier)
    {
        int same = IndexOfOutputs(claim.Outputs, earlier);
        writer.WriteUInt16(same < 0 ? OwnOutputs : (ushort)same);
        if (same < 0)
        {
            claim.Outputs.WriteTo(ref writer);
        }

        claim.WriteRestTo(ref writer);
    }

    private static ClaimExcerpt? ReadClaim(ref CanonicalReader reader, List<SeatRecord> earlier)
    {
        int same = reader.ReadUInt16();
        ReadOnlySpan<SeatRecord> before = CollectionsMarshal.AsSpan(earlier);
        CommittedTensors? outputs = same == OwnOutputs ? reader.Read<CommittedTensors>() : same < before.Length ? before[same].Claim?.Outputs : null;

        // One encoding: the reference names the first seat with these outputs, and there is one wherever there can be.
        bool canonical = outputs is not null && IndexOfOutputs(outputs, before) == (same == OwnOutputs ? -1 : same);
        return canonical ? ClaimExcerpt.ReadRest(ref reader, outputs!) : null;
    }

    private static int IndexOfOutputs(CommittedTensors outputs, ReadOnlySpan<SeatRecord> seats)
    {
        for (int i = 0; i < seats.Length; i++)
        {
            if (seats[i].Outcome != SeatOutcome.Shared && seats[i].Claim is { } claim && claim.Outputs.Equals(outputs))
            {
                return i;
            }
        }

        return -1;
    }

    // The first seat of the vote that the provider holds itself.
    private static int IndexOfHolder(PublicKey provider, ReadOnlySpan<SeatRecord> seats)
    {
        for (int i = 0; i < seats.Length; i++)
        {
            if (seats[i].Outcome != SeatOutcome.Shared && seats[i].Seat.Role == TaskRole.Voter && seats[i].Provider.Equals(provider))
            {
                return i;
            }
        }

        return -1;
    }
}
