using Verifiable.Inference.Claims;
using Verifiable.Inference.Commitments;
using Verifiable.Inference.Identity;
using Verifiable.Inference.Providers;
using Verifiable.Inference.Settlement;
using Verifiable.Inference.Tasks;
using Verifiable.Inference.Tests.Strategies;

namespace Verifiable.Inference.Tests.Tasks;

/// <summary>What strangers and requesters may try against a market: to stop it, to bar honest providers, to push in. Each costs them something, or is refused.</summary>
public sealed class MarketAttackTests
{
    [Theory]
    [InlineData(ulong.MaxValue)]
    [InlineData(ulong.MaxValue - 2_999)]
    public void A_collateral_whose_sum_is_no_amount_is_refused_and_does_not_throw(ulong collateral)
    {
        MarketWorld market = New();
        Digest first = market.Post(market.Posting(MarketAssignment.Auction));
        Digest second = market.Post(market.Posting(MarketAssignment.Auction) with { Collateral = new Amount(collateral) });
        Assert.Equal(MarketRefusal.None, market.Bid(market.Providers[0], first, 100));
        Assert.Equal(MarketRefusal.InsufficientCollateral, market.Bid(market.Providers[0], second, 100));
        Digest direct = market.Post(market.Posting(MarketAssignment.Direct, market.Providers[0].PublicKey.Id) with { Collateral = new Amount(collateral) });
        Assert.Equal(MarketRefusal.InsufficientCollateral, market.Market.Apply(MarketCommand.Assign(market.World.Ledger.Id, direct)));
    }

    // Anybody may assign directly, and nobody is asked: that must not stop a provider.
    [Fact]
    public void A_direct_assignment_holds_a_provider_for_minutes_and_bars_it_not()
    {
        MarketWorld market = New();
        NodeId provider = market.Providers[0].PublicKey.Id;
        MarketPosting posting = market.Posting(MarketAssignment.Direct, provider) with { AcceptWindow = MarketPosting.GreatestAcceptWindow };
        Assert.Equal(MarketRefusal.InvalidPosting, market.Runner.Post(posting with { AcceptWindow = MarketPosting.GreatestAcceptWindow + 1 }));
        Digest task = market.Post(posting);
        Assert.Equal(MarketRefusal.None, market.Market.Apply(MarketCommand.Assign(market.World.Ledger.Id, task)));
        market.World.Time.Advance(TimeSpan.FromMilliseconds(MarketPosting.GreatestAcceptWindow));
        Assert.Equal(MarketTaskState.Failed, market.Market.Advance(task));
        Assert.Equal(MarketProviderState.Free, market.Market.State.GetProvider(provider).StateAt(market.Now));
        Assert.Equal(default, market.Market.State.GetProvider(provider).Reputation);
    }

    [Fact]
    public void An_auction_that_its_requester_never_opened_is_not_the_providers_fault()
    {
        MarketWorld market = New();
        NodeId provider = market.Providers[0].PublicKey.Id;
        Digest task = market.Post(market.Posting(MarketAssignment.Auction));
        Assert.Equal(MarketRefusal.None, market.Bid(market.Providers[0], task, 100));
        market.World.Time.Advance(TimeSpan.FromSeconds(2));
        Assert.Equal(MarketTaskState.Queued, market.Market.Advance(task));
        Assert.Equal(MarketProviderState.Free, market.Market.State.GetProvider(provider).StateAt(market.Now));
        Assert.Equal(default, market.Market.State.GetProvider(provider).Reputation);
    }

    // Nobody can show that the requester sent the inputs, or terms that a provider may accept: its word costs nothing, so it moves nothing but its own tasks.
    [Fact]
    public void An_auction_that_was_opened_and_not_accepted_bars_the_bidder_from_nobody_else_s_tasks()
    {
        MarketWorld market = new(populate: world =>
        {
            _ = world.Add(signer => new NoAnswer(signer.PublicKey.Id));
            _ = world.Add(signer => new NoAnswer(signer.PublicKey.Id));
        });
        NodeId provider = market.Providers[0].PublicKey.Id;
        Digest task = market.Post(market.Posting(MarketAssignment.Auction));
        Assert.Equal(MarketRefusal.None, market.Bid(market.Providers[0], task, 100));
        Assert.Equal(MarketTaskState.Queued, market.Offer(task).State);
        Assert.Equal(MarketProviderState.Free, market.Market.State.GetProvider(provider).StateAt(market.Now));
        Assert.Equal(default, market.Market.State.GetProvider(provider).Reputation);
        Assert.Equal(TestWorld.StakeOfEach, market.World.Worth(provider).Units);

        // This requester's other tasks it does not get for a while; another requester's it does.
        ISigner other = TestWorld.Key("other requester");
        Assert.Equal(LedgerRefusal.None, market.World.Ledger.Apply(new Deposit(other.PublicKey.Id, new Amount(1_000))));
        MarketPosting posting = market.Posting(MarketAssignment.Auction) with { Requester = other.PublicKey.Id };
        Assert.Equal(MarketRefusal.None, market.Market.Apply(other.Sign(MarketCommand.Post(posting, market.Market.DrawCommitmentOf(posting.Digest)))));
        Digest own = market.Post(market.Posting(MarketAssignment.Auction));
        Assert.Equal(MarketRefusal.ProviderBarred, market.Bid(market.Providers[0], own, 100));
        Assert.Equal(MarketRefusal.None, market.Bid(market.Providers[0], posting.Digest, 100));
        market.World.Time.Advance(TimeSpan.FromMilliseconds(MarketState.BarMilliseconds));
        Assert.Equal(MarketRefusal.ProviderExcluded, market.Bid(market.Providers[0], task, 100));
        Assert.Equal(MarketRefusal.None, market.Bid(market.Providers[0], own, 100));
    }

    [Theory]
    [InlineData(MarketAssignment.Auction)]
    [InlineData(MarketAssignment.Direct)]
    public void A_posting_without_time_to_accept_is_refused(MarketAssignment assignment)
    {
        MarketWorld market = New();
        MarketPosting posting = market.Posting(assignment, assignment == MarketAssignment.Direct ? market.Providers[0].PublicKey.Id : default);
        Assert.Equal(MarketRefusal.InvalidPosting, market.Runner.Post(posting with { AcceptWindow = 0 }));
        Assert.Equal(MarketRefusal.InvalidPosting, market.Runner.Post(posting with { AcceptWindow = MarketPosting.LeastAcceptWindow - 1 }));
        Assert.Equal(MarketRefusal.None, market.Runner.Post(posting with { AcceptWindow = MarketPosting.LeastAcceptWindow }));
    }

    // What the provider did not accept was not what it bid for.
    [Fact]
    public void An_auction_that_was_opened_on_other_terms_is_not_the_providers_fault()
    {
        MarketWorld market = New();
        Digest task = market.Post(market.Posting(MarketAssignment.Auction));
        Assert.Equal(MarketRefusal.None, market.Bid(market.Providers[0], task, 100));
        Open(market, task, number: 1, stake: 9_000);
        market.World.Time.Advance(TimeSpan.FromSeconds(2));
        Assert.Equal(MarketTaskState.Queued, market.Market.Advance(task));
        Assert.Equal(MarketProviderState.Free, market.Market.State.GetProvider(market.Providers[0].PublicKey.Id).StateAt(market.Now));
    }

    // Two acceptances, and nobody to say which is which: the market does not guess, and blames nobody for a third that was not accepted.
    [Fact]
    public void A_provider_that_accepted_more_than_the_market_knows_is_not_barred()
    {
        MarketWorld market = New();
        Digest task = market.Post(market.Posting(MarketAssignment.Auction));
        Assert.Equal(MarketRefusal.None, market.Bid(market.Providers[0], task, 100));
        foreach (int number in new[] { 1, 2, 3 })
        {
            Open(market, task, number, stake: 3_000);
            if (number < 3)
            {
                Assert.Equal(LedgerRefusal.None, market.World.Ledger.Append(new AcceptTask(Named(number), market.Providers[0].PublicKey.Id), null));
            }
        }

        market.World.Time.Advance(TimeSpan.FromSeconds(2));
        Assert.Equal(MarketTaskState.Queued, market.Market.Advance(task));
        Assert.Equal(MarketProviderState.Free, market.Market.State.GetProvider(market.Providers[0].PublicKey.Id).StateAt(market.Now));
    }

    private static Digest Named(int number) => Digest.Of([(byte)number]);

    private static void Open(MarketWorld market, Digest task, int number, ulong stake) => Assert.Equal(LedgerRefusal.None, market.World.Ledger.Append(
        new OpenTask(
            Named(number), market.World.Requester.PublicKey.Id, market.Providers[0].PublicKey.Id, market.Task(task).Price, market.Task(task).Price, new Amount(stake), market.Now + 60_000, market.Now + 120_000, default),
        null));

    // Bids must leave what comes first, so what comes first must be worth something.
    [Fact]
    public void Postings_that_nobody_can_be_paid_for_stop_nobody()
    {
        MarketWorld market = New();
        ISigner poor = TestWorld.Key("poor");
        Digest honest = market.Post(market.Posting(MarketAssignment.Auction));
        MarketPosting bait = market.Posting(MarketAssignment.Auction) with { Requester = poor.PublicKey.Id, Priority = 3, Collateral = Amount.Zero };
        MarketPosting another = market.Posting(MarketAssignment.Auction) with { Requester = poor.PublicKey.Id, Priority = 3, Collateral = Amount.Zero };
        Assert.Equal(MarketRefusal.RequesterCannotPay, Post(bait));
        Assert.Equal(LedgerRefusal.None, market.World.Ledger.Apply(new Deposit(poor.PublicKey.Id, new Amount(399))));
        Assert.Equal(MarketRefusal.None, Post(bait));

        // What pays for one does not pay for two.
        Assert.Equal(MarketRefusal.RequesterCannotPay, Post(another));
        Assert.Equal(MarketRefusal.AnotherTaskFirst, market.Bid(market.Providers[0], honest, 100));
        Assert.Equal(MarketRefusal.NotOnLedger, market.Market.Apply(MarketCommand.ExpireUnfunded(market.World.Ledger.Id, bait.Digest)));

        // It takes its money back, and anybody may end its posting.
        Assert.Equal(LedgerRefusal.None, market.World.Ledger.Apply(new Withdraw(poor.PublicKey.Id, new Amount(399))));
        Assert.Equal(MarketRefusal.RequesterCannotPay, market.Bid(market.Providers[0], bait.Digest, 100));
        Assert.Equal(MarketRefusal.None, market.Market.Apply(MarketCommand.ExpireUnfunded(market.World.Ledger.Id, bait.Digest)));
        Assert.Equal(MarketRefusal.None, market.Bid(market.Providers[0], honest, 100));

        MarketRefusal Post(MarketPosting posting) => market.Market.Apply(poor.Sign(MarketCommand.Post(posting, market.Market.DrawCommitmentOf(posting.Digest))));
    }

    [Fact]
    public void Lost_runs_buy_no_priority()
    {
        MarketWorld market = New();
        Digest task = market.Post(market.Posting(MarketAssignment.Strategy));
        for (int run = 0; run < 20; run++)
        {
            NodeId requester = market.World.Requester.PublicKey.Id;
            Assert.Equal(MarketRefusal.None, market.Market.Apply(market.World.Requester.Sign(MarketCommand.StartRun(market.World.Ledger.Id, requester, task, run))));
            Assert.Equal(MarketRefusal.None, market.Market.Apply(market.World.Requester.Sign(MarketCommand.LoseRun(market.World.Ledger.Id, requester, task, run + 1))));
        }

        Assert.Equal(0, market.Task(task).PriorityAt(market.Now));
    }

    [Fact]
    public void A_stranger_without_stake_bars_nobody_by_a_challenge()
    {
        MarketWorld market = New();
        Digest task = market.Post(market.Posting(MarketAssignment.Auction));
        Assert.Equal(MarketRefusal.None, market.Bid(market.Providers[0], task, 100));
        Assert.NotNull(market.Offer(task).Output);
        ISigner stranger = TestWorld.Key("stranger");
        Assert.Equal(
            MarketRefusal.InsufficientCollateral, market.Market.Apply(stranger.Sign(MarketCommand.Challenge(market.World.Ledger.Id, stranger.PublicKey.Id, task))));
        Assert.Equal(MarketProviderState.Free, market.Market.State.GetProvider(market.Providers[0].PublicKey.Id).StateAt(market.Now));
    }

    // Whoever lets a recomputation come to nothing has the next one drawn: a friend of the challenged provider would go on until it is drawn itself.
    [Fact]
    public void Nobody_steps_through_the_draws_of_recomputers()
    {
        MarketWorld market = New(providers: 6);
        Digest task = market.Post(market.Posting(MarketAssignment.Auction) with { ChallengeRate = Probability64.Always });
        Assert.Equal(MarketRefusal.None, market.Bid(market.Providers[0], task, 100));
        Assert.NotNull(market.Offer(task).Output);
        Assert.Equal(MarketTaskState.Challenged, market.Market.Advance(task));
        ISigner friend = TestWorld.Key("friend");
        List<MarketRefusal> refusals = [];
        foreach (NodeId node in market.Providers.Select(signer => signer.PublicKey.Id))
        {
            MarketPosting posting = market.Posting(MarketAssignment.Direct, node, parent: task) with { Requester = friend.PublicKey.Id };
            Assert.Equal(MarketRefusal.None, market.Market.Apply(friend.Sign(MarketCommand.Post(posting, market.Market.DrawCommitmentOf(posting.Digest)))));
            refusals.Add(market.Market.Apply(MarketCommand.Recompute(market.World.Ledger.Id, task, node, posting.Digest, 0)));
        }

        Assert.All(refusals, refusal => Assert.True(refusal is MarketRefusal.WrongRequester or MarketRefusal.ProviderExcluded));
        Digest own = market.Providers.Select(signer => signer.PublicKey.Id).Select(node => (Node: node, Child: market.Post(market.Posting(MarketAssignment.Direct, node, parent: task))))
            .First(pair => market.Market.Apply(MarketCommand.Recompute(market.World.Ledger.Id, task, pair.Node, pair.Child, 0)) == MarketRefusal.None).Child;
        Assert.Equal(
            MarketRefusal.WrongState, market.Market.Apply(market.World.Requester.Sign(MarketCommand.Withdraw(market.World.Ledger.Id, market.World.Requester.PublicKey.Id, own))));
    }

    private static MarketWorld New(int providers = 2) => new(populate: world =>
    {
        for (int i = 0; i < providers; i++)
        {
            _ = world.Add(signer => new LocalProvider(signer, world.Ledger, [world.Engine()], world.ProviderOptions with { AcceptsTerms = (_, _) => true }));
        }
    });

    private sealed class NoAnswer(NodeId id) : IProvider
    {
        public NodeId Id => id;

        public ValueTask<ReadOnlyMemory<byte>> SendAsync(ReadOnlyMemory<byte> message, CancellationToken cancellationToken = default) => ValueTask.FromResult(ReadOnlyMemory<byte>.Empty);
    }
}
