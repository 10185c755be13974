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
        Settle conviction = new([new TaskSettlement(held, SettlementCause.Convicted, Digest.Of("secret of a task"u8))], [Transfer.Burn(held, TransferSource.Stake, new Amount(3_000))]);
        Assert.Equal(LedgerRefusal.None, market.World.Ledger.Append(conviction, null));
    }
}
