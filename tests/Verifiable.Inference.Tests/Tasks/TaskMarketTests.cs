using Verifiable.Inference.Claims;
using Verifiable.Inference.Commitments;
using Verifiable.Inference.Identity;
using Verifiable.Inference.Providers;
using Verifiable.Inference.Providers.Misbehavior;
using Verifiable.Inference.Selection;
using Verifiable.Inference.Settlement;
using Verifiable.Inference.Storage;
using Verifiable.Inference.Tasks;
using Verifiable.Inference.Tests.Strategies;

namespace Verifiable.Inference.Tests.Tasks;

/// <summary>The market beside a real ledger: whole lives of tasks, who may say what, and what a crash leaves.</summary>
public sealed class TaskMarketTests
{
    [Fact]
    public void An_auctioned_task_is_taken_answered_and_final_and_the_provider_is_paid_the_price_of_the_moment()
    {
        MarketWorld market = new(populate: world => AddPlain(world, 5));
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
            _ = world.Add(signer => new SilentProvider(signer, world.Ledger, world.Engine(), Plain(world)));
            AddPlain(world, 3);
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
            AddPlain(world, 2);
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
            _ = world.Add(signer => new LocalProvider(signer, world.Ledger, [world.Engine()], Plain(world)), stake: 5_000);
            AddPlain(world, 2);
        });
        Digest first = market.Post(market.Posting(MarketAssignment.Auction));
        Digest second = market.Post(market.Posting(MarketAssignment.Auction));
        Assert.Equal(MarketRefusal.None, market.Bid(market.Providers[0], first, 100));
        Assert.Equal(MarketRefusal.InsufficientCollateral, market.Bid(market.Providers[0], second, 100));
        _ = market.Offer(first);
        Assert.Equal(MarketRefusal.InsufficientCollateral, market.Bid(market.Providers[0], second, 100));
    }

    [Fact]
    public void A_challenged_claim_is_recomputed_by_the_drawn_provider_and_by_nobody_else()
    {
        MarketWorld market = new(populate: world => AddPlain(world, 6));
        Digest task = Answered(market, market.Posting(MarketAssignment.Auction) with { ChallengeRate = Probability64.Always });
        Assert.Equal(MarketTaskState.Challenged, market.Market.Advance(task));
        NodeId provider = market.Task(task).Provider;
        Assert.Equal(MarketProviderState.Barred, market.Market.State.GetProvider(provider).StateAt(market.Now));
        NodeId drawn = Drawn(market, task, attempt: 0);
        Assert.NotEqual(provider, drawn);
        foreach (NodeId node in market.Providers.Select(signer => signer.PublicKey.Id))
        {
            Digest child = market.Post(market.Posting(MarketAssignment.Direct, node, parent: task));
            MarketRefusal refusal = market.Market.Apply(MarketCommand.Recompute(market.World.Ledger.Id, task, node, child, 0));
            Assert.Equal(node == drawn ? MarketRefusal.None : node == provider ? MarketRefusal.ProviderExcluded : market.Task(task).Recomputation != default ? MarketRefusal.WrongState : MarketRefusal.NotDrawn, refusal);
        }

        // The recomputation is a task like any other: staked, paid, and to be challenged itself.
        Digest recomputation = market.Task(task).Recomputation;
        Assert.Equal(MarketRefusal.None, market.Market.Apply(MarketCommand.Assign(market.World.Ledger.Id, recomputation)));
        Assert.Equal(MarketTaskState.Provisional, market.Offer(recomputation).State);
        Assert.Equal(MarketRefusal.None, market.Market.Apply(Challenge(market, recomputation)));

        // The ledger pays the first: acquitted, and free again.
        market.World.Time.Advance(TimeSpan.FromMinutes(12));
        Assert.Equal(LedgerRefusal.None, market.World.Ledger.Apply(new ForfeitOpening(market.Task(task).LedgerTask)));
        Assert.Equal(MarketTaskState.Final, market.Market.Advance(task));
        Assert.Equal(MarketProviderState.Free, market.Market.State.GetProvider(provider).StateAt(market.Now));
    }

    [Fact]
    public void A_convicted_provider_is_removed_and_its_task_queued_again_with_priority_without_it()
    {
        MarketWorld market = new(populate: world => AddPlain(world, 4));
        Digest task = Answered(market, market.Posting(MarketAssignment.Auction));
        Digest other = market.Post(market.Posting(MarketAssignment.Auction, index: 1));
        NodeId provider = market.Task(task).Provider;
        Assert.Equal(MarketRefusal.None, market.Market.Apply(Challenge(market, task)));
        Assert.Equal(MarketRefusal.NotOnLedger, market.Market.Apply(MarketCommand.Convict(market.World.Ledger.Id, task)));
        Amount requester = market.World.Ledger.BalanceOf(market.World.Requester.PublicKey.Id);
        Digest held = market.Task(task).LedgerTask;
        Settle conviction = new([new TaskSettlement(held, SettlementCause.Convicted, Digest.Of("secret of a task"u8))], [Transfer.Burn(held, TransferSource.Stake, new Amount(3_000))]);
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
    public void Entries_say_all_and_a_market_opens_from_them()
    {
        MarketWorld market = Played();
        TaskMarket opened = new(market.World.Ledger, market.World.Time, MarketWorld.DrawKey, market.World.Ledger.Store);
        AssertSame(market.Market.State, opened.State);
    }

    // Ledger and market write to one store, in one order. Cut it after any record, open both, and whatever the market says of money the ledger shows; what the ledger shows the market learns.
    [Fact]
    public void After_a_crash_at_any_record_market_and_ledger_agree()
    {
        MarketWorld market = Played();
        RecordStore whole = market.World.Ledger.Store;
        (byte Stream, byte[] Content)[] records = [.. whole.Read().Select(record => (record.Stream, record.Content.ToArray()))];
        Assert.True(records.Length > 40);
        HashSet<MarketTaskState> seen = [];
        for (int kept = 0; kept <= records.Length; kept++)
        {
            using MemoryRecordStore cut = new(whole.Identity);
            foreach ((byte stream, byte[] content) in records.Take(kept))
            {
                _ = cut.Append(stream, content);
            }

            InferenceLedger ledger = InferenceLedger.Open(cut, TestWorld.Key("operator"), SignatureSchemes.Default, market.World.Time, options: null, MarketWorld.Strategy).GetLedger();
            TaskMarket opened = new(ledger, market.World.Time, MarketWorld.DrawKey, cut);
            Assert.All(opened.State.Tasks.Values, task => Assert.True(task.LedgerTask == default || ledger.FindTask(task.LedgerTask) is not null, $"after {kept}: {task.State}"));
            IReadOnlyList<MarketTask> lost = opened.Recover();
            foreach (MarketTask task in opened.State.Tasks.Values)
            {
                TaskRecord? record = task.LedgerTask == default ? null : ledger.FindTask(task.LedgerTask);
                bool agrees = task.State switch
                {
                    MarketTaskState.Final => record is { State: TaskState.Settled or TaskState.Forfeited },
                    MarketTaskState.Provisional or MarketTaskState.Answered or MarketTaskState.Challenged => record?.Claim == task.Claim,
                    MarketTaskState.Assigned => task.Posting.Assignment == MarketAssignment.Strategy ? lost.Any(run => run.Id == task.Id) : record is { Claim: null },
                    _ => true,
                };
                Assert.True(agrees, $"after {kept} of {records.Length}: {task.State}");
                _ = seen.Add(task.State);
            }

            // Nothing is done twice: again there is nothing to tell. And a lost run can be run again.
            ulong told = cut.Tip.Sequence;
            _ = opened.Recover();
            Assert.Equal(told, cut.Tip.Sequence);
            foreach (MarketTask run in lost)
            {
                Assert.Equal(MarketRefusal.None, opened.Apply(market.World.Requester.Sign(MarketCommand.LoseRun(ledger.Id, run.Posting.Requester, run.Id, run.Assignments))));
                Assert.Equal(MarketTaskState.Queued, opened.State.FindTask(run.Id)!.State);
            }

            Assert.True(ledger.State.Totals.IsConserved);
        }

        Assert.Superset(new HashSet<MarketTaskState> { MarketTaskState.Queued, MarketTaskState.Assigned, MarketTaskState.Provisional, MarketTaskState.Final }, seen);
    }

    [Fact]
    public void A_store_with_a_bad_entry_is_not_opened()
    {
        using MemoryRecordStore store = new();
        MarketWorld market = new();
        _ = store.Append(TaskMarket.Stream, [1, 2, 3]);
        Assert.Throws<InvalidDataException>(() => new TaskMarket(market.World.Ledger, market.World.Time, default, store));
        using MemoryRecordStore unsigned = new();
        MarketCommand join = MarketCommand.Join(market.World.Ledger.Id, market.Providers[0].PublicKey.Id, 1, 1);
        _ = unsigned.Append(TaskMarket.Stream, new MarketEntry(1, join, market.Providers[1].PublicKey, market.Providers[1].Sign(join).Signature).ToBytes());
        Assert.Throws<InvalidDataException>(() => new TaskMarket(market.World.Ledger, market.World.Time, default, unsigned));
    }

    private static MarketWorld Played()
    {
        MarketWorld market = new(world => AddPlain(world, 5));
        Digest run = market.Post(market.Posting(MarketAssignment.Strategy));
        _ = market.World.Time.Run(market.Runner.RunAsync(run, market.Order(0)));
        _ = Answered(market, market.Posting(MarketAssignment.Auction));
        Digest final = Answered(market, market.Posting(MarketAssignment.Auction, index: 1), index: 1);
        market.World.Time.Advance(TimeSpan.FromMinutes(12));
        Assert.Equal(LedgerRefusal.None, market.World.Ledger.Apply(new ForfeitOpening(market.Task(final).LedgerTask)));
        Assert.Equal(MarketTaskState.Final, market.Market.Advance(final));
        _ = market.Post(market.Posting(MarketAssignment.Auction));
        return market;
    }

    private static Digest Answered(MarketWorld market, MarketPosting posting, int index = 0)
    {
        Digest task = market.Post(posting);
        ISigner provider = market.Providers.First(signer => market.Market.State.GetProvider(signer.PublicKey.Id).StateAt(market.Now) == MarketProviderState.Free);
        Assert.Equal(MarketRefusal.None, market.Bid(provider, task, 100));
        Assert.NotNull(market.Offer(task, index).Output);
        return task;
    }

    private static Signed<MarketCommand> Challenge(MarketWorld market, Digest task)
    {
        ISigner watcher = TestWorld.Key("watcher");
        if (market.World.Ledger.State.GetAccount(watcher.PublicKey.Id).Stake == Amount.Zero)
        {
            Assert.Equal(LedgerRefusal.None, market.World.Ledger.Apply(new Deposit(watcher.PublicKey.Id, new Amount(3_000))));
            Assert.Equal(LedgerRefusal.None, market.World.Ledger.Apply(new Bond(watcher.PublicKey.Id, new Amount(3_000))));
        }

        return watcher.Sign(MarketCommand.Challenge(market.World.Ledger.Id, watcher.PublicKey.Id, task));
    }

    private static NodeId Drawn(MarketWorld market, Digest id, int attempt)
    {
        MarketTask task = market.Task(id);
        WeightTree stakes = market.World.Ledger.Stakes;
        int excluded = Enumerable.Range(0, stakes.Count).Single(i => stakes.Leaves[i].Key == task.Provider.Value);
        int drawn = StakeDraw.Draw(stakes, task.DrawSecret, task.Id, new Seat(TaskRole.Validator, 0, (ushort)attempt), task.Claim, excluded);
        return new NodeId(stakes.Leaves[drawn].Key);
    }

    private static void AssertSame(MarketState expected, MarketState actual)
    {
        Assert.Equal(expected.Tasks.Values.Select(task => (task.Id, task.State, task.Provider, task.LedgerTask, task.Claim, task.Price, task.Requeues)), actual.Tasks.Values.Select(task => (task.Id, task.State, task.Provider, task.LedgerTask, task.Claim, task.Price, task.Requeues)));
        Assert.Equal(expected.Providers, actual.Providers);
        Assert.Equal(expected.Queued, actual.Queued);
    }

    private static void AddPlain(TestWorld world, int count)
    {
        for (int i = 0; i < count; i++)
        {
            _ = world.Add(signer => new LocalProvider(signer, world.Ledger, [world.Engine()], Plain(world)));
        }
    }

    // Takes any terms: the market's own tasks are under a judge of sampling here, for want of one of its own.
    private static LocalProviderOptions Plain(TestWorld world) => world.ProviderOptions with { AcceptsTerms = (_, _) => true };

    private sealed class NoAnswer(NodeId id) : IProvider
    {
        public NodeId Id => id;

        public ValueTask<ReadOnlyMemory<byte>> SendAsync(ReadOnlyMemory<byte> message, CancellationToken cancellationToken = default) => ValueTask.FromResult(ReadOnlyMemory<byte>.Empty);
    }
}
