using System.Numerics;
using Verifiable.Inference.Identity;
using Verifiable.Inference.Settlement;

namespace Verifiable.Inference.Tests.Settlement;

public sealed class LedgerModelTests
{
    private const int Commands = 1500;

    public static TheoryData<int> Seeds => [.. Enumerable.Range(1, 16)];

    [Theory]
    [MemberData(nameof(Seeds))]
    public void The_ledger_does_what_the_plain_model_does_and_conserves_money(int seed)
    {
        LedgerWorld world = new(seed);
        LedgerModel model = new();
        LedgerState state = LedgerState.Empty;
        long now = 1000;
        int done = 0;
        foreach (LedgerCommand command in LedgerWorld.Funding())
        {
            Assert.Equal(LedgerRefusal.None, state.Apply(command, now, out state));
            Assert.True(model.Apply(command, now));
        }

        for (int i = 0; i < Commands; i++)
        {
            now += world.Next(3) / 2;
            LedgerCommand command = world.NextCommand(state, now);
            LedgerState before = state;
            LedgerRefusal refusal = state.Apply(command, now, out state);
            bool expected = model.Apply(command, now);
            Assert.True(expected == (refusal == LedgerRefusal.None), $"Seed {seed}, command {i}: model {expected}, ledger {refusal}, {command}");
            if (refusal != LedgerRefusal.None)
            {
                Assert.Same(before, state);
                continue;
            }

            done++;
            AssertConserved(state);
            AssertSame(model, state);
        }

        // A test of refusals alone would prove little.
        Assert.InRange(done, Commands / 4, Commands);
    }

    [Fact]
    public void Random_commands_reach_every_end_of_a_task()
    {
        HashSet<TaskState> states = [];
        HashSet<SettlementCause> causes = [];
        HashSet<(TaskState, CourtStanding)> courts = [];
        for (int seed = 1; seed <= 16; seed++)
        {
            _ = Run(seed, Commands, state =>
            {
                foreach (TaskRecord task in state.Tasks.Values)
                {
                    states.Add(task.State);
                    causes.Add(task.Cause);
                    courts.Add((task.State, task.Court));
                }
            });
        }

        Assert.Superset(new HashSet<TaskState> { TaskState.Cancelled, TaskState.Settled, TaskState.Forfeited, TaskState.Expired }, states);
        Assert.Equal(Enum.GetValues<SettlementCause>(), causes.Order());
        Assert.Superset(new HashSet<(TaskState, CourtStanding)>
        {
            (TaskState.Claimed, CourtStanding.Pending), (TaskState.Settled, CourtStanding.Stands), (TaskState.Settled, CourtStanding.Convicted), (TaskState.Forfeited, CourtStanding.Stands), (TaskState.Forfeited, CourtStanding.Convicted),
        }, courts);
    }

    internal static LedgerState Run(int seed, int commands, Action<LedgerState>? look = null)
    {
        LedgerWorld world = new(seed);
        LedgerState state = LedgerState.Empty;
        long now = 1000;
        foreach (LedgerCommand command in LedgerWorld.Funding())
        {
            _ = state.Apply(command, now, out state);
        }

        for (int i = 0; i < commands; i++)
        {
            now += world.Next(3) / 2;
            _ = state.Apply(world.NextCommand(state, now), now, out state);
            if (i % 4 == 0)
            {
                look?.Invoke(state);
            }
        }

        return state;
    }

    /// <summary>Adds everything up anew, so that the totals that the ledger keeps need not be believed.</summary>
    internal static void AssertConserved(LedgerState state)
    {
        Assert.True(state.Totals.IsConserved);
        Assert.Equal(Sum(state.Accounts.Values.Select(account => account.Balance)), state.Totals.Balances.Units);
        Assert.Equal(Sum(state.Accounts.Values.Select(account => account.FreeStake)), state.Totals.FreeStakes.Units);
        Assert.Equal(Sum(state.Accounts.Values.Select(account => account.ReservedStake)), state.Totals.ReservedStakes.Units);
        Assert.Equal(Sum(state.Accounts.Values.Select(account => account.Unbonding)), state.Totals.Unbonding.Units);
        Assert.Equal(Sum(state.Collaterals.Values.Where(collateral => !collateral.IsClosed).Select(collateral => collateral.Amount)), state.Totals.Collaterals.Units);
        Assert.Equal(Sum(state.Tasks.Values.Where(task => !task.IsClosed).Select(task => task.Escrow)), state.Totals.Escrows.Units);

        // Every reserved unit backs one task and no other.
        foreach (IGrouping<NodeId, TaskRecord> tasks in state.Tasks.Values.GroupBy(task => task.Provider))
        {
            IEnumerable<TaskRecord> backed = tasks.Where(task => task.State is TaskState.Accepted or TaskState.Claimed);
            Assert.Equal(Sum(backed.Where(task => task.Court != CourtStanding.Convicted).Select(task => task.StakeAtRisk)), state.GetAccount(tasks.Key).ReservedStake.Units);
        }

        Assert.Equal(state.Accounts.Where(account => account.Value.Stake > Amount.Zero).Select(account => KeyValuePair.Create(account.Key, account.Value.Stake)), state.Stakes);
    }

    internal static void AssertSame(LedgerModel model, LedgerState state)
    {
        foreach (NodeId node in LedgerWorld.Nodes)
        {
            LedgerAccount account = state.GetAccount(node);
            Assert.Equal(model[$"balance {node}"], account.Balance.Units);
            Assert.Equal(model[$"free {node}"], account.FreeStake.Units);
            Assert.Equal(model[$"reserved {node}"], account.ReservedStake.Units);
            Assert.Equal(model[$"unbonding {node}"], account.Unbonding.Units);
        }

        Assert.Equal(-model["world"], state.Totals.Deposited.Units);
        Assert.Equal(model["withdrawn"], state.Totals.Withdrawn.Units);
        Assert.Equal(model["burnt"], state.Totals.Burnt.Units);
        Assert.Equal(model.Ids, state.Done.Count);
        Assert.Equal(model.Collaterals.OrderBy(collateral => collateral.Key), state.Collaterals);
        Assert.Equal(model.Tasks.Count, state.Tasks.Count);
        foreach ((Inference.Commitments.Digest id, LedgerModel.ModelTask task) in model.Tasks)
        {
            Assert.Equal(task.State, state.FindTask(id)!.State);
            Assert.Equal(task.Claim, state.FindTask(id)!.Claim);
            Assert.Equal((task.Court, task.Delivery), (state.FindTask(id)!.Court, state.FindTask(id)!.Delivery));
        }
    }

    private static BigInteger Sum(IEnumerable<Amount> amounts) => amounts.Aggregate(BigInteger.Zero, (sum, amount) => sum + amount.Units);
}
