using Verifiable.Inference.Commitments;
using Verifiable.Inference.Selection;
using Verifiable.Inference.Strategies.Quorum;

namespace Verifiable.Inference.Tests.Selection;

/// <summary>The draw of seats by stake: its distribution is exactly that of the stakes, and splitting an identity does not change it.</summary>
public sealed class QuorumDrawTests
{
    [Fact]
    public void Every_leaf_owns_as_many_positions_as_it_has_weight_and_every_position_is_owned()
    {
        Random random = new(61);
        for (int i = 0; i < 200; i++)
        {
            WeightTree stakes = Tree([.. Enumerable.Range(0, random.Next(1, 30)).Select(_ => (ulong)random.Next(1, 40))]);
            int[] owned = new int[stakes.Count];
            for (ulong position = 0; position < stakes.Total; position++)
            {
                owned[stakes.Find(position)]++;
            }

            Assert.Equal(stakes.Leaves.Select(leaf => (int)leaf.Value), owned);
        }
    }

    [Fact]
    public void However_a_stake_is_split_its_parts_own_as_many_positions_together()
    {
        Random random = new(62);
        for (int i = 0; i < 200; i++)
        {
            ulong coalition = (ulong)random.Next(1, 200);
            ulong[] honest = [.. Enumerable.Range(0, random.Next(1, 10)).Select(_ => (ulong)random.Next(1, 40))];
            List<ulong> parts = [];
            for (ulong left = coalition; left > 0; left -= parts[^1])
            {
                parts.Add((ulong)random.NextInt64(1, (long)left + 1));
            }

            WeightTree split = new([.. honest.Select((weight, index) => Leaf(index, weight)), .. parts.Select((weight, index) => Leaf(1000 + index, weight))]);
            HashSet<Digest> ring = [.. parts.Select((_, index) => Leaf(1000 + index, 1).Key)];
            ulong owned = 0;
            for (ulong position = 0; position < split.Total; position++)
            {
                owned += ring.Contains(split.Leaves[split.Find(position)].Key) ? 1UL : 0;
            }

            Assert.Equal(coalition, owned);
        }
    }

    // 101 seats of a million stakes by the same draw that is benchmarked, against adding up one by one.
    [Fact]
    public void A_hundred_and_one_seats_of_many_stakes_are_those_that_adding_up_gives()
    {
        WeightTree stakes = Tree([.. Enumerable.Range(0, 20_000).Select(i => (ulong)((i % 17) + 1) * 1_000_003)]);
        Digest secret = Digest.Of("secret"u8);
        Digest request = Digest.Of("request"u8);
        for (ushort index = 0; index < 101; index++)
        {
            Seat seat = new(TaskRole.Asserter, index, 0);
            ulong left = AuditDraws.Position(secret, request, seat, default, stakes.Total);
            int plain = 0;
            while (left >= stakes.Leaves[plain].Value)
            {
                left -= stakes.Leaves[plain++].Value;
            }

            Assert.Equal(plain, QuorumDraws.Draw(stakes, secret, request, seat, null));
        }
    }

    [Fact]
    public void The_first_committee_does_not_depend_on_the_beacon_and_the_second_does()
    {
        WeightTree stakes = Tree([.. Enumerable.Repeat(5UL, 1000)]);
        Digest secret = Digest.Of("secret"u8);
        Digest[] beacons = [Digest.Of("a"u8), Digest.Of("b"u8)];
        int[][] first = [.. beacons.Select(beacon => Draw(TaskRole.Asserter, beacon))];
        int[][] second = [.. beacons.Select(beacon => Draw(TaskRole.Voter, beacon))];
        Assert.Equal(first[0], first[1]);
        Assert.NotEqual(second[0], second[1]);

        int[] Draw(TaskRole role, Digest beacon) => [.. Enumerable.Range(0, 9).Select(index => QuorumDraws.Draw(stakes, secret, default, new Seat(role, (ushort)index, 0), beacon))];
    }

    private static WeightTree Tree(ulong[] weights) => new(weights.Select((weight, index) => Leaf(index, weight)));

    private static KeyValuePair<Digest, ulong> Leaf(int index, ulong weight) => KeyValuePair.Create(Digest.Of(BitConverter.GetBytes(index)), weight);
}
