using System.Buffers;
using System.Text.Json;
using Verifiable.Inference.Claims;
using Verifiable.Inference.Commitments;
using Verifiable.Inference.Strategies;
using Verifiable.Inference.Strategies.Sampling;

namespace Verifiable.Inference.Tests.Strategies;

public sealed class ReceiptJsonTests
{
    private static readonly SamplingStrategy _strategy = (SamplingStrategy)StrategyRegistry.Get("sampling").Create(true);

    [Fact]
    public void The_json_of_a_receipt_says_what_the_receipt_says()
    {
        foreach (Receipt receipt in StrategyLaws.Receipts("sampling", true))
        {
            using JsonDocument document = Parse(receipt, _strategy);
            JsonElement root = document.RootElement;
            Assert.Equal(receipt.BodyDigest.ToString(), root.GetProperty("bodyDigest").GetString());
            Assert.Equal(receipt.Verdict.Kind.ToString(), root.GetProperty("verdict").GetProperty("kind").GetString());
            Assert.Equal(receipt.Verdict.Reason.ToString(), root.GetProperty("verdict").GetProperty("reason").GetString());
            Assert.Equal(receipt.Request.Digest.ToString(), root.GetProperty("request").GetProperty("digest").GetString());
            Assert.Equal(receipt.Request.Work.ModelId.ToString(), root.GetProperty("request").GetProperty("work").GetProperty("model").GetString());
            Assert.Equal(receipt.Request.Deadline, root.GetProperty("request").GetProperty("deadline").GetDateTimeOffset().ToUnixTimeMilliseconds());
            Assert.Equal(receipt.ClosingHead.Sequence, root.GetProperty("closingHead").GetProperty("sequence").GetUInt64());
            Assert.Equal(receipt.Case.Signatures.Select(signature => signature.ToString()), root.GetProperty("signatures").EnumerateArray().Select(item => item.GetString()));

            Assert.True(SamplingRecord.TryRead(receipt.Case.Record.Span, receipt.Case.StrategySignatures, out SamplingRecord? record));
            JsonElement part = root.GetProperty("record");
            Assert.Equal(record.Secret.ToString(), part.GetProperty("secret").GetString());
            Assert.Equal(record.Seats.Select(seat => seat.Outcome.ToString()), part.GetProperty("seats").EnumerateArray().Select(seat => seat.GetProperty("outcome").GetString()));
            Assert.Equal(record.Seats.Select(seat => seat.Provider.Id.ToString()), part.GetProperty("seats").EnumerateArray().Select(seat => seat.GetProperty("provider").GetProperty("node").GetString()));

            // The settlement is computed: it has one closing a seat with a task of its own, and hashes to the signed head.
            JsonElement settlement = part.GetProperty("settlement");
            Assert.Equal(record.Seats.Count(seat => seat.Outcome != SeatOutcome.Shared), settlement.GetProperty("tasks").GetArrayLength());
            Assert.NotEqual(0, settlement.GetProperty("transfers").GetArrayLength());
            Assert.All(settlement.GetProperty("transfers").EnumerateArray(), transfer => Assert.True(transfer.GetProperty("amount").GetUInt64() > 0));
        }
    }

    [Fact]
    public void Without_its_strategy_or_with_an_unreadable_record_the_record_is_hexadecimal()
    {
        Receipt receipt = StrategyLaws.Receipts("sampling", true)[0];
        using JsonDocument plain = Parse(receipt, null);
        Assert.Equal(receipt.Case.Record.ToString(), plain.RootElement.GetProperty("record").GetString());
        Receipt broken = receipt with { Case = receipt.Case with { Record = new OpaqueBytes([1, 2, 3]) } };
        using JsonDocument unreadable = Parse(broken, _strategy);
        Assert.Equal("010203", unreadable.RootElement.GetProperty("record").GetProperty("bytes").GetString());
    }

    [Fact]
    public void What_json_has_no_number_or_date_for_is_written_as_text_or_null()
    {
        Receipt receipt = StrategyLaws.Receipts("sampling", true)[0];
        using JsonDocument document = Parse(
            receipt with
            {
                Verdict = new Verdict(VerdictKind.Rejected, VerdictReason.OutputMismatch, double.PositiveInfinity, double.NaN),
                ClosingHead = receipt.ClosingHead with { Time = long.MaxValue },
                Case = receipt.Case with { OpeningHead = receipt.Case.OpeningHead with { Time = 0 } },
            },
            null);
        Assert.Equal("Infinity", document.RootElement.GetProperty("verdict").GetProperty("distance").GetString());
        Assert.Equal(JsonValueKind.Null, document.RootElement.GetProperty("verdict").GetProperty("limit").ValueKind);
        Assert.Equal(long.MaxValue, document.RootElement.GetProperty("closingHead").GetProperty("time").GetInt64());
        Assert.Equal("1970-01-01T00:00:00Z", document.RootElement.GetProperty("openingHead").GetProperty("time").GetString());
    }

    private static JsonDocument Parse(Receipt receipt, VerificationStrategy? strategy)
    {
        ArrayBufferWriter<byte> buffer = new();
        ReceiptJson.Write(receipt, buffer, strategy);
        using MemoryStream stream = new();
        ReceiptJson.Write(receipt, stream, strategy);
        Assert.Equal(stream.ToArray(), buffer.WrittenSpan.ToArray());
        return JsonDocument.Parse(buffer.WrittenMemory);
    }
}
