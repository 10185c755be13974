using Verifiable.Inference.Claims;
using Verifiable.Inference.Commitments;
using Verifiable.Inference.Identity;
using Verifiable.Inference.Settlement;
using Verifiable.Inference.Tasks;
using Verifiable.Inference.Tests.Attacks;
using Verifiable.Inference.Tests.Strategies;

namespace Verifiable.Inference.Tests.Tasks;

/// <summary>What a market takes from its ledger: tasks of other work, tasks that the ledger dropped, stakes that back too much.</summary>
public sealed class MarketFactsTests
{
    [Fact]
    public void A_provider_cannot_have_its_market_task_followed_by_another_seat_of_the_same_requester()
    {
        (MarketWorld market, Digest task, ISigner provider) = Taken();
        Digest other = Hold(market, provider, Digest.Of("a seat"u8));
        Assert.Equal(MarketRefusal.NotOnLedger, market.Market.Apply(MarketCommand.Confirm(market.World.Ledger.Id, task, other)));

        // Nor does the market guess it, where the provider let the offer fall.
        market.World.Time.Advance(TimeSpan.FromSeconds(2));
        Assert.Equal(MarketTaskState.Queued, market.Market.Advance(task));
        Assert.Equal(default, market.Task(task).LedgerTask);
    }

    [Fact]
    public void What_the_requester_bound_to_the_posting_is_found_again()
    {
        (MarketWorld market, Digest task, ISigner provider) = Taken();
        _ = Hold(market, provider, Digest.Of("a seat"u8));
        Digest held = Hold(market, provider, task);
        Assert.Empty(market.Market.Recover());
        Assert.Equal(held, market.Task(task).LedgerTask);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void A_provider_that_the_ledger_paid_is_not_blamed_after_the_ledger_has_dropped_the_task(bool isAnswered)
    {
        (MarketWorld market, Digest task, ISigner provider) = Taken();
        Digest held = Hold(market, provider, task);
        Assert.Equal(MarketRefusal.None, market.Market.Apply(MarketCommand.Confirm(market.World.Ledger.Id, task, held)));
        Digest claim = Digest.Of("claim"u8);
        Assert.Equal(LedgerRefusal.None, market.World.Ledger.Post(provider.Sign(new ClaimCommitment(market.World.Ledger.Id, held, provider.PublicKey.Id, claim))));
        if (isAnswered)
        {
            Assert.Equal(MarketRefusal.None, market.Market.Apply(MarketCommand.Answer(market.World.Ledger.Id, task, claim)));
        }

        Assert.Equal(MarketRefusal.NotOnLedger, market.Market.Apply(MarketCommand.ExpireForgotten(market.World.Ledger.Id, task)));
        Drop(market, held);
        Assert.Equal(MarketRefusal.NotOnLedger, market.Market.Apply(MarketCommand.Reassign(market.World.Ledger.Id, task)));
        Assert.Empty(market.Market.Recover());
        Assert.Equal(MarketTaskState.Failed, market.Task(task).State);
        AssertFree(market, provider);
    }

    [Fact]
    public void A_challenged_provider_is_not_barred_for_ever_where_the_ledger_has_dropped_the_task()
    {
        MarketWorld market = new(populate: world => MarketWorld.AddPlain(world, 2));
        Digest task = MarketWorld.Answered(market, market.Posting(MarketAssignment.Auction));
        ISigner provider = market.Providers.First(signer => signer.PublicKey.Id == market.Task(task).Provider);
        Assert.Equal(MarketRefusal.None, market.Market.Apply(MarketWorld.Challenge(market, task)));
        Assert.Equal(MarketProviderState.Barred, market.Market.State.GetProvider(provider.PublicKey.Id).StateAt(market.Now));
        Drop(market, market.Task(task).LedgerTask);
        _ = market.Market.Recover();
        Assert.Equal(MarketTaskState.Failed, market.Task(task).State);
        AssertFree(market, provider);
    }

    [Fact]
    public void One_stake_does_not_bar_all_competitors()
    {
        MarketWorld market = new(populate: world => MarketWorld.AddPlain(world, 3));
        Digest first = MarketWorld.Answered(market, market.Posting(MarketAssignment.Auction));
        Digest second = MarketWorld.Answered(market, market.Posting(MarketAssignment.Auction, index: 1), index: 1);
        Signed<MarketCommand> challenge = MarketWorld.Challenge(market, first); // bonds one collateral
        Assert.Equal(MarketRefusal.None, market.Market.Apply(challenge));
        Assert.Equal(MarketRefusal.AlreadyDone, market.Market.Apply(challenge));
        Assert.Equal(MarketRefusal.InsufficientCollateral, market.Market.Apply(MarketWorld.Challenge(market, second)));

        // With another collateral it may.
        NodeId watcher = TestWorld.Key("watcher").PublicKey.Id;
        Assert.Equal(LedgerRefusal.None, market.World.Ledger.Apply(new Deposit(watcher, new Amount(3_000))));
        Assert.Equal(LedgerRefusal.None, market.World.Ledger.Apply(new Bond(watcher, new Amount(3_000))));
        Assert.Equal(MarketRefusal.None, market.Market.Apply(MarketWorld.Challenge(market, second)));
    }

    [Fact]
    public void A_run_cannot_end_by_the_settlement_of_another_task()
    {
        MarketWorld market = new();
        Digest first = market.Post(market.Posting(MarketAssignment.Strategy));
        _ = market.World.Time.Run(market.Runner.RunAsync(first, market.Order(0)));
        Digest settled = market.Task(first).LedgerTask;
        Assert.NotEqual(default, settled);
        Digest second = market.Post(market.Posting(MarketAssignment.Strategy, index: 1));
        ISigner requester = market.World.Requester;
        (NodeId ledger, NodeId id) = (market.World.Ledger.Id, requester.PublicKey.Id);
        Assert.Equal(MarketRefusal.None, market.Market.Apply(requester.Sign(MarketCommand.StartRun(ledger, id, second, 0))));
        foreach (bool isDelivered in new[] { true, false })
        {
            Assert.Equal(MarketRefusal.NotOnLedger, market.Market.Apply(requester.Sign(MarketCommand.FinishRun(ledger, id, second, settled, VerdictKind.Accepted, isDelivered, 1))));
            Assert.Equal(MarketRefusal.NotOnLedger, market.Market.Apply(requester.Sign(MarketCommand.FinishRun(ledger, id, second, Digest.Of("unknown"u8), VerdictKind.Accepted, isDelivered, 1))));
        }

        Assert.Equal(MarketRefusal.None, market.Market.Apply(requester.Sign(MarketCommand.FinishRun(ledger, id, second, default, VerdictKind.Undetermined, false, 1))));
    }

    private static (MarketWorld Market, Digest Task, ISigner Provider) Taken()
    {
        MarketWorld market = new(populate: world => MarketWorld.AddPlain(world, 2));
        Digest task = market.Post(market.Posting(MarketAssignment.Auction));
        Assert.Equal(MarketRefusal.None, market.Bid(market.Providers[0], task, 100));
        return (market, task, market.Providers[0]);
    }

    // A task of the ledger on the terms of the market's, accepted, bound to what the requester says.
    private static Digest Hold(MarketWorld market, ISigner provider, Digest binding)
    {
        TestWorld world = market.World;
        HostileRequester requester = new(world, HostileRequester.UsualTerms with { Reward = new Amount(100) });
        TaskEnvelope envelope = requester.Envelope(HostileRequester.Asserter, provider.PublicKey.Id) with { Binding = binding };
        Assert.Equal(LedgerRefusal.None, world.Ledger.Open(world.Requester.Sign(envelope)));
        Assert.Equal(LedgerRefusal.None, world.Ledger.Accept(provider.Sign(new TaskAcceptance(world.Ledger.Id, envelope.Digest, provider.PublicKey.Id))));
        return envelope.Digest;
    }

    // The ledger pays the provider, and a day later something else happens on it.
    private static void Drop(MarketWorld market, Digest held)
    {
        InferenceLedger ledger = market.World.Ledger;
        market.World.Time.Advance(TimeSpan.FromHours(1));
        Assert.Equal(LedgerRefusal.None, ledger.Apply(new ForfeitOpening(held)));
        market.World.Time.Advance(TimeSpan.FromHours(25));
        Assert.Equal(LedgerRefusal.None, ledger.Apply(new Deposit(market.World.Requester.PublicKey.Id, new Amount(1))));
        Assert.Null(ledger.FindTask(held));
    }

    private static void AssertFree(MarketWorld market, ISigner signer)
    {
        MarketProvider provider = market.Market.State.GetProvider(signer.PublicKey.Id);
        Assert.Equal((MarketProviderState.Free, 0, 0), (provider.StateAt(market.Now), provider.Challenges, provider.Running));
        Assert.Equal(default, provider.Reputation);
        Assert.Equal(Amount.Zero, provider.PendingCollateral);
    }
}
