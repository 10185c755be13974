using Verifiable.Inference.Commitments;
using Verifiable.Inference.Identity;
using Verifiable.Inference.Settlement;
using Verifiable.Inference.Tasks;
using Verifiable.Inference.Tests.Strategies;

namespace Verifiable.Inference.Tests.Tasks;

/// <summary>From which stakes recomputers are drawn, and who is drawn.</summary>
public sealed class MarketStakesTests
{
    // Once the secret is open everybody knows who is drawn for which stakes. What is bonded then, or any time after the posting, changes nothing.
    [Fact]
    public void Who_recomputes_is_drawn_from_the_stakes_at_posting_whatever_is_bonded_or_unbonded_later()
    {
        MarketWorld market = new(populate: world => MarketWorld.AddPlain(world, 6));
        Digest before = market.World.Ledger.StakesRoot;
        Digest task = market.Post(market.Posting(MarketAssignment.Auction) with { ChallengeRate = Probability64.Always });
        WeightTree posted = market.World.Ledger.Stakes;
        Assert.Equal(before, posted.Root);
        Assert.Equal(market.World.Ledger.State.Stakes, market.Task(task).Stakes);
        Assert.Equal(default, market.Task(task).FindRecomputer());
        Assert.Equal(MarketRefusal.None, market.Bid(market.Providers[0], task, 100));
        Assert.NotNull(market.Offer(task).Output);
        Assert.Equal(MarketTaskState.Challenged, market.Market.Advance(task));
        NodeId drawn = market.Task(task).FindRecomputer();
        Assert.Equal(drawn, MarketWorld.Drawn(market, task, attempt: 0));

        // A friend of the provider bonds a thousand times the stake of all, and whoever is drawn unbonds its own.
        ISigner friend = TestWorld.Key("friend");
        Assert.Equal(LedgerRefusal.None, market.World.Ledger.Apply(new Deposit(friend.PublicKey.Id, new Amount(1000 * posted.Total))));
        Assert.Equal(LedgerRefusal.None, market.World.Ledger.Apply(new Bond(friend.PublicKey.Id, new Amount(1000 * posted.Total))));
        Assert.Equal(LedgerRefusal.None, market.World.Ledger.Apply(new Unbond(drawn, market.World.Ledger.State.GetAccount(drawn).FreeStake)));
        Assert.NotEqual(before, market.World.Ledger.StakesRoot);
        Digest later = market.Post(market.Posting(MarketAssignment.Auction, index: 1));
        Assert.Contains(friend.PublicKey.Id, market.Task(later).Stakes.Keys);
        Assert.DoesNotContain(friend.PublicKey.Id, market.Task(task).Stakes.Keys);
        Assert.Equal(drawn, market.Task(task).FindRecomputer());
        Digest child = market.Post(market.Posting(MarketAssignment.Direct, friend.PublicKey.Id, parent: task));
        Assert.Equal(MarketRefusal.NotDrawn, market.Market.Apply(MarketCommand.Recompute(market.World.Ledger.Id, task, friend.PublicKey.Id, child, 0)));
        Digest right = market.Post(market.Posting(MarketAssignment.Direct, drawn, parent: task));
        Assert.Equal(MarketRefusal.None, market.Market.Apply(MarketCommand.Recompute(market.World.Ledger.Id, task, drawn, right, 0)));

        // The drawn one has no stake left and cannot take it: the draw after it is from the same stakes.
        Assert.Equal(MarketRefusal.InsufficientCollateral, market.Market.Apply(MarketCommand.Assign(market.World.Ledger.Id, right)));

        // And all of it is the same for whoever opens the market again.
        TaskMarket opened = new(market.World.Ledger, market.World.Time, MarketWorld.DrawKey, market.World.Ledger.Store);
        MarketLaws.AssertSame(market.Market.State, opened.State);
        market.Market.WriteSnapshot();
        MarketLaws.AssertSame(market.Market.State, new TaskMarket(market.World.Ledger, market.World.Time, MarketWorld.DrawKey, market.World.Ledger.Store).State);
    }

    [Fact]
    public void A_market_is_told_stakes_as_the_ledger_has_them_and_not_otherwise()
    {
        MarketWorld market = new(populate: world => MarketWorld.AddPlain(world, 2));
        NodeId node = market.Providers[0].PublicKey.Id;
        NodeId ledger = market.World.Ledger.Id;
        Amount stake = market.World.Ledger.State.GetAccount(node).Stake;
        Assert.Equal(MarketRefusal.NotOnLedger, market.Market.Apply(MarketCommand.NoteStakes(ledger, [new StakeChange(node, stake + new Amount(1))])));
        Assert.Equal(MarketRefusal.NotOnLedger, market.Market.Apply(MarketCommand.NoteStakes(ledger, [new StakeChange(MarketPlayer.Named("nobody"), new Amount(1))])));
        Assert.Equal(MarketRefusal.None, market.Market.Apply(MarketCommand.NoteStakes(ledger, [new StakeChange(node, stake)])));
        Assert.Equal(MarketRefusal.AlreadyDone, market.Market.Apply(MarketCommand.NoteStakes(ledger, [new StakeChange(node, stake)])));
        Assert.Throws<ArgumentException>(() => MarketCommand.NoteStakes(ledger, []));
        Assert.Throws<ArgumentException>(() => MarketCommand.NoteStakes(ledger, [new StakeChange(node, stake), new StakeChange(node, stake)]));
        _ = market.Post(market.Posting(MarketAssignment.Auction));
        Assert.Equal(market.World.Ledger.State.Stakes, market.Market.State.Stakes);

        // A posting that is refused writes nothing, stakes neither.
        Assert.Equal(LedgerRefusal.None, market.World.Ledger.Apply(new Deposit(node, new Amount(5))));
        Assert.Equal(LedgerRefusal.None, market.World.Ledger.Apply(new Bond(node, new Amount(5))));
        ulong records = market.World.Ledger.Store.Tip.Sequence;
        Assert.Equal(MarketRefusal.TooLate, market.Runner.Post(market.Posting(MarketAssignment.Auction) with { Expiry = 0 }));
        Assert.Equal(records, market.World.Ledger.Store.Tip.Sequence);
    }

    [Fact]
    public void More_stakes_than_fit_in_one_command_are_told_in_several_together_with_the_posting()
    {
        MarketWorld market = new(populate: world => MarketWorld.AddPlain(world, 2));
        for (int i = 0; i < MarketCommand.MaxStakes + 10; i++)
        {
            NodeId node = MarketPlayer.Named("bonded " + i);
            Assert.Equal(LedgerRefusal.None, market.World.Ledger.Apply(new Deposit(node, new Amount(1))));
            Assert.Equal(LedgerRefusal.None, market.World.Ledger.Apply(new Bond(node, new Amount(1))));
        }

        ulong records = market.World.Ledger.Store.Tip.Sequence;
        Digest task = market.Post(market.Posting(MarketAssignment.Auction));
        Assert.Equal(records + 3, market.World.Ledger.Store.Tip.Sequence);
        Assert.Equal(market.World.Ledger.State.Stakes, market.Task(task).Stakes);
    }

    [Fact]
    public void A_challenged_claim_is_recomputed_by_the_drawn_provider_and_by_nobody_else()
    {
        MarketWorld market = new(populate: world => MarketWorld.AddPlain(world, 6));
        Digest task = MarketWorld.Answered(market, market.Posting(MarketAssignment.Auction) with { ChallengeRate = Probability64.Always });
        Assert.Equal(MarketTaskState.Challenged, market.Market.Advance(task));
        NodeId provider = market.Task(task).Provider;
        Assert.Equal(MarketProviderState.Barred, market.Market.State.GetProvider(provider).StateAt(market.Now));
        NodeId drawn = MarketWorld.Drawn(market, task, attempt: 0);
        Assert.NotEqual(provider, drawn);
        foreach (NodeId node in market.Providers.Select(signer => signer.PublicKey.Id))
        {
            Digest child = market.Post(market.Posting(MarketAssignment.Direct, node, parent: task));
            Assert.NotEqual(MarketRefusal.None, market.Market.Apply(MarketCommand.Recompute(market.World.Ledger.Id, task, node, child, 1))); // not the next draw
            MarketRefusal refusal = market.Market.Apply(MarketCommand.Recompute(market.World.Ledger.Id, task, node, child, 0));
            Assert.Equal(node == drawn ? MarketRefusal.None : node == provider ? MarketRefusal.ProviderExcluded : market.Task(task).Recomputation != default ? MarketRefusal.WrongState : MarketRefusal.NotDrawn, refusal);
        }

        // The recomputation is a task like any other: staked, paid, and to be challenged itself.
        Digest recomputation = market.Task(task).Recomputation;
        Assert.Equal(MarketRefusal.None, market.Market.Apply(MarketCommand.Assign(market.World.Ledger.Id, recomputation)));
        Assert.Equal(MarketTaskState.Provisional, market.Offer(recomputation).State);
        Assert.Equal(MarketRefusal.None, market.Market.Apply(MarketWorld.Challenge(market, recomputation)));

        // The ledger pays the first: acquitted, and free again.
        market.World.Time.Advance(TimeSpan.FromMinutes(12));
        Assert.Equal(LedgerRefusal.None, market.World.Ledger.Apply(new ForfeitOpening(market.Task(task).LedgerTask)));
        Assert.Equal(MarketTaskState.Final, market.Market.Advance(task));
        Assert.Equal(MarketProviderState.Free, market.Market.State.GetProvider(provider).StateAt(market.Now));
    }
}
