using System.Collections.Immutable;
using Verifiable.Inference.Claims;
using Verifiable.Inference.Commitments;
using Verifiable.Inference.Selection;
using Verifiable.Inference.Settlement;

namespace Verifiable.Inference.Strategies.Optimistic;

/// <summary>
/// Decides a request under the optimistic strategy from its record: one pure function, used by the strategy when it settles and by a stranger when a receipt is checked.
/// </summary>
/// <remarks>Bonds of claims and challenges were moved by the ledger's court when it closed them. What is left to decide here is the reward, and the stake that backs the task.</remarks>
public static class OptimisticRules
{
    /// <summary>Decides what follows from a record whose draws, signatures and rulings were checked.</summary>
    /// <param name="request">The request.</param>
    /// <param name="terms">Its terms.</param>
    /// <param name="record">The record.</param>
    public static OptimisticDecision Decide(InferenceRequest request, OptimisticTerms terms, OptimisticRecord record)
    {
        ArgumentNullException.ThrowIfNull(request);
        ArgumentNullException.ThrowIfNull(terms);
        ArgumentNullException.ThrowIfNull(record);
        int checker = Enumerable.Range(0, record.Seats.Length).FirstOrDefault(i => i > 0 && record.Seats[i].Outcome == SeatOutcome.Answered && Stands(record, i), -1);
        bool isEqual = checker > 0 && record.Asserter.HasClaim && record.Seats[checker].Claim!.Outputs.Equals(record.Asserter.Claim!.Outputs);
        bool asserterStands = record.Asserter.HasClaim && Stands(record, 0);

        // Rationale: two claims that stand and differ are one wrong claim at least, which whoever is right could have convicted. Paid, either would earn by a quarrel that it does not fight out.
        bool isUnresolved = asserterStands && checker > 0 && !isEqual;
        Verdict verdict = record.Asserter.Outcome switch
        {
            SeatOutcome.Equivocated => Verdict.Reject(VerdictReason.Equivocation),
            SeatOutcome.Silent => Verdict.Undetermined(VerdictReason.ProviderSilent),
            _ when record.Rulings[0] is null => Verdict.Undetermined(VerdictReason.ClaimRefused),
            _ when !asserterStands => Verdict.Reject(VerdictReason.DisputeLost),
            _ when isUnresolved => Verdict.Undetermined(VerdictReason.Unresolved),
            _ when isEqual => new Verdict(VerdictKind.Accepted, VerdictReason.OutputsMatch, 0, 0),
            _ when IsCheckDue(request, terms, record) => Verdict.Undetermined(VerdictReason.AuditIncomplete),
            _ => Verdict.Undetermined(VerdictReason.Unchallenged),
        };
        int best = isUnresolved ? -1
            : asserterStands && record.Asserter.Outcome == SeatOutcome.Answered ? 0

            // Rationale: what is equal to a convicted answer was computed as that was.
            : checker > 0 && (asserterStands || !isEqual) ? checker
            : -1;
        return Settle(request, terms, record, verdict, best, i => !isUnresolved && Stands(record, i) && (i == 0 || asserterStands || !isEqual || i != checker));
    }

    /// <summary>Tells whether the system checks the asserter's claim: the coin says so, or the output was not delivered.</summary>
    internal static bool IsCheckDue(InferenceRequest request, OptimisticTerms terms, OptimisticRecord record) =>
        record.Asserter.Outcome != SeatOutcome.Answered || terms.CheckRate.Covers(AuditDraws.Coin(record.Secret, ClaimDigestOf(request, terms, record, 0), record.CheckBeacon));

    /// <summary>Gives the digest of the claim that stands on the ledger for a seat; <c>default</c> where there is none.</summary>
    internal static Digest ClaimDigestOf(InferenceRequest request, OptimisticTerms terms, OptimisticRecord record, int index) =>
        record.Seats[index].HasClaim ? ClaimOf(request, terms, record, index).Digest : record.Seats[index].PostedClaim;

    /// <summary>Restores the claim of a seat.</summary>
    internal static InferenceClaim ClaimOf(InferenceRequest request, OptimisticTerms terms, OptimisticRecord record, int index) =>
        record.Seats[index].Claim!.Restore(EnvelopeOf(request, terms, record, index));

    /// <summary>Makes the envelope of a seat.</summary>
    internal static TaskEnvelope EnvelopeOf(InferenceRequest request, OptimisticTerms terms, OptimisticRecord record, int index) =>
        terms.CreateEnvelope(request, record.Secret, record.Seats[index].Seat, record.Seats[index].Provider.Id, record.Seats[index].Deadline);

    private static bool Stands(OptimisticRecord record, int index) => record.Rulings[index] is { Body.IsConviction: false };

    private static OptimisticDecision Settle(
        InferenceRequest request, OptimisticTerms terms, OptimisticRecord record, Verdict verdict, int best, Func<int, bool> isPaid)
    {
        ImmutableArray<TaskSettlement>.Builder tasks = ImmutableArray.CreateBuilder<TaskSettlement>();
        ImmutableArray<Transfer>.Builder transfers = ImmutableArray.CreateBuilder<Transfer>();
        ImmutableArray<int>.Builder convicted = ImmutableArray.CreateBuilder<int>();
        for (int i = 0; i < record.Seats.Length; i++)
        {
            SeatRecord seat = record.Seats[i];
            Digest task = EnvelopeOf(request, terms, record, i).Digest;
            bool isRuledOut = record.Rulings[i] is { Body.IsConviction: true };
            bool isConvicted = seat.Outcome == SeatOutcome.Equivocated || isRuledOut;
            bool isSlashed = isConvicted || seat.Outcome == SeatOutcome.Silent;
            tasks.Add(new TaskSettlement(
                task,
                isConvicted ? SettlementCause.Convicted : seat.Outcome == SeatOutcome.Silent ? SettlementCause.Silent : SettlementCause.Served,
                AuditDraws.EnvelopeSecret(record.Secret, request.Digest, seat.Seat))
            {
                IsRevealed = seat.Outcome == SeatOutcome.Revealed,
                Claim = ClaimDigestOf(request, terms, record, i),
                Court = isRuledOut ? CourtStanding.Convicted : record.Rulings[i] is not null ? CourtStanding.Stands
                    : seat.HasClaim && ClaimOf(request, terms, record, i).FindTrace() is null ? CourtStanding.Refused
                    : CourtStanding.None,
            });
            if (isRuledOut)
            {
                // The court took the stake when it convicted; the escrow goes back.
                convicted.Add(i);
            }
            else if (isSlashed)
            {
                // Rationale: all of it is burnt. The challenger had its part of the claim bond; silence must cost no less than being caught, and nobody gains by it.
                transfers.Add(Transfer.Burn(task, TransferSource.Stake, terms.Slash));
                convicted.Add(i);
            }
            else
            {
                // Rationale: what is not paid does not come back to the requester, or it would gain by leaving a claim out of the court.
                transfers.Add(isPaid(i)
                    ? new Transfer(task, TransferSource.Escrow, seat.Provider.Id, terms.Reward, TransferPurpose.Reward)
                    : Transfer.Burn(task, TransferSource.Escrow, terms.Reward));
            }
        }

        return new OptimisticDecision(verdict, tasks.DrainToImmutable(), transfers.DrainToImmutable(), convicted.DrainToImmutable(), best);
    }
}
