using Verifiable.Inference.Claims;
using Verifiable.Inference.Commitments;
using Verifiable.Inference.Selection;
using Verifiable.Inference.Strategies;

namespace Verifiable.Inference.Tests.Strategies;

/// <summary>A run with a receipt to tamper with.</summary>
/// <param name="Name">The strategy in the registry.</param>
/// <param name="Audits">Whether audits are forced.</param>
/// <param name="Receipt">The receipt.</param>
internal sealed record EvidenceBase(string Name, bool Audits, Receipt Receipt)
{
    public static EvidenceBase Accepted { get; } = Find("sampling", true, receipt => receipt.Verdict.Reason == VerdictReason.OutputsMatch && HasTwoSeats(receipt));

    public static EvidenceBase NotAudited { get; } = Find("sampling", false, receipt => receipt.Verdict.Reason == VerdictReason.NotAudited);

    public static EvidenceBase Voted { get; } = Find(
        "sampling", true, receipt => receipt.Verdict.Kind != VerdictKind.Undetermined && ReceiptForge.RecordOf(receipt.Case).Seats.Any(seat => seat.IsVote));

    public static EvidenceBase Measured { get; } = Find(
        "sampling-max-absolute", true, receipt => receipt.Verdict.Distance > 0 && ReceiptForge.RecordOf(receipt.Case).Seats[1].DistanceToAsserter > 0);

    public static EvidenceBase MeasuredSame { get; } = Find(
        "sampling-max-absolute", true, receipt => receipt.Verdict.Reason == VerdictReason.OutputsMatch && HasTwoSeats(receipt));

    public static IEnumerable<EvidenceBase> All => [Accepted, NotAudited, Voted, Measured, MeasuredSame];

    public VerificationStrategy Strategy => StrategyRegistry.Get(Name).Create(Audits);

    public TestWorld World => StrategyLaws.Played(Name, Audits).World;

    /// <summary>Gets the stakes among which the receipt's providers were drawn.</summary>
    public WeightTree Stakes => ReceiptForge.LedgerBefore(World, Strategy, Receipt.Case.OpeningHead.Sequence + 1).Ledger.Stakes;

    private static EvidenceBase Find(string name, bool audits, Func<Receipt, bool> fits) => new(
        name,
        audits,
        StrategyLaws.Receipts(name, audits).First(fits));

    private static bool HasTwoSeats(Receipt receipt) =>
        ReceiptForge.RecordOf(receipt.Case).Seats is [{ Outcome: SeatOutcome.Answered }, { Outcome: SeatOutcome.Answered, Seat.Role: TaskRole.Validator }];
}
