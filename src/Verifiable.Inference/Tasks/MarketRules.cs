using System.Collections.Immutable;
using Verifiable.Inference.Identity;
using Verifiable.Inference.Settlement;

namespace Verifiable.Inference.Tasks;

/// <summary>What each command does to a market. Pure and total.</summary>
/// <remarks>
/// Source: the states are those of the Smart AI slashing mechanism, with what it leaves open decided here: whoever recomputes is drawn and may be challenged itself, bars are counted, priorities are
/// capped and age, a convicted provider never gets the task again, and a task ends after a bounded number of providers.
/// </remarks>
internal static partial class MarketRules
{
    public static MarketRefusal Apply(MarketDraft draft, MarketCommand command)
    {
        switch (command.Act)
        {
            case MarketAct.Join:
                return Join(draft, command);
            case MarketAct.Leave:
                return Leave(draft, command);
            case MarketAct.Post:
                return Post(draft, command);
            case MarketAct.NoteStakes:
                return NoteStakes(draft, command);
            default:
                break;
        }

        if (draft.FindTask(command.Task) is not { } task)
        {
            return MarketRefusal.TaskUnknown;
        }

        return command.Act switch
        {
            MarketAct.Withdraw => Withdraw(draft, task, command),
            MarketAct.Bid => Bid(draft, task, command),
            MarketAct.Assign => AssignDirectly(draft, task),
            MarketAct.Confirm => Confirm(draft, task, command.Reference),
            MarketAct.Answer => Answer(draft, task, command.Reference),
            MarketAct.Deliver => Deliver(draft, task, command.Actor),
            MarketAct.OpenDraw => OpenDraw(draft, task, command.Reference),
            MarketAct.Challenge => Challenge(draft, task, command.Actor),
            MarketAct.Recompute => Recompute(draft, task, command),
            MarketAct.Acquit => Acquit(draft, task),
            MarketAct.Convict => Convict(draft, task),
            MarketAct.Requeue => task.State == MarketTaskState.Reversed ? QueueAgain(draft, task, countsAgainstLimit: true) : WrongState(task.State == MarketTaskState.Queued),
            MarketAct.Reassign => Reassign(draft, task),
            MarketAct.Finish => Finish(draft, task),
            MarketAct.Expire => Expire(draft, task, command),
            MarketAct.StartRun => StartRun(draft, task, command),
            MarketAct.FinishRun => FinishRun(draft, task, command),
            MarketAct.LoseRun => LoseRun(draft, task, command),
            _ => MarketRefusal.WrongState,
        };
    }

    private static MarketRefusal Join(MarketDraft draft, MarketCommand command)
    {
        MarketProvider provider = draft.GetProvider(command.Actor);
        if (command.Actor == default || command.Number is 0 or > ushort.MaxValue)
        {
            return MarketRefusal.InvalidCapacity;
        }

        if (provider.IsRemoved)
        {
            return MarketRefusal.ProviderRemoved;
        }

        if (command.Amount.Units <= provider.Serial)
        {
            return command.Amount.Units == provider.Serial && (ulong)provider.Capacity == command.Number && !provider.HasLeft && provider.Serial > 0
                ? MarketRefusal.AlreadyDone
                : MarketRefusal.StaleSerial;
        }

        draft.Set(command.Actor, provider with { Capacity = (int)command.Number, HasLeft = false, Serial = command.Amount.Units });
        return MarketRefusal.None;
    }

    private static MarketRefusal Leave(MarketDraft draft, MarketCommand command)
    {
        MarketProvider provider = draft.GetProvider(command.Actor);
        if (provider.Capacity == 0)
        {
            return MarketRefusal.ProviderUnknown;
        }

        if (command.Amount.Units <= provider.Serial)
        {
            return command.Amount.Units == provider.Serial && provider.HasLeft ? MarketRefusal.AlreadyDone : MarketRefusal.StaleSerial;
        }

        draft.Set(command.Actor, provider with { HasLeft = true, Serial = command.Amount.Units });
        return MarketRefusal.None;
    }

    private static MarketRefusal Post(MarketDraft draft, MarketCommand command)
    {
        if (command.Posting is not { } posting || !posting.IsSound)
        {
            return MarketRefusal.InvalidPosting;
        }

        if (draft.FindTask(command.Task) is not null)
        {
            return MarketRefusal.AlreadyDone;
        }

        if (draft.Now >= posting.Expiry)
        {
            return MarketRefusal.TooLate;
        }

        if (posting.Parent != default
            && (draft.FindTask(posting.Parent) is not { State: MarketTaskState.Challenged } parent || !posting.Recomputes(parent.Posting)
                || posting.Expiry < LedgerState.Later(draft.Now, MarketPosting.LeastRecomputationTime)))
        {
            return MarketRefusal.InvalidPosting;
        }

        draft.Set(new MarketTask
        {
            Posting = posting,
            Id = command.Task,
            DrawCommitment = command.Reference,
            State = MarketTaskState.Queued,
            PostedAt = draft.Now,
            QueuedAt = draft.Now,
            Number = draft.NextNumber(),
            Stakes = draft.Stakes,
        });
        return MarketRefusal.None;
    }

    private static MarketRefusal NoteStakes(MarketDraft draft, MarketCommand command)
    {
        bool isChanged = MarketStakes.TryChange(draft.Stakes, command.Stakes.AsSpan(), out ImmutableSortedDictionary<NodeId, Amount> stakes);
        draft.Stakes = stakes;
        return isChanged ? MarketRefusal.None : MarketRefusal.AlreadyDone;
    }

    private static MarketRefusal Withdraw(MarketDraft draft, MarketTask task, MarketCommand command)
    {
        if (task.Posting.Requester != command.Actor)
        {
            return MarketRefusal.WrongRequester;
        }

        if (task.State != MarketTaskState.Queued)
        {
            return WrongState(task.State == MarketTaskState.Withdrawn);
        }

        if (task.Posting.Parent != default && draft.FindTask(task.Posting.Parent)?.Recomputation == task.Id)
        {
            // Rationale: taking it back would have another provider drawn.
            return MarketRefusal.WrongState;
        }

        draft.Set(task with { State = MarketTaskState.Withdrawn });
        return MarketRefusal.None;
    }

    private static MarketRefusal Bid(MarketDraft draft, MarketTask task, MarketCommand command)
    {
        if (task.Posting.Assignment != MarketAssignment.Auction)
        {
            return MarketRefusal.WrongAssignment;
        }

        if (command.Number < (ulong)task.Assignments)
        {
            return command.Number + 1 == (ulong)task.Assignments && task.State == MarketTaskState.Assigned && task.Provider == command.Actor ? MarketRefusal.AlreadyDone : MarketRefusal.TooLate;
        }

        MarketRefusal refusal = CanTake(draft, task, command.Actor);
        if (refusal != MarketRefusal.None)
        {
            return refusal;
        }

        if (command.Number > (ulong)task.Assignments)
        {
            return MarketRefusal.TooEarly;
        }

        if (draft.Queued.Any(other => WasLetFall(other, task, command.Actor, draft.Now)))
        {
            return MarketRefusal.ProviderBarred;
        }

        if (command.Amount > task.PriceAt(draft.Now))
        {
            return MarketRefusal.PriceNotReached;
        }

        if (draft.Queued.Any(other => ComesFirst(other, task, command, draft.Now)))
        {
            return MarketRefusal.AnotherTaskFirst;
        }

        Give(draft, task, command.Actor);
        return MarketRefusal.None;
    }

    // Rationale: whoever lets a requester's tasks fall should not hold all of them up, one after the other. The requester's word is enough here, for it moves that requester's own tasks only.
    private static bool WasLetFall(MarketTask other, MarketTask task, NodeId provider, long now) =>
        other.Posting.Requester == task.Posting.Requester && other.Excluded.Contains(provider) && now < LedgerState.Later(other.QueuedAt, MarketState.BarMilliseconds) && other.Id != task.Id;

    // Rationale: what waits longest or was re-queued must not be left for what pays better; but only where the bidder could take it on the same terms.
    private static bool ComesFirst(MarketTask other, MarketTask task, MarketCommand bid, long now)
    {
        int priority = other.PriorityAt(now);
        int own = task.PriorityAt(now);
        return (priority > own || (priority == own && own == MarketState.HighestPriority && other.Number < task.Number))
            && other.Posting.Assignment == MarketAssignment.Auction
            && other.Posting.Work.ModelId == task.Posting.Work.ModelId
            && other.Posting.Work.Profile == task.Posting.Work.Profile
            && other.Posting.Collateral <= task.Posting.Collateral
            && other.PriceAt(now) >= bid.Amount
            && now < other.Posting.Expiry
            && !other.Excludes(bid.Actor);
    }

    private static MarketRefusal AssignDirectly(MarketDraft draft, MarketTask task)
    {
        if (task.Posting.Assignment != MarketAssignment.Direct)
        {
            return MarketRefusal.WrongAssignment;
        }

        MarketRefusal refusal = CanTake(draft, task, task.Posting.Provider);
        if (refusal == MarketRefusal.None)
        {
            Give(draft, task, task.Posting.Provider);
        }

        return refusal;
    }

    private static MarketRefusal CanTake(MarketDraft draft, MarketTask task, NodeId provider)
    {
        if (task.State != MarketTaskState.Queued)
        {
            return WrongState(task.State == MarketTaskState.Assigned && task.Provider == provider);
        }

        if (draft.Now >= task.Posting.Expiry)
        {
            return MarketRefusal.TooLate;
        }

        MarketProvider taker = draft.GetProvider(provider);
        return taker.StateAt(draft.Now) switch
        {
            MarketProviderState.Free when task.Excludes(provider) => MarketRefusal.ProviderExcluded,

            // A posting may ask for any collateral: a sum that is no amount is more than anybody has.
            MarketProviderState.Free => task.Posting.Collateral.Units > ulong.MaxValue - taker.PendingCollateral.Units ? MarketRefusal.InsufficientCollateral : MarketRefusal.None,
            MarketProviderState.Busy => MarketRefusal.ProviderBusy,
            MarketProviderState.Barred => MarketRefusal.ProviderBarred,
            MarketProviderState.Removed => MarketRefusal.ProviderRemoved,
            _ => MarketRefusal.ProviderUnknown,
        };
    }

    private static void Give(MarketDraft draft, MarketTask task, NodeId id)
    {
        MarketProvider provider = draft.GetProvider(id);
        draft.Set(id, provider with { Running = provider.Running + 1, PendingCollateral = provider.PendingCollateral + task.Posting.Collateral });
        draft.Set(task with
        {
            State = MarketTaskState.Assigned,
            Provider = id,
            Price = task.PriceAt(draft.Now),
            Due = draft.Now + task.Posting.AcceptWindow,
            LedgerTask = default,
            Claim = default,
            Assignments = task.Assignments + 1,

            // Rationale: what was opened, challenged and recomputed was another provider's claim. Each assignment has a secret of its own.
            IsDrawOpened = false,
            DrawSecret = default,
            Challenger = default,
            Recomputation = default,
            Recomputations = 0,
        });
    }

    private static MarketRefusal WrongState(bool isDone) => isDone ? MarketRefusal.AlreadyDone : MarketRefusal.WrongState;
}
