using System.Buffers;
using System.Text.Json;
using Verifiable.Inference.Claims;
using Verifiable.Inference.Commitments;

namespace Verifiable.Inference.Strategies;

/// <summary>
/// Writes receipts as JSON for people: digests and keys in hexadecimal, times in ISO 8601, amounts in ledger units. It is a view and no second encoding: there is no
/// way back, and nothing is signed over it. Never throws on a receipt that was read from bytes. Thread-safe.
/// </summary>
public static class ReceiptJson
{
    private static readonly JsonWriterOptions _options = new() { Indented = true, NewLine = "\n" };

    /// <summary>Writes a receipt to a buffer.</summary>
    /// <param name="receipt">The receipt, checked or not.</param>
    /// <param name="destination">Where the UTF-8 bytes go.</param>
    /// <param name="strategy">The strategy that the request names, which expands its record; <see langword="null"/> to leave the record in hexadecimal.</param>
    public static void Write(Receipt receipt, IBufferWriter<byte> destination, VerificationStrategy? strategy = null)
    {
        ArgumentNullException.ThrowIfNull(receipt);
        ArgumentNullException.ThrowIfNull(destination);
        using Utf8JsonWriter writer = new(destination, _options);
        Write(receipt, writer, strategy);
    }

    /// <summary>Writes a receipt to a stream, which stays open.</summary>
    /// <param name="receipt">The receipt, checked or not.</param>
    /// <param name="destination">Where the UTF-8 bytes go.</param>
    /// <param name="strategy">The strategy that the request names, which expands its record; <see langword="null"/> to leave the record in hexadecimal.</param>
    public static void Write(Receipt receipt, Stream destination, VerificationStrategy? strategy = null)
    {
        ArgumentNullException.ThrowIfNull(receipt);
        ArgumentNullException.ThrowIfNull(destination);
        using Utf8JsonWriter writer = new(destination, _options);
        Write(receipt, writer, strategy);
    }

    private static void Write(Receipt receipt, Utf8JsonWriter writer, VerificationStrategy? strategy)
    {
        writer.WriteStartObject();
        writer.WriteString("bodyDigest", receipt.BodyDigest.ToString());
        writer.WriteString("caseDigest", receipt.Case.BodyDigest.ToString());
        writer.WriteStartObject("verdict");
        writer.WriteString("kind", receipt.Verdict.Kind.ToString());
        writer.WriteString("reason", receipt.Verdict.Reason.ToString());
        writer.WriteMeasure("distance", receipt.Verdict.Distance);
        writer.WriteMeasure("limit", receipt.Verdict.Limit);
        writer.WriteEndObject();
        WriteRequest(writer, receipt.Request);
        writer.WriteKey("requesterKey", receipt.Case.RequesterKey);
        writer.WriteKey("operatorKey", receipt.Case.OperatorKey);
        WriteHead(writer, "openingHead", receipt.Case.OpeningHead);
        writer.WritePropertyName("record");
        if (strategy is not null && string.Equals(strategy.Name, receipt.Request.Strategy, StringComparison.Ordinal))
        {
            strategy.WriteRecordJson(receipt.Case, writer);
        }
        else
        {
            writer.WriteStringValue(receipt.Case.Record.ToString());
        }

        writer.WriteString("hashBeforeSettlement", receipt.HashBeforeSettlement.ToString());
        WriteHead(writer, "closingHead", receipt.ClosingHead);
        writer.WriteString("closingSignature", receipt.ClosingSignature.ToString());
        writer.WriteStartArray("signatures");
        foreach (OpaqueBytes signature in receipt.Case.Signatures)
        {
            writer.WriteStringValue(signature.ToString());
        }

        writer.WriteEndArray();
        writer.WriteEndObject();
    }

    private static void WriteRequest(Utf8JsonWriter writer, InferenceRequest request)
    {
        writer.WriteStartObject("request");
        writer.WriteString("digest", request.Digest.ToString());
        writer.WriteString("ledger", request.Ledger.ToString());
        writer.WriteString("requester", request.Requester.ToString());
        WriteWork(writer, request.Work);
        writer.WriteString("strategy", request.Strategy);
        writer.WriteString("terms", request.Terms.ToString());
        writer.WriteString("auditCommitment", request.AuditCommitment.ToString());
        writer.WriteString("stakesRoot", request.StakesRoot.ToString());
        writer.WriteString("nonce", request.Nonce.ToString());
        writer.WriteTime("deadline", request.Deadline);
        writer.WriteEndObject();
    }

    private static void WriteWork(Utf8JsonWriter writer, WorkDescription work)
    {
        writer.WriteStartObject("work");
        writer.WriteString("id", work.Id.ToString());
        writer.WriteString("model", work.ModelId.ToString());
        writer.WriteTensors("inputs", work.Inputs);
        writer.WriteNumber("seed", work.Options.Seed);
        writer.WriteStartArray("settings");
        foreach (KeyValuePair<string, string> setting in work.Options.Settings)
        {
            writer.WriteStartObject();
            writer.WriteString("name", setting.Key);
            writer.WriteString("value", setting.Value);
            writer.WriteEndObject();
        }

        writer.WriteEndArray();
        writer.WriteString("profile", work.Profile.ToString());
        writer.WriteEndObject();
    }

    private static void WriteHead(Utf8JsonWriter writer, string name, LedgerHead head)
    {
        writer.WriteStartObject(name);
        writer.WriteNumber("sequence", head.Sequence);
        writer.WriteString("hash", head.Hash.ToString());
        writer.WriteString("stakesRoot", head.StakesRoot.ToString());
        writer.WriteTime("time", head.Time);
        writer.WriteEndObject();
    }
}
