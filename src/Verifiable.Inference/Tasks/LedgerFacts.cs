using System.Collections.Immutable;
using Verifiable.Inference.Claims;
using Verifiable.Inference.Commitments;
using Verifiable.Inference.Identity;
using Verifiable.Inference.Settlement;

namespace Verifiable.Inference.Tasks;

/// <summary>Whether a ledger shows what a command says, at the moment at which it is asked.</summary>
internal static class LedgerFacts
{
    public static MarketRefusal Check(MarketCommand command, MarketState market, InferenceLedger ledger, long now)
    {
        if (command.Act == MarketAct.NoteStakes)
        {
            ImmutableSortedDictionary<NodeId, Amount> stakes = ledger.BondedStakes;
            return Holds(command.Stakes.All(change => stakes.GetValueOrDefault(change.Node) == change.Stake));
        }

        if (market.FindTask(command.Task) is not { } task)
        {
            return command.Posting is not { Assignment: MarketAssignment.Auction } posting || IsFunded(posting, market, ledger) ? MarketRefusal.None : MarketRefusal.RequesterCannotPay;
        }

        TaskRecord? record = task.LedgerTask == default ? null : ledger.FindTask(task.LedgerTask);
        return command.Act switch
        {
            MarketAct.Bid or MarketAct.Assign when ledger.BalanceOf(task.Posting.Requester) < task.PriceAt(now) => MarketRefusal.RequesterCannotPay,
            MarketAct.Bid => CoversCollateral(task, command.Actor, market, ledger),
            MarketAct.Expire => Holds(command.Amount.Units switch
            {
                MarketCommand.Unfunded => !IsFunded(task, market, ledger),
                MarketCommand.Forgotten => task.LedgerTask != default && record is null,
                _ => true,
            }),
            MarketAct.Challenge => CoversChallenges(task, command.Actor, market, ledger) ? MarketRefusal.None : MarketRefusal.InsufficientCollateral,
            MarketAct.Assign => CoversCollateral(task, task.Posting.Provider, market, ledger),
            MarketAct.Confirm => Holds(ledger.FindTask(command.Reference) is { } held && IsHeld(task, held) && !IsKnown(market, command.Reference)),
            MarketAct.Answer => Holds(record?.Claim == command.Reference),

            // The requester's own word needs no fact but the claim, which is there. Otherwise the ledger must show the claim, or that nobody may demand it any more.
            MarketAct.Deliver => Holds(command.Actor != default || record is { Delivery: ClaimDelivery.Revealed }
                || (record is { State: TaskState.Claimed, Delivery: ClaimDelivery.Undisputed } && record.IsPastDemandDeadline(now)) || IsServed(record)),
            MarketAct.Acquit or MarketAct.Finish => Holds(IsServed(record)),
            MarketAct.Convict => Holds(record is { State: TaskState.Settled, Cause: SettlementCause.Convicted }),
            MarketAct.Reassign when task.LedgerTask == default => Holds(FindAccepted(task, market, ledger).Count != 1),
            MarketAct.Reassign => Holds(record is { State: TaskState.Expired } || record is { State: TaskState.Settled, Cause: SettlementCause.Silent }),
            MarketAct.FinishRun => Holds(command.Reference == default
                ? (command.Amount.Units & 4) == 0
                : ledger.FindTask(command.Reference) is { State: TaskState.Settled } settled && settled.Requester == command.Actor && !IsKnown(market, command.Reference, except: task.Id)),
            _ => MarketRefusal.None,
        };
    }

    /// <summary>
    /// Finds what the provider of an assigned task accepted on the ledger, on the posted terms and since the task was queued, and the market knows of no task of. Where it is one, there is no doubt
    /// which it is, and it must be told; where there are several, the market does not guess.
    /// </summary>
    public static IReadOnlyList<TaskRecord> FindAccepted(MarketTask task, MarketState market, InferenceLedger ledger)
    {
        List<TaskRecord> found = [.. ledger.State.Tasks.Values.Where(record => IsHeld(task, record))];
        if (found.Count > 0)
        {
            HashSet<Digest> known = [.. market.Tasks.Values.Select(static other => other.LedgerTask)];
            _ = found.RemoveAll(record => known.Contains(record.Task));
        }

        return found;
    }

    // Rationale: bids must leave what comes first, so a posting that nobody can take at its word would stop all others. Each of a requester's queued auctions counts at its limit.
    private static bool IsFunded(MarketTask task, MarketState market, InferenceLedger ledger) =>
        task.State != MarketTaskState.Queued || task.Posting.Assignment != MarketAssignment.Auction || Covers(task.Posting.Requester, UInt128.Zero, market, ledger);

    private static bool IsFunded(MarketPosting posting, MarketState market, InferenceLedger ledger) => Covers(posting.Requester, posting.PriceLimit.Units, market, ledger);

    private static bool Covers(NodeId requester, UInt128 more, MarketState market, InferenceLedger ledger)
    {
        ulong balance = ledger.BalanceOf(requester).Units;
        foreach (Digest id in market.Queued)
        {
            MarketPosting posting = market.Tasks[id].Posting;
            more += posting.Assignment == MarketAssignment.Auction && posting.Requester == requester ? posting.PriceLimit.Units : 0UL;
        }

        return more <= balance;
    }

    private static MarketRefusal Holds(bool fact) => fact ? MarketRefusal.None : MarketRefusal.NotOnLedger;

    private static bool IsServed(TaskRecord? record) => record is { State: TaskState.Settled, Cause: SettlementCause.Served } or { State: TaskState.Forfeited };

    // Rationale: a challenge bars the provider until the ledger has settled. One stake for any number of challenges would keep all competitors out for nothing.
    private static bool CoversChallenges(MarketTask task, NodeId challenger, MarketState market, InferenceLedger ledger)
    {
        UInt128 needed = task.Posting.Collateral.Units;
        foreach (MarketTask other in market.Tasks.Values)
        {
            needed += other.State == MarketTaskState.Challenged && other.Challenger == challenger ? other.Posting.Collateral.Units : 0UL;
        }

        return needed <= ledger.AccountOf(challenger).Stake.Units;
    }

    // Rationale: between a bid and its acceptance the stake is not reserved on the ledger; without this a provider could take ten tasks with the stake for one.
    private static MarketRefusal CoversCollateral(MarketTask task, NodeId provider, MarketState market, InferenceLedger ledger)
    {
        Amount free = ledger.State.GetAccount(provider).FreeStake;
        Amount pending = market.GetProvider(provider).PendingCollateral;
        return free >= pending && free - pending >= task.Posting.Collateral ? MarketRefusal.None : MarketRefusal.InsufficientCollateral;
    }

    // Rationale: the requester signed the binding with the envelope. Without it a provider could name another seat of the same requester, at the same price, and have its task followed in place of the work.
    private static bool IsHeld(MarketTask task, TaskRecord held) =>
        held.BindingDigest == TaskEnvelope.DigestOf(task.Id) && WasAccepted(held) && held.Provider == task.Provider && held.Requester == task.Posting.Requester
        && held.Reward == task.Price && held.StakeAtRisk >= task.Posting.Collateral && held.OpenedAt >= task.QueuedAt;

    private static bool WasAccepted(TaskRecord record) => record.State is not (TaskState.None or TaskState.Open or TaskState.Cancelled);

    // One task of the ledger holds the money of one task here.
    private static bool IsKnown(MarketState market, Digest ledgerTask, Digest except = default) => market.Tasks.Values.Any(other => other.LedgerTask == ledgerTask && other.Id != except);
}
