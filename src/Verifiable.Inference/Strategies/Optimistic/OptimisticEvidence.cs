using System.Diagnostics.CodeAnalysis;
using Verifiable.Inference.Claims;
using Verifiable.Inference.Commitments;
using Verifiable.Inference.Comparison;
using Verifiable.Inference.Disputes;
using Verifiable.Inference.Identity;
using Verifiable.Inference.Selection;
using Verifiable.Inference.Settlement;

namespace Verifiable.Inference.Strategies.Optimistic;

/// <summary>Checks the evidence of a request: form, secret, beacon, claims, draws, rulings, in this order; then concludes by <see cref="OptimisticRules"/>. Never throws on evidence from outside.</summary>
internal static class OptimisticEvidence
{
    public static StrategyConclusion? Conclude(ReceiptCase evidence, OptimisticOptions options, SignatureSchemes schemes, ReceiptChecklist checklist)
    {
        if (!TryReadForm(evidence, checklist, out OptimisticTerms? terms, out OptimisticRecord? record))
        {
            return null;
        }

        InferenceRequest request = evidence.Request;
        bool sound = checklist.Require(
                AuditSecret.Commit(record.Secret) == request.AuditCommitment, "secret", "The opened secret is the committed one.", "The opened secret is not the committed one.")
            && BeaconEvidence.IsConfirmed(options.Beacon, terms.BeaconName, asked => asked.RoundAfter(terms.CheckTime(request.Deadline)), record.CheckBeacon, checklist)
            && checklist.Require(
                Enumerable.Range(0, record.Seats.Length).All(i => record.Seats[i].IsSignedFor(OptimisticRules.EnvelopeOf(request, terms, record, i), schemes)),
                "claims",
                "Every claim, acceptance and posting is signed by the provider that it names, for this request.",
                "A signature in the record is not valid for this request.")
            && checklist.Require(
                DrawsHold(request, terms, record), "draws", "Every provider is the one that the draw gives from the signed stakes.", "A provider is not the one that the draw gives.")
            && checklist.Require(
                record.Seats.Length == 1 || OptimisticRules.IsCheckDue(request, terms, record),
                "coin",
                "The claim was computed again only where the coin calls for it, or the output was withheld.",
                "The claim was computed again, and nothing calls for it.")
            && RulingsHold(request, terms, record, options, schemes, checklist);
        if (!sound)
        {
            return null;
        }

        OptimisticDecision decision = OptimisticRules.Decide(request, terms, record);
        AssertRest(record, options, checklist);
        return new StrategyConclusion(decision.Verdict, new Settle(decision.Tasks, decision.Transfers));
    }

    /// <summary>Reads terms and record, and checks that the seats are in order and complete.</summary>
    public static bool TryReadForm(
        ReceiptCase evidence, ReceiptChecklist checklist, [NotNullWhen(true)] out OptimisticTerms? terms, [NotNullWhen(true)] out OptimisticRecord? record)
    {
        record = null;
        bool read = Canonical.TryRead(evidence.Request.Terms.Span, out terms);
        return checklist.Require(read, "terms", "The terms can be read, and burn at least half of every bond.", "The terms cannot be read, or burn less than half of a bond.")
            && checklist.Require(string.Equals(evidence.Request.Work.Profile.Comparison, OutputComparers.Exact.Name, StringComparison.Ordinal), "comparison", "Outputs are compared by bits.", $"Expected outputs compared by '{OutputComparers.Exact.Name}', got '{evidence.Request.Work.Profile.Comparison}'.")
            && checklist.Require(OptimisticRecord.TryRead(evidence, out record), "record", "The record can be read in its one encoding.", "The record cannot be read.")
            && checklist.Require(HasGoodForm(evidence.Request, record!, terms!), "seats", "The seats are in order and complete.", "The seats are not in order or more than there may be, or a beacon's value is missing or needless.");
    }

    private static bool HasGoodForm(InferenceRequest request, OptimisticRecord record, OptimisticTerms terms)
    {
        SeatRecord asserter = record.Asserter;
        bool isPosted = asserter.HasClaim || (asserter.Outcome == SeatOutcome.Silent && asserter.PostedClaim != default);
        if (asserter.Seat is not { Role: TaskRole.Asserter, Index: 0 }
            || record.CheckBeacon is not null != (terms.CheckDelay > 0 && isPosted)

            // Whom the value may have checked claimed before it was out.
            || (record.CheckBeacon is not null && asserter.Deadline > BeaconEvidence.LastClaim(terms.CheckTime(request.Deadline)))
            || (!isPosted && record.Seats.Length > 1))
        {
            return false;
        }

        for (int i = 0; i < record.Seats.Length; i++)
        {
            SeatRecord seat = record.Seats[i];
            bool isInOrder = i == 0
                || (seat.Seat is { Role: TaskRole.Validator, Index: 0 } && (i == 1 || (record.Seats[i - 1].Outcome != SeatOutcome.Answered && seat.Seat.Attempt > record.Seats[i - 1].Seat.Attempt))
                    && (Int128)seat.Deadline <= (Int128)asserter.Deadline + terms.CheckWindow);
            if (!isInOrder || seat.Seat.Attempt >= (i == 0 ? OptimisticTerms.MaxAsserterDraws : terms.MaxAttempts) || seat.Outcome == SeatOutcome.Shared || !double.IsNaN(seat.DistanceToAsserter) || !double.IsNaN(seat.DistanceToValidator)
                || (record.Rulings[i] is not null && !seat.HasClaim))
            {
                return false;
            }
        }

        return true;
    }

    private static bool DrawsHold(InferenceRequest request, OptimisticTerms terms, OptimisticRecord record)
    {
        Digest digest = request.Digest;
        Digest after = AuditDraws.After(OptimisticRules.ClaimDigestOf(request, terms, record, 0), record.CheckBeacon);
        return record.Seats.All(seat => seat.Stake.Key == seat.Provider.Id.Value && (seat.Seat.Role == TaskRole.Asserter
            ? StakeDraw.IsDrawn(request.StakesRoot, seat.Stake, record.Secret, digest, seat.Seat, default)
            : StakeDraw.IsDrawn(request.StakesRoot, seat.Stake, record.Secret, digest, seat.Seat, after, record.Asserter.Stake)));
    }

    private static bool RulingsHold(
        InferenceRequest request, OptimisticTerms terms, OptimisticRecord record, OptimisticOptions options, SignatureSchemes schemes, ReceiptChecklist checklist)
    {
        for (int i = 0; i < record.Seats.Length; i++)
        {
            if (record.Rulings[i] is not { } ruling)
            {
                continue;
            }

            TaskEnvelope envelope = OptimisticRules.EnvelopeOf(request, terms, record, i);
            InferenceClaim claim = OptimisticRules.ClaimOf(request, terms, record, i);
            TraceCommitment? trace = claim.FindTrace();
            bool isItsOwn = trace is not null && ruling.Body.Ledger == request.Ledger && ruling.Body.Claim == claim.Digest && ruling.IsValidFrom(request.Ledger, schemes);
            if (!checklist.Require(isItsOwn, "rulings", "The ledger's operator signed what its court says of the claim.", "A ruling is of another claim, or not signed by the ledger's operator."))
            {
                return false;
            }

            if (ruling.Body.Cause == DisputeCause.Ruling)
            {
                // Rationale: a judge that cannot recompute the number takes it from nobody. A reader of a receipt may take it from the ledger, whose judge did.
                IReferee? referee = options.FindReferee(claim.ModelId);
                DisputedClaim disputed = new(envelope, new SignedClaim(claim, record.Seats[i].Provider, record.Seats[i].Signature), trace!);
                bool isRight = referee is null ? !checklist.IsForSettlement : ruling.Body.Judge(disputed, referee).Kind == RulingKind.Convicted;
                if (!checklist.Require(isRight, "accusation", referee is null ? "The court's ruling holds an accusation; who has the model can judge it again." : "The accused number, recomputed from what the claim commits to, is another one.", "The accusation does not convict the claim, or the judge has no referee for its model."))
                {
                    return false;
                }
            }
        }

        return true;
    }

    private static void AssertRest(OptimisticRecord record, OptimisticOptions options, ReceiptChecklist checklist)
    {
        checklist.Assert("stakes", "That the signed root stands for the bonded stakes is the ledger operator's word; the ledger's entries show how they came about.");
        checklist.Assert("delivery", "That a provider delivered its output is the requester's word; that it was silent, or revealed its claim only on demand, the ledger operator's, and the ledger's entries show it.");
        if (record.Seats.Any(static seat => seat.Seat.Attempt > 0))
        {
            checklist.Assert("attempts", "That providers drawn in earlier attempts did not accept, were barred, or had failed in this order before, is the requester's word.");
        }

        if (record.Rulings.Any(static ruling => ruling is { Body.Cause: not DisputeCause.Ruling }))
        {
            checklist.Assert("court", "That the window for challenges was over, or that a claimant did not answer in time, is the ledger operator's word; transcripts show what was signed.");
        }

        if (Enumerable.Range(0, record.Seats.Length).Any(i => record.Rulings[i]?.Body.Trace is { } shown && shown.Digest != record.Seats[i].Claim!.Trace))
        {
            checklist.Assert("trace", "That the leaves between cut points are the claimant's is the ledger operator's word; the transcript shows them signed.");
        }

        if (record.CheckBeacon is null)
        {
            checklist.Assert("requester", "The requester chose the secret that draws who answers and who checks; who is convicted does not depend on it.");
        }
        else if (options.Beacon is null)
        {
            checklist.Assert("beacon", "A reader without the beacon takes its value from the ledger's judge, which asked it.");
        }
    }
}
