using Verifiable.Inference.Claims;
using Verifiable.Inference.Selection;

namespace Verifiable.Inference.Strategies.Quorum;

/// <summary>
/// Decides a request under a quorum from its record: one pure function, used by the strategy when it settles, by the ledger's judge, and by a stranger who checks a receipt.
/// </summary>
/// <remarks>
/// Source: the quorum with odd-one-out slashing of the crypto-economic schemes; that every contradiction and a random share of the rest goes to a larger committee, that this
/// committee alone convicts, and that its draw must be beyond the requester's choice, are this library's. Assumption: most seats of the second committee are honest.
/// </remarks>
internal static class QuorumRules
{
    public static QuorumDecision Decide(InferenceRequest request, QuorumTerms terms, QuorumRecord record, QuorumEnvelopes envelopes, QuorumTally tally)
    {
        QuorumSettlement settlement = new(request, terms, record, envelopes, tally);
        settlement.Close();
        return new QuorumDecision(VerdictOf(terms, record, tally), settlement.Tasks, settlement.Transfers, settlement.Convicted, BestOf(record, tally));
    }

    private static Verdict VerdictOf(QuorumTerms terms, QuorumRecord record, QuorumTally tally)
    {
        if (!tally.HasVotes)
        {
            bool claimed = record.Holdings.Any(static holding => !holding.IsLate && holding.HasClaim);
            return Verdict.Undetermined(claimed ? VerdictReason.OutputWithheld : VerdictReason.ProviderSilent);
        }

        if (tally.Final is not { } final)
        {
            bool unanswered = tally.VotesOf(TaskRole.Voter).Count == 0;
            return tally.First is not null && !tally.IsContradicted && unanswered
                ? Verdict.Undetermined(VerdictReason.AuditIncomplete)
                : new Verdict(VerdictKind.Undetermined, unanswered ? VerdictReason.NoVote : VerdictReason.NoMajority, Farthest(tally, tally.First?.Center ?? tally.VotesOf(TaskRole.Asserter)[0].Holding, all: true), terms.Limit);
        }

        // Rationale: one provider alone is not confirmed by anybody, however many seats it holds.
        if (ReferenceEquals(final, tally.First) && final.Members.Select(member => record.Holdings[member].Provider).Distinct().Count() == 1)
        {
            return Verdict.Undetermined(VerdictReason.NotAudited);
        }

        if (tally.First is { } first && !final.Includes(first.Center))
        {
            return new Verdict(VerdictKind.Rejected, VerdictReason.OutputMismatch, Farthest(tally, final.Center, all: true), terms.Limit);
        }

        return tally.IsContradicted
            ? new Verdict(VerdictKind.Accepted, VerdictReason.CheckerMistaken, Farthest(tally, final.Center, all: true), terms.Limit)
            : new Verdict(VerdictKind.Accepted, VerdictReason.OutputsMatch, Farthest(tally, final.Center, all: false), terms.Limit);
    }

    // Of all outputs that count, or of those only that are found right.
    private static double Farthest(QuorumTally tally, int center, bool all)
    {
        double farthest = 0;
        foreach ((int holding, _) in tally.VotesOf(TaskRole.Asserter).Concat(tally.VotesOf(TaskRole.Voter)))
        {
            double distance = tally.Outputs.Distance(center, holding);
            farthest = distance > farthest && (all || tally.IsRight(holding) == true) ? distance : farthest;
        }

        return farthest;
    }

    // The center's output, from whoever delivered it; an output that was only revealed as a commitment cannot be handed on. Rationale: what somebody contradicted and nobody decided is not handed on
    // either, though it won in the first committee: the requester's secret drew that one, and a beacon that stays away must not make its word final.
    private static int BestOf(QuorumRecord record, QuorumTally tally)
    {
        QuorumGroup? group = tally.Final ?? (tally.IsContradicted ? null : tally.First);
        for (int i = record.Holdings.Length - 1; group is not null && i >= 0; i--)
        {
            if (record.Holdings[i].Record.Outcome == SeatOutcome.Answered && !record.Holdings[i].IsLate && tally.Outputs.ClassOf(i) == tally.Outputs.ClassOf(group.Center))
            {
                return i;
            }
        }

        return -1;
    }
}
