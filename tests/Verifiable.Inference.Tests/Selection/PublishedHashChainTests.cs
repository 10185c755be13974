using Verifiable.Inference.Commitments;
using Verifiable.Inference.Selection;
using Verifiable.Inference.Simulation;
using Verifiable.Inference.Tests.Commitments;

namespace Verifiable.Inference.Tests.Selection;

/// <summary>The public side of a hash chain: it takes what the keeper published, from anybody and in any order, and nothing else.</summary>
public sealed class PublishedHashChainTests
{
    private static readonly DateTimeOffset _start = new VirtualTime().GetUtcNow();

    [Fact]
    public void In_any_order_of_publishing_the_known_values_are_the_keeper_s_up_to_the_latest()
    {
        HashChainBeacon keeper = Keeper(1500, out VirtualTime time);
        time.Advance(TimeSpan.FromDays(1));
        for (int seed = 0; seed < 20; seed++)
        {
            Random order = new(seed);
            PublishedHashChain chain = keeper.Publish();
            ulong latest = 0;
            for (int i = 0; i < 30; i++)
            {
                ulong round = (ulong)order.Next(0, 1501);
                Assert.True(chain.TryPublish(round, ValueOf(keeper, round)));
                latest = Math.Max(latest, round);
                Assert.Equal(latest, chain.LatestRound);
                ulong asked = (ulong)order.Next(0, 1502);
                Assert.Equal(asked <= latest, chain.TryGetValue(asked, out Digest value));
                Assert.Equal(asked <= latest ? ValueOf(keeper, asked) : default, value);
            }
        }
    }

    [Fact]
    public void A_value_that_is_not_the_round_s_is_refused_and_changes_nothing()
    {
        HashChainBeacon keeper = Keeper(600, out VirtualTime time);
        time.Advance(TimeSpan.FromDays(1));
        PublishedHashChain chain = keeper.Publish();
        foreach (ulong known in (ulong[])[0, 1, 255, 256, 257, 512])
        {
            Assert.True(chain.TryPublish(known, ValueOf(keeper, known)));
            foreach (ulong round in (ulong[])[0, 1, 255, 256, 257, 512, 513, 600])
            {
                Assert.False(chain.TryPublish(round, Digest.Of("garbage"u8)));
                Assert.False(chain.TryPublish(round, ValueOf(keeper, round == 600 ? 599 : round + 1)));
                Assert.False(chain.TryPublish(round, default));
            }

            Assert.False(chain.TryPublish(601, ValueOf(keeper, 600)));
            Assert.False(chain.TryPublish(ulong.MaxValue, ValueOf(keeper, 600)));
            Assert.Equal(known, chain.LatestRound);
            Assert.Equal(known < 600, !chain.TryGetValue(known + 1, out _));
        }
    }

    // Whoever made the chain may have made it longer than it says: what hashes to it is still none of its rounds, and would be a value whose time nobody fixed.
    [Fact]
    public void No_value_is_published_after_the_last_round_though_it_hashes_to_the_chain() => Law.Holds<(byte Rounds, byte Beyond, byte Known)>(drawn =>
    {
        int rounds = 1 + drawn.Rounds;
        HashChainBeacon longer = Keeper(rounds + 300, out VirtualTime time);
        time.Advance(TimeSpan.FromDays(1));
        PublishedHashChain chain = new(longer.Anchor, _start, TimeSpan.FromMilliseconds(100), rounds);
        ulong known = (ulong)(drawn.Known % (rounds + 1));
        ulong beyond = (ulong)(rounds + 1 + drawn.Beyond);
        return chain.LastRound == (ulong)rounds
            && chain.TryPublish(known, ValueOf(longer, known))
            && !chain.TryPublish(beyond, ValueOf(longer, beyond))
            && !chain.TryGetValue(beyond, out _)
            && chain.LatestRound == known
            && chain.TryPublish((ulong)rounds, ValueOf(longer, (ulong)rounds))
            && !chain.TryPublish((ulong)rounds + 1, ValueOf(longer, (ulong)rounds + 1))
            && chain.LatestRound == (ulong)rounds;
    });

    // The keeper's own side has the same end.
    [Fact]
    public void The_keeper_has_no_value_after_the_last_round()
    {
        HashChainBeacon keeper = Keeper(600, out VirtualTime time);
        time.Advance(TimeSpan.FromDays(1));
        Assert.True(keeper.TryGetValue(keeper.LastRound, out _));
        Assert.All(Enumerable.Range(1, 300), after => Assert.False(keeper.TryGetValue(keeper.LastRound + (ulong)after, out _)));
        Assert.False(keeper.TryGetValue(ulong.MaxValue, out _));
    }

    [Fact]
    public void What_a_value_from_anybody_costs_is_bounded_and_whoever_was_away_catches_up_in_steps()
    {
        const int Rounds = (2 * PublishedHashChain.MaxStep) + 1;
        HashChainBeacon keeper = Keeper(Rounds, out VirtualTime time);
        time.Advance(TimeSpan.FromDays(1));
        PublishedHashChain chain = keeper.Publish();
        Assert.False(chain.TryPublish(Rounds, ValueOf(keeper, Rounds)));
        Assert.False(chain.TryPublish(PublishedHashChain.MaxStep + 1, ValueOf(keeper, PublishedHashChain.MaxStep + 1)));
        Assert.True(chain.TryPublish(PublishedHashChain.MaxStep, ValueOf(keeper, PublishedHashChain.MaxStep)));
        Assert.True(chain.TryPublish(2 * PublishedHashChain.MaxStep, ValueOf(keeper, 2 * PublishedHashChain.MaxStep)));
        Assert.True(chain.TryPublish(Rounds, ValueOf(keeper, Rounds)));
        Assert.True(chain.TryGetValue(PublishedHashChain.MaxStep + 77, out Digest value));
        Assert.Equal(ValueOf(keeper, PublishedHashChain.MaxStep + 77), value);
    }

    [Fact]
    public void Both_sides_have_one_name_and_one_timetable_and_only_the_keeper_knows_what_comes()
    {
        HashChainBeacon keeper = Keeper(100, out VirtualTime time);
        PublishedHashChain chain = keeper.Publish();
        Assert.Equal(keeper.Name, chain.Name);
        Assert.Equal(keeper.Anchor, chain.Anchor);
        Assert.Equal(chain.Name, new PublishedHashChain(keeper.Anchor, _start, TimeSpan.FromMilliseconds(100), 100).Name);
        Assert.NotEqual(chain.Name, new PublishedHashChain(keeper.Anchor, _start, TimeSpan.FromMilliseconds(100), 101).Name);
        for (ulong round = 0; round < 200; round++)
        {
            Assert.Equal(keeper.TimeOf(round), chain.TimeOf(round));
            Assert.Equal(keeper.RoundAfter(keeper.TimeOf(round)), chain.RoundAfter(chain.TimeOf(round)));
        }

        time.Advance(TimeSpan.FromDays(1));
        Assert.True(keeper.TryGetValue(1, out _));
        Assert.False(chain.TryGetValue(1, out _));
        Assert.True(chain.TryGetValue(0, out Digest anchor));
        Assert.Equal(keeper.Anchor, anchor);
    }

    [Fact]
    public async Task Many_who_publish_at_once_leave_the_chain_whole()
    {
        HashChainBeacon keeper = Keeper(2000, out VirtualTime time);
        time.Advance(TimeSpan.FromDays(1));
        PublishedHashChain chain = keeper.Publish();
        await Task.WhenAll(Enumerable.Range(0, 8).Select(worker => Task.Run(() =>
        {
            for (int round = worker; round <= 2000; round += 8)
            {
                Assert.True(chain.TryPublish((ulong)round, ValueOf(keeper, (ulong)round)));
            }
        })));
        Assert.Equal(2000u, chain.LatestRound);
        for (ulong round = 0; round <= 2000; round++)
        {
            Assert.True(chain.TryGetValue(round, out Digest value));
            Assert.Equal(ValueOf(keeper, round), value);
        }
    }

    private static Digest ValueOf(HashChainBeacon keeper, ulong round) => keeper.TryGetValue(round, out Digest value) ? value : default;

    private static HashChainBeacon Keeper(int rounds, out VirtualTime time)
    {
        time = new VirtualTime();
        return new HashChainBeacon(Digest.Of("secret"u8), _start, TimeSpan.FromMilliseconds(100), rounds, time);
    }
}
