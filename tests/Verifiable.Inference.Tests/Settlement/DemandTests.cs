using Verifiable.Inference.Claims;
using Verifiable.Inference.Commitments;
using Verifiable.Inference.Identity;
using Verifiable.Inference.Settlement;

namespace Verifiable.Inference.Tests.Settlement;

/// <summary>Demand and reveal, and what a requester can gain by lying about a delivery or by never opening its secret: nothing.</summary>
public sealed class DemandTests
{
    private const long Deadline = 100;
    private const long OpeningDeadline = 200;

    // A demand must come before 112, a reveal before 125.
    private const long DemandEnd = 112;
    private const long RevealEnd = 125;

    private static readonly NodeId _requester = LedgerWorld.Node(1);
    private static readonly NodeId _provider = LedgerWorld.Node(2);
    private static readonly Digest _task = LedgerWorld.Task(1);
    private static readonly DemandClaim _demand = new(_task);
    private static readonly RevealClaim _reveal = new(_task, _provider, LedgerWorld.Claim(1));

    [Theory]
    [InlineData(20, LedgerRefusal.None)]
    [InlineData(Deadline, LedgerRefusal.None)]
    [InlineData(DemandEnd - 1, LedgerRefusal.None)]
    [InlineData(DemandEnd, LedgerRefusal.DemandTooLate)]
    [InlineData(long.MaxValue, LedgerRefusal.DemandTooLate)]
    public void A_demand_comes_in_the_first_eighth_of_the_opening_window(long now, LedgerRefusal expected) =>
        Assert.Equal(expected, Claimed().Apply(_demand, now, out _));

    [Theory]
    [InlineData(DemandEnd - 1, LedgerRefusal.None)]
    [InlineData(RevealEnd - 1, LedgerRefusal.None)]
    [InlineData(RevealEnd, LedgerRefusal.RevealTooLate)]
    [InlineData(OpeningDeadline, LedgerRefusal.RevealTooLate)]
    public void A_reveal_comes_in_the_first_quarter_of_the_opening_window(long now, LedgerRefusal expected) =>
        Assert.Equal(expected, Demanded().Apply(_reveal, now, out _));

    [Theory]
    [InlineData(RevealEnd - 1, LedgerRefusal.RevealDeadlineNotReached)]
    [InlineData(RevealEnd, LedgerRefusal.None)]
    [InlineData(OpeningDeadline - 1, LedgerRefusal.None)]
    [InlineData(OpeningDeadline, LedgerRefusal.OpeningTooLate)]
    public void One_that_does_not_reveal_is_silent_from_the_reveal_deadline_on(long now, LedgerRefusal expected) =>
        Assert.Equal(expected, Demanded().Apply(Settle(SettlementCause.Silent), now, out _));

    [Theory]
    [InlineData(OpeningDeadline - 1, LedgerRefusal.OpeningDeadlineNotReached)]
    [InlineData(OpeningDeadline, LedgerRefusal.None)]
    public void One_that_does_not_reveal_expires_at_the_opening_deadline_and_loses_its_stake(long now, LedgerRefusal expected)
    {
        LedgerState demanded = Demanded();
        Assert.Equal(expected, demanded.Apply(new ExpireSilence(_task), now, out LedgerState after));
        Assert.Equal(LedgerRefusal.ClaimNotRevealed, demanded.Apply(new ForfeitOpening(_task), OpeningDeadline, out _));
        if (expected == LedgerRefusal.None)
        {
            Assert.Equal(new Amount(70), after.GetAccount(_provider).Stake);
            Assert.Equal(new Amount(30), after.Totals.Burnt);
            Assert.Equal(new Amount(1000), after.GetAccount(_requester).Balance);
        }
    }

    [Fact]
    public void A_provider_that_reveals_cannot_be_called_silent_ever_again_and_is_paid_if_the_requester_vanishes()
    {
        LedgerState state = Do(Demanded(), _reveal, RevealEnd - 1);
        Assert.Equal(LedgerRefusal.ClaimPosted, state.Apply(Settle(SettlementCause.Silent), RevealEnd, out _));
        Assert.Equal(LedgerRefusal.ClaimPosted, state.Apply(new ExpireSilence(_task), OpeningDeadline, out _));
        Assert.Equal(LedgerRefusal.AlreadyDemanded, state.Apply(_demand, RevealEnd - 1, out _));
        LedgerState paid = Do(state, new ForfeitOpening(_task), OpeningDeadline);
        Assert.Equal(new Amount(20), paid.GetAccount(_provider).Balance);
        Assert.Equal(new Amount(100), paid.GetAccount(_provider).Stake);
    }

    [Fact]
    public void A_requester_gains_nothing_by_denying_a_delivery()
    {
        // Whatever it does after a demand that an honest provider meets, it pays at least the reward, and the provider gets it and keeps its stake.
        LedgerState revealed = Do(Demanded(), _reveal, 120);
        LedgerState served = Do(revealed, Settle(SettlementCause.Served, new Transfer(_task, TransferSource.Escrow, _provider, new Amount(20), TransferPurpose.Reward)), 140);
        LedgerState forfeited = Do(revealed, new ForfeitOpening(_task), OpeningDeadline);
        foreach (LedgerState end in new[] { served, forfeited })
        {
            Assert.True(end.GetAccount(_requester).Balance <= new Amount(980));
            Assert.Equal(new Amount(20), end.GetAccount(_provider).Balance);
            Assert.Equal(new Amount(100), end.GetAccount(_provider).Stake);
            Assert.True(end.Totals.IsConserved);
        }
    }

    [Fact]
    public void Withholding_the_secret_is_never_cheaper_than_paying()
    {
        Random random = new(51);
        for (int i = 0; i < 500; i++)
        {
            ulong escrow = (ulong)random.Next(0, 900);
            ulong reward = (ulong)random.Next(0, (int)escrow + 1);
            LedgerState claimed = Claimed(escrow, reward);
            LedgerState withheld = Do(claimed, new ForfeitOpening(_task), OpeningDeadline + random.Next(1000));
            Transfer[] pay = reward == 0 ? [] : [new Transfer(_task, TransferSource.Escrow, _provider, new Amount(reward), TransferPurpose.Reward)];
            LedgerState opened = Do(claimed, Settle(SettlementCause.Served, pay), OpeningDeadline - 1);
            Assert.True(withheld.GetAccount(_requester).Balance <= opened.GetAccount(_requester).Balance);
            Assert.Equal(opened.GetAccount(_provider), withheld.GetAccount(_provider));
            Assert.Equal(new Amount(escrow - reward), withheld.Totals.Burnt);
            Assert.Equal(LedgerRefusal.OpeningTooLate, claimed.Apply(Settle(SettlementCause.Served, pay), OpeningDeadline, out _));
        }
    }

    [Fact]
    public void A_ledger_with_a_demand_and_a_reveal_replays_and_a_reveal_needs_the_provider_s_signature()
    {
        Strategies.TestWorld world = Strategies.HostileProviders.Populate(new Strategies.TestWorld(6));
        Inference.Strategies.Sampling.SamplingStrategy strategy = new(new Inference.Strategies.Sampling.SamplingOptions { Beacon = Inference.Tests.Strategies.TestWorld.Beacon, AuditRate = 1 });
        for (int i = 0; i < 25; i++)
        {
            _ = world.Run(strategy, world.Order(i));
        }

        LedgerEntry[] entries = [.. world.Ledger.ReadEntries()];
        Assert.Contains(entries, entry => entry.Command is DemandClaim);
        int reveal = Array.FindIndex(entries, entry => entry.Command is RevealClaim);
        Assert.True(reveal >= 0);
        Assert.Equal(LedgerReplayFault.None, Replay(entries));
        LedgerEntry[] unsigned = [.. entries];
        unsigned[reveal] = unsigned[reveal] with { Authorization = null };
        Assert.Equal(LedgerReplayFault.WrongAuthorization, Replay(unsigned));
        unsigned[reveal] = unsigned[reveal] with { Authorization = entries[Array.FindIndex(entries, entry => entry.Command is AcceptTask)].Authorization };
        Assert.Equal(LedgerReplayFault.WrongAuthorization, Replay(unsigned));
        Assert.Equal(LedgerRefusal.UnsignedCommand, world.Ledger.Apply(entries[reveal].Command));
        Assert.Equal(LedgerRefusal.UnsignedCommand, world.Ledger.Apply(entries.Select(entry => entry.Command).OfType<DemandClaim>().First()));

        LedgerReplayFault Replay(LedgerEntry[] some) => LedgerReplay.Verify(world.Ledger.Id, some, SignatureSchemes.Default).Fault;
    }

    [Fact]
    public void Only_the_requester_cancels_and_demands()
    {
        Strategies.TestWorld world = new();
        ISigner stranger = Strategies.TestWorld.Key("stranger");
        NodeId ledger = world.Ledger.Id;
        NodeId requester = world.Requester.PublicKey.Id;
        Assert.Equal(LedgerRefusal.None, world.Ledger.Append(LedgerWorld.Open(_task, requester, _provider, 50, 20, 0, world.Network.Now + 1000, world.Network.Now + 2000), null));
        TaskCancellation cancellation = new(ledger, _task, requester);
        ClaimDemand demand = new(ledger, _task, requester);
        Assert.Equal(LedgerRefusal.InvalidSignature, world.Ledger.Cancel(stranger.Sign(cancellation)));
        Assert.Equal(LedgerRefusal.InvalidSignature, world.Ledger.Demand(stranger.Sign(demand)));
        Assert.Equal(LedgerRefusal.RequesterMismatch, world.Ledger.Cancel(stranger.Sign(cancellation with { Requester = stranger.PublicKey.Id })));
        Assert.Equal(LedgerRefusal.RequesterMismatch, world.Ledger.Demand(stranger.Sign(demand with { Requester = stranger.PublicKey.Id })));
        Assert.Equal(LedgerRefusal.WrongLedger, world.Ledger.Cancel(world.Requester.Sign(cancellation with { Ledger = _provider })));
        Assert.Equal(LedgerRefusal.WrongLedger, world.Ledger.Demand(world.Requester.Sign(demand with { Ledger = _provider })));
        Assert.Equal(LedgerRefusal.TaskUnknown, world.Ledger.Cancel(world.Requester.Sign(cancellation with { Task = default })));
        Assert.Equal(LedgerRefusal.TaskUnknown, world.Ledger.Demand(world.Requester.Sign(demand with { Task = default })));
        Assert.Equal(LedgerRefusal.UnsignedCommand, world.Ledger.Apply(new CancelTask(_task)));
        Assert.Equal(LedgerRefusal.ClaimMissing, world.Ledger.Demand(world.Requester.Sign(demand)));
        Assert.Equal(LedgerRefusal.None, world.Ledger.Cancel(world.Requester.Sign(cancellation)));
        Assert.Equal(LedgerRefusal.None, world.Ledger.Cancel(world.Requester.Sign(cancellation)));
    }

    private static LedgerState Claimed(ulong escrow = 50, ulong reward = 20)
    {
        LedgerState state = LedgerState.Empty;
        LedgerCommand[] commands =
        [
            new Deposit(_requester, new Amount(1000)),
            new Deposit(_provider, new Amount(100)),
            new Bond(_provider, new Amount(100)),
            LedgerWorld.Open(_task, _requester, _provider, escrow, reward, 30, Deadline, OpeningDeadline),
            new AcceptTask(_task, _provider),
            new PostClaim(_task, _provider, LedgerWorld.Claim(1)),
        ];
        return commands.Aggregate(state, (current, command) => Do(current, command, 10));
    }

    private static LedgerState Demanded() => Do(Claimed(), _demand, DemandEnd - 1);

    private static Settle Settle(SettlementCause cause, params Transfer[] transfers) => new([new TaskSettlement(_task, cause, LedgerWorld.Secret(_task)) { Claim = LedgerWorld.Claim(1) }], [.. transfers]);

    private static LedgerState Do(LedgerState state, LedgerCommand command, long now)
    {
        Assert.Equal(LedgerRefusal.None, state.Apply(command, now, out LedgerState next));
        return next;
    }
}
