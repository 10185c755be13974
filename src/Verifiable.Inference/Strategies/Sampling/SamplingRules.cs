using Verifiable.Inference.Claims;
using Verifiable.Inference.Commitments;
using Verifiable.Inference.Comparison;
using Verifiable.Inference.Selection;

namespace Verifiable.Inference.Strategies.Sampling;

/// <summary>
/// Decides a request under sampling from its record: one pure function, used by the strategy when it settles and by a stranger when a receipt is checked.
/// </summary>
/// <remarks>
/// Source: Zhang et al., "Proof of Sampling" (arXiv 2405.00295) for the game; the rules on silence, bounty, burn and voters are this library's, each with its
/// rationale below. Assumption: most seats of a vote are honest, which nobody can steer where a beacon draws them; a vote
/// that none drew takes no stake. The vote errs with the probability that <c>Assess</c> states.
/// </remarks>
public static class SamplingRules
{
    /// <summary>The largest number of draws for one voter's seat, those that fell on one of the two sides included: 1024, for a side may hold nearly all stake.</summary>
    internal const int MaxVoterDraws = 1024;

    /// <summary>Decides what follows from a record whose draws and signatures were checked.</summary>
    /// <param name="request">The request.</param>
    /// <param name="terms">Its terms.</param>
    /// <param name="record">The record.</param>
    /// <param name="comparer">The comparison that the request's profile names.</param>
    public static SamplingDecision Decide(InferenceRequest request, SamplingTerms terms, SamplingRecord record, OutputComparer comparer)
    {
        ArgumentNullException.ThrowIfNull(request);
        ArgumentNullException.ThrowIfNull(terms);
        ArgumentNullException.ThrowIfNull(record);
        ArgumentNullException.ThrowIfNull(comparer);
        return Decide(new SamplingPapers(request, terms, record), comparer);
    }

    /// <summary>Decides by papers of which some may be at hand.</summary>
    internal static SamplingDecision Decide(SamplingPapers papers, OutputComparer comparer)
    {
        SamplingTerms terms = papers.Terms;
        SamplingRecord record = papers.Record;
        SamplingSettlement settlement = new(papers);
        SeatRecord asserter = record.Asserter;
        if (asserter.Outcome == SeatOutcome.Silent)
        {
            // A claim that was posted and not revealed was audited meanwhile: whoever checked it is paid, and its output is the one to use.
            int checker = IndexOfValidator(record);
            settlement.PayIf(checker);
            settlement.PayRevealed(null);
            return settlement.Close(Verdict.Undetermined(VerdictReason.ProviderSilent), BestOf(record, checker));
        }

        if (asserter.Outcome == SeatOutcome.Equivocated)
        {
            return settlement.Close(Verdict.Reject(VerdictReason.Equivocation), best: -1);
        }

        // Rationale: an output that was withheld is always audited, else a commitment to anything, with nothing delivered, would be paid at no cost.
        if (asserter.Outcome == SeatOutcome.Answered && !papers.IsAudited)
        {
            settlement.Pay(0);
            return settlement.Close(Verdict.Undetermined(VerdictReason.NotAudited), best: 0);
        }

        int validator = IndexOfValidator(record);
        if (asserter.Outcome == SeatOutcome.Revealed && !comparer.ComparesCommitments)
        {
            // Rationale: without the tensors there is nothing to compare; a commitment to anything must not be paid. Nor is the reward given back, or a requester would have every answer for nothing by
            // saying that it did not come.
            settlement.BurnReward(0);
            settlement.PayIf(validator);
            settlement.BurnRevealed();
            return settlement.Close(Verdict.Undetermined(VerdictReason.OutputWithheld), BestOf(record, validator));
        }

        double distance = validator < 0 ? double.NaN : Distance(comparer, record.Seats[validator], asserter, record.Seats[validator].DistanceToAsserter);
        if (double.IsNaN(distance))
        {
            // Rationale: the audit did not happen or measured nothing. Nobody is accused, whoever claimed is paid.
            settlement.Pay(0);
            settlement.PayIf(validator);
            settlement.PayRevealed(null);
            return settlement.Close(Verdict.Undetermined(VerdictReason.AuditIncomplete), BestOf(record, 0, validator));
        }

        if (distance <= terms.Limit)
        {
            settlement.Pay(0);
            settlement.Pay(validator);
            settlement.PayRevealed(asserter.Claim!.Outputs);
            return settlement.Close(new Verdict(VerdictKind.Accepted, VerdictReason.OutputsMatch, distance, terms.Limit), BestOf(record, 0, validator));
        }

        return DecideVote(terms, record, comparer, settlement, validator, distance);
    }

    /// <summary>Tells whether the coin calls for an audit of the asserter's claim.</summary>
    public static bool IsAudited(SamplingTerms terms, SamplingRecord record, Digest claim)
    {
        ArgumentNullException.ThrowIfNull(terms);
        ArgumentNullException.ThrowIfNull(record);
        return terms.AuditRate.Covers(AuditDraws.Coin(record.Secret, claim, record.CheckBeacon));
    }

    /// <summary>Finds the validator's seat whose output was delivered; −1 when there is none. A claim that was only revealed checks nothing: the ledger shows it, and so it can be copied.</summary>
    internal static int IndexOfValidator(SamplingRecord record)
    {
        for (int i = 0; i < record.Seats.Length; i++)
        {
            if (record.Seats[i].Seat.Role == TaskRole.Validator && record.Seats[i].Outcome == SeatOutcome.Answered)
            {
                return i;
            }
        }

        return -1;
    }

    private static SamplingDecision DecideVote(
        SamplingTerms terms, SamplingRecord record, OutputComparer comparer, SamplingSettlement settlement, int validator, double distance)
    {
        int[] votes = [.. Enumerable.Range(0, record.Seats.Length).Where(i => record.Seats[i].IsVote)];
        int[] forAsserter = [.. votes.Where(i => Distance(comparer, record.Seats[i], record.Asserter, record.Seats[i].DistanceToAsserter) <= terms.Limit)];
        int[] forValidator = [.. votes.Where(i => Distance(comparer, record.Seats[i], record.Seats[validator], record.Seats[i].DistanceToValidator) <= terms.Limit)];
        bool asserterStands = IsMajority(forAsserter.Length, terms);
        bool validatorStands = IsMajority(forValidator.Length, terms);
        if (asserterStands && !validatorStands)
        {
            // Rationale: no bounty here. Were it paid, a cheat that a wrong vote acquits would take it out of the honest validator's stake.
            settlement.Pay(0);
            Convict(settlement, terms, comparer, validator, bounty: -1, forAsserter);
            settlement.PayRevealed(record.Asserter.Claim!.Outputs);
            return settlement.Close(new Verdict(VerdictKind.Accepted, VerdictReason.CheckerMistaken, distance, terms.Limit), BestOf(record, [0, .. forAsserter]));
        }

        if (validatorStands && !asserterStands)
        {
            settlement.Pay(validator);
            Convict(settlement, terms, comparer, 0, bounty: validator, forValidator);
            settlement.PayRevealed(record.Seats[validator].Claim!.Outputs);
            return settlement.Close(new Verdict(VerdictKind.Rejected, VerdictReason.OutputMismatch, distance, terms.Limit), BestOf(record, [validator, .. forValidator]));
        }

        int[] third = asserterStands ? [] : LargestGroup(record, votes);
        if (IsMajority(third.Length, terms) && comparer.ComparesCommitments)
        {
            // Rationale: most seats agree on an output that neither side gave. Both are found wrong, and nobody earns a bounty.
            Convict(settlement, terms, comparer, 0, bounty: -1, third);
            Convict(settlement, terms, comparer, validator, bounty: -1, []);
            settlement.PayRevealed(record.Seats[third[0]].Claim!.Outputs);
            return settlement.Close(new Verdict(VerdictKind.Rejected, VerdictReason.OutputMismatch, distance, terms.Limit), BestOf(record, third));
        }

        // Rationale: without a majority nobody is convicted. All who computed are paid by the requester, who chose the number of seats. Where no vote was held the two sides are paid as well: burning both
        // rewards would deter nobody whom the reward alone does not, and would let a requester that leaves the vote out take an honest checker's pay.
        settlement.Pay(0);
        settlement.Pay(validator);
        // No output is handed on: one of the two is wrong, and nobody knows which.
        settlement.PayEach(votes);
        settlement.PayRevealed(null);
        return settlement.Close(new Verdict(VerdictKind.Undetermined, votes.Length == 0 ? VerdictReason.NoVote : VerdictReason.NoMajority, distance, terms.Limit), best: -1);
    }

    // Rationale: voters whom no beacon drew are the requester's choice, and a distance that commitments do not show is its word: neither moves stake. The loser is not paid, and the requester does not get
    // its reward back, or it would gain by having somebody found wrong; the voters are paid by the requester.
    private static void Convict(SamplingSettlement settlement, SamplingTerms terms, OutputComparer comparer, int loser, int bounty, int[] voters)
    {
        if (comparer.ComparesCommitments && terms.Convicts)
        {
            settlement.Convict(loser, bounty, voters);
        }
        else
        {
            settlement.BurnReward(loser);
            settlement.PayEach(voters);
        }
    }

    // Counted in seats, of all that were to be filled: an empty seat is nobody's vote.
    private static bool IsMajority(int seats, SamplingTerms terms) => 2 * seats > terms.VoterSeats;

    private static double Distance(OutputComparer comparer, SeatRecord seat, SeatRecord other, double recorded) =>
        comparer.ComparesCommitments ? comparer.Measure(seat.Claim!.Outputs, other.Claim!.Outputs) : recorded;

    private static int[] LargestGroup(SamplingRecord record, int[] votes) =>
        votes.GroupBy(i => record.Seats[i].Claim!.Outputs).Select(static group => group.ToArray()).OrderByDescending(static group => group.Length).FirstOrDefault([]);

    // An output that was only revealed as a commitment cannot be handed on; another seat's equal one can.
    private static int BestOf(SamplingRecord record, params ReadOnlySpan<int> candidates)
    {
        foreach (int index in candidates)
        {
            if (index >= 0 && record.Seats[index].Outcome == SeatOutcome.Answered)
            {
                return index;
            }
        }

        return -1;
    }
}
