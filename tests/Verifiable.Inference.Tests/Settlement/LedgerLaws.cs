using FsCheck;
using FsCheck.Fluent;
using Verifiable.Inference.Commitments;
using Verifiable.Inference.Identity;
using Verifiable.Inference.Settlement;

namespace Verifiable.Inference.Tests.Settlement;

public sealed class LedgerLaws
{
    private static readonly NodeId _requester = LedgerWorld.Node(1);
    private static readonly NodeId _provider = LedgerWorld.Node(2);
    private static readonly Digest _task = LedgerWorld.Task(7_000_000);

    public static TheoryData<int> Seeds => [.. Enumerable.Range(100, 12)];

    // From when on each command is refused, or done.
    public static TheoryData<long, bool> Ticks => new() { { 99, true }, { 100, false }, { 101, false } };

    [Theory]
    [MemberData(nameof(Seeds))]
    public void A_provider_who_claims_in_time_reveals_on_demand_and_is_not_convicted_never_loses_stake(int seed)
    {
        LedgerWorld world = new(seed);
        NodeId honest = LedgerWorld.Nodes[0];
        LedgerState state = LedgerState.Empty;
        long now = 1000;
        foreach (LedgerCommand command in LedgerWorld.Funding())
        {
            Apply(ref state, command, now);
        }

        Amount stake = state.GetAccount(honest).Stake;
        int claims = 0;
        for (int i = 0; i < 6000; i++)
        {
            now += world.Next(3) / 2;
            LedgerCommand command = world.NextCommand(state, now);
            if (IsOutsideTheLaw(command, honest, state))
            {
                continue;
            }

            if (command is AcceptTask accept && accept.Provider == honest)
            {
                if (state.Apply(command, now, out state) == LedgerRefusal.None)
                {
                    Assert.Equal(LedgerRefusal.None, state.Apply(new PostClaim(accept.Task, honest, LedgerWorld.Claim(i)), now, out state));
                    claims++;
                }
            }
            else if (state.Apply(command, now, out state) == LedgerRefusal.None && command is DemandClaim demand && state.FindTask(demand.Task) is { IsUnrevealed: true } demanded && demanded.Provider == honest)
            {
                Apply(ref state, new RevealClaim(demand.Task, honest, state.FindTask(demand.Task)!.Claim!.Value), now);
            }

            Assert.Equal(stake, state.GetAccount(honest).Stake);
        }

        Assert.True(claims > 5);
    }

    [Theory]
    [MemberData(nameof(Ticks))]
    public void A_claim_is_in_time_before_its_deadline_and_silence_begins_at_it(long now, bool inTime)
    {
        LedgerState state = Accepted();
        Assert.Equal(inTime ? LedgerRefusal.None : LedgerRefusal.ClaimTooLate, state.Apply(new PostClaim(_task, _provider, default), now, out _));
        Assert.Equal(inTime ? LedgerRefusal.DeadlineNotReached : LedgerRefusal.None, state.Apply(Settlement(SettlementCause.Silent), now, out _));
    }

    [Theory]
    [MemberData(nameof(Ticks))]
    public void A_task_is_accepted_before_its_deadline_only(long now, bool inTime) =>
        Assert.Equal(inTime ? LedgerRefusal.None : LedgerRefusal.AcceptanceTooLate, Opened().Apply(new AcceptTask(_task, _provider), now, out _));

    [Theory]
    [MemberData(nameof(Ticks))]
    public void A_secret_is_opened_before_its_deadline_and_forfeit_from_it_on(long now, bool inTime)
    {
        LedgerState state = Claimed();
        Assert.Equal(inTime ? LedgerRefusal.None : LedgerRefusal.OpeningTooLate, state.Apply(Settlement(SettlementCause.Served), now + 100, out _));
        Assert.Equal(inTime ? LedgerRefusal.OpeningDeadlineNotReached : LedgerRefusal.None, state.Apply(new ForfeitOpening(_task), now + 100, out _));
        Assert.Equal(inTime ? LedgerRefusal.OpeningDeadlineNotReached : LedgerRefusal.None, Accepted().Apply(new ExpireSilence(_task), now + 100, out _));
    }

    [Theory]
    [MemberData(nameof(Ticks))]
    public void A_claim_is_demanded_in_the_first_eighth_and_revealed_in_the_first_quarter_of_the_time_to_open(long now, bool inTime)
    {
        Assert.Equal(inTime ? LedgerRefusal.None : LedgerRefusal.DemandTooLate, Claimed().Apply(new DemandClaim(_task), now + 12, out _));
        LedgerState state = Claimed();
        Apply(ref state, new DemandClaim(_task), 99);
        RevealClaim reveal = new(_task, _provider, LedgerWorld.Claim(1));
        Assert.Equal(inTime ? LedgerRefusal.None : LedgerRefusal.RevealTooLate, state.Apply(reveal, now + 25, out _));
        Assert.Equal(inTime ? LedgerRefusal.RevealDeadlineNotReached : LedgerRefusal.None, state.Apply(Settlement(SettlementCause.Silent, LedgerWorld.Claim(1)), now + 25, out _));
    }

    [Fact]
    public void A_withheld_opening_pays_the_provider_and_burns_the_rest_whenever_it_is_called()
    {
        foreach (long now in new[] { 200, 201, long.MaxValue })
        {
            Assert.Equal(LedgerRefusal.None, Claimed().Apply(new ForfeitOpening(_task), now, out LedgerState state));
            Assert.Equal(new LedgerAccount(new Amount(20), new Amount(100), default), state.GetAccount(_provider));
            Assert.Equal(new LedgerAccount(new Amount(950), default, default), state.GetAccount(_requester));
            Assert.Equal(new Amount(30), state.Totals.Burnt);
            LedgerModelTests.AssertConserved(state);
        }
    }

    [Fact]
    public void Silence_that_nobody_settles_costs_the_whole_stake_at_risk_whenever_it_is_called()
    {
        foreach (long now in new[] { 200, 201, long.MaxValue })
        {
            Assert.Equal(LedgerRefusal.None, Accepted().Apply(new ExpireSilence(_task), now, out LedgerState state));
            Assert.Equal(new LedgerAccount(default, new Amount(70), default), state.GetAccount(_provider));
            Assert.Equal(new LedgerAccount(new Amount(1000), default, default), state.GetAccount(_requester));
            Assert.Equal(new Amount(30), state.Totals.Burnt);
            LedgerModelTests.AssertConserved(state);
        }
    }

    [Fact]
    public void A_settlement_pays_its_transfers_and_gives_back_the_rest()
    {
        NodeId voter = LedgerWorld.Node(3);
        Settle settle = Settlement(
            SettlementCause.Convicted,
            new Transfer(_task, TransferSource.Escrow, voter, new Amount(5), TransferPurpose.VoterPay),
            new Transfer(_task, TransferSource.Stake, _requester, new Amount(4), TransferPurpose.Compensation),
            new Transfer(_task, TransferSource.Stake, voter, new Amount(3), TransferPurpose.Bounty),
            Transfer.Burn(_task, TransferSource.Stake, new Amount(16)));
        Assert.Equal(LedgerRefusal.None, Claimed().Apply(settle, 199, out LedgerState state));
        Assert.Equal(new LedgerAccount(new Amount(999), default, default), state.GetAccount(_requester));
        Assert.Equal(new LedgerAccount(default, new Amount(77), default), state.GetAccount(_provider));
        Assert.Equal(new LedgerAccount(new Amount(8), default, default), state.GetAccount(voter));
        Assert.Equal(new Amount(16), state.Totals.Burnt);
        TaskRecord task = state.FindTask(_task)!;
        Assert.Equal((TaskState.Settled, SettlementCause.Convicted, LedgerWorld.Secret(_task)), (task.State, task.Cause, task.AuditSecret!.Value));
        LedgerModelTests.AssertConserved(state);
    }

    [Fact]
    public void Stake_of_one_task_backs_no_other()
    {
        LedgerState state = Accepted();
        Digest second = LedgerWorld.Task(7_000_001);
        Apply(ref state, LedgerWorld.Open(second, _requester, _provider, 50, 20, 71, 100, 200), 10);
        Assert.Equal(LedgerRefusal.InsufficientFreeStake, state.Apply(new AcceptTask(second, _provider), 10, out _));
        Assert.Equal(LedgerRefusal.InsufficientFreeStake, state.Apply(new Unbond(_provider, new Amount(71)), 10, out _));
        Assert.Equal(LedgerRefusal.None, state.Apply(new Unbond(_provider, new Amount(70)), 10, out _));
    }

    [Fact]
    public void A_reservation_leaves_the_weight_in_draws_as_it_is()
    {
        LedgerState state = Opened();
        Assert.Equal(LedgerRefusal.None, state.Apply(new AcceptTask(_task, _provider), 10, out LedgerState accepted));
        Assert.Same(state.Stakes, accepted.Stakes);
    }

    [Fact]
    public void Splitting_a_stake_over_identities_keeps_its_weight()
    {
        Prop.ForAll(ArbMap.Default.ArbFor<PositiveInt[]>(), parts =>
        {
            LedgerState whole = LedgerState.Empty;
            LedgerState split = LedgerState.Empty;
            for (int i = 0; i < parts.Length; i++)
            {
                Amount amount = new((ulong)parts[i].Get);
                Apply(ref whole, new Deposit(_requester, amount), 0);
                Apply(ref whole, new Bond(_requester, amount), 0);
                Apply(ref split, new Deposit(LedgerWorld.Node(i), amount), 0);
                Apply(ref split, new Bond(LedgerWorld.Node(i), amount), 0);
            }

            return whole.Totals == split.Totals && StakeTree.Build(whole.Stakes).Total == StakeTree.Build(split.Stakes).Total;
        }).QuickCheckThrowOnFailure();
    }

    // The law speaks of what others do and of no conviction; the honest provider unbonds nothing.
    private static bool IsOutsideTheLaw(LedgerCommand command, NodeId honest, LedgerState state) => command switch
    {
        Once once => IsOutsideTheLaw(once.Command, honest, state),
        Bond bond => bond.Account == honest,
        Unbond unbond => unbond.Account == honest,
        DecideTask { IsConvicted: true } decide => state.FindTask(decide.Task)?.Provider == honest,
        Settle settle => settle.Tasks.Any(item => item.Cause == SettlementCause.Convicted && state.FindTask(item.Task)?.Provider == honest),
        _ => false,
    };

    private static LedgerState Opened()
    {
        LedgerState state = LedgerState.Empty;
        Apply(ref state, new Deposit(_requester, new Amount(1000)), 10);
        Apply(ref state, new Deposit(_provider, new Amount(100)), 10);
        Apply(ref state, new Bond(_provider, new Amount(100)), 10);
        Apply(ref state, LedgerWorld.Open(_task, _requester, _provider, 50, 20, 30, 100, 200), 10);
        return state;
    }

    private static LedgerState Accepted()
    {
        LedgerState state = Opened();
        Apply(ref state, new AcceptTask(_task, _provider), 10);
        return state;
    }

    private static LedgerState Claimed()
    {
        LedgerState state = Accepted();
        Apply(ref state, new PostClaim(_task, _provider, LedgerWorld.Claim(1)), 99);
        return state;
    }

    private static void Apply(ref LedgerState state, LedgerCommand command, long now) => Assert.Equal(LedgerRefusal.None, state.Apply(command, now, out state));

    private static Settle Settlement(SettlementCause cause, params Transfer[] transfers) => Settlement(cause, cause == SettlementCause.Silent ? default : LedgerWorld.Claim(1), transfers);

    private static Settle Settlement(SettlementCause cause, Digest claim, params Transfer[] transfers) =>
        new([new TaskSettlement(_task, cause, LedgerWorld.Secret(_task)) { Claim = claim }], [.. transfers]);
}
