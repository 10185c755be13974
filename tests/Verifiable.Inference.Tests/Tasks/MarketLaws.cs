using Verifiable.Inference.Commitments;
using Verifiable.Inference.Identity;
using Verifiable.Inference.Tasks;
using Verifiable.Inference.Tests.Commitments;

namespace Verifiable.Inference.Tests.Tasks;

/// <summary>Laws of the market's state machine under commands at random.</summary>
public sealed class MarketLaws
{
    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(4)]
    public void Whatever_is_told_a_market_its_books_agree(int seed)
    {
        MarketPlayer player = new(seed);
        MarketState state = MarketState.Empty;
        long now = 0;
        HashSet<MarketAct> done = [];
        _stakes.Clear();
        _stakesAtPosting.Clear();
        Random clock = new(seed);
        for (int i = 0; i < 25_000; i++)
        {
            now += clock.Next(20) == 0 ? clock.Next(20_000) : clock.Next(100);
            MarketCommand command = player.Next(state);
            MarketTask? before = state.FindTask(command.Task);
            MarketRefusal refusal = state.Apply(command, now, out MarketState next);
            Note(command, refusal);
            if (refusal != MarketRefusal.None)
            {
                Assert.Same(state, next);
                continue;
            }

            _ = done.Add(command.Act);

            // A retry changes nothing and says so.
            Assert.NotEqual(MarketRefusal.None, next.Apply(command, now, out MarketState again));
            Assert.Same(next, again);
            Assert.False(before is { IsClosed: true });
            state = next;
            if (i % 200 == 0)
            {
                CheckBooks(state);
                CheckStakes(state);
            }

            CheckTask(state.FindTask(command.Task));
        }

        CheckBooks(state);
        CheckSnapshot(state, player);

        // Everything that can be told without another machine was done: the laws above were not tried on refusals alone.
        Assert.Equal([.. Enum.GetValues<MarketAct>().Except([MarketAct.None, MarketAct.Recompute])], done.Order());
        Assert.Contains(state.Tasks.Values, task => task.State == MarketTaskState.Final);
        Assert.Contains(state.Tasks.Values, task => task.State == MarketTaskState.Failed && task.Reassignments == task.Posting.MaxReassignments + 1);
    }

    [Fact]
    public void A_refusal_of_time_changes_nothing()
    {
        Assert.Equal(MarketRefusal.None, MarketState.Empty.Apply(MarketCommand.Join(MarketPlayer.Ledger, MarketPlayer.Providers[0], 1, 1), 10, out MarketState state));
        Assert.Equal(MarketRefusal.TimeRunsBackwards, state.Apply(MarketCommand.Join(MarketPlayer.Ledger, MarketPlayer.Providers[1], 1, 1), 9, out MarketState next));
        Assert.Same(state, next);
    }

    [Fact]
    public void Prices_rise_from_start_to_limit_and_never_beyond()
    {
        MarketTask task = Posted(MarketPlayer.Posting(1));
        Amount last = Amount.Zero;
        for (long now = 0; now < 30_000; now += 13)
        {
            Amount price = task.PriceAt(now);
            Assert.InRange(price.Units, 50UL, 100UL);
            Assert.True(price >= last);
            last = price;
        }

        Assert.Equal(50UL, task.PriceAt(0).Units);
        Assert.Equal(75UL, task.PriceAt(5_000).Units);
        Assert.Equal(100UL, task.PriceAt(10_000).Units);
        Assert.Equal(100UL, task.PriceAt(long.MaxValue).Units);
        MarketTask dear = Posted(MarketPlayer.Posting(1) with { StartPrice = new Amount(0), PriceLimit = new Amount(ulong.MaxValue), Ramp = 1L << 40 });
        Assert.Equal(ulong.MaxValue / 2, dear.PriceAt(1L << 39).Units);
    }

    // Nothing starves: as many urgent tasks as are served come in at each step, some of them again and again, and yet an ordinary one is served after those that came before it or within the eight
    // steps of age that raise it to the top.
    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    public void Nothing_starves(int perStep)
    {
        const long Step = 5_000;
        const long Rise = MarketState.HighestPriority * MarketState.AgeStepMilliseconds;
        MarketState state = MarketState.Empty;
        Dictionary<Digest, long> posted = [];
        int number = 0;
        Random random = new(5);
        for (long now = 0; now < 4_000_000; now += Step)
        {
            for (int i = 0; i < perStep; i++)
            {
                byte priority = random.Next(10) == 0 ? (byte)0 : MarketPosting.HighestPostedPriority;
                MarketPosting posting = MarketPlayer.Posting(number++, MarketAssignment.Strategy, priority: priority);
                Do(ref state, MarketCommand.Post(posting, default), now);
                posted[posting.Digest] = now;
            }

            for (int served = 0; served < perStep && state.QueueAt(now) is [{ } head, ..]; served++)
            {
                // Whoever is served first was posted no more than the rise after everybody that still waits.
                Assert.All(state.QueueAt(now), waiting => Assert.True(head.PostedAt <= waiting.PostedAt + Rise));
                Do(ref state, MarketCommand.StartRun(MarketPlayer.Ledger, MarketPlayer.Requesters[0], head.Id, head.Assignments), now);
                bool isDelivered = random.Next(5) > 0;
                Do(ref state, MarketCommand.FinishRun(MarketPlayer.Ledger, MarketPlayer.Requesters[0], head.Id, default, VerdictKind.Accepted, isDelivered, head.Assignments + 1), now);
            }
        }

        long longest = state.Queued.Max(id => 4_000_000 - posted[id]);
        Assert.True(state.Queued.Count > 0 && longest < 4_000_000, $"{state.Queued.Count} wait, the longest for {longest} ms");

        // Work for a quarter more than can be served comes in; those that wait are the latest, not the least.
        Assert.True(state.Tasks.Values.Where(task => task.PostedAt < 2_000_000).All(task => task.IsClosed || perStep > 0));
        Assert.True(longest <= 4_000_000 - state.Tasks.Values.Where(task => task.IsClosed).Max(task => task.PostedAt) + Rise);
    }

    [Fact]
    public void Priority_is_capped_and_grows_with_age_and_with_each_requeue()
    {
        MarketTask task = Posted(MarketPlayer.Posting(1, priority: 3));
        Assert.Equal(3, task.PriorityAt(0));
        Assert.Equal(4, task.PriorityAt(MarketState.AgeStepMilliseconds));
        Assert.Equal(5, (task with { Requeues = 1 }).PriorityAt(0));
        Assert.Equal(MarketState.HighestPriority, (task with { Requeues = int.MaxValue }).PriorityAt(long.MaxValue));
    }

    [Fact]
    public void Reputation_moves_a_sixteenth_halves_each_day_and_stays_in_its_range()
    {
        MarketReputation reputation = default;
        for (int i = 0; i < 1000; i++)
        {
            reputation = reputation.After(wasGood: true, i);
        }

        Assert.InRange(reputation.Score, MarketReputation.Greatest * 15 / 16, MarketReputation.Greatest);
        Assert.Equal(reputation.Score / 2, reputation.ScoreAt(reputation.Time + 86_400_000));
        Assert.Equal(reputation.Score, reputation.ScoreAt(reputation.Time + 86_399_999));
        Assert.Equal(0, reputation.ScoreAt(long.MaxValue));
        MarketReputation bad = reputation.After(wasGood: false, reputation.Time);
        Assert.Equal(reputation.Score + ((-MarketReputation.Greatest - reputation.Score) / 16), bad.Score);
        Assert.InRange(Enumerable.Range(0, 1000).Aggregate(bad, (score, i) => score.After(wasGood: false, i + 1000)).Score, -MarketReputation.Greatest, 0);
    }

    [Fact]
    public void A_bid_must_leave_what_comes_first()
    {
        MarketState state = MarketState.Empty;
        MarketPosting late = MarketPlayer.Posting(1, priority: 3);
        MarketPosting plain = MarketPlayer.Posting(2);
        NodeId provider = MarketPlayer.Providers[0] == MarketPlayer.Requesters[2] ? MarketPlayer.Providers[1] : MarketPlayer.Providers[0];
        Do(ref state, MarketCommand.Join(MarketPlayer.Ledger, provider, 2, 1), 0);
        Do(ref state, MarketCommand.Post(plain, default), 0);
        Do(ref state, MarketCommand.Post(late, default), 0);
        Assert.Equal(MarketRefusal.AnotherTaskFirst, state.Apply(Bid(plain, 60), 9_000, out _));

        // At a price that the other one does not pay yet, the bidder is free.
        Assert.Equal(MarketRefusal.PriceNotReached, state.Apply(Bid(plain, 99), 5_000, out _));
        Do(ref state, Bid(late, 60), 9_000);
        Do(ref state, Bid(plain, 60), 9_000);
        Assert.Equal(new Amount(95), state.FindTask(plain.Digest)!.Price);
        Assert.Equal(MarketProviderState.Busy, state.GetProvider(provider).StateAt(9_000));
        Assert.Equal(new Amount(2_000), state.GetProvider(provider).PendingCollateral);

        MarketCommand Bid(MarketPosting posting, ulong price) => MarketCommand.Bid(MarketPlayer.Ledger, provider, posting.Digest, new Amount(price), 0);
    }

    // The half-open rule: at the end of the window the answer is final, and whoever opens a draw then comes too late, whatever the coin would say.
    [Theory]
    [InlineData(0.0)]
    [InlineData(0.5)]
    [InlineData(1.0)]
    public void A_draw_is_opened_while_the_window_is_and_never_after_it(double rate) => Law.Holds<(ushort Offset, byte Number)>(drawn =>
    {
        (MarketState state, Digest task, Digest secret) = Provisional(MarketPlayer.Posting(drawn.Number) with { ChallengeRate = Probability64.FromDouble(rate) }, 7);
        long due = state.FindTask(task)!.Due;
        long now = due - 300 + (drawn.Offset % 600);
        MarketRefusal refusal = state.Apply(MarketCommand.OpenDraw(MarketPlayer.Ledger, task, secret), now, out MarketState next);
        return now < due
            ? refusal == MarketRefusal.None && next.FindTask(task)!.IsDrawOpened
            : refusal == MarketRefusal.TooLate && ReferenceEquals(state, next) && state.Apply(MarketCommand.Finish(MarketPlayer.Ledger, task), now, out _) == MarketRefusal.None;
    });

    [Theory]
    [InlineData(-1)]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(long.MaxValue / 2)]
    public void At_the_end_of_the_window_a_draw_is_refused_and_the_moment_before_it_is_not(long after)
    {
        (MarketState state, Digest task, Digest secret) = Provisional(MarketPlayer.Posting(1), 7);
        Assert.Equal(
            after < 0 ? MarketRefusal.None : MarketRefusal.TooLate, state.Apply(MarketCommand.OpenDraw(MarketPlayer.Ledger, task, secret), state.FindTask(task)!.Due + after, out _));
    }

    // Whoever posts a recomputation can let it come to nothing, and has the next one drawn: it must be the one who asked, whoever challenged.
    [Fact]
    public void Nobody_but_the_requester_posts_a_recomputation() => Law.Holds<(byte Number, byte Challenger, byte Poster)>(drawn =>
    {
        (MarketState state, Digest task, Digest secret) = Provisional(MarketPlayer.Posting(drawn.Number), 7);
        NodeId provider = state.FindTask(task)!.Provider;
        NodeId challenger = MarketPlayer.Providers[10 + (drawn.Challenger % 10)];
        Do(ref state, MarketCommand.Challenge(MarketPlayer.Ledger, challenger, task), state.Time);
        Do(ref state, MarketCommand.OpenDraw(MarketPlayer.Ledger, task, secret), state.Time);
        NodeId recomputer = state.FindTask(task)!.FindRecomputer();
        NodeId requester = MarketPlayer.Requesters[0];
        NodeId poster = new[] { requester, provider, challenger, recomputer, MarketPlayer.Named("stranger"), MarketPlayer.Requesters[1] }[drawn.Poster % 6];
        MarketPosting child = MarketPlayer.Posting(999, MarketAssignment.Direct, poster) with
        {
            Work = state.FindTask(task)!.Posting.Work,
            Provider = recomputer,
            Parent = task,
        };
        Do(ref state, MarketCommand.Post(child, default), state.Time);
        MarketRefusal refusal = state.Apply(MarketCommand.Recompute(MarketPlayer.Ledger, task, recomputer, child.Digest, 0), state.Time, out MarketState next);
        return poster == requester
            ? refusal == MarketRefusal.None && next.FindTask(task)!.Recomputation == child.Digest
            : refusal == MarketRefusal.WrongRequester && ReferenceEquals(state, next);
    });

    // A task whose answer is delivered, among thirty providers with stake.
    private static (MarketState State, Digest Task, Digest Secret) Provisional(MarketPosting posting, long now)
    {
        MarketState state = MarketState.Empty;
        Digest seed = Digest.Of("seed"u8);
        NodeId provider = MarketPlayer.Providers[1];
        Do(ref state, MarketCommand.NoteStakes(MarketPlayer.Ledger, [.. MarketPlayer.Providers[..30].Order().Select(static node => new StakeChange(node, new Amount(1000)))]), 0);
        Do(ref state, MarketCommand.Join(MarketPlayer.Ledger, provider, 1, 1), 0);
        Do(ref state, MarketCommand.Post(posting, MarketDrawChain.Commit(seed)), 0);
        Digest task = posting.Digest;
        Do(ref state, MarketCommand.Bid(MarketPlayer.Ledger, provider, task, posting.StartPrice, 0), now);
        Do(ref state, MarketCommand.Confirm(MarketPlayer.Ledger, task, Digest.Of("on the ledger"u8)), now);
        Do(ref state, MarketCommand.Answer(MarketPlayer.Ledger, task, Digest.Of("claim"u8)), now);
        Do(ref state, MarketCommand.Deliver(MarketPlayer.Ledger, task), now);
        return (state, task, MarketDrawChain.Link(seed, 1));
    }

    private static MarketTask Posted(MarketPosting posting)
    {
        MarketState state = MarketState.Empty;
        Do(ref state, MarketCommand.Post(posting, default), 0);
        return state.FindTask(posting.Digest)!;
    }

    private static void Do(ref MarketState state, MarketCommand command, long now) => Assert.Equal(MarketRefusal.None, state.Apply(command, now, out state));

    private static void CheckTask(MarketTask? task)
    {
        if (task is not null)
        {
            Assert.InRange(task.Reassignments, 0, task.Posting.MaxReassignments + 1);
            Assert.False(task.State is MarketTaskState.Assigned or MarketTaskState.Answered && task.Provider != default && task.Excludes(task.Provider));
            Assert.True(task.Price <= task.Posting.PriceLimit);

            // Nothing of the provider before is left when another takes the task, and what is opened is the secret of this assignment.
            Assert.True(task.State is not (MarketTaskState.Assigned or MarketTaskState.Answered) || task is { IsDrawOpened: false, Recomputations: 0 });
            Assert.True(!task.IsDrawOpened || MarketDrawChain.IsLink(task.DrawCommitment, task.DrawSecret, task.Assignments));
            Assert.Equal(task.Excluded.Length, task.Excluded.Distinct().Count());
        }
    }

    // A plain model of the stakes: those that the market was told, and those of the moment of each posting.
    private readonly SortedDictionary<NodeId, Amount> _stakes = [];
    private readonly Dictionary<Digest, KeyValuePair<NodeId, Amount>[]> _stakesAtPosting = [];

    private void Note(MarketCommand command, MarketRefusal refusal)
    {
        if (refusal != MarketRefusal.None)
        {
            return;
        }

        foreach (StakeChange change in command.Stakes)
        {
            _stakes[change.Node] = change.Stake;
            _ = change.Stake == Amount.Zero && _stakes.Remove(change.Node);
        }

        if (command.Act == MarketAct.Post)
        {
            _stakesAtPosting[command.Task] = [.. _stakes];
        }
    }

    private void CheckStakes(MarketState state)
    {
        Assert.Equal(_stakes, state.Stakes);
        Assert.All(state.Tasks.Values, task => Assert.Equal(task.IsClosed ? [] : _stakesAtPosting[task.Id], task.Stakes));
    }

    // What is read back of a snapshot is the state, in every field, and goes on as the state does.
    private static void CheckSnapshot(MarketState state, MarketPlayer player)
    {
        byte[] bytes = new MarketSnapshot(MarketPlayer.Ledger, state).ToBytes();
        Assert.True(Canonical.TryRead(bytes, out MarketSnapshot? read));
        Assert.Equal(bytes, read.ToBytes());
        AssertSame(state, read.State);
        MarketState other = read.State;
        for (int i = 0; i < 3000; i++)
        {
            MarketCommand command = player.Next(state);
            long now = state.Time + (i % 40);
            Assert.Equal(state.Apply(command, now, out state), other.Apply(command, now, out other));
        }

        AssertSame(state, other);
    }

    internal static void AssertSame(MarketState expected, MarketState actual)
    {
        Assert.Equal((expected.Time, expected.Posted), (actual.Time, actual.Posted));
        Assert.Equal(expected.Providers, actual.Providers);
        Assert.Equal(expected.Queued, actual.Queued);
        Assert.Equal(expected.Stakes, actual.Stakes);
        Assert.Equal(expected.Tasks.Keys, actual.Tasks.Keys);
        foreach ((MarketTask one, MarketTask other) in expected.Tasks.Values.Zip(actual.Tasks.Values))
        {
            // Equality of records compares collections by reference: they are compared by content here, and everything else by the record.
            Assert.Equal(one.Excluded.AsEnumerable(), other.Excluded);
            Assert.Equal(one.Stakes, other.Stakes);
            Assert.Equal(one with { Excluded = other.Excluded, Stakes = other.Stakes }, other);
        }
    }

    private static void CheckBooks(MarketState state)
    {
        Assert.Equal(state.Tasks.Values.Where(task => task.State == MarketTaskState.Queued).Select(task => task.Id), [.. state.Queued]);
        Assert.Equal((ulong)state.Tasks.Count, state.Posted);
        foreach ((NodeId id, MarketProvider provider) in state.Providers)
        {
            MarketTask[] tasks = [.. state.Tasks.Values.Where(task => task.Provider == id)];
            Assert.Equal(tasks.Count(task => task.Posting.Assignment != MarketAssignment.Strategy && task.State is MarketTaskState.Assigned or MarketTaskState.Answered), provider.Running);
            Assert.Equal(tasks.Count(task => task.State == MarketTaskState.Challenged), provider.Challenges);
            Assert.Equal((ulong)tasks.Where(task => task.State == MarketTaskState.Assigned && task.LedgerTask == default).Sum(task => (long)task.Posting.Collateral.Units), provider.PendingCollateral.Units);
        }
    }
}
