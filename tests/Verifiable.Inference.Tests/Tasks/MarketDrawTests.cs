using Verifiable.Inference.Claims;
using Verifiable.Inference.Commitments;
using Verifiable.Inference.Identity;
using Verifiable.Inference.Settlement;
using Verifiable.Inference.Tasks;
using Verifiable.Inference.Tests.Strategies;

namespace Verifiable.Inference.Tests.Tasks;

/// <summary>What providers, challengers and strangers may try against the market's random challenge: to know it before they answer, and to choose who recomputes.</summary>
public sealed class MarketDrawTests
{
    // The first provider's draw is public when the task is queued again. The second one must not know its own by it, and must be recomputed as the first was.
    [Fact]
    public void A_task_that_was_queued_again_is_challenged_by_a_new_secret()
    {
        MarketWorld market = new(populate: world => MarketWorld.AddPlain(world, 8));
        Digest task = MarketWorld.Answered(market, market.Posting(MarketAssignment.Auction) with { ChallengeRate = Probability64.Always });
        Assert.Equal(MarketTaskState.Challenged, market.Market.Advance(task));
        Digest first = market.Task(task).DrawSecret;
        Digest recomputation = Recomputed(market, task);
        Convict(market, task);
        Assert.Equal(MarketTaskState.Queued, market.Market.Advance(task));

        ISigner next = market.Providers.First(signer => !market.Task(task).Excluded.Contains(signer.PublicKey.Id));
        Assert.Equal(MarketRefusal.None, market.Bid(next, task, 100));
        Assert.NotNull(market.Offer(task).Output);
        Assert.Equal(MarketTaskState.Challenged, market.Market.Advance(task));
        Assert.NotEqual(first, market.Task(task).DrawSecret);
        Assert.NotEqual(default, market.Task(task).FindRecomputer());
        Assert.Equal((0, default), (market.Task(task).Recomputations, market.Task(task).Recomputation));
        Assert.NotEqual(recomputation, Recomputed(market, task));

        // Whoever opens the market again tosses and draws the same.
        MarketLaws.AssertSame(market.Market.State, new TaskMarket(market.World.Ledger, market.World.Time, MarketWorld.DrawKey, market.World.Ledger.Store).State);
        market.Market.WriteSnapshot();
        MarketLaws.AssertSame(market.Market.State, new TaskMarket(market.World.Ledger, market.World.Time, MarketWorld.DrawKey, market.World.Ledger.Store).State);
    }

    // What the market opened for one provider is no secret of the next, and what it will open for the next is none of the first.
    [Fact]
    public void The_secret_of_one_assignment_is_refused_for_another()
    {
        MarketWorld market = new(populate: world => MarketWorld.AddPlain(world, 4));
        Digest task = MarketWorld.Answered(market, market.Posting(MarketAssignment.Auction));
        _ = market.Market.Advance(task);
        Assert.True(market.Task(task).IsDrawOpened);
        Digest first = market.Task(task).DrawSecret;
        Convict(market, task);
        Assert.Equal(MarketTaskState.Queued, market.Market.Advance(task));
        ISigner next = market.Providers.First(signer => !market.Task(task).Excluded.Contains(signer.PublicKey.Id));
        Assert.Equal(MarketRefusal.None, market.Bid(next, task, 100));
        Assert.NotNull(market.Offer(task).Output);
        Assert.NotEqual(first, market.Task(task).DrawSecret);
        Assert.NotEqual(MarketRefusal.None, market.Market.Apply(MarketCommand.OpenDraw(market.World.Ledger.Id, task, first)));
    }

    // The coin fell on no challenge, and everybody knows the secret: whoever challenges now must not have another one drawn by who it is.
    [Fact]
    public void Who_challenges_changes_nothing_of_who_recomputes()
    {
        MarketWorld market = new(populate: world => MarketWorld.AddPlain(world, 12));
        foreach (int index in Enumerable.Range(0, 4))
        {
            Digest id = MarketWorld.Answered(market, market.Posting(MarketAssignment.Auction, index: index), index);
            _ = market.Market.OpenDraw(id);
            MarketTask task = market.Task(id) with { State = MarketTaskState.Challenged };
            NodeId drawn = task.FindRecomputer();
            Assert.NotEqual(default, drawn);
            foreach (NodeId challenger in task.Stakes.Keys)
            {
                NodeId then = (task with { Challenger = challenger }).FindRecomputer();
                Assert.True(challenger == drawn ? then != drawn && then != default : then == drawn, "A challenger had another provider drawn.");
            }
        }
    }

    // A friend of the provider holds the challenge. What it posts as the recomputation, to let it come to nothing, is not taken for one.
    [Fact]
    public void A_challenger_posts_no_recomputation()
    {
        MarketWorld market = Challenged(out Digest task);
        ISigner watcher = TestWorld.Key("watcher");
        NodeId drawn = market.Task(task).FindRecomputer();
        MarketPosting posting = market.Posting(MarketAssignment.Direct, drawn, parent: task) with { Requester = watcher.PublicKey.Id };
        _ = market.Market.Apply(watcher.Sign(MarketCommand.Post(posting, market.Market.DrawCommitmentOf(posting.Digest))));
        Assert.NotEqual(MarketRefusal.None, market.Market.Apply(MarketCommand.Recompute(market.World.Ledger.Id, task, drawn, posting.Digest, 0)));
        Assert.Equal(default, market.Task(task).Recomputation);
    }

    [Fact]
    public void A_recomputation_has_its_parent_s_terms_and_time_enough()
    {
        MarketWorld market = Challenged(out Digest task);
        MarketPosting right = market.Posting(MarketAssignment.Direct, market.Task(task).FindRecomputer(), parent: task);
        MarketPosting[] wrong =
        [
            right with { Collateral = right.Collateral + new Amount(1) }, right with { PriceLimit = right.PriceLimit - new Amount(1) }, right with { AcceptWindow = right.AcceptWindow - 1 },
            right with { ChallengeWindow = right.ChallengeWindow - 1 }, right with { Strategy = "other/v1" }, right with { Expiry = market.Now + MarketPosting.LeastRecomputationTime - 1 },
        ];
        Assert.All(wrong, posting => Assert.Equal(MarketRefusal.InvalidPosting, market.Runner.Post(posting)));
        Assert.Equal(MarketRefusal.None, market.Runner.Post(right with { Expiry = market.Now + MarketPosting.LeastRecomputationTime }));
    }

    // A posting that is over already would have the next provider drawn at once.
    [Fact]
    public void What_came_to_nothing_before_is_no_recomputation()
    {
        MarketWorld market = Challenged(out Digest task);
        NodeId drawn = market.Task(task).FindRecomputer();
        Digest child = market.Post(market.Posting(MarketAssignment.Direct, drawn, parent: task));
        NodeId requester = market.World.Requester.PublicKey.Id;
        Assert.Equal(MarketRefusal.None, market.Market.Apply(market.World.Requester.Sign(MarketCommand.Withdraw(market.World.Ledger.Id, requester, child))));
        Assert.NotEqual(MarketRefusal.None, market.Market.Apply(MarketCommand.Recompute(market.World.Ledger.Id, task, drawn, child, 0)));
        Assert.Equal(0, market.Task(task).Recomputations);
    }

    // What is opened is hashed to what is known, and what is not opened yet is not.
    [Fact]
    public void Links_of_a_chain_are_those_of_their_assignments_only()
    {
        Digest seed = Digest.Of("seed"u8);
        Digest commitment = MarketDrawChain.Commit(seed);
        Assert.Equal(seed, MarketDrawChain.Link(seed, MarketDrawChain.Length));
        for (int assignment = 1; assignment <= MarketDrawChain.Length; assignment++)
        {
            Digest link = MarketDrawChain.Link(seed, assignment);
            Assert.Equal(assignment == 1 ? commitment : MarketDrawChain.Link(seed, assignment - 1), AuditSecret.Commit(link));
            for (int other = -1; other <= MarketDrawChain.Length + 1; other++)
            {
                Assert.Equal(other == assignment, MarketDrawChain.IsLink(commitment, link, other));
            }
        }

        Assert.False(MarketDrawChain.IsLink(commitment, commitment, 0));
        Assert.False(MarketDrawChain.IsLink(AuditSecret.Commit(seed), seed, int.MaxValue));
        Assert.Throws<ArgumentOutOfRangeException>(() => MarketDrawChain.Link(seed, 0));
        Assert.Throws<ArgumentOutOfRangeException>(() => MarketDrawChain.Link(seed, MarketDrawChain.Length + 1));
    }

    private static MarketWorld Challenged(out Digest task)
    {
        MarketWorld market = new(populate: world => MarketWorld.AddPlain(world, 6));
        task = MarketWorld.Answered(market, market.Posting(MarketAssignment.Auction));
        _ = market.Market.OpenDraw(task);
        Assert.Equal(MarketRefusal.None, market.Market.Apply(MarketWorld.Challenge(market, task)));
        Assert.NotEqual(default, market.Task(task).FindRecomputer());
        return market;
    }

    private static Digest Recomputed(MarketWorld market, Digest task)
    {
        NodeId drawn = market.Task(task).FindRecomputer();
        Digest child = market.Post(market.Posting(MarketAssignment.Direct, drawn, parent: task));
        Assert.Equal(MarketRefusal.None, market.Market.Apply(MarketCommand.Recompute(market.World.Ledger.Id, task, drawn, child, market.Task(task).Recomputations)));
        return child;
    }

    private static void Convict(MarketWorld market, Digest task)
    {
        Digest held = market.Task(task).LedgerTask;
        Settle conviction = new([new TaskSettlement(held, SettlementCause.Convicted, Digest.Of("secret of a task"u8)) { Claim = market.World.Ledger.FindTask(held)!.Claim!.Value }], [Transfer.Burn(held, TransferSource.Stake, new Amount(3_000))]);
        Assert.Equal(LedgerRefusal.None, market.World.Ledger.Append(conviction, null));
    }
}
