using Verifiable.Inference.Claims;
using Verifiable.Inference.Commitments;
using Verifiable.Inference.Identity;
using Verifiable.Inference.Providers;
using Verifiable.Inference.Providers.Misbehavior;
using Verifiable.Inference.Settlement;
using Verifiable.Inference.Tasks;
using Verifiable.Inference.Tests.Strategies;

namespace Verifiable.Inference.Tests.Tasks;

/// <summary>The market beside a real ledger: whole lives of tasks, who may say what, and what a crash leaves.</summary>
public sealed class TaskMarketTests
{
    [Fact]
    public void An_auctioned_task_is_taken_answered_and_final_and_the_provider_is_paid_the_price_of_the_moment()
    {
        MarketWorld market = new(populate: world => MarketWorld.AddPlain(world, 5));
        Digest task = market.Post(market.Posting(MarketAssignment.Auction));
        ISigner provider = market.Providers[2];
        Assert.Equal(MarketRefusal.PriceNotReached, market.Bid(provider, task, 150));
        market.World.Time.Advance(TimeSpan.FromSeconds(5));
        Amount before = market.World.Worth(provider.PublicKey.Id);
        Assert.Equal(MarketRefusal.None, market.Bid(provider, task, 140));
        Assert.Equal(new Amount(150), market.Task(task).Price);
        Assert.Equal(MarketRefusal.AlreadyDone, market.Market.Apply(provider.Sign(MarketCommand.Bid(market.World.Ledger.Id, provider.PublicKey.Id, task, new Amount(140), 0))));
        (Inference.Tensors.NamedTensors? output, MarketTaskState state) = market.Offer(task);
        Assert.NotNull(output);
        Assert.Equal(MarketTaskState.Provisional, state);
        Assert.Equal(new Amount(3_000), market.World.Ledger.State.GetAccount(provider.PublicKey.Id).ReservedStake);

        // The window ends, and then what the ledger holds beyond it: only when it has paid is the task final.
        market.World.Time.Advance(TimeSpan.FromSeconds(61));
        Assert.Equal(MarketTaskState.Provisional, market.Market.Advance(task));
        market.World.Time.Advance(TimeSpan.FromMinutes(11));
        Assert.Equal(LedgerRefusal.None, market.World.Ledger.Apply(new ForfeitOpening(market.Task(task).LedgerTask)));
        Assert.Equal(MarketTaskState.Final, market.Market.Advance(task));
        Assert.Equal(before + new Amount(150), market.World.Worth(provider.PublicKey.Id));
        Assert.Equal(Amount.Zero, market.World.Ledger.State.Totals.Burnt);
        Assert.True(market.World.Ledger.State.Totals.IsConserved);
        Assert.True(market.Market.State.GetProvider(provider.PublicKey.Id).Reputation.Score > 0);
    }

    [Fact]
    public void A_silent_provider_loses_its_collateral_and_the_task_goes_to_another()
    {
        MarketWorld market = new(populate: world =>
        {
            _ = world.Add(signer => new SilentProvider(signer, world.Ledger, world.Engine(), MarketWorld.Plain(world)));
            MarketWorld.AddPlain(world, 3);
        });
        ISigner silent = market.Providers[0];
        Digest task = market.Post(market.Posting(MarketAssignment.Auction));
        Amount before = market.World.Worth(silent.PublicKey.Id);
        Assert.Equal(MarketRefusal.None, market.Bid(silent, task, 100));
        Assert.Equal(MarketTaskState.Assigned, market.Offer(task).State);
        market.World.Time.Advance(TimeSpan.FromMinutes(12));
        Assert.Equal(LedgerRefusal.None, market.World.Ledger.Apply(new ExpireSilence(market.Task(task).LedgerTask)));
        Assert.Equal(MarketTaskState.Queued, market.Market.Advance(task));

        // What a conviction can cost at most, the stake at risk, is what silence costs.
        Assert.Equal(before - new Amount(3_000), market.World.Worth(silent.PublicKey.Id));
        Assert.Equal(MarketProviderState.Barred, market.Market.State.GetProvider(silent.PublicKey.Id).StateAt(market.Now));
        Assert.Equal(MarketRefusal.ProviderBarred, market.Bid(silent, task, 100));
        market.World.Time.Advance(TimeSpan.FromMilliseconds(MarketState.BarMilliseconds));
        Assert.Equal(MarketRefusal.ProviderExcluded, market.Bid(silent, task, 100));
        Assert.Equal(MarketRefusal.None, market.Bid(market.Providers[1], task, 100));
        Assert.Equal(MarketTaskState.Provisional, market.Offer(task).State);
        Assert.True(market.World.Ledger.State.Totals.IsConserved);
    }

    [Fact]
    public void A_provider_that_is_assigned_a_task_and_does_not_accept_loses_no_stake()
    {
        MarketWorld market = new(populate: world =>
        {
            _ = world.Add(signer => new NoAnswer(signer.PublicKey.Id));
            MarketWorld.AddPlain(world, 2);
        });
        Digest task = market.Post(market.Posting(MarketAssignment.Direct, market.Providers[0].PublicKey.Id));
        Amount before = market.World.Worth(market.Providers[0].PublicKey.Id);
        Assert.Equal(MarketRefusal.None, market.Market.Apply(MarketCommand.Assign(market.World.Ledger.Id, task)));
        Assert.Equal(new Amount(3_000), market.Market.State.GetProvider(market.Providers[0].PublicKey.Id).PendingCollateral);
        Assert.Equal(MarketTaskState.Failed, market.Offer(task).State);
        Assert.Equal(Amount.Zero, market.Market.State.GetProvider(market.Providers[0].PublicKey.Id).PendingCollateral);
        Assert.Equal(before, market.World.Worth(market.Providers[0].PublicKey.Id));
        Assert.Equal(Amount.Zero, market.World.Ledger.State.Totals.Escrows);
    }

    [Fact]
    public void The_stake_for_one_task_is_not_taken_for_two()
    {
        MarketWorld market = new(populate: world =>
        {
            _ = world.Add(signer => new LocalProvider(signer, world.Ledger, [world.Engine()], MarketWorld.Plain(world)), stake: 5_000);
            MarketWorld.AddPlain(world, 2);
        });
        Digest first = market.Post(market.Posting(MarketAssignment.Auction));
        Digest second = market.Post(market.Posting(MarketAssignment.Auction));
        Assert.Equal(MarketRefusal.None, market.Bid(market.Providers[0], first, 100));
        Assert.Equal(MarketRefusal.InsufficientCollateral, market.Bid(market.Providers[0], second, 100));
        _ = market.Offer(first);
        Assert.Equal(MarketRefusal.InsufficientCollateral, market.Bid(market.Providers[0], second, 100));
    }

    [Fact]
    public void A_convicted_provider_is_removed_and_its_task_queued_again_with_priority_without_it()
    {
        MarketWorld market = new(populate: world => MarketWorld.AddPlain(world, 4));
        Digest task = MarketWorld.Answered(market, market.Posting(MarketAssignment.Auction));
        Digest other = market.Post(market.Posting(MarketAssignment.Auction, index: 1));
        NodeId provider = market.Task(task).Provider;
        Assert.Equal(MarketRefusal.None, market.Market.Apply(MarketWorld.Challenge(market, task)));
        Assert.Equal(MarketRefusal.NotOnLedger, market.Market.Apply(MarketCommand.Convict(market.World.Ledger.Id, task)));
        Amount requester = market.World.Ledger.BalanceOf(market.World.Requester.PublicKey.Id);
        Digest held = market.Task(task).LedgerTask;
        Settle conviction = new([new TaskSettlement(held, SettlementCause.Convicted, Digest.Of("secret of a task"u8)) { Claim = market.World.Ledger.FindTask(held)!.Claim!.Value }], [Transfer.Burn(held, TransferSource.Stake, new Amount(3_000))]);
        Assert.Equal(LedgerRefusal.None, market.World.Ledger.Append(conviction, null));
        Assert.Equal(MarketTaskState.Queued, market.Market.Advance(task));
        Assert.Equal(MarketProviderState.Removed, market.Market.State.GetProvider(provider).StateAt(market.Now));
        Assert.Equal(requester + market.Task(task).Price, market.World.Ledger.BalanceOf(market.World.Requester.PublicKey.Id));
        Assert.Equal(task, market.Market.State.QueueAt(market.Now)[0].Id);
        ISigner next = market.Providers.First(signer => signer.PublicKey.Id != provider);
        Assert.Equal(MarketRefusal.AnotherTaskFirst, market.Bid(next, other, 100));
        Assert.Equal(MarketRefusal.ProviderRemoved, market.Bid(market.Providers.Single(signer => signer.PublicKey.Id == provider), task, 100));
        Assert.Equal(MarketRefusal.None, market.Bid(next, task, 100));
        Assert.True(market.World.Ledger.State.Totals.IsConserved);
    }

    [Fact]
    public void A_strategy_runs_a_task_and_the_market_takes_its_end_from_the_ledger()
    {
        MarketWorld market = new();
        Digest task = market.Post(market.Posting(MarketAssignment.Strategy));
        MarketRun run = market.World.Time.Run(market.Runner.RunAsync(task, market.Order(0)));
        Assert.Equal((MarketRefusal.None, MarketTaskState.Final), (run.Refusal, run.State));
        Assert.Equal(TaskState.Settled, market.World.Ledger.FindTask(market.Task(task).LedgerTask)!.State);
        Assert.Equal(run.Outcome!.Verdict.IsAccepted, market.Task(task).IsVerified);
        MarketRun again = market.World.Time.Run(market.Runner.RunAsync(task, market.Order(0)));
        Assert.NotEqual(MarketRefusal.None, again.Refusal);
        Assert.Null(again.Outcome);
    }

    [Fact]
    public void Nobody_speaks_for_another()
    {
        MarketWorld market = new();
        Digest ledger = default;
        MarketPosting posting = market.Posting(MarketAssignment.Strategy);
        MarketCommand post = MarketCommand.Post(posting, market.Market.DrawCommitmentOf(posting.Digest));
        ISigner stranger = TestWorld.Key("stranger");
        Assert.Equal(MarketRefusal.InvalidSignature, market.Market.Apply(stranger.Sign(post)));
        Assert.Equal(MarketRefusal.WrongAuthorization, market.Market.Apply(post));
        Assert.Equal(MarketRefusal.WrongSecret, market.Market.Apply(market.World.Requester.Sign(MarketCommand.Post(posting, Digest.Of([1])))));
        Digest task = market.Post(posting);
        Assert.Equal(MarketRefusal.WrongRequester, market.Market.Apply(stranger.Sign(MarketCommand.Withdraw(market.World.Ledger.Id, stranger.PublicKey.Id, task))));
        Assert.Equal(MarketRefusal.WrongLedger, market.Market.Apply(stranger.Sign(MarketCommand.Withdraw(new NodeId(ledger), stranger.PublicKey.Id, task))));
        Assert.Equal(MarketRefusal.WrongAuthorization, market.Market.Apply(stranger.Sign(MarketCommand.Expire(market.World.Ledger.Id, task))));
        Assert.Equal(MarketRefusal.TooEarly, market.Market.Apply(MarketCommand.Expire(market.World.Ledger.Id, task)));
        Assert.Equal(MarketTaskState.Queued, market.Task(task).State);
    }

    [Fact]
    public void A_task_of_the_ledger_holds_the_money_of_one_task_here()
    {
        MarketWorld market = new(populate: world => MarketWorld.AddPlain(world, 1));
        Digest first = market.Post(market.Posting(MarketAssignment.Auction));
        Digest second = market.Post(market.Posting(MarketAssignment.Auction));
        Assert.Equal(MarketRefusal.None, market.Bid(market.Providers[0], first, 100));
        Assert.Equal(MarketRefusal.None, market.Bid(market.Providers[0], second, 100));
        Assert.NotNull(market.Offer(first).Output);
        Assert.Equal(MarketRefusal.NotOnLedger, market.Market.Apply(MarketCommand.Confirm(market.World.Ledger.Id, second, market.Task(first).LedgerTask)));
        Assert.Equal(MarketRefusal.AlreadyDone, market.Market.Apply(MarketCommand.Confirm(market.World.Ledger.Id, first, market.Task(first).LedgerTask)));
    }

    private sealed class NoAnswer(NodeId id) : IProvider
    {
        public NodeId Id => id;

        public ValueTask<ReadOnlyMemory<byte>> SendAsync(ReadOnlyMemory<byte> message, CancellationToken cancellationToken = default) => ValueTask.FromResult(ReadOnlyMemory<byte>.Empty);
    }
}
