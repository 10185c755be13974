using System.Text.Json;
using Verifiable.Inference.Claims;
using Verifiable.Inference.Comparison;
using Verifiable.Inference.Selection;
using Verifiable.Inference.Settlement;

namespace Verifiable.Inference.Strategies.Quorum;

/// <summary>The JSON form of a record under a quorum: terms, secret, beacon, tasks, groups, and the settlement that follows.</summary>
internal static class QuorumJson
{
    /// <summary>Writes the record, if it can be read; else writes nothing.</summary>
    public static bool TryWrite(ReceiptCase evidence, OutputComparer comparer, Utf8JsonWriter writer)
    {
        if (!QuorumEvidence.TryReadForm(evidence, comparer, new ReceiptChecklist(), out QuorumTerms? terms, out QuorumRecord? record))
        {
            return false;
        }

        QuorumEnvelopes envelopes = new(evidence.Request, terms, record.Secret, record.Holdings);
        QuorumTally tally = new(terms, record.Secret, envelopes, record.Holdings, comparer);
        writer.WriteStartObject();
        WriteTerms(writer, terms);
        writer.WriteString("secret", record.Secret.ToString());
        writer.WriteString("beacon", record.Beacon?.ToString());
        writer.WriteBoolean("isSupplement", record.IsSupplement);
        writer.WriteBoolean("isContradicted", tally.IsContradicted);
        writer.WriteBoolean("isEscalationCalled", tally.IsEscalationCalled);
        WriteGroup(writer, "firstGroup", tally.First, tally);
        WriteGroup(writer, "secondGroup", tally.Second, tally);
        writer.WriteStartArray("tasks");
        for (int i = 0; i < record.Holdings.Length; i++)
        {
            WriteHolding(writer, record.Holdings[i], tally.IsRight(i));
        }

        writer.WriteEndArray();
        QuorumDecision decision = QuorumRules.Decide(evidence.Request, terms, record, envelopes, tally);
        writer.WriteSettlement("settlement", new Settle(decision.Tasks, decision.Transfers));
        writer.WriteEndObject();
        return true;
    }

    private static void WriteTerms(Utf8JsonWriter writer, QuorumTerms terms)
    {
        writer.WriteStartObject("terms");
        writer.WriteNumber("seats", terms.Seats);
        writer.WriteNumber("threshold", terms.Threshold);
        writer.WriteNumber("escalationSeats", terms.EscalationSeats);
        writer.WriteNumber("escalationRate", terms.EscalationRate.ToDouble());
        writer.WriteNumber("reward", terms.Reward.Units);
        writer.WriteNumber("slash", terms.Slash.Units);
        writer.WriteNumber("bounty", terms.Bounty.Units);
        writer.WriteNumber("maxAttempts", terms.MaxAttempts);
        writer.WriteNumber("escalationAttempts", terms.EscalationAttempts);
        writer.WriteMeasure("limit", terms.Limit);
        writer.WriteNumber("openingWindowMilliseconds", terms.OpeningWindow);
        writer.WriteString("beacon", terms.BeaconName);
        writer.WriteNumber("beaconRound", terms.BeaconRound);
        writer.WriteTime("beaconTime", terms.BeaconTime);
        writer.WriteEndObject();
    }

    private static void WriteGroup(Utf8JsonWriter writer, string name, QuorumGroup? group, QuorumTally tally)
    {
        if (group is null)
        {
            writer.WriteNull(name);
            return;
        }

        writer.WriteStartObject(name);
        writer.WriteString("center", tally.Outputs.DigestOf(group.Center).ToString());
        writer.WriteNumber("seats", group.Seats);
        writer.WriteMeasure("radius", group.Radius);
        writer.WriteEndObject();
    }

    private static void WriteHolding(Utf8JsonWriter writer, QuorumHolding holding, bool? isRight)
    {
        writer.WriteStartObject();
        writer.WriteString("committee", holding.Role == TaskRole.Asserter ? "first" : "second");
        writer.WriteStartArray("seats");
        foreach (Seat seat in holding.Seats)
        {
            writer.WriteStartObject();
            writer.WriteNumber("index", seat.Index);
            writer.WriteNumber("attempt", seat.Attempt);
            writer.WriteEndObject();
        }

        writer.WriteEndArray();
        writer.WriteString("outcome", holding.Record.Outcome.ToString());
        writer.WriteBoolean("isLate", holding.IsLate);
        writer.WriteKey("provider", holding.Record.Provider);
        writer.WriteNumber("stake", holding.Record.Stake.Weight);
        writer.WriteTime("deadline", holding.Record.Deadline);
        if (holding.Record.Claim is { } claim)
        {
            writer.WriteTensors("outputs", claim.Outputs);
            writer.WriteString("trace", claim.Trace?.ToString());
            writer.WriteString("salt", claim.Salt.ToString());
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

        writer.WriteString("postedClaim", holding.Record.PostedClaim == default ? null : holding.Record.PostedClaim.ToString());
        writer.WriteBoolean("isCarried", holding.Outputs is not null);
        if (isRight is { } right)
        {
            writer.WriteBoolean("isRight", right);
        }
        else
        {
            writer.WriteNull("isRight");
        }

        writer.WriteEndObject();
    }
}
