using System.Text.Json;
using Verifiable.Inference.Commitments;
using Verifiable.Inference.Identity;
using Verifiable.Inference.Settlement;

namespace Verifiable.Inference.Strategies;

/// <summary>Values in the JSON form of receipts that JSON itself has no form for. For authors of strategies.</summary>
public static class ReceiptJsonValues
{
    /// <summary>Writes a measure: a number, the text <c>Infinity</c> or <c>-Infinity</c>, or <c>null</c> for NaN, which means "not measured".</summary>
    public static void WriteMeasure(this Utf8JsonWriter writer, string name, double value)
    {
        ArgumentNullException.ThrowIfNull(writer);
        if (double.IsNaN(value))
        {
            writer.WriteNull(name);
        }
        else if (double.IsInfinity(value))
        {
            writer.WriteString(name, value > 0 ? "Infinity" : "-Infinity");
        }
        else
        {
            writer.WriteNumber(name, value);
        }
    }

    /// <summary>Writes a time in milliseconds since 1970-01-01 UTC as ISO 8601 text, or as a number where the calendar does not reach.</summary>
    public static void WriteTime(this Utf8JsonWriter writer, string name, long time)
    {
        ArgumentNullException.ThrowIfNull(writer);
        if (time < DateTimeOffset.MinValue.ToUnixTimeMilliseconds() || time > DateTimeOffset.MaxValue.ToUnixTimeMilliseconds())
        {
            writer.WriteNumber(name, time);
        }
        else
        {
            writer.WriteString(name, DateTimeOffset.FromUnixTimeMilliseconds(time).UtcDateTime);
        }
    }

    /// <summary>Writes a public key with its scheme and node id.</summary>
    public static void WriteKey(this Utf8JsonWriter writer, string name, PublicKey key)
    {
        ArgumentNullException.ThrowIfNull(writer);
        ArgumentNullException.ThrowIfNull(key);
        writer.WriteStartObject(name);
        writer.WriteString("node", key.Id.ToString());
        writer.WriteString("scheme", key.Scheme);
        writer.WriteString("key", Convert.ToHexStringLower(key.Bytes));
        writer.WriteEndObject();
    }

    /// <summary>Writes commitments by tensor name.</summary>
    public static void WriteTensors(this Utf8JsonWriter writer, string name, CommittedTensors tensors)
    {
        ArgumentNullException.ThrowIfNull(writer);
        ArgumentNullException.ThrowIfNull(tensors);
        writer.WriteStartObject(name);
        foreach (KeyValuePair<string, Digest> tensor in tensors)
        {
            writer.WriteString(tensor.Key, tensor.Value.ToString());
        }

        writer.WriteEndObject();
    }

    /// <summary>Writes a settlement: how each task is closed, and who is paid what from where.</summary>
    public static void WriteSettlement(this Utf8JsonWriter writer, string name, Settle settlement)
    {
        ArgumentNullException.ThrowIfNull(writer);
        ArgumentNullException.ThrowIfNull(settlement);
        writer.WriteStartObject(name);
        writer.WriteStartArray("tasks");
        foreach (TaskSettlement task in settlement.Tasks)
        {
            writer.WriteStartObject();
            writer.WriteString("task", task.Task.ToString());
            writer.WriteString("cause", task.Cause.ToString());
            writer.WriteString("auditSecret", task.AuditSecret.ToString());
            writer.WriteBoolean("isRevealed", task.IsRevealed);
            writer.WriteEndObject();
        }

        writer.WriteEndArray();
        writer.WriteStartArray("transfers");
        foreach (Transfer transfer in settlement.Transfers)
        {
            writer.WriteStartObject();
            writer.WriteString("task", transfer.Task.ToString());
            writer.WriteString("source", transfer.Source.ToString());
            writer.WriteString("recipient", transfer.Recipient == default ? null : transfer.Recipient.ToString());
            writer.WriteNumber("amount", transfer.Amount.Units);
            writer.WriteString("purpose", transfer.Purpose.ToString());
            writer.WriteEndObject();
        }

        writer.WriteEndArray();
        writer.WriteEndObject();
    }
}
