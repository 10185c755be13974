using Verifiable.Inference.Commitments;
using Verifiable.Inference.Identity;
using Verifiable.Inference.Selection;

namespace Verifiable.Inference.Tasks;

/// <summary>From the acceptance to the end: answers, challenges, conviction, silence, runs of strategies.</summary>
internal static partial class MarketRules
{
    private static MarketRefusal Confirm(MarketDraft draft, MarketTask task, Digest ledgerTask)
    {
        if (task.State != MarketTaskState.Assigned || task.Provider == default || task.LedgerTask != default)
        {
            return WrongState(task.LedgerTask == ledgerTask && ledgerTask != default);
        }

        MarketProvider provider = draft.GetProvider(task.Provider);
        draft.Set(task.Provider, provider with { PendingCollateral = provider.PendingCollateral - task.Posting.Collateral });
        draft.Set(task with { LedgerTask = ledgerTask, Due = 0 });
        return MarketRefusal.None;
    }

    private static MarketRefusal Answer(MarketDraft draft, MarketTask task, Digest claim)
    {
        if (task.State != MarketTaskState.Assigned || task.Provider == default || task.LedgerTask == default)
        {
            return WrongState(task.Claim == claim && task.State >= MarketTaskState.Answered);
        }

        draft.Set(task with { State = MarketTaskState.Answered, Claim = claim });
        return MarketRefusal.None;
    }

    private static MarketRefusal Deliver(MarketDraft draft, MarketTask task, NodeId requester)
    {
        if (requester != default && requester != task.Posting.Requester)
        {
            return MarketRefusal.WrongRequester;
        }

        if (task.State != MarketTaskState.Answered)
        {
            return WrongState(task.State is MarketTaskState.Provisional or MarketTaskState.Challenged or MarketTaskState.Final);
        }

        Release(draft, task.Provider);
        draft.Set(task with { State = MarketTaskState.Provisional, Due = draft.Now + task.Posting.ChallengeWindow });
        return MarketRefusal.None;
    }

    private static MarketRefusal OpenDraw(MarketDraft draft, MarketTask task, Digest secret)
    {
        if (task.IsDrawOpened)
        {
            return task.DrawSecret == secret ? MarketRefusal.AlreadyDone : MarketRefusal.WrongSecret;
        }

        if (task.State is not (MarketTaskState.Provisional or MarketTaskState.Challenged))
        {
            return MarketRefusal.WrongState;
        }

        if (!MarketDrawChain.IsLink(task.DrawCommitment, secret, task.Assignments))
        {
            return MarketRefusal.WrongSecret;
        }

        if (task.State == MarketTaskState.Provisional && draft.Now >= task.Due)
        {
            return MarketRefusal.TooLate;
        }

        MarketTask opened = task with { IsDrawOpened = true, DrawSecret = secret };
        if (task.State == MarketTaskState.Provisional && task.Posting.ChallengeRate.Covers(AuditDraws.Coin(secret, task.Claim)))
        {
            Bar(draft, opened, challenger: default);
        }
        else
        {
            draft.Set(opened);
        }

        return MarketRefusal.None;
    }

    private static MarketRefusal Challenge(MarketDraft draft, MarketTask task, NodeId challenger)
    {
        if (task.State != MarketTaskState.Provisional)
        {
            return WrongState(task.State == MarketTaskState.Challenged && task.Challenger == challenger);
        }

        if (challenger == task.Provider)
        {
            return MarketRefusal.ProviderExcluded;
        }

        if (draft.Now >= task.Due)
        {
            return MarketRefusal.TooLate;
        }

        Bar(draft, task, challenger);
        return MarketRefusal.None;
    }

    private static MarketRefusal Recompute(MarketDraft draft, MarketTask task, MarketCommand command)
    {
        if (task.State != MarketTaskState.Challenged || !task.IsDrawOpened)
        {
            return MarketRefusal.WrongState;
        }

        if (task.Recomputation == command.Reference)
        {
            return MarketRefusal.AlreadyDone;
        }

        // Rationale: the next draw only where the last one came to nothing, and in order, so that nobody picks among draws.
        if (command.Number != (ulong)task.Recomputations
            || (task.Recomputation != default && draft.FindTask(task.Recomputation) is not { State: MarketTaskState.Failed or MarketTaskState.Withdrawn }))
        {
            return MarketRefusal.WrongState;
        }

        if (command.Actor == task.Provider || command.Actor == task.Challenger || task.Excludes(command.Actor))
        {
            return MarketRefusal.ProviderExcluded;
        }

        if (draft.FindTask(command.Reference) is not { } recomputation || recomputation.Posting.Parent != task.Id || recomputation.Posting.Provider != command.Actor)
        {
            return MarketRefusal.TaskUnknown;
        }

        // Rationale: who posts a recomputation can let it come to nothing, and with that have the next one drawn. A friend of the provider must not, and whoever challenged may be one.
        if (recomputation.Posting.Requester != task.Posting.Requester)
        {
            return MarketRefusal.WrongRequester;
        }

        // Rationale: one that is over already would have the next one drawn at once.
        if (recomputation.IsClosed)
        {
            return MarketRefusal.WrongState;
        }

        if (MarketStakes.Draw(task, task.Recomputations) != command.Actor)
        {
            return MarketRefusal.NotDrawn;
        }

        draft.Set(task with { Recomputation = command.Reference, Recomputations = task.Recomputations + 1 });
        return MarketRefusal.None;
    }

    private static MarketRefusal Acquit(MarketDraft draft, MarketTask task)
    {
        if (task.State != MarketTaskState.Challenged)
        {
            return WrongState(task.State == MarketTaskState.Final && task.IsDrawOpened);
        }

        MarketProvider provider = draft.GetProvider(task.Provider);
        draft.Set(task.Provider, provider with { Challenges = provider.Challenges - 1, Reputation = provider.Reputation.After(wasGood: true, draft.Now) });
        draft.Set(task with { State = MarketTaskState.Final, IsVerified = true });
        return MarketRefusal.None;
    }

    private static MarketRefusal Convict(MarketDraft draft, MarketTask task)
    {
        if (task.State is not (MarketTaskState.Answered or MarketTaskState.Provisional or MarketTaskState.Challenged))
        {
            return WrongState(task.State is MarketTaskState.Reversed or MarketTaskState.Queued && task.Reassignments > 0);
        }

        if (task.State == MarketTaskState.Answered)
        {
            Release(draft, task.Provider);
        }

        MarketProvider provider = draft.GetProvider(task.Provider);
        draft.Set(task.Provider, provider with
        {
            IsRemoved = true,
            Challenges = provider.Challenges - (task.State == MarketTaskState.Challenged ? 1 : 0),
            Reputation = provider.Reputation.After(wasGood: false, draft.Now),
        });
        draft.Set(task with { State = MarketTaskState.Reversed, Excluded = [.. task.Excluded, task.Provider] });
        return MarketRefusal.None;
    }

    // Not accepted in time, or silent on the ledger: which of them, the ledger says before this is asked.
    private static MarketRefusal Reassign(MarketDraft draft, MarketTask task)
    {
        bool isOpen = task is { State: MarketTaskState.Assigned or MarketTaskState.Answered } && task.Provider != default;
        if (!isOpen)
        {
            return WrongState(task.State is MarketTaskState.Queued or MarketTaskState.Failed && task.Reassignments > 0);
        }

        if (task.LedgerTask == default && draft.Now < task.Due)
        {
            return MarketRefusal.TooEarly;
        }

        // Rationale: only an acceptance on the ledger is proof. That a provider did not accept is the requester's word: nobody sees whether it sent the inputs, and terms that may be accepted.
        bool isItsFault = task.LedgerTask != default;
        Release(draft, task.Provider);
        MarketProvider provider = draft.GetProvider(task.Provider);
        draft.Set(task.Provider, provider with
        {
            PendingCollateral = provider.PendingCollateral - (task.LedgerTask == default ? task.Posting.Collateral : Amount.Zero),
            BarredUntil = isItsFault ? Math.Max(provider.BarredUntil, draft.Now + MarketState.BarMilliseconds) : provider.BarredUntil,
            Reputation = isItsFault ? provider.Reputation.After(wasGood: false, draft.Now) : provider.Reputation,
        });
        return QueueAgain(draft, task with { Excluded = [.. task.Excluded, task.Provider] }, countsAgainstLimit: true);
    }

    private static MarketRefusal Finish(MarketDraft draft, MarketTask task)
    {
        if (task.State != MarketTaskState.Provisional)
        {
            return WrongState(task.State == MarketTaskState.Final);
        }

        if (draft.Now < task.Due)
        {
            return MarketRefusal.TooEarly;
        }

        MarketProvider provider = draft.GetProvider(task.Provider);
        draft.Set(task.Provider, provider with { Reputation = provider.Reputation.After(wasGood: true, draft.Now) });
        draft.Set(task with { State = MarketTaskState.Final });
        return MarketRefusal.None;
    }

    private static MarketRefusal Expire(MarketDraft draft, MarketTask task, MarketCommand command)
    {
        if (command.Amount.Units == MarketCommand.Forgotten)
        {
            return Forget(draft, task);
        }

        if (task.State != MarketTaskState.Queued)
        {
            return WrongState(task.State == MarketTaskState.Failed);
        }

        if (draft.Now < task.Posting.Expiry && command.Amount == Amount.Zero)
        {
            return MarketRefusal.TooEarly;
        }

        draft.Set(task with { State = MarketTaskState.Failed });
        return MarketRefusal.None;
    }

    // Rationale: the ledger drops what it closed long ago, and may have paid. To blame the provider, or to leave it barred, would punish it for the market's absence.
    private static MarketRefusal Forget(MarketDraft draft, MarketTask task)
    {
        if (task.LedgerTask == default || task.Provider == default
            || task.State is not (MarketTaskState.Assigned or MarketTaskState.Answered or MarketTaskState.Provisional or MarketTaskState.Challenged))
        {
            return WrongState(task.State == MarketTaskState.Failed);
        }

        if (task.State is MarketTaskState.Assigned or MarketTaskState.Answered)
        {
            Release(draft, task.Provider);
        }

        MarketProvider provider = draft.GetProvider(task.Provider);
        draft.Set(task.Provider, provider with { Challenges = provider.Challenges - (task.State == MarketTaskState.Challenged ? 1 : 0) });
        draft.Set(task with { State = MarketTaskState.Failed });
        return MarketRefusal.None;
    }

    private static MarketRefusal StartRun(MarketDraft draft, MarketTask task, MarketCommand command)
    {
        if (CheckRun(task, command) is var refusal and not MarketRefusal.None)
        {
            return refusal;
        }

        if (task.State != MarketTaskState.Queued)
        {
            return WrongState(task.State == MarketTaskState.Assigned && command.Number + 1 == (ulong)task.Assignments);
        }

        if (command.Number != (ulong)task.Assignments)
        {
            return MarketRefusal.WrongState;
        }

        if (draft.Now >= task.Posting.Expiry)
        {
            return MarketRefusal.TooLate;
        }

        draft.Set(task with { State = MarketTaskState.Assigned, LedgerTask = default, Assignments = task.Assignments + 1 });
        return MarketRefusal.None;
    }

    private static MarketRefusal FinishRun(MarketDraft draft, MarketTask task, MarketCommand command)
    {
        if (CheckRun(task, command) is var refusal and not MarketRefusal.None)
        {
            return refusal;
        }

        if (task.State != MarketTaskState.Assigned || command.Number != (ulong)task.Assignments)
        {
            return WrongState(task.State != MarketTaskState.Assigned && task.LedgerTask == command.Reference && command.Number == (ulong)task.Assignments);
        }

        MarketTask ended = task with { LedgerTask = command.Reference };
        if ((command.Amount.Units & 4) == 0)
        {
            return QueueAgain(draft, ended, countsAgainstLimit: true);
        }

        draft.Set(ended with { State = MarketTaskState.Final, IsVerified = (VerdictKind)(command.Amount.Units & 3) != VerdictKind.Undetermined });
        return MarketRefusal.None;
    }

    private static MarketRefusal LoseRun(MarketDraft draft, MarketTask task, MarketCommand command)
    {
        if (CheckRun(task, command) is var refusal and not MarketRefusal.None)
        {
            return refusal;
        }

        return task.State != MarketTaskState.Assigned || command.Number != (ulong)task.Assignments
            ? WrongState(task.State == MarketTaskState.Queued && command.Number == (ulong)task.Assignments)
            : QueueAgain(draft, task, countsAgainstLimit: false);
    }

    private static MarketRefusal CheckRun(MarketTask task, MarketCommand command) =>
        task.Posting.Assignment != MarketAssignment.Strategy ? MarketRefusal.WrongAssignment
        : task.Posting.Requester != command.Actor ? MarketRefusal.WrongRequester
        : MarketRefusal.None;

    // The task keeps its place in the queue and gains priority; it ends where nobody else may have it.
    private static MarketRefusal QueueAgain(MarketDraft draft, MarketTask task, bool countsAgainstLimit)
    {
        bool isOver = draft.Now >= task.Posting.Expiry || task.Posting.Assignment == MarketAssignment.Direct || (countsAgainstLimit && task.Reassignments >= task.Posting.MaxReassignments);
        draft.Set(task with
        {
            State = isOver ? MarketTaskState.Failed : MarketTaskState.Queued,
            QueuedAt = draft.Now,
            Due = 0,
            Reassignments = task.Reassignments + (countsAgainstLimit ? 1 : 0),

            // Rationale: a run is lost by its requester's word, as often as it likes; it must not buy a place in the queue.
            Requeues = task.Requeues + (countsAgainstLimit ? 1 : 0),
        });
        return MarketRefusal.None;
    }

    // While a claim is challenged its provider takes no new tasks.
    private static void Bar(MarketDraft draft, MarketTask task, NodeId challenger)
    {
        MarketProvider provider = draft.GetProvider(task.Provider);
        draft.Set(task.Provider, provider with { Challenges = provider.Challenges + 1 });
        draft.Set(task with { State = MarketTaskState.Challenged, Challenger = challenger });
    }

    private static void Release(MarketDraft draft, NodeId id)
    {
        MarketProvider provider = draft.GetProvider(id);
        draft.Set(id, provider with { Running = provider.Running - 1 });
    }
}
