using System.Text.Json;
using Verifiable.Inference.Adjudication;
using Verifiable.Inference.Claims;
using Verifiable.Inference.Disputes;
using Verifiable.Inference.Settlement;

namespace Verifiable.Inference.Strategies.Optimistic;

/// <summary>The JSON form of a record under the optimistic strategy: terms, secret, seats with rulings, and the settlement that follows.</summary>
internal static class OptimisticJson
{
    /// <summary>Writes the record, if it can be read; else writes nothing.</summary>
    public static bool TryWrite(ReceiptCase evidence, Utf8JsonWriter writer)
    {
        if (!OptimisticEvidence.TryReadForm(evidence, new ReceiptChecklist(), out OptimisticTerms? terms, out OptimisticRecord? record))
        {
            return false;
        }

        writer.WriteStartObject();
        writer.WriteStartObject("terms");
        writer.WriteNumber("checkRate", terms.CheckRate.ToDouble());
        writer.WriteNumber("reward", terms.Reward.Units);
        writer.WriteNumber("slash", terms.Slash.Units);
        writer.WriteNumber("claimBond", terms.Disputes.ClaimBond.Units);
        writer.WriteNumber("challengeBond", terms.Disputes.ChallengeBond.Units);
        writer.WriteNumber("challengeWindowMilliseconds", terms.Disputes.Window);
        writer.WriteNumber("maxAttempts", terms.MaxAttempts);
        writer.WriteNumber("openingWindowMilliseconds", terms.OpeningWindow);
        writer.WriteString("beacon", terms.BeaconName);
        writer.WriteEndObject();
        writer.WriteString("secret", record.Secret.ToString());
        writer.WriteString("checkBeacon", record.CheckBeacon?.ToString());
        writer.WriteStartArray("seats");
        for (int i = 0; i < record.Seats.Length; i++)
        {
            WriteSeat(writer, record.Seats[i], record.Rulings[i]?.Body);
        }

        writer.WriteEndArray();
        OptimisticDecision decision = OptimisticRules.Decide(evidence.Request, terms, record);
        writer.WriteSettlement("settlement", new Settle(decision.Tasks, decision.Transfers));
        writer.WriteEndObject();
        return true;
    }

    private static void WriteSeat(Utf8JsonWriter writer, SeatRecord seat, ClaimRuling? ruling)
    {
        writer.WriteStartObject();
        writer.WriteString("role", seat.Seat.Role.ToString());
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
        }

        writer.WriteString("postedClaim", seat.PostedClaim == default ? null : seat.PostedClaim.ToString());
        writer.WritePropertyName("ruling");
        if (ruling is null)
        {
            writer.WriteNullValue();
        }
        else
        {
            WriteRuling(writer, ruling);
        }

        writer.WriteEndObject();
    }

    private static void WriteRuling(Utf8JsonWriter writer, ClaimRuling ruling)
    {
        writer.WriteStartObject();
        writer.WriteString("status", ruling.Status.ToString());
        writer.WriteTime("posted", ruling.Posted);
        writer.WriteTime("closed", ruling.Closed);
        writer.WriteNumber("acquittals", ruling.Acquittals);
        if (ruling.IsConviction)
        {
            writer.WriteString("cause", ruling.Cause.ToString());
            writer.WriteString("challenger", ruling.Challenger.ToString());
            writer.WriteString("game", ruling.Game.ToString());
        }

        if (ruling.Accusation is { } accusation)
        {
            writer.WriteString("accusation", accusation.Kind.ToString());
            if (accusation.Leaf is { } leaf)
            {
                writer.WriteNumber("graphNode", leaf.Leaf.Node);
            }

            if (accusation.Kind is AccusationKind.Element or AccusationKind.Layouts)
            {
                writer.WriteNumber("output", accusation.Output);
                writer.WriteNumber("element", accusation.Element);
            }
        }

        writer.WriteEndObject();
    }
}
