using System.Diagnostics.CodeAnalysis;
using Verifiable.Inference.Claims;
using Verifiable.Inference.Commitments;
using Verifiable.Inference.Comparison;
using Verifiable.Inference.Identity;
using Verifiable.Inference.Selection;
using Verifiable.Inference.Settlement;

namespace Verifiable.Inference.Strategies.Sampling;

/// <summary>Checks the evidence of a request: form, secret, beacon, claims, draws, seats, in this order; then concludes by <see cref="SamplingRules"/>. Never throws on evidence from outside.</summary>
internal static class SamplingEvidence
{
    public static StrategyConclusion? Conclude(ReceiptCase evidence, OutputComparer comparer, IRandomBeacon? beacon, SignatureSchemes schemes, ReceiptChecklist checklist)
    {
        if (!TryReadForm(evidence, comparer, checklist, out SamplingTerms? terms, out SamplingRecord? record))
        {
            return null;
        }

        InferenceRequest request = evidence.Request;
        SamplingPapers papers = new(request, terms, record);
        bool sound = checklist.Require(
                AuditSecret.Commit(record.Secret) == request.AuditCommitment, "secret", "The opened secret is the committed one.", "The opened secret is not the committed one.")
            && IsBeaconConfirmed(request, terms, record, beacon, checklist)
            && checklist.Require(
                ClaimsAreSigned(papers, schemes), "claims", "Every claim, acceptance and posting is signed by the provider that it names, for this request.", "A signature in the record is not valid for this request.")
            && checklist.Require(
                DrawsHold(papers), "draws", "Every provider is the one that the secret draws from the signed stakes.", "A provider is not the one that the secret draws.");
        if (!sound || !SeatsAreCalledFor(papers, comparer, checklist))
        {
            return null;
        }

        SamplingDecision decision = SamplingRules.Decide(papers, comparer);
        AssertRest(terms, record, comparer, beacon, checklist);
        return new StrategyConclusion(decision.Verdict, new Settle(decision.Tasks, decision.Transfers));
    }

    /// <summary>Reads terms and record, and checks that the seats are in order and complete.</summary>
    public static bool TryReadForm(
        ReceiptCase evidence, OutputComparer comparer, ReceiptChecklist checklist, [NotNullWhen(true)] out SamplingTerms? terms, [NotNullWhen(true)] out SamplingRecord? record)
    {
        record = null;
        bool read = Canonical.TryRead(evidence.Request.Terms.Span, out terms);
        string comparison = evidence.Request.Work.Profile.Comparison;
        bool isCompared = string.Equals(comparison, comparer.Name, StringComparison.Ordinal);
        return checklist.Require(read, "terms", "The terms can be read, and burn at least half of a slash.", "The terms cannot be read, or burn less than half of a slash.")
            && checklist.Require(isCompared, "comparison", isCompared && !checklist.IsForSettlement ? $"Outputs are compared by '{comparer.Name}'." : string.Empty, isCompared ? string.Empty : $"Expected outputs compared by '{comparer.Name}', got '{comparison}'.")
            && checklist.Require(SamplingRecord.TryRead(evidence.Record.Span, evidence.StrategySignatures, out record), "record", "The record can be read in its one encoding.", "The record cannot be read.")
            && checklist.Require(HasGoodForm(evidence.Request, record!, terms!, comparer), "seats", "The seats are in order and complete.", "The seats are not in order or more than there may be, or a distance is missing, needless or impossible.");
    }

    private static bool HasGoodForm(InferenceRequest request, SamplingRecord record, SamplingTerms terms, OutputComparer comparer)
    {
        SeatRecord asserter = record.Asserter;

        if (asserter.Seat is not { Role: TaskRole.Asserter, Index: 0 } || asserter.Seat.Attempt >= terms.MaxAttempts || asserter.Outcome == SeatOutcome.Shared
            || !HasGoodBeacons(request, record, terms))
        {
            return false;
        }

        if (record.Seats.Length == 1)
        {
            return HasGoodDistances(record, comparer);
        }

        // The last attempt that was made for a place; none after it is filled.
        Dictionary<int, int> attempts = [];
        HashSet<NodeId> voted = [];
        for (int i = 1; i < record.Seats.Length; i++)
        {
            SeatRecord current = record.Seats[i];
            Seat seat = current.Seat;
            bool later = SamplingRecord.PlaceOf(current).CompareTo(SamplingRecord.PlaceOf(record.Seats[i - 1])) > 0;
            bool inRange = seat.Role switch
            {
                TaskRole.Validator => seat.Attempt < terms.MaxAttempts && seat.Index == 0 && current.Outcome != SeatOutcome.Shared,
                TaskRole.Voter => seat.Attempt < SamplingRules.MaxVoterDraws && seat.Index < terms.VoterSeats,
                _ => false,
            };

            // A seat with a delivered answer, its own or shared, is filled: there is no further attempt.
            int place = ((int)seat.Role << 16) | seat.Index;
            if (!later || !inRange || seat.Attempt <= attempts.GetValueOrDefault(place, -1))
            {
                return false;
            }

            // Rationale: whoever holds two voters' seats computes once and is paid once; its second seat shares the first one's answer.
            if (seat.Role == TaskRole.Voter && current.Outcome == SeatOutcome.Answered && !voted.Add(current.Provider.Id))
            {
                return false;
            }

            attempts[place] = current.Outcome is SeatOutcome.Answered or SeatOutcome.Shared ? int.MaxValue : seat.Attempt;
        }

        return HasGoodDistances(record, comparer);
    }

    // A value is there exactly where one is due. Whoever is checked by it, or may be convicted by those whom it draws, claimed before it was out: with many requests at hand, and the value, a requester
    // would go on with the one that suits it.
    private static bool HasGoodBeacons(InferenceRequest request, SamplingRecord record, SamplingTerms terms)
    {
        SeatRecord asserter = record.Asserter;
        bool isPosted = asserter.HasClaim || (asserter.Outcome == SeatOutcome.Silent && asserter.PostedClaim != default);
        bool hasVoters = record.Seats.Any(static seat => seat.Seat.Role == TaskRole.Voter);
        long last = terms.LastClaim(request.Deadline);
        return record.CheckBeacon is not null == (terms.CheckDelay > 0 && isPosted)
            && record.VoteBeacon is not null == (terms.Convicts && hasVoters)
            && (record.CheckBeacon is null || asserter.Deadline <= BeaconEvidence.LastClaim(terms.CheckTime(request.Deadline)))
            && (record.VoteBeacon is null || record.Seats.All(seat => seat.Seat.Role == TaskRole.Voter || seat.Deadline <= last));
    }

    private static bool IsBeaconConfirmed(InferenceRequest request, SamplingTerms terms, SamplingRecord record, IRandomBeacon? beacon, ReceiptChecklist checklist) =>
        BeaconEvidence.IsConfirmed(beacon, terms.BeaconName, asked => asked.RoundAfter(terms.CheckTime(request.Deadline)), record.CheckBeacon, checklist)
        && BeaconEvidence.IsConfirmed(beacon, terms.BeaconName, asked => asked.RoundAfter(terms.VoteTime(request.Deadline)), record.VoteBeacon, checklist);

    // Distances are recorded exactly where two outputs were delivered and commitments do not tell how far apart they are. A shared seat repeats those of its holder.
    private static bool HasGoodDistances(SamplingRecord record, OutputComparer comparer)
    {
        int index = SamplingRules.IndexOfValidator(record);
        SeatRecord? validator = index < 0 ? null : record.Seats[index];
        return record.Seats.All(seat => seat.Outcome == SeatOutcome.Shared
            || (IsGood(seat, seat.Seat.Role == TaskRole.Asserter ? null : record.Asserter, seat.DistanceToAsserter)
                && IsGood(seat, seat.Seat.Role == TaskRole.Voter ? validator : null, seat.DistanceToValidator)));

        bool IsGood(SeatRecord seat, SeatRecord? other, double distance)
        {
            bool isDue = !comparer.ComparesCommitments && seat.Outcome == SeatOutcome.Answered && other?.Outcome == SeatOutcome.Answered;
            return !isDue ? double.IsNaN(distance)
                : seat.Claim!.Outputs.Equals(other!.Claim!.Outputs) ? distance == 0 && !double.IsNegative(distance)
                : distance >= 0 && !double.IsNegative(distance);
        }
    }

    private static bool ClaimsAreSigned(SamplingPapers papers, SignatureSchemes schemes)
    {
        for (int i = 0; i < papers.Record.Seats.Length; i++)
        {
            SeatRecord seat = papers.Record.Seats[i];
            if (seat.Outcome != SeatOutcome.Shared && !seat.IsSignedFor(papers.EnvelopeOf(i), seat.Claim is null ? null : papers.ClaimOf(i), schemes))
            {
                return false;
            }
        }

        return true;
    }

    private static bool DrawsHold(SamplingPapers papers)
    {
        InferenceRequest request = papers.Request;
        SamplingRecord record = papers.Record;
        Digest digest = request.Digest;
        Digest claim = papers.AfterClaim;
        Digest mismatch = papers.AfterMismatch;
        int validator = SamplingRules.IndexOfValidator(record);
        List<CommitteeDraws.Leaf> sides = [];
        foreach (SeatRecord side in validator < 0 ? [record.Asserter] : (ReadOnlySpan<SeatRecord>)[record.Asserter, record.Seats[validator]])
        {
            if (!CommitteeDraws.Leaf.TryRead(side.Stake, request.StakesRoot, out CommitteeDraws.Leaf leaf))
            {
                return false;
            }

            sides.Add(leaf);
        }

        foreach (SeatRecord seat in record.Seats)
        {
            bool drawn = seat.Seat.Role switch
            {
                TaskRole.Asserter => StakeDraw.IsDrawn(request.StakesRoot, sides[0].Weight, sides[0].Start, sides[0].Total, record.Secret, digest, seat.Seat, default),
                TaskRole.Validator => StakeDraw.IsDrawn(request.StakesRoot, seat.Stake, record.Secret, digest, seat.Seat, claim, record.Asserter.Stake),
                _ => validator >= 0
                    && CommitteeDraws.Leaf.TryRead(seat.Stake, request.StakesRoot, out CommitteeDraws.Leaf leaf)
                    && CommitteeDraws.IsDecider(leaf, record.Secret, digest, seat.Seat, mismatch, sides, papers.Terms.VoterAttempts),
            };
            if (!drawn || seat.Stake.Key != seat.Provider.Id.Value)
            {
                return false;
            }
        }

        return true;
    }

    // Nobody is in the record who was not called for: no audit without the coin, no vote without a mismatch.
    private static bool SeatsAreCalledFor(SamplingPapers papers, OutputComparer comparer, ReceiptChecklist checklist)
    {
        SamplingRecord record = papers.Record;
        SeatRecord asserter = record.Asserter;
        bool withheld = asserter.Outcome == SeatOutcome.Revealed || (asserter.Outcome == SeatOutcome.Silent && asserter.PostedClaim != default);
        bool audited = withheld || (asserter.HasClaim && papers.IsAudited);
        if (!checklist.Require(audited || record.Seats.Length == 1, "coin", audited ? "The coin calls for an audit, or the output was withheld." : "The coin calls for no audit, and there is none.", "There is an audit for which the coin does not call."))
        {
            return false;
        }

        int validator = SamplingRules.IndexOfValidator(record);
        double distance = validator < 0 || !asserter.HasClaim ? double.NaN
            : comparer.ComparesCommitments ? comparer.Measure(record.Seats[validator].Claim!.Outputs, asserter.Claim!.Outputs)
            : record.Seats[validator].DistanceToAsserter;
        return checklist.Require(
            distance > papers.Terms.Limit || record.Seats.All(static seat => seat.Seat.Role != TaskRole.Voter), "vote", "There is a vote only on a mismatch.", "There is a vote without a mismatch.");
    }

    private static void AssertRest(SamplingTerms terms, SamplingRecord record, OutputComparer comparer, IRandomBeacon? beacon, ReceiptChecklist checklist)
    {
        checklist.Assert("stakes", "That the signed root stands for the bonded stakes is the ledger operator's word; the ledger's entries show how they came about.");
        if (record.Seats.Any(static seat => seat.Seat.Attempt > 0))
        {
            checklist.Assert("attempts", "That providers drawn in earlier attempts did not accept, other than the two sides of a vote, is the requester's word.");
        }

        checklist.Assert("delivery", "That a provider delivered its output is the requester's word; that it was silent, or revealed its claim only on demand, the ledger operator's, and the ledger's entries show it.");
        if (!comparer.ComparesCommitments && record.Seats.Length > 1)
        {
            checklist.Assert("distances", "The measured distances are the requester's word; the tensors, opened against their commitments, prove them.");
        }

        if (record.CheckBeacon is not null)
        {
            checklist.Assert("requests", "That the requester did not prepare many requests for one work, and show the one whose checker suits it, is its word: the beacon draws anew for each.");
        }

        if (beacon is null && (record.CheckBeacon ?? record.VoteBeacon) is not null)
        {
            checklist.Assert("beacon", $"A reader without '{terms.BeaconName}' takes its value from the ledger's judge, which asked it.");
        }

        if (!terms.Convicts && record.Seats.Any(static seat => seat.Seat.Role == TaskRole.Voter))
        {
            checklist.Assert("vote", "The requester's secret drew the voters, and no beacon: by their vote nobody loses stake.");
        }

        if (record.CheckBeacon is null)
        {
            checklist.Assert("requester", "The requester chose the secret that draws who answers and who checks: without a vote the receipt convinces the requester, not those who doubt it.");
        }
    }
}
