using Verifiable.Inference.Commitments;
using Verifiable.Inference.Identity;
using Verifiable.Inference.Selection;
using Verifiable.Inference.Settlement;

namespace Verifiable.Inference.Tasks;

/// <summary>Whether a ledger shows what a command says, at the moment at which it is asked.</summary>
internal static class LedgerFacts
{
    public static MarketRefusal Check(MarketCommand command, MarketState market, InferenceLedger ledger, long now)
    {
        if (market.FindTask(command.Task) is not { } task)
        {
            return command.Posting is not { Assignment: MarketAssignment.Auction } posting || IsFunded(posting, market, ledger) ? MarketRefusal.None : MarketRefusal.RequesterCannotPay;
        }

        TaskRecord? record = task.LedgerTask == default ? null : ledger.FindTask(task.LedgerTask);
        return command.Act switch
        {
            MarketAct.Bid or MarketAct.Assign when ledger.BalanceOf(task.Posting.Requester) < task.PriceAt(now) => MarketRefusal.RequesterCannotPay,
            MarketAct.Bid => CoversCollateral(task, command.Actor, market, ledger),
            MarketAct.Expire => Holds(command.Amount == Amount.Zero || !IsFunded(task, market, ledger)),
            MarketAct.Challenge => ledger.State.GetAccount(command.Actor).Stake >= task.Posting.Collateral ? MarketRefusal.None : MarketRefusal.InsufficientCollateral,
            MarketAct.Assign => CoversCollateral(task, task.Posting.Provider, market, ledger),
            MarketAct.Confirm => Holds(ledger.FindTask(command.Reference) is { } held && IsHeld(task, held)),
            MarketAct.Answer => Holds(record?.Claim == command.Reference),

            // The requester's own word needs no fact but the claim, which is there. Otherwise the ledger must show the claim, or that nobody may demand it any more.
            MarketAct.Deliver => Holds(command.Actor != default || record is { Delivery: ClaimDelivery.Revealed }
                || (record is { State: TaskState.Claimed, Delivery: ClaimDelivery.Undisputed } && record.IsPastDemandDeadline(now)) || IsServed(record)),
            MarketAct.Recompute => IsDrawn(task, command, ledger.Stakes),
            MarketAct.Acquit or MarketAct.Finish => Holds(IsServed(record)),
            MarketAct.Convict => Holds(record is { State: TaskState.Settled, Cause: SettlementCause.Convicted }),
            MarketAct.Reassign when record is null => Holds(task.Posting.Assignment != MarketAssignment.Auction || WasOpened(task, ledger) == (command.Amount == Amount.Zero)),
            MarketAct.Reassign => Holds(record is { State: TaskState.Expired } || record is { State: TaskState.Settled, Cause: SettlementCause.Silent }),
            MarketAct.FinishRun => Holds((command.Amount.Units & 4) == 0
                || (ledger.FindTask(command.Reference) is { State: TaskState.Settled } settled && settled.Requester == command.Actor)),
            _ => MarketRefusal.None,
        };
    }

    /// <summary>Tells whether the requester of an assigned task opened one for its provider since it was queued.</summary>
    public static bool WasOpened(MarketTask task, InferenceLedger ledger) => ledger.State.Tasks.Values.Any(record =>
        record.Provider == task.Provider && record.Requester == task.Posting.Requester && record.Reward == task.Price && record.OpenedAt >= task.QueuedAt);

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

    // Rationale: between a bid and its acceptance the stake is not reserved on the ledger; without this a provider could take ten tasks with the stake for one.
    private static MarketRefusal CoversCollateral(MarketTask task, NodeId provider, MarketState market, InferenceLedger ledger)
    {
        Amount free = ledger.State.GetAccount(provider).FreeStake;
        Amount pending = market.GetProvider(provider).PendingCollateral;
        return free >= pending && free - pending >= task.Posting.Collateral ? MarketRefusal.None : MarketRefusal.InsufficientCollateral;
    }

    private static bool IsHeld(MarketTask task, TaskRecord held) =>
        held.State is TaskState.Accepted or TaskState.Claimed && held.Provider == task.Provider && held.Requester == task.Posting.Requester
        && held.Reward == task.Price && held.StakeAtRisk >= task.Posting.Collateral && held.OpenedAt >= task.QueuedAt;

    private static MarketRefusal IsDrawn(MarketTask task, MarketCommand command, WeightTree stakes)
    {
        int[] excluded = [.. new[] { task.Provider, task.Challenger, task.Posting.Requester }.Concat(task.Excluded).Distinct().Select(id => IndexOf(stakes, id)).Where(index => index >= 0)];
        Seat seat = new(TaskRole.Validator, 0, checked((ushort)command.Number));
        int drawn = StakeDraw.Draw(stakes, task.DrawSecret, task.Id, seat, task.Claim, excluded);
        return drawn >= 0 && stakes.Leaves[drawn].Key == command.Actor.Value ? MarketRefusal.None : MarketRefusal.NotDrawn;
    }

    private static int IndexOf(WeightTree stakes, NodeId id)
    {
        int low = 0;
        for (int high = stakes.Count; low < high;)
        {
            int middle = (low + high) / 2;
            (low, high) = stakes.Leaves[middle].Key.CompareTo(id.Value) < 0 ? (middle + 1, high) : (low, middle);
        }

        return low < stakes.Count && stakes.Leaves[low].Key == id.Value ? low : -1;
    }
}
