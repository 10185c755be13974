using System.Diagnostics.CodeAnalysis;
using Verifiable.Inference.Claims;
using Verifiable.Inference.Commitments;
using Verifiable.Inference.Comparison;
using Verifiable.Inference.Identity;
using Verifiable.Inference.Selection;
using Verifiable.Inference.Settlement;

namespace Verifiable.Inference.Strategies.Quorum;

/// <summary>Checks the evidence of a request: form, secret, claims, outputs, beacon, draws, what called for the second committee; then concludes by <see cref="QuorumRules"/>. Never throws on evidence from outside.</summary>
internal static class QuorumEvidence
{
    public static StrategyConclusion? Conclude(ReceiptCase evidence, OutputComparer comparer, IRandomBeacon? beacon, SignatureSchemes schemes, ReceiptChecklist checklist)
    {
        if (!TryReadForm(evidence, comparer, checklist, out QuorumTerms? terms, out QuorumRecord? record))
        {
            return null;
        }

        InferenceRequest request = evidence.Request;
        QuorumEnvelopes envelopes = new(request, terms, record.Secret, record.Holdings);
        bool sound = checklist.Require(
                AuditSecret.Commit(record.Secret) == request.AuditCommitment, "secret", "The opened secret is the committed one.", "The opened secret is not the committed one.")
            && BeaconEvidence.IsConfirmed(
                beacon, terms.BeaconName, asked => asked.TimeOf(terms.BeaconRound) == terms.BeaconTime ? terms.BeaconRound : null, record.Beacon, checklist)
            && checklist.Require(
                QuorumDraws.Hold(request, terms, record), "draws", "Every provider holds the seats that secret and beacon draw for it from the signed stakes.", "A provider does not hold a seat that it is said to.")

            // Rationale: after the draws, so that a stranger who holds no stake has neither signatures verified nor megabytes hashed.
            && checklist.Require(
                Enumerable.Range(0, record.Holdings.Length).All(index => record.Holdings[index].Record.IsSignedFor(envelopes[index], schemes)),
                "claims",
                "Every claim, acceptance and posting is signed by the provider that it names, for this request and this number of seats.",
                "A signature in the record is not valid for this request.")
            && checklist.Require(
                record.Holdings.All(static holding => holding.Outputs is not { } outputs || holding.Record.Claim!.Outputs.Opens(outputs)),
                "outputs",
                "Every output that the record carries is the one that its claim commits to.",
                "An output that the record carries is not the one that its claim commits to.");
        if (!sound)
        {
            return null;
        }

        QuorumTally tally = new(terms, record.Secret, envelopes, record.Holdings, comparer);
        if (!IsCalledFor(record, tally, checklist))
        {
            return null;
        }

        QuorumDecision decision = QuorumRules.Decide(request, terms, record, envelopes, tally);
        AssertRest(terms, record, checklist);
        return new StrategyConclusion(decision.Verdict, new Settle(decision.Tasks, decision.Transfers));
    }

    /// <summary>Reads terms and record, and checks that the seats are in order and each is filled once.</summary>
    public static bool TryReadForm(
        ReceiptCase evidence, OutputComparer comparer, ReceiptChecklist checklist, [NotNullWhen(true)] out QuorumTerms? terms, [NotNullWhen(true)] out QuorumRecord? record)
    {
        record = null;
        bool read = Canonical.TryRead(evidence.Request.Terms.Span, out terms);
        return checklist.Require(read, "terms", "The terms can be read, and no two groups can both win under them.", "The terms cannot be read, or two groups could both win under them.")
            && checklist.Require(string.Equals(evidence.Request.Work.Profile.Comparison, comparer.Name, StringComparison.Ordinal), "comparison", $"Outputs are compared by '{comparer.Name}'.", $"Expected outputs compared by '{comparer.Name}', got '{evidence.Request.Work.Profile.Comparison}'.")
            && checklist.Require(QuorumRecord.TryRead(evidence.Record.Span, evidence.StrategySignatures, out record), "record", "The record can be read in its one encoding.", "The record cannot be read.")
            && checklist.Require(HasGoodForm(record!, terms!, comparer), "seats", "The seats are in order, and each is held once.", "The seats are not in order, more than there may be, held twice, or come with what does not belong to them.");
    }

    private static bool HasGoodForm(QuorumRecord record, QuorumTerms terms, OutputComparer comparer)
    {
        bool hasVoters = record.Holdings.Any(static holding => holding.Role == TaskRole.Voter);
        bool goodBeacon = record.Beacon is not null == (hasVoters && terms.Convicts)
            && (record.Beacon is null || record.Holdings.All(holding => holding.Role == TaskRole.Voter || holding.Record.Deadline <= BeaconEvidence.LastClaim(terms.BeaconTime)));
        if (!goodBeacon || (record.IsSupplement && !record.Holdings.Any(static holding => holding.IsLate)))
        {
            return false;
        }

        HashSet<(TaskRole, ushort)> held = [];
        HashSet<CommittedTensors> carried = [];
        long bytes = 0;
        for (int i = 0; i < record.Holdings.Length; i++)
        {
            QuorumHolding holding = record.Holdings[i];
            Seat seat = holding.Record.Seat;
            Seat before = i == 0 ? default : record.Holdings[i - 1].Record.Seat;
            bool inOrder = i == 0 || (seat.Role, seat.Attempt, seat.Index).CompareTo((before.Role, before.Attempt, before.Index)) > 0;
            int last = seat.Index - 1;
            foreach (Seat place in holding.Seats)
            {
                inOrder &= place.Index > last && held.Add((place.Role, place.Index)) && place.Role switch
                {
                    TaskRole.Asserter => place.Index < terms.Seats && place.Attempt < terms.MaxAttempts,
                    TaskRole.Voter => place.Index < terms.EscalationSeats && place.Attempt < QuorumDraws.MaxDraws,
                    _ => false,
                };
                last = place.Index;
            }

            if (holding.Outputs is { } outputs)
            {
                bytes += outputs.Sum(static tensor => (long)tensor.Value.Bytes.Length);
                inOrder &= !comparer.ComparesCommitments && holding.Record.Outcome == SeatOutcome.Answered && carried.Add(holding.Record.Claim!.Outputs);
            }

            if (!inOrder || bytes > QuorumRecord.MaxOutputBytes || !double.IsNaN(holding.Record.DistanceToAsserter) || !double.IsNaN(holding.Record.DistanceToValidator))
            {
                return false;
            }
        }

        return record.Holdings[0].Role == TaskRole.Asserter;
    }

    // Nobody is in the record who was not called for.
    private static bool IsCalledFor(QuorumRecord record, QuorumTally tally, ReceiptChecklist checklist)
    {
        bool called = tally.IsEscalationCalled;
        return checklist.Require(
            called || record.Holdings.All(static holding => holding.Role != TaskRole.Voter),
            "escalation",
            called ? "A contradiction, the lack of a winner or the coin calls for a second committee." : "Nothing calls for a second committee, and there is none.",
            "There is a second committee for which nothing calls.");
    }

    private static void AssertRest(QuorumTerms terms, QuorumRecord record, ReceiptChecklist checklist)
    {
        checklist.Assert("stakes", "That the signed root stands for the bonded stakes is the ledger operator's word; the ledger's entries show how they came about.");
        checklist.Assert("absences", "That the other seats were empty, refused, or not needed is the requester's word; the ledger pays by itself whoever claimed and is not in a settlement.");
        checklist.Assert("delivery", "That a provider delivered its output is the requester's word; that it was silent, or revealed its claim only on demand, the ledger operator's, and the ledger's entries show it.");
        checklist.Assert("requester", "The requester chose the secret that draws the first committee: without a second one the receipt convinces the requester, not those who doubt it.");
        if (record.Beacon is not null)
        {
            checklist.Assert("beacon", $"A reader without '{terms.BeaconName}' takes the value of round {terms.BeaconRound} from the ledger's judge, which asked it.");
        }
    }
}
