using Verifiable.Inference.Claims;
using Verifiable.Inference.Commitments;
using Verifiable.Inference.Strategies.Sampling;
using Verifiable.Inference.Tests.Strategies;

namespace Verifiable.Inference.Tests.Hostile;

/// <summary>Readers of receipts, with and without the record that is inside.</summary>
internal static class ReceiptReaders
{
    // The record's reader takes the receipt's signatures too, so it is fuzzed inside the receipt.
    public static HostileReader Record { get; } = new("SamplingRecord", TryReadRecord, EncodeRecord, () => [.. Receipts().Select(receipt => receipt.ToBytes())]);

    public static IEnumerable<Receipt> Receipts() => StrategyLaws.Receipts("sampling-beacon", true).OrderBy(receipt => receipt.Case.Record.Length).Take(3);

    private static bool TryReadRecord(ReadOnlySpan<byte> bytes, out object? value)
    {
        value = Canonical.TryRead(bytes, out Receipt? receipt) && SamplingRecord.TryRead(receipt.Case.Record.Span, receipt.Case.StrategySignatures, out SamplingRecord? record)
            ? (receipt, record)
            : null;
        return value is not null;
    }

    private static byte[] EncodeRecord(object value)
    {
        (Receipt receipt, SamplingRecord record) = ((Receipt, SamplingRecord))value;
        ReceiptCase evidence = receipt.Case with { Record = record.ToOpaqueBytes(), Signatures = [.. receipt.Case.Signatures[..ReceiptCase.CommonSignatures], .. record.Signatures] };
        return (receipt with { Case = evidence }).ToBytes();
    }
}
