using System.Collections.Immutable;
using Verifiable.Inference.Claims;
using Verifiable.Inference.Commitments;
using Verifiable.Inference.Disputes;
using Verifiable.Inference.Identity;
using Verifiable.Inference.Settlement;
using Verifiable.Inference.Storage;

namespace Verifiable.Inference.Adjudication;

/// <content>How what is done is kept, and how bonds move with it.</content>
public sealed partial class LedgerCourt
{
    private const int MostAttemptsOutsideTheLock = 3;

    private DisputeRefusal Do(CourtEntry entry)
    {
        (DisputeRefusal refusal, ulong sequence) = Decide(entry);
        if (refusal != DisputeRefusal.None)
        {
            // Rationale: a refusal stands on what the ledger shows too, and must not stand on an entry that a crash takes back.
            _ = Ledger.Sequence;
            return refusal;
        }

        Ledger.Store.Commit(sequence);

        // Outside the lock: what waits goes on here.
        Interlocked.Exchange(ref _changed, new TaskCompletionSource()).SetResult();
        return DisputeRefusal.None;
    }

    // Rationale: signatures and referees take milliseconds, and whoever likes can ask for them. They are not waited for by the ledger, whose lock this is, unless others keep changing the court meanwhile.
    private (DisputeRefusal Refusal, ulong Sequence) Decide(CourtEntry entry)
    {
        for (int attempt = 0; attempt < MostAttemptsOutsideTheLock; attempt++)
        {
            CourtState seen = _state;
            CourtEntry timed = entry with { Time = Now };
            DisputeRefusal refusal = seen.Apply(timed, _rules, Terms, out CourtState next);
            if (refusal != DisputeRefusal.None)
            {
                return (refusal, 0);
            }

            lock (Ledger.Store.Gate)
            {
                if (ReferenceEquals(seen, _state))
                {
                    return Keep(timed, seen, next);
                }
            }
        }

        lock (Ledger.Store.Gate)
        {
            CourtEntry timed = entry with { Time = Now };
            DisputeRefusal refusal = _state.Apply(timed, _rules, Terms, out CourtState next);
            return refusal != DisputeRefusal.None ? (refusal, 0) : Keep(timed, _state, next);
        }
    }

    // Under the lock: locks and moves bonds, and keeps the entry, all in one group of records or not at all.
    private (DisputeRefusal Refusal, ulong Sequence) Keep(CourtEntry entry, CourtState before, CourtState next)
    {
        using RecordGroup group = Ledger.Store.BeginGroup();
        DisputeRefusal refusal = entry.Act == CourtAct.Post ? CheckPosting(entry.Claim!, entry.Time) : DisputeRefusal.None;
        if (refusal == DisputeRefusal.None)
        {
            refusal = LockBond(entry);
        }

        if (refusal != DisputeRefusal.None)
        {
            return (refusal, 0);
        }

        MoveBonds(entry.FindClaim(next.Docket)!.Value, before.Docket, next.Docket);
        ulong sequence = Ledger.Store.Append(Stream, entry.ToBytes());
        _state = next;
        group.Complete();
        return (DisputeRefusal.None, sequence);
    }

    // The provider agreed to the bond by accepting an envelope whose terms state it, and every game ends while the ledger still holds the task.
    private DisputeRefusal CheckPosting(DisputedClaim claim, long now)
    {
        TaskEnvelope envelope = claim.Envelope;
        bool isKnown = Ledger.FindTask(claim.Body.Task) is { State: TaskState.Claimed } task && task.Claim == claim.Body.Digest && task.Agrees(envelope)
            && envelope.Ledger == Ledger.Id && _termsOf(envelope) == Terms && task.ClaimBond == Terms.ClaimBond;
        return !isKnown ? DisputeRefusal.NotOnTheLedger
            : now + Terms.LongestFinality > envelope.OpeningDeadline ? DisputeRefusal.LedgerClosesTooEarly
            : DisputeRefusal.None;
    }

    // A claim's bond is locked since its task was accepted: from here on nobody closes the task. A challenger's is locked here.
    private DisputeRefusal LockBond(CourtEntry entry) => entry.Act switch
    {
        CourtAct.Post => Ledger.ApplyForCourt(new HoldTask(entry.Claim!.Body.Task, entry.Claim.Body.Digest)) switch
        {
            LedgerRefusal.None => DisputeRefusal.None,
            LedgerRefusal.CourtDeadlinePassed or LedgerRefusal.RevealTooLate => DisputeRefusal.LedgerClosesTooEarly,
            _ => DisputeRefusal.NotOnTheLedger,
        },
        CourtAct.Open => Ledger.Apply(new LockCollateral(entry.Opening!.Body.Game, entry.Opening.Body.Challenger, Terms.ChallengeBond, entry.Time + BondLifetimeMilliseconds)) == LedgerRefusal.None
            ? DisputeRefusal.None
            : DisputeRefusal.BondNotFunded,
        _ => DisputeRefusal.None,
    };

    // A bond that the docket no longer holds was given back or lost; the ledger follows.
    private void MoveBonds(Digest claim, DisputeDocket before, DisputeDocket after)
    {
        NodeId provider = after.Claims[claim].Rules.Claim.Body.Provider;
        foreach (Digest id in before.OpenGamesOf(claim))
        {
            DocketGame game = after.Games[id];
            if (game.Bond != Amount.Zero)
            {
                continue;
            }

            DocketGame open = before.Games[id];

            if (game.State.Result == DisputeResult.Acquitted)
            {
                (Amount compensation, Amount lost) = Terms.Split(open.Bond);
                Forfeit(id, lost, TransferPurpose.Compensation, (provider, compensation));
            }
            else
            {
                Move(new ReleaseCollateral(id));
            }
        }

        if (before.Claims.GetValueOrDefault(claim) is { Status: DocketClaimStatus.Open } posted && after.Claims[claim] is { Status: not DocketClaimStatus.Open } closed)
        {
            Digest task = posted.Rules.Claim.Body.Task;
            Move(new DecideTask(task, closed.Status == DocketClaimStatus.Convicted));
            if (closed.ConvictedIn is { } game)
            {
                (Amount reward, Amount found, Amount burnt) = Terms.SplitClaimBond(posted.Bond);
                NodeId winner = after.Games[game].State.Opening.Challenger;
                NodeId first = after.Games[closed.FoundIn ?? game].State.Opening.Challenger;
                Forfeit(task, burnt, TransferPurpose.Bounty, winner == first ? [(winner, reward + found)] : [(winner, reward), (first, found)]);
            }
            else
            {
                Move(new ReleaseCollateral(task));
            }
        }
    }

    private void Forfeit(Digest id, Amount burnt, TransferPurpose purpose, params ReadOnlySpan<(NodeId Winner, Amount Reward)> rewards)
    {
        ImmutableArray<Transfer> transfers =
        [
            .. rewards.ToArray().Where(static each => each.Reward != Amount.Zero).Select(each => new Transfer(id, TransferSource.Collateral, each.Winner, each.Reward, purpose)),
            Transfer.Burn(id, TransferSource.Collateral, burnt),
        ];
        if (Ledger.Apply(new ForfeitCollateral(id, transfers)) is var refusal and not LedgerRefusal.None)
        {
            // Called a year late: what can no longer be taken goes back.
            Move(refusal == LedgerRefusal.CollateralExpired ? new ReleaseCollateral(id) : throw new InvalidOperationException($"Expected a bond that can be forfeited, got {refusal}."));
        }
    }

    private void Move(LedgerCommand command)
    {
        LedgerRefusal refusal = command.IsOfCourt ? Ledger.ApplyForCourt(command) : Ledger.Apply(command);
        if (refusal != LedgerRefusal.None)
        {
            throw new InvalidOperationException($"Expected a bond that the ledger holds, got {refusal}.");
        }
    }

    private void Restart()
    {
        lock (Ledger.Store.Gate)
        {
            if (Ledger.Store.FirstSequence > 1)
            {
                throw new InvalidDataException($"Expected all records of the store, got those from {Ledger.Store.FirstSequence} on: a court needs its own from the first.");
            }

            foreach (StoredRecord record in Ledger.Store.Read().Where(static record => record.Stream == Stream))
            {
                if (!Canonical.TryRead(record.Content.Span, out CourtEntry? entry) || _state.Apply(entry, _rules, Terms, out CourtState next) != DisputeRefusal.None)
                {
                    throw new InvalidDataException($"Expected entries of a court with these terms and referees, got a bad one at record {record.Sequence}.");
                }

                _state = next;
            }
        }
    }
}
