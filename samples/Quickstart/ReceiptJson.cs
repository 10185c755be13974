using System.Text.Encodings.Web;
using System.Text.Json;
using Verifiable.Inference.Claims;
using Verifiable.Inference.Commitments;
using Verifiable.Inference.Strategies;
using Verifiable.Inference.Strategies.Sampling;

namespace Verifiable.Inference.Samples.Quickstart;

/// <summary>Writes a receipt as JSON for people. Nobody reads it back: what counts are the receipt's bytes.</summary>
internal static class ReceiptJson
{
    private static readonly JsonWriterOptions _options = new() { Indented = true, NewLine = "\n", Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    public static byte[] Write(Receipt receipt, SamplingRecord record, ReceiptCheck check)
    {
        using MemoryStream stream = new();
        using (Utf8JsonWriter json = new(stream, _options))
        {
            json.WriteStartObject();
            json.WriteString("bodyDigest", receipt.BodyDigest.ToString());
            WriteRequest(json, receipt.Request);
            WriteHead(json, "openingHead", receipt.Case.OpeningHead);
            json.WriteString("secret", record.Secret.ToString());
            json.WriteStartArray("seats");
            foreach (SeatRecord seat in record.Seats)
            {
                WriteSeat(json, seat);
            }

            json.WriteEndArray();
            json.WriteStartObject("verdict");
            json.WriteString("kind", receipt.Verdict.Kind.ToString());
            json.WriteString("reason", receipt.Verdict.Reason.ToString());
            json.WriteEndObject();
            WriteHead(json, "closingHead", receipt.ClosingHead);
            json.WriteStartArray("check");
            foreach (ReceiptField field in check.Fields)
            {
                json.WriteStringValue($"{field.Status}: {field.Name}. {field.Note}");
            }

            json.WriteEndArray();
            json.WriteEndObject();
        }

        stream.WriteByte((byte)'\n');
        return stream.ToArray();
    }

    private static void WriteRequest(Utf8JsonWriter json, InferenceRequest request)
    {
        json.WriteStartObject("request");
        json.WriteString("ledger", request.Ledger.ToString());
        json.WriteString("requester", request.Requester.ToString());
        json.WriteString("model", request.Work.ModelId.ToString());
        json.WriteString("profile", request.Work.Profile.ToString());
        json.WriteNumber("seed", request.Work.Options.Seed);
        json.WriteString("strategy", request.Strategy);
        if (Canonical.TryRead(request.Terms.Span, out SamplingTerms? terms))
        {
            json.WriteStartObject("terms");
            json.WriteNumber("auditRate", terms.AuditRate.ToDouble());
            json.WriteNumber("reward", terms.Reward.Units);
            json.WriteNumber("slash", terms.Slash.Units);
            json.WriteNumber("bounty", terms.Bounty.Units);
            json.WriteNumber("voterSeats", terms.VoterSeats);
            json.WriteEndObject();
        }

        json.WriteString("auditCommitment", request.AuditCommitment.ToString());
        json.WriteString("stakesRoot", request.StakesRoot.ToString());
        json.WriteString("deadline", DateTimeOffset.FromUnixTimeMilliseconds(request.Deadline));
        json.WriteEndObject();
    }

    private static void WriteSeat(Utf8JsonWriter json, SeatRecord seat)
    {
        json.WriteStartObject();
        json.WriteString("role", seat.Seat.Role.ToString());
        json.WriteNumber("index", seat.Seat.Index);
        json.WriteNumber("attempt", seat.Seat.Attempt);
        json.WriteString("outcome", seat.Outcome.ToString());
        json.WriteString("provider", seat.Provider.Id.ToString());
        if (seat.Claim is { } claim)
        {
            json.WriteString("outputs", claim.Outputs.ToDigest().ToString());
        }

        json.WriteEndObject();
    }

    private static void WriteHead(Utf8JsonWriter json, string name, LedgerHead head)
    {
        json.WriteStartObject(name);
        json.WriteNumber("sequence", head.Sequence);
        json.WriteString("hash", head.Hash.ToString());
        json.WriteString("time", DateTimeOffset.FromUnixTimeMilliseconds(head.Time));
        json.WriteEndObject();
    }
}
