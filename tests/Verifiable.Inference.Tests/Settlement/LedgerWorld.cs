using System.Buffers.Binary;
using Verifiable.Inference.Claims;
using Verifiable.Inference.Commitments;
using Verifiable.Inference.Identity;
using Verifiable.Inference.Settlement;

namespace Verifiable.Inference.Tests.Settlement;

/// <summary>Names for nodes, tasks and secrets, and a random author of commands of which most are sensible and some are not.</summary>
public sealed class LedgerWorld(int seed)
{
    private readonly Random _random = new(seed);
    private int _tasks;

    public static NodeId[] Nodes { get; } = [.. Enumerable.Range(1, 5).Select(Node)];

    public static NodeId Node(int number) => new(Named("node", number));

    public static Digest Task(int number) => Named("task", number);

    public static Digest Claim(int number) => Named("claim", number);

    /// <summary>The secret of a task follows from its id, so that everybody here knows it.</summary>
    public static Digest Secret(Digest task)
    {
        byte[] bytes = new byte[Digest.Size];
        task.CopyTo(bytes);
        return Digest.Of(bytes);
    }

    public static OpenTask Open(Digest task, NodeId requester, NodeId provider, ulong escrow, ulong reward, ulong stake, long deadline, long openingDeadline) =>
        new(task, requester, provider, new Amount(escrow), new Amount(reward), new Amount(stake), deadline, openingDeadline, AuditSecret.Commit(Secret(task)));

    /// <summary>Money for everybody, without which most commands would be refused.</summary>
    public static IEnumerable<LedgerCommand> Funding() =>
        Nodes.SelectMany(node => new LedgerCommand[] { new Deposit(node, new Amount(3000)), new Bond(node, new Amount(400)) });

    public int Next(int limit) => _random.Next(limit);

    public LedgerCommand NextCommand(LedgerState state, long now) => Next(29) switch
    {
        0 => new Deposit(NextNode(), NextMoney()),
        18 or 19 => Open(NextTask(state, TaskState.None), NextNode(), NextNode(), (ulong)Next(20), (ulong)Next(14), (ulong)Next(12), now + Next(8), now + Next(16)),
        20 or 21 => NextAcceptance(state, now),
        22 or 23 => NextPosting(state, now),
        1 => new Withdraw(NextNode(), Next(2) == 0 ? new Amount((ulong)Next(5)) : NextMoney()),
        2 => new Bond(NextNode(), NextMoney()),
        3 => new Unbond(NextNode(), new Amount((ulong)Next(8))),
        4 or 5 => Open(NextTask(state, TaskState.None), NextNode(), NextNode(), (ulong)Next(20), (ulong)Next(14), (ulong)Next(12), now + Next(8), now + Next(16)),
        6 => NextAcceptance(state, now),
        7 => NextPosting(state, now),
        8 => new CancelTask(NextTask(state, TaskState.Open)),
        9 => new ForfeitOpening(NextTask(state, TaskState.Claimed)),
        10 => new ExpireSilence(NextTask(state, Next(2) == 0 ? TaskState.Accepted : TaskState.Claimed)),
        11 => new DemandClaim(NextTask(state, TaskState.Claimed)),
        12 => NextReveal(state),
        13 => new CollectStake(NextNode()),
        14 => new LockCollateral(Named("collateral", Next(12)), NextNode(), NextMoney(), now + Next(10)),
        15 => new ReleaseCollateral(Named("collateral", Next(12))),
        16 => NextForfeit(),
        17 => NextOnce(now),

        // Bonded tasks live longer: claims go to the court, and are decided there.
        26 => Open(NextTask(state, TaskState.None), NextNode(), NextNode(), (ulong)Next(20), (ulong)Next(14), (ulong)Next(12), now + Next(8), now + 1 + Next(150)) with { ClaimBond = new Amount((ulong)Next(9)) },
        27 => NextHold(state, now),
        28 => NextDecision(state, now),
        _ => NextSettlement(state),
    };

    public AcceptTask NextAcceptance(LedgerState state, long now)
    {
        Digest task = NextTask(state, TaskState.Open, now);
        return new AcceptTask(task, Next(8) == 0 ? NextNode() : state.FindTask(task)?.Provider ?? NextNode());
    }

    public PostClaim NextPosting(LedgerState state, long now)
    {
        Digest task = NextTask(state, TaskState.Accepted, now);
        return new PostClaim(task, Next(8) == 0 ? NextNode() : state.FindTask(task)?.Provider ?? NextNode(), Claim(Next(3)));
    }

    // Where nothing fits something else is done: few commands would be done else.
    public LedgerCommand NextHold(LedgerState state, long now)
    {
        TaskRecord[] fitting = [.. state.Tasks.Values.Where(static task => task is { State: TaskState.Claimed, Court: CourtStanding.None } && task.ClaimBond != Amount.Zero)];
        TaskRecord? task = fitting.Length > 0 ? fitting[Next(fitting.Length)] : null;
        return task is null && Next(6) > 0 ? NextPosting(state, now) : new HoldTask(task?.Task ?? Task(Next(_tasks + 2)), Next(8) == 0 ? Claim(Next(3)) : task?.Claim ?? default);
    }

    public LedgerCommand NextDecision(LedgerState state, long now)
    {
        TaskRecord[] fitting = [.. state.Tasks.Values.Where(static task => task.Court == CourtStanding.Pending)];
        return fitting.Length == 0 && Next(6) > 0 ? NextAcceptance(state, now) : new DecideTask(fitting.Length > 0 ? fitting[Next(fitting.Length)].Task : Task(Next(_tasks + 2)), Next(3) == 0);
    }

    public RevealClaim NextReveal(LedgerState state)
    {
        TaskRecord[] demanded = [.. state.Tasks.Values.Where(task => task.Delivery == ClaimDelivery.Demanded)];
        Digest task = demanded.Length > 0 && Next(5) > 0 ? demanded[Next(demanded.Length)].Task : NextTask(state, TaskState.Claimed);
        TaskRecord? record = state.FindTask(task);
        return new RevealClaim(task, Next(8) == 0 ? NextNode() : record?.Provider ?? NextNode(), Next(8) == 0 ? Claim(Next(3)) : record?.Claim ?? default);
    }

    public Settle NextSettlement(LedgerState state)
    {
        Digest first = NextTask(state, Next(2) == 0 ? TaskState.Claimed : TaskState.Accepted);
        TaskRecord[] decided = Next(3) == 0 ? [.. state.Tasks.Values.Where(static task => !task.IsClosed && task.Court is CourtStanding.Stands or CourtStanding.Convicted)] : [];
        first = decided.Length > 0 ? decided[Next(decided.Length)].Task : first;
        NodeId? requester = state.FindTask(first)?.Requester;
        List<Digest> tasks = [first];
        tasks.AddRange(state.Tasks.Values
            .Where(task => !task.IsClosed && task.State != TaskState.Open && task.Task != first && (task.Requester == requester || Next(20) == 0))
            .Take(Next(3)).Select(task => task.Task));
        if (Next(30) == 0)
        {
            tasks.Add(first);
        }

        TaskSettlement[] settlements = [.. tasks.Select(task => NextSettlement(state.FindTask(task), task))];
        Transfer[] transfers = [.. Enumerable.Range(0, Next(5)).Select(_ => NextTransfer(tasks[Next(tasks.Count)]))];
        return new Settle([.. Next(40) == 0 ? [] : settlements], [.. transfers]);
    }

    private TaskSettlement NextSettlement(TaskRecord? record, Digest task)
    {
        SettlementCause cause = NextCause(record);
        int fault = Next(25);
        return new TaskSettlement(task, cause, Secret(fault == 0 ? default : task)) { Claim = fault == 1 ? Claim(0) : record?.Claim ?? default, Court = NextCourt(record) };
    }

    private ForfeitCollateral NextForfeit()
    {
        Digest id = Named("collateral", Next(12));
        return new ForfeitCollateral(
            id, [.. Enumerable.Range(0, Next(4)).Select(_ => NextTransfer(id)).Select(transfer => Next(20) == 0 ? transfer : transfer with { Source = TransferSource.Collateral })]);
    }

    private Once NextOnce(long now)
    {
        LedgerCommand command = Next(6) switch
        {
            0 => new Withdraw(NextNode(), NextMoney()),
            1 => new Bond(NextNode(), new Amount((ulong)Next(3))),
            2 => new Unbond(NextNode(), new Amount((ulong)Next(3))),
            3 => Next(4) == 0 ? new CancelTask(Task(Next(_tasks + 1))) : new CollectStake(NextNode()),
            4 => Next(2) == 0 ? NextForfeit() : new ReleaseCollateral(Named("collateral", Next(12))),
            _ => new Deposit(NextNode(), new Amount(1 + (ulong)Next(3))),
        };
        return new Once(Named("command", Next(40)), now + Next(12), command);
    }

    private static Digest Named(string kind, int number)
    {
        byte[] bytes = new byte[sizeof(int)];
        BinaryPrimitives.WriteInt32LittleEndian(bytes, number);
        return Digest.Of([.. System.Text.Encoding.ASCII.GetBytes(kind), .. bytes]);
    }

    private NodeId NextNode() => Next(40) == 0 ? default : Nodes[Next(Nodes.Length)];

    private Amount NextMoney() => new(Next(40) == 0 ? ulong.MaxValue - (ulong)Next(50_000) : (ulong)Next(60));

    private Digest NextTask(LedgerState state, TaskState preferred, long dueAfter = long.MinValue)
    {
        if (preferred == TaskState.None)
        {
            return Task(Next(20) == 0 ? Next(_tasks + 1) : _tasks++);
        }

        Digest[] fitting = Next(6) == 0 ? [] : [.. state.Tasks.Values.Where(task => task.State == preferred && task.Deadline > dueAfter).Select(task => task.Task)];
        return fitting.Length > 0 ? fitting[Next(fitting.Length)] : Task(Next(_tasks + 2));
    }

    private CourtStanding NextCourt(TaskRecord? task) => Next(12) == 0 ? (CourtStanding)Next(5) : task is { Court: CourtStanding.None } && task.ClaimBond != Amount.Zero && Next(2) == 0 ? CourtStanding.Refused : task?.Court ?? default;

    private SettlementCause NextCause(TaskRecord? task) => Next(6) switch
    {
        0 => (SettlementCause)Next(4),
        _ when task?.Court == CourtStanding.Convicted => SettlementCause.Convicted,
        1 or 2 => task?.State == TaskState.Accepted || task?.IsUnrevealed == true ? SettlementCause.Silent : SettlementCause.Convicted,
        _ => task?.State == TaskState.Accepted ? SettlementCause.Silent : SettlementCause.Served,
    };

    private Transfer NextTransfer(Digest task)
    {
        var purpose = (TransferPurpose)(Next(25) == 0 ? 0 : 1 + Next(6));
        NodeId recipient = purpose == TransferPurpose.Burn ? default : Nodes[Next(Nodes.Length)];
        var source = (TransferSource)(Next(25) == 0 ? 0 : 1 + Next(2));
        return new Transfer(Next(25) == 0 ? Task(Next(_tasks + 1)) : task, source, Next(30) == 0 ? NextNode() : recipient, new Amount((ulong)Next(7)), purpose);
    }
}
