using Verifiable.Inference.Commitments;
using Verifiable.Inference.Selection;

namespace Verifiable.Inference.Tests.Selection;

public sealed class StakeDrawTests
{
    private static readonly Digest _request = Digest.Of("request"u8);
    private static readonly Digest _after = Digest.Of("after"u8);

    [Fact]
    public void The_draw_is_the_plain_one_and_the_check_accepts_its_leaf_and_no_other()
    {
        Random random = new(41);
        int drawn = 0;
        for (int i = 0; i < 400; i++)
        {
            WeightTree stakes = Tree([.. Enumerable.Range(0, random.Next(1, 10)).Select(_ => (ulong)random.Next(1, 12))]);
            int[] excluded = [.. Enumerable.Range(0, stakes.Count).OrderBy(_ => random.Next()).Take(random.Next(4))];
            Digest secret = Digest.Of(BitConverter.GetBytes(i));
            Seat seat = new((TaskRole)random.Next(1, 4), (ushort)random.Next(5), (ushort)random.Next(5));
            int leaf = StakeDraw.Draw(stakes, secret, _request, seat, _after, excluded);
            Assert.Equal(PlainDraw.Draw(stakes, secret, _request, seat, _after, excluded), leaf);
            Assert.DoesNotContain(leaf, excluded);
            WeightProof[] left = [.. excluded.Select(stakes.Prove)];
            for (int other = 0; other < stakes.Count; other++)
            {
                Assert.Equal(other == leaf, StakeDraw.IsDrawn(stakes.Root, stakes.Prove(other), secret, _request, seat, _after, left));
            }

            if (leaf >= 0)
            {
                drawn++;
                WeightProof proof = stakes.Prove(leaf);
                Assert.False(StakeDraw.IsDrawn(default, proof, secret, _request, seat, _after, left));
                Assert.False(left.Length > 0 && StakeDraw.IsDrawn(stakes.Root, proof, secret, _request, seat, _after, [.. left, left[0]]));
            }
        }

        Assert.InRange(drawn, 300, 399);
    }

    [Fact]
    public void Providers_are_drawn_in_proportion_to_their_stake()
    {
        ulong[] weights = [.. Enumerable.Range(1, 10).Select(i => (ulong)i)];
        WeightTree stakes = Tree(weights);
        const int Count = 22_000;
        int[] counts = new int[10];
        for (int i = 0; i < Count; i++)
        {
            counts[StakeDraw.Draw(stakes, Digest.Of(BitConverter.GetBytes(i)), _request, new Seat(TaskRole.Asserter, 0, 0), default)]++;
        }

        double statistic = 0;
        for (int leaf = 0; leaf < 10; leaf++)
        {
            double expected = Count * (double)stakes.Leaves[leaf].Value / stakes.Total;
            statistic += (counts[leaf] - expected) * (counts[leaf] - expected) / expected;
        }

        // χ² with 9 degrees of freedom is above 45.1 in fewer than one of 10⁶ seeds.
        Assert.True(statistic < 45.1, $"{statistic}");
    }

    [Fact]
    public void Splitting_an_identity_leaves_the_chance_of_every_other_exactly_as_it_was()
    {
        // The position is the same uniform number for both trees, so the chance of an owner is the length of its intervals, counted here unit by unit.
        (string Owner, ulong Weight)[] whole = [("a", 40), ("b", 25), ("c", 35)];
        (string Owner, ulong Weight)[] split = [("a", 10), ("a", 1), ("a", 22), ("a", 7), ("b", 25), ("c", 35)];
        Assert.Equal(Chances(whole), Chances(split));

        static SortedDictionary<string, int> Chances((string Owner, ulong Weight)[] identities)
        {
            Dictionary<Digest, string> owners = [];
            List<KeyValuePair<Digest, ulong>> leaves = [];
            for (int i = 0; i < identities.Length; i++)
            {
                Digest key = Digest.Of([(byte)identities.Length, (byte)i]);
                owners[key] = identities[i].Owner;
                leaves.Add(KeyValuePair.Create(key, identities[i].Weight));
            }

            WeightTree stakes = new(leaves);
            SortedDictionary<string, int> chances = [];
            for (ulong position = 0; position < stakes.Total; position++)
            {
                string owner = owners[stakes.Leaves[stakes.Find(position)].Key];
                chances[owner] = chances.GetValueOrDefault(owner) + 1;
            }

            return chances;
        }
    }

    [Fact]
    public void Nothing_is_drawn_when_everybody_is_left_out()
    {
        WeightTree stakes = Tree([3, 4]);
        Seat seat = new(TaskRole.Voter, 0, 0);
        Assert.Equal(-1, StakeDraw.Draw(stakes, default, _request, seat, _after, 0, 1));
        Assert.False(StakeDraw.IsDrawn(stakes.Root, stakes.Prove(0), default, _request, seat, _after, stakes.Prove(0), stakes.Prove(1)));
    }

    private static WeightTree Tree(ulong[] weights) => new(weights.Select((weight, index) => KeyValuePair.Create(Digest.Of([(byte)index]), weight)));
}
