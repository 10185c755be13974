using System.Text.Json;
using Verifiable.Inference.Claims;
using Verifiable.Inference.Commitments;
using Verifiable.Inference.Comparison;
using Verifiable.Inference.Settlement;

namespace Verifiable.Inference.Strategies.Sampling;

/// <summary>The JSON form of a record under sampling: terms, secret, coin, seats, and the settlement that follows.</summary>
internal static class SamplingJson
{
    /// <summary>Writes the record, if it can be read; else writes nothing.</summary>
    public static bool TryWrite(ReceiptCase evidence, OutputComparer comparer, Utf8JsonWriter writer)
    {
        if (!SamplingEvidence.TryReadForm(evidence, comparer, new ReceiptChecklist(), out SamplingTerms? terms, out SamplingRecord? record))
        {
            return false;
        }

        writer.WriteStartObject();
        WriteTerms(writer, terms, evidence.Request.Deadline);
        writer.WriteString("secret", record.Secret.ToString());
        writer.WriteString("checkBeacon", record.CheckBeacon?.ToString());
        writer.WriteString("voteBeacon", record.VoteBeacon?.ToString());
        if (record.Asserter.HasClaim)
        {
            Digest claim = new SamplingPapers(evidence.Request, terms, record).ClaimOf(0).Digest;
            writer.WriteBoolean("coinCallsForAudit", SamplingRules.IsAudited(terms, record, claim));
        }

        writer.WriteStartArray("seats");
        foreach (SeatRecord seat in record.Seats)
        {
            WriteSeat(writer, seat);
        }

        writer.WriteEndArray();
        SamplingDecision decision = SamplingRules.Decide(evidence.Request, terms, record, comparer);
        writer.WriteSettlement("settlement", new Settle(decision.Tasks, decision.Transfers));
        writer.WriteEndObject();
        return true;
    }

    private static void WriteTerms(Utf8JsonWriter writer, SamplingTerms terms, long deadline)
    {
        writer.WriteStartObject("terms");
        writer.WriteNumber("auditRate", terms.AuditRate.ToDouble());
        writer.WriteNumber("reward", terms.Reward.Units);
        writer.WriteNumber("slash", terms.Slash.Units);
        writer.WriteNumber("bounty", terms.Bounty.Units);
        writer.WriteNumber("voterSeats", terms.VoterSeats);
        writer.WriteNumber("maxAttempts", terms.MaxAttempts);
        writer.WriteNumber("voterAttempts", terms.VoterAttempts);
        writer.WriteMeasure("limit", terms.Limit);
        writer.WriteNumber("openingWindowMilliseconds", terms.OpeningWindow);
        writer.WriteString("beacon", terms.BeaconName);
        if (terms.CheckDelay > 0)
        {
            writer.WriteTime("checkDrawnAfter", terms.CheckTime(deadline));
        }

        if (terms.Convicts)
        {
            writer.WriteTime("votersDrawnAfter", terms.VoteTime(deadline));
        }
        writer.WriteEndObject();
    }

    private static void WriteSeat(Utf8JsonWriter writer, SeatRecord seat)
    {
        writer.WriteStartObject();
        writer.WriteString("role", seat.Seat.Role.ToString());
        writer.WriteNumber("index", seat.Seat.Index);
        writer.WriteNumber("attempt", seat.Seat.Attempt);
        writer.WriteString("outcome", seat.Outcome.ToString());
        writer.WriteKey("provider", seat.Provider);
        writer.WriteNumber("stake", seat.Stake.Weight);
        writer.WriteTime("deadline", seat.Deadline);
        if (seat.Claim is { } claim)
        {
            writer.WriteTensors("outputs", claim.Outputs);
            writer.WriteString("trace", claim.Trace?.ToString());
            writer.WriteString("salt", claim.Salt.ToString());
            WriteEvidence(writer, claim);
        }

        writer.WriteString("postedClaim", seat.PostedClaim == default ? null : seat.PostedClaim.ToString());
        writer.WriteMeasure("distanceToAsserter", seat.DistanceToAsserter);
        writer.WriteMeasure("distanceToValidator", seat.DistanceToValidator);
        writer.WriteEndObject();
    }

    private static void WriteEvidence(Utf8JsonWriter writer, ClaimExcerpt claim)
    {
        writer.WriteStartArray("evidence");
        foreach (Evidence evidence in claim.Evidence)
        {
            writer.WriteStartObject();
            writer.WriteString("kind", evidence.Kind);
            writer.WriteString("content", evidence.Content.ToString());
            writer.WriteEndObject();
        }

        writer.WriteEndArray();
    }
}
