using System.Collections.Immutable;
using Verifiable.Inference.Commitments;
using Verifiable.Inference.Identity;
using Verifiable.Inference.Incentives;
using Verifiable.Inference.Providers;
using Verifiable.Inference.Selection;
using Verifiable.Inference.Settlement;
using Verifiable.Inference.Strategies;
using Verifiable.Inference.Strategies.Duplication;
using Verifiable.Inference.Strategies.Quorum;
using Verifiable.Inference.Strategies.Sampling;
using Verifiable.Inference.Tests.Attacks;

namespace Verifiable.Inference.Tests.Strategies;

/// <summary>What a provider can lose to a requester that looks for a committee of friends: never more than the reward leaves it beyond its cost.</summary>
public sealed class FairDrawsTests
{
    private static readonly ISigner[] _nodes = [.. Enumerable.Range(0, 40).Select(static i => TestWorld.Key("stake " + i))];

    // The binomial in doubles, by its sum, against the exact one.
    [Fact]
    public void A_provider_takes_part_exactly_where_it_does_not_lose()
    {
        Random random = new(11);
        int taken = 0;
        for (int trial = 0; trial < 3000; trial++)
        {
            int seats = 1 + (2 * random.Next(0, 20));
            int attempts = random.Next(1, 4);
            ulong slash = (ulong)random.Next(1, 10_000);
            ulong reward = (ulong)random.Next(1, 500);
            int cost = random.Next(0, 500);
            int barred = random.Next(0, 900);
            double chance = random.NextDouble();
            double share = 0.1 / (1 - (barred / 1000.0));
            double left = (double)reward - cost - (chance * Majority(seats, 1 - Math.Pow(1 - share, attempts)) * (slash + reward));
            if (Math.Abs(left) > 1e-6)
            {
                Assert.Equal(left > 0, FairDraws.Protect(seats, attempts, new Amount(slash), new Amount(reward), cost, barred / 1000m, 0.1m, (decimal)chance));
                taken += left > 0 ? 1 : 0;
            }
        }

        Assert.InRange(taken, 500, 2500);
    }

    // Draws made as the protocol makes them, among a victim, a friend with dust that contradicts it, other friends and everybody else.
    [Theory]
    [InlineData(0, 1)]
    [InlineData(300, 1)]
    [InlineData(300, 2)]
    public void Friends_hold_most_seats_as_often_as_is_counted_with(int victim, int attempts)
    {
        const int Seats = 5;
        const int Trials = 20_000;
        (NodeId Node, ulong Stake)[] stakes = [(_nodes[0].PublicKey.Id, (ulong)victim * 1000), (_nodes[1].PublicKey.Id, 1), (_nodes[2].PublicKey.Id, 100_000), (_nodes[3].PublicKey.Id, (ulong)(900 - victim) * 1000)];
        WeightTree tree = StakeTree.Build(stakes.Where(static stake => stake.Stake > 0).ToImmutableSortedDictionary(static stake => stake.Node, static stake => new Amount(stake.Stake)));
        int[] barred = [.. Enumerable.Range(0, tree.Count).Where(leaf => IsOf(leaf, 0) || IsOf(leaf, 1))];
        int won = 0;
        for (int trial = 0; trial < Trials; trial++)
        {
            Digest secret = Digest.Of(BitConverter.GetBytes(trial));
            int seats = 0;
            for (int index = 0; index < Seats; index++)
            {
                int candidates = 0;
                bool friend = false;
                for (int attempt = 0; candidates < attempts; attempt++)
                {
                    int leaf = CommitteeDraws.Draw(tree, secret, Digest.Of("request"u8), new Seat(TaskRole.Voter, (ushort)index, (ushort)attempt), default);
                    candidates += barred.Contains(leaf) ? 0 : 1;
                    friend |= IsOf(leaf, 2);
                }

                seats += friend ? 1 : 0;
            }

            won += 2 * seats > Seats ? 1 : 0;
        }

        double expected = (double)QuorumIncentives.SteeredError(Seats, 100m / (1000 - victim), attempts);
        double deviation = Math.Sqrt(expected * (1 - expected) / Trials);
        Assert.Equal(expected, (double)won / Trials, 4 * deviation);

        bool IsOf(int leaf, int node) => tree.Leaves[leaf].Key == _nodes[node].PublicKey.Id.Value;
    }

    // The defaults stand for any provider up to the share that is stated, and each above it turns them down.
    [Fact]
    public void The_defaults_protect_providers_up_to_the_stated_share()
    {
        SamplingStrategy sampling = new(new SamplingOptions { Beacon = TestWorld.Beacon });
        Assert.Equal(0.352m, sampling.Assess().LargestProtectedShare);
        Assert.Equal(0.352m, new HiddenDuplicationStrategy(new HiddenDuplicationOptions { Beacon = TestWorld.Beacon }).Assess().LargestProtectedShare);
        Assert.Equal(0.352m, new QuorumStrategy(new QuorumOptions { Beacon = TestWorld.Beacon }).Assess().LargestProtectedShare);
        Assert.True(Takes(352));
        Assert.False(Takes(353));
        Assert.True(Takes(1000)); // nobody else: there is no voter

        bool Takes(ulong share)
        {
            TestWorld world = new(strategy: sampling);
            NodeId provider = world.Add(signer => new LocalProvider(signer, world.Ledger, [new SumEngine()], world.ProviderOptions with { Cost = new Amount(100), CoalitionShare = 0.1m }), share * 1000);
            if (share < 1000)
            {
                _ = world.AddHonest(1, (1000 - share) * 1000);
            }

            HostileRequester requester = new(world, HostileRequester.UsualTerms with { VoterSeats = 9 });
            return requester.Offer(requester.Envelope(HostileRequester.Asserter, provider)).Fault == ProviderFault.None;
        }
    }

    // The requester's secret draws the first committee: it puts the largest stakes beside its victim, and all of them are barred from the second.
    [Theory]
    [InlineData(new ulong[] { 50, 50, 50, 50 }, 3, true)]
    [InlineData(new ulong[] { 152, 200, 50, 50 }, 3, true)]
    [InlineData(new ulong[] { 154, 200, 50, 50 }, 3, false)]
    [InlineData(new ulong[] { 50, 50, 400, 300 }, 3, false)]
    [InlineData(new ulong[] { 50, 100, 150, 150 }, 3, true)]
    [InlineData(new ulong[] { 50, 100, 150, 150 }, 5, false)]
    [InlineData(new ulong[] { 400, 10, 10, 10 }, 1, false)]
    public void Under_a_quorum_the_largest_others_in_the_committee_count_too(ulong[] largest, int seats, bool isTaken)
    {
        ulong rest = 1000 - (ulong)largest.Sum(static stake => (long)stake);
        StakeShares stakes = new(largest.Concat(Enumerable.Repeat(rest / 20, 20)).Concat([rest % 20]).Where(static stake => stake > 0).Select((stake, i) => (_nodes[i].PublicKey.Id, new Amount(stake)))
            .ToImmutableSortedDictionary(static pair => pair.Id, static pair => pair.Item2));
        TestWorld world = new(strategy: new QuorumStrategy(new QuorumOptions { Beacon = QuorumRequester.Beacon }));
        QuorumTerms terms = QuorumRequester.UsualTerms(world) with { Seats = (ushort)seats, Threshold = (ushort)(seats / 2) };
        Assert.Equal(isTaken, terms.IsFair(_nodes[0].PublicKey.Id, stakes, new Amount(100), 0.1m));
    }

    // Without a friend in the committee only the coin calls the second one, and the requester cannot choose the salts that it is tossed from.
    [Fact]
    public void A_committee_of_the_largest_stakes_counts_as_often_as_the_coin_calls_a_second_one()
    {
        ulong[] largest = [100, 100, 500];
        StakeShares stakes = new(largest.Concat(Enumerable.Repeat(10ul, 30)).Select((stake, i) => (_nodes[i].PublicKey.Id, new Amount(stake))).ToImmutableSortedDictionary(static pair => pair.Id, static pair => pair.Item2));
        TestWorld world = new(strategy: new QuorumStrategy(new QuorumOptions { Beacon = QuorumRequester.Beacon }));
        QuorumTerms terms = QuorumRequester.UsualTerms(world) with { Seats = 3, EscalationSeats = 21 };
        Assert.True(terms.IsFair(_nodes[0].PublicKey.Id, stakes, new Amount(60), 0.1m));
        Assert.True((terms with { EscalationRate = Probability64.FromDouble(0.05) }).IsFair(_nodes[0].PublicKey.Id, stakes, new Amount(60), 0.1m));
        Assert.False((terms with { EscalationRate = Probability64.FromDouble(0.95) }).IsFair(_nodes[0].PublicKey.Id, stakes, new Amount(60), 0.1m));
    }

    [Fact]
    public void Shares_are_those_of_all_stake_and_the_largest_others_leave_the_node_itself_out()
    {
        StakeShares stakes = new(_nodes.Take(5).Select((node, i) => (node.PublicKey.Id, new Amount((ulong)(i + 1) * 10))).ToImmutableSortedDictionary(static pair => pair.Id, static pair => pair.Item2));
        Assert.Equal(50m / 150, stakes.ShareOf(_nodes[4].PublicKey.Id));
        Assert.Equal(0, stakes.ShareOf(_nodes[5].PublicKey.Id));
        Assert.Equal(70m / 150, stakes.LargestOthers(_nodes[4].PublicKey.Id, 2));
        Assert.Equal(90m / 150, stakes.LargestOthers(_nodes[0].PublicKey.Id, 2));
        Assert.Equal(100m / 150, stakes.LargestOthers(_nodes[4].PublicKey.Id, 400));
        Assert.Equal(0, stakes.LargestOthers(_nodes[4].PublicKey.Id, 0));
        StakeShares none = new(ImmutableSortedDictionary<NodeId, Amount>.Empty);
        Assert.Equal((0, 0), (none.ShareOf(_nodes[0].PublicKey.Id), none.LargestOthers(_nodes[0].PublicKey.Id, 3)));
        Assert.Throws<ArgumentOutOfRangeException>(() => none.LargestOthers(_nodes[0].PublicKey.Id, -1));
        Assert.Throws<ArgumentOutOfRangeException>(() => none.LargestOthers(_nodes[0].PublicKey.Id, 512));
    }

    [Fact]
    public void The_largest_of_many_stakes_are_found()
    {
        Random random = new(3);
        (NodeId Node, ulong Stake)[] all = [.. Enumerable.Range(0, 3000).Select(i => (new NodeId(Digest.Of(BitConverter.GetBytes(i))), (ulong)random.Next(1, 1_000_000)))];
        StakeShares stakes = new(all.ToImmutableSortedDictionary(static pair => pair.Node, static pair => new Amount(pair.Stake)));
        NodeId node = all.MaxBy(static pair => pair.Stake).Node;
        decimal expected = all.Where(pair => pair.Node != node).OrderByDescending(static pair => pair.Stake).Take(497).Sum(static pair => (decimal)pair.Stake) / all.Sum(static pair => (decimal)pair.Stake);
        Assert.Equal(expected, stakes.LargestOthers(node, 497));
    }

    private static double Majority(int seats, double share)
    {
        double sum = 0;
        for (int k = (seats / 2) + 1; k <= seats; k++)
        {
            double ways = 1;
            for (int i = 1; i <= k; i++)
            {
                ways *= (double)(seats - k + i) / i;
            }

            sum += ways * Math.Pow(share, k) * Math.Pow(1 - share, seats - k);
        }

        return sum;
    }
}
