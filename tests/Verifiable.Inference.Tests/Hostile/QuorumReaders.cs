using Verifiable.Inference.Claims;
using Verifiable.Inference.Commitments;
using Verifiable.Inference.Strategies.Quorum;
using Verifiable.Inference.Tests.Strategies;

namespace Verifiable.Inference.Tests.Hostile;

/// <summary>Readers of what a quorum writes: its terms, and its record inside a receipt, with carried outputs.</summary>
internal static class QuorumReaders
{
    // The record's reader takes the receipt's signatures too, so it is fuzzed inside the receipt.
    public static HostileReader Record { get; } = new("QuorumRecord", TryReadRecord, EncodeRecord, () => [.. Receipts().Select(receipt => receipt.ToBytes())]);

    public static IEnumerable<QuorumTerms> Terms() => Enumerable.Range(0, 4).Select(number => new QuorumTerms
    {
        Seats = (ushort)((2 * number) + 1),
        Threshold = (ushort)number,
        EscalationSeats = (ushort)((2 * number) + 3),
        EscalationRate = new Probability64((ulong)number << 60),
        Reward = new Amount(1 + (ulong)number),
        Slash = new Amount(1000),
        Bounty = new Amount((ulong)number),
        MaxAttempts = 3,
        EscalationAttempts = (ushort)(number + 1),
        Limit = number / 2.0,
        OpeningWindow = number + 1,
        BeaconName = number % 2 == 0 ? string.Empty : "beacon",
        BeaconRound = number % 2 == 0 ? 0 : (ulong)number,
        BeaconTime = number % 2 == 0 ? 0 : number,
    });

    private static IEnumerable<Receipt> Receipts() => StrategyLaws.Receipts("quorum-max-absolute", true).OrderBy(receipt => receipt.Case.Record.Length).Take(3);

    private static bool TryReadRecord(ReadOnlySpan<byte> bytes, out object? value)
    {
        value = Canonical.TryRead(bytes, out Receipt? receipt) && QuorumRecord.TryRead(receipt.Case.Record.Span, receipt.Case.StrategySignatures, out QuorumRecord? record)
            ? (receipt, record)
            : null;
        return value is not null;
    }

    private static byte[] EncodeRecord(object value)
    {
        (Receipt receipt, QuorumRecord record) = ((Receipt, QuorumRecord))value;
        ReceiptCase evidence = receipt.Case with { Record = record.ToOpaqueBytes(), Signatures = [.. receipt.Case.Signatures[..ReceiptCase.CommonSignatures], .. record.Signatures] };
        return (receipt with { Case = evidence }).ToBytes();
    }
}
