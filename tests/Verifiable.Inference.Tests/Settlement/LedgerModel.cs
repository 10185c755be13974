using System.Numerics;
using Verifiable.Inference.Claims;
using Verifiable.Inference.Commitments;
using Verifiable.Inference.Identity;
using Verifiable.Inference.Settlement;

namespace Verifiable.Inference.Tests.Settlement;

/// <summary>
/// A plain ledger to compare with: purses with names, and moves between them in numbers that cannot overflow. A command is done on a copy of the purses and
/// counts only if no purse went below nothing. It says whether a command is done, not why not.
/// </summary>
public sealed class LedgerModel
{
    private const long Minute = 60_000;
    private const long Day = 1440 * Minute;

    private static readonly BigInteger _limit = ulong.MaxValue;

    private Dictionary<string, BigInteger> _purses = [];
    private Dictionary<Digest, ModelTask> _tasks = [];
    private Dictionary<Digest, Collateral> _collaterals = [];
    private Dictionary<Digest, (LedgerCommand Command, long Expiry)> _done = [];
    private Dictionary<NodeId, long> _unbondedAt = [];

    public BigInteger this[string purse] => _purses.GetValueOrDefault(purse);

    public IReadOnlyDictionary<Digest, ModelTask> Tasks => _tasks;

    public IReadOnlyDictionary<Digest, Collateral> Collaterals => _collaterals;

    public int Ids => _done.Count;

    /// <summary>Gets all money that was paid in and is somewhere.</summary>
    public BigInteger Held => _purses.Where(purse => purse.Key != "world").Aggregate(BigInteger.Zero, (sum, purse) => sum + purse.Value);

    public bool Apply(LedgerCommand command, long now)
    {
        Dictionary<string, BigInteger> purses = new(_purses);
        Dictionary<Digest, ModelTask> tasks = new(_tasks);
        Dictionary<Digest, Collateral> collaterals = new(_collaterals);
        Dictionary<Digest, (LedgerCommand Command, long Expiry)> ids = new(_done);
        Dictionary<NodeId, long> unbondedAt = new(_unbondedAt);
        bool done = Do(command, now) && _purses.All(purse => purse.Key == "world" || purse.Value >= 0) && -this["world"] <= _limit;
        if (!done)
        {
            (_purses, _tasks, _collaterals, _done, _unbondedAt) = (purses, tasks, collaterals, ids, unbondedAt);
            return false;
        }

        Forget(_purses, purse => purse.Value == 0);
        Forget(_tasks, task => task.Value.State >= TaskState.Cancelled && now >= task.Value.Terms.OpeningDeadline + Day);
        Forget(_collaterals, collateral => collateral.Value.IsClosed && now >= collateral.Value.Expiry);
        Forget(_done, id => now >= id.Value.Expiry);
        return true;
    }

    private bool Do(LedgerCommand command, long now)
    {
        switch (command)
        {
            case Deposit deposit:
                return IsMoney(deposit.Account, deposit.Amount) && Move("world", $"balance {deposit.Account}", deposit.Amount);
            case Withdraw withdraw:
                return IsMoney(withdraw.Account, withdraw.Amount) && Move($"balance {withdraw.Account}", "withdrawn", withdraw.Amount);
            case Bond bond:
                return IsMoney(bond.Account, bond.Amount) && Move($"balance {bond.Account}", $"free {bond.Account}", bond.Amount);
            case Unbond unbond:
                _unbondedAt[unbond.Account] = now + (20 * Minute);
                return IsMoney(unbond.Account, unbond.Amount) && Move($"free {unbond.Account}", $"unbonding {unbond.Account}", unbond.Amount);
            case CollectStake collect:
                return this[$"unbonding {collect.Account}"] > 0 && now >= _unbondedAt[collect.Account] && Empty($"unbonding {collect.Account}", $"balance {collect.Account}");
            case LockCollateral locks:
                return IsMoney(locks.Owner, locks.Amount) && now < locks.Expiry && locks.Expiry <= now + (366 * Day)
                    && _collaterals.TryAdd(locks.Id, new Collateral(locks.Id, locks.Owner, locks.Amount, locks.Expiry, IsClosed: false))
                    && Move($"balance {locks.Owner}", $"collateral {locks.Id}", locks.Amount);
            case ReleaseCollateral release:
                return Unlock(release.Id, out Collateral released) && Empty($"collateral {release.Id}", $"balance {released.Owner}");
            case ForfeitCollateral forfeits:
                return Unlock(forfeits.Id, out Collateral taken) && now < taken.Expiry && !forfeits.Transfers.IsEmpty
                    && forfeits.Transfers.All(transfer => transfer.Task == forfeits.Id && transfer.Source == TransferSource.Collateral && transfer.Amount != Amount.Zero
                        && transfer.Purpose != TransferPurpose.None && (transfer.Purpose == TransferPurpose.Burn) == (transfer.Recipient == default)
                        && Move($"collateral {forfeits.Id}", transfer.Purpose == TransferPurpose.Burn ? "burnt" : $"balance {transfer.Recipient}", transfer.Amount))
                    && Empty($"collateral {forfeits.Id}", $"balance {taken.Owner}");
            case Once once:
                return now < once.Expiry && once.Expiry <= now + (31 * Day) && once.Command is Deposit or Withdraw or Bond or Unbond or CollectStake or ReleaseCollateral or ForfeitCollateral
                    && _done.TryAdd(once.Id, (once.Command, once.Expiry)) && Do(once.Command, now);
            case OpenTask open:
                bool named = open.Requester != default && open.Provider != default;
                bool timely = now < open.Deadline && open.Deadline < open.OpeningDeadline && open.OpeningDeadline <= now + (366 * Day);
                return named && timely && open.Reward <= open.Escrow && _tasks.TryAdd(open.Task, new ModelTask(open, TaskState.Open, null, ClaimDelivery.Undisputed, CourtStanding.None))
                    && Move($"balance {open.Requester}", $"escrow {open.Task}", open.Escrow);
            case AcceptTask accept:
                return Step(accept.Task, TaskState.Open, TaskState.Accepted, out ModelTask accepted)
                    && accepted.Terms.Provider == accept.Provider && now < accepted.Terms.Deadline
                    && Reserve(accept.Provider, accepted.Terms.StakeAtRisk)
                    && (accepted.Terms.ClaimBond == Amount.Zero
                        || (_collaterals.TryAdd(accept.Task, new Collateral(accept.Task, accept.Provider, accepted.Terms.ClaimBond, accepted.Terms.OpeningDeadline + (300 * Day), IsClosed: false))
                            && Move($"balance {accept.Provider}", $"collateral {accept.Task}", accepted.Terms.ClaimBond)));
            case HoldTask hold:
                bool holds = _tasks.TryGetValue(hold.Task, out ModelTask? held) && held is { State: TaskState.Claimed, Court: CourtStanding.None } && held.Claim == hold.Claim
                    && held.Terms.ClaimBond != Amount.Zero && now < held.Part(2) && (!held.IsHidden || now < held.Part(4));
                if (holds)
                {
                    _tasks[hold.Task] = held! with { Court = CourtStanding.Pending, Delivery = held.IsHidden ? ClaimDelivery.Revealed : held.Delivery };
                }

                return holds;
            case DecideTask decide:
                bool decides = _tasks.TryGetValue(decide.Task, out ModelTask? pending) && pending.Court == CourtStanding.Pending;
                if (decides)
                {
                    _tasks[decide.Task] = pending! with { Court = decide.IsConvicted ? CourtStanding.Convicted : CourtStanding.Stands };
                }

                return decides && (!decide.IsConvicted || Move($"reserved {pending!.Terms.Provider}", "burnt", pending.Terms.StakeAtRisk));
            case PostClaim post:
                bool posted = Step(post.Task, TaskState.Accepted, TaskState.Claimed, out ModelTask claimed)
                    && claimed.Terms.Provider == post.Provider && now < claimed.Terms.Deadline;
                if (posted)
                {
                    _tasks[post.Task] = _tasks[post.Task] with { Claim = post.Claim };
                }

                return posted;
            case DemandClaim demand:
                bool demanded = _tasks.TryGetValue(demand.Task, out ModelTask? disputed) && disputed.State == TaskState.Claimed
                    && disputed.Delivery == ClaimDelivery.Undisputed && now < disputed.Part(8);
                if (demanded)
                {
                    _tasks[demand.Task] = disputed! with { Delivery = disputed.Court == CourtStanding.None ? ClaimDelivery.Demanded : ClaimDelivery.Revealed };
                }

                return demanded;
            case RevealClaim reveal:
                bool revealed = _tasks.TryGetValue(reveal.Task, out ModelTask? hidden) && hidden.IsHidden
                    && hidden.Terms.Provider == reveal.Provider && hidden.Claim == reveal.Claim && now < hidden.Part(4);
                if (revealed)
                {
                    _tasks[reveal.Task] = hidden! with { Delivery = ClaimDelivery.Revealed };
                }

                return revealed;
            case CancelTask cancel:
                return Step(cancel.Task, TaskState.Open, TaskState.Cancelled, out ModelTask cancelled) && Empty($"escrow {cancel.Task}", $"balance {cancelled.Terms.Requester}");
            case ForfeitOpening forfeit:
                return Step(forfeit.Task, TaskState.Claimed, TaskState.Forfeited, out ModelTask forfeited) && !forfeited.IsHidden && now >= forfeited.Terms.OpeningDeadline && forfeited.Court != CourtStanding.Pending
                    && (forfeited.Court == CourtStanding.Convicted
                    ? Empty($"escrow {forfeit.Task}", $"balance {forfeited.Terms.Requester}")
                    : Move($"escrow {forfeit.Task}", forfeited.IsPaid ? $"balance {forfeited.Terms.Provider}" : "burnt", forfeited.Terms.Reward)
                    && Empty($"escrow {forfeit.Task}", "burnt")
                    && GiveBondBack(forfeited)
                    && Move($"reserved {forfeited.Terms.Provider}", $"free {forfeited.Terms.Provider}", forfeited.Terms.StakeAtRisk));
            case ExpireSilence expire:
                return Step(expire.Task, Hides(expire.Task) ? TaskState.Claimed : TaskState.Accepted, TaskState.Expired, out ModelTask expired) && now >= expired.Terms.OpeningDeadline
                    && Empty($"escrow {expire.Task}", $"balance {expired.Terms.Requester}")
                    && GiveBondBack(expired)
                    && Move($"reserved {expired.Terms.Provider}", "burnt", expired.Terms.StakeAtRisk);
            case Settle settle:
                return DoSettle(settle, now);
            default:
                return false;
        }
    }

    private bool DoSettle(Settle settle, long now)
    {
        foreach (TaskSettlement item in settle.Tasks)
        {
            TaskState before = item.Cause == SettlementCause.Silent && !Hides(item.Task) ? TaskState.Accepted : TaskState.Claimed;
            bool allowed = item.Cause != SettlementCause.None
                && Step(item.Task, before, TaskState.Settled, out ModelTask task)
                && task.Terms.Requester == _tasks[settle.Tasks[0].Task].Terms.Requester
                && now < task.Terms.OpeningDeadline
                && (item.Cause != SettlementCause.Silent || now >= (task.IsHidden ? task.Part(4) : task.Terms.Deadline))
                && item.Claim == (task.Claim ?? default)
                && AuditSecret.Commit(item.AuditSecret) == task.Terms.AuditCommitment
                && AgreesWithCourt(item, task, now)
                && GiveBondBack(task)
                && (task.Court == CourtStanding.Convicted || Move($"reserved {task.Terms.Provider}", $"stake {item.Task}", task.Terms.StakeAtRisk));
            if (!allowed)
            {
                return false;
            }
        }

        foreach (Transfer transfer in settle.Transfers)
        {
            TaskSettlement? item = settle.Tasks.FirstOrDefault(listed => listed.Task == transfer.Task);
            bool burns = transfer.Purpose == TransferPurpose.Burn;
            bool allowed = item is not null
                && transfer.Purpose != TransferPurpose.None && transfer.Source != TransferSource.None && transfer.Amount != Amount.Zero
                && burns == (transfer.Recipient == default)
                && (transfer.Source == TransferSource.Escrow ? transfer.Recipient != _tasks[item.Task].Terms.Provider || _tasks[item.Task].IsPaid : item.Cause != SettlementCause.Served)
                && Move($"{(transfer.Source == TransferSource.Escrow ? "escrow" : "stake")} {transfer.Task}", burns ? "burnt" : $"balance {transfer.Recipient}", transfer.Amount);
            if (!allowed)
            {
                return false;
            }
        }

        // In the copy a purse may be below nothing for a while; that shows at the end.
        return !settle.Tasks.IsEmpty && settle.Tasks.All(item =>
            Empty($"escrow {item.Task}", $"balance {_tasks[item.Task].Terms.Requester}") && Empty($"stake {item.Task}", $"free {_tasks[item.Task].Terms.Provider}"));
    }

    // A finding is repeated as it is. Without one: two claims convict who is not convicted anyway, silence is the ledger's to know, and who is served and bonded was out of the court's reach.
    private static bool AgreesWithCourt(TaskSettlement item, ModelTask task, long now) => (item.Court, task.Court) switch
    {
        (CourtStanding.Convicted, CourtStanding.Convicted) => item.Cause == SettlementCause.Convicted,
        (CourtStanding.Stands, CourtStanding.Stands) => true,
        (CourtStanding.None or CourtStanding.Refused, CourtStanding.Stands) => item.Cause == SettlementCause.Convicted,
        (CourtStanding.Refused, CourtStanding.None) => true,
        (CourtStanding.None, CourtStanding.None) => item.Cause != SettlementCause.Served || task.Terms.ClaimBond == Amount.Zero || now >= task.Part(2),
        _ => false,
    };

    // The bond of a claim that never came to the court goes back when its task is closed.
    private bool GiveBondBack(ModelTask task) => task.Court != CourtStanding.None || !_collaterals.TryGetValue(task.Terms.Task, out Collateral? bond) || bond.IsClosed || task.Terms.ClaimBond == Amount.Zero
        || (Unlock(task.Terms.Task, out _) && Empty($"collateral {task.Terms.Task}", $"balance {task.Terms.Provider}"));

    private static void Forget<TKey, TValue>(Dictionary<TKey, TValue> from, Func<KeyValuePair<TKey, TValue>, bool> isGone)
        where TKey : notnull
    {
        foreach (KeyValuePair<TKey, TValue> item in from.Where(isGone).ToArray())
        {
            _ = from.Remove(item.Key);
        }
    }

    // Free stake first, then what is being unbonded.
    private bool Reserve(NodeId node, Amount amount)
    {
        BigInteger free = BigInteger.Min(this[$"free {node}"], amount.Units);
        return Move($"free {node}", $"reserved {node}", free) && Move($"unbonding {node}", $"reserved {node}", amount.Units - free);
    }

    private bool Unlock(Digest id, out Collateral collateral)
    {
        bool isHeld = _collaterals.TryGetValue(id, out collateral!) && !collateral.IsClosed;
        if (isHeld)
        {
            _collaterals[id] = collateral with { IsClosed = true };
        }

        return isHeld;
    }

    private static bool IsMoney(NodeId account, Amount amount) => account != default && amount != Amount.Zero;

    private bool Step(Digest id, TaskState from, TaskState to, out ModelTask task)
    {
        bool steps = _tasks.TryGetValue(id, out task!) && task.State == from;
        if (steps)
        {
            _tasks[id] = task with { State = to };
        }

        return steps;
    }

    private bool Move(string from, string to, Amount amount) => Move(from, to, new BigInteger(amount.Units));

    private bool Move(string from, string to, BigInteger amount)
    {
        _purses[from] = this[from] - amount;
        _purses[to] = this[to] + amount;
        return from == "world" || this[from] >= 0;
    }

    private bool Hides(Digest id) => _tasks.TryGetValue(id, out ModelTask? task) && task.IsHidden;

    private bool Empty(string from, string to) => Move(from, to, this[from]);

    public sealed record ModelTask(OpenTask Terms, TaskState State, Digest? Claim, ClaimDelivery Delivery, CourtStanding Court)
    {
        public bool IsPaid => Terms.ClaimBond == Amount.Zero || Court == CourtStanding.Stands;

        // Step has already moved the task on when this is asked of what it gives back, which is the task before.
        public bool IsHidden => State == TaskState.Claimed && Delivery == ClaimDelivery.Demanded;

        public long Part(int divisor) => Terms.Deadline + ((Terms.OpeningDeadline - Terms.Deadline) / divisor);
    }
}
