using Verifiable.Inference.Claims;
using Verifiable.Inference.Commitments;
using Verifiable.Inference.Comparison;
using Verifiable.Inference.Identity;
using Verifiable.Inference.Selection;
using Verifiable.Inference.Strategies;
using Verifiable.Inference.Strategies.Quorum;
using Verifiable.Inference.Tensors;

namespace Verifiable.Inference.Tests.Strategies;

/// <summary>Laws of the grouping rule, over random outputs on a line, where a comparison with a limit is not transitive.</summary>
public sealed class QuorumGroupLawTests
{
    private const double Limit = 1;

    private static readonly PublicKey _key = TestWorld.Key("anybody").PublicKey;
    private static readonly WeightProof _proof = new WeightTree([KeyValuePair.Create(_key.Id.Value, 1UL)]).Prove(0);

    [Fact]
    public void A_chain_is_won_by_its_middle_and_its_ends_are_members()
    {
        (QuorumGroup group, _) = Group(OutputComparers.MaxAbsolute, [(0, 1), (0.9f, 1), (1.8f, 1)]);
        Assert.Equal((1, 3), (group.Center, group.Seats));
        (group, QuorumOutputs outputs) = Group(OutputComparers.MaxAbsolute, [(0, 2), (0.9f, 1), (1.8f, 2), (2.7f, 1), (9, 1)]);
        Assert.Equal((1, 5), (group.Center, group.Seats));
        Assert.True(group.Includes(3)); // near: within the limit of a member, not of the center
        Assert.False(group.Includes(4));
        Assert.True(outputs.Distance(1, 3) > Limit);
    }

    [Fact]
    public void The_group_is_that_of_the_plain_rule_whatever_the_order()
    {
        Random random = new(71);
        for (int i = 0; i < 2000; i++)
        {
            (float Value, int Seats)[] votes = [.. Enumerable.Range(0, random.Next(1, 9)).Select(_ => (random.Next(0, 25) / 4f, random.Next(1, 4)))];
            (QuorumGroup group, _) = Group(OutputComparers.MaxAbsolute, votes);

            // Plainly: for each output, who is within the limit.
            int most = votes.Max(center => votes.Where(vote => Math.Abs(vote.Value - center.Value) <= Limit).Sum(vote => vote.Seats));
            Assert.Equal(most, group.Seats);
            Assert.Equal(most, votes.Where(vote => Math.Abs(vote.Value - votes[group.Center].Value) <= Limit).Sum(vote => vote.Seats));

            // Of several, the one with the smallest radius.
            (float Value, int Seats)[] winners = [.. votes.Where(center => votes.Where(vote => Math.Abs(vote.Value - center.Value) <= Limit).Sum(vote => vote.Seats) == most)];
            Assert.Equal(winners.Min(RadiusOf), RadiusOf(votes[group.Center]));
            double RadiusOf((float Value, int Seats) center) => votes.Select(vote => (double)Math.Abs(vote.Value - center.Value)).Where(distance => distance <= Limit).Max();
            int[] order = [.. Enumerable.Range(0, votes.Length).OrderBy(_ => random.Next())];
            (QuorumGroup shuffled, _) = Group(OutputComparers.MaxAbsolute, [.. order.Select(index => votes[index])]);
            Assert.Equal(votes[group.Center].Value, votes[order[shuffled.Center]].Value);
            Assert.Equal(group.Members.Order(), shuffled.Members.Select(member => order[member]).Order());
            Assert.Equal(Enumerable.Range(0, votes.Length).Where(group.Includes), Enumerable.Range(0, votes.Length).Where(shuffled.Includes).Select(index => order[index]).Order());
        }
    }

    // The honest lie pairwise within the limit and hold most seats; the others put theirs wherever they like.
    [Fact]
    public void Where_most_seats_are_honest_no_honest_output_is_ever_odd_and_the_winner_is_within_the_limit_of_one()
    {
        Random random = new(72);
        for (int i = 0; i < 3000; i++)
        {
            int honest = random.Next(1, 6);
            (float Value, int Seats)[] votes =
            [
                .. Enumerable.Range(0, honest).Select(_ => ((float)random.NextDouble(), random.Next(1, 4))),
                .. Enumerable.Range(0, random.Next(0, 6)).Select(_ => ((float)((random.NextDouble() * 6) - 3), 1)),
            ];
            int others = votes.Skip(honest).Sum(vote => vote.Seats);
            int short_ = others + 1 - votes.Take(honest).Sum(vote => vote.Seats);
            votes[0].Seats += Math.Max(0, short_);
            (QuorumGroup group, QuorumOutputs outputs) = Group(OutputComparers.MaxAbsolute, votes);
            Assert.True(2 * group.Seats > votes.Sum(vote => vote.Seats));
            Assert.All(Enumerable.Range(0, honest), index => Assert.True(group.Includes(index)));
            Assert.Contains(Enumerable.Range(0, honest), index => outputs.Distance(group.Center, index) <= Limit);
        }
    }

    [Fact]
    public void Under_the_exact_comparison_the_group_is_that_of_equal_outputs_and_no_identity_counts()
    {
        Random random = new(73);
        for (int i = 0; i < 1000; i++)
        {
            (float Value, int Seats)[] votes = [.. Enumerable.Range(0, random.Next(1, 9)).Select(_ => ((float)random.Next(0, 4), random.Next(1, 4)))];
            (QuorumGroup group, _) = Group(OutputComparers.Exact, votes, limit: 0);
            Assert.Equal(votes.GroupBy(vote => vote.Value).Max(same => same.Sum(vote => vote.Seats)), group.Seats);
            Assert.Equal(Enumerable.Range(0, votes.Length).Where(index => votes[index].Value == votes[group.Center].Value), group.Members);

            // Two seats of one provider or one seat of each of two: the same group.
            (float Value, int Seats)[] split = [.. votes.SelectMany(vote => Enumerable.Repeat((vote.Value, 1), vote.Seats))];
            (QuorumGroup apart, _) = Group(OutputComparers.Exact, split, limit: 0);
            Assert.Equal((group.Seats, votes[group.Center].Value), (apart.Seats, split[apart.Center].Value));
        }
    }

    [Fact]
    public void An_output_that_nobody_can_measure_neither_votes_nor_is_odd()
    {
        QuorumHolding[] holdings = [Holding(0, 1, carried: true), Holding(5, 1, carried: false), Holding(0, 1, carried: false)];
        QuorumOutputs outputs = new([.. holdings], OutputComparers.MaxAbsolute);
        Assert.Equal([true, false, true], Enumerable.Range(0, 3).Select(outputs.IsMeasurable)); // the third is bit for bit the first
        Assert.True(double.IsNaN(outputs.Distance(0, 1)));
        QuorumGroup group = QuorumGroup.Largest(outputs, [(0, 1), (1, 5), (2, 1)], Limit)!;
        Assert.Equal(2, group.Seats);
    }

    private static (QuorumGroup Group, QuorumOutputs Outputs) Group(OutputComparer comparer, (float Value, int Seats)[] votes, double limit = Limit)
    {
        QuorumOutputs outputs = new([.. votes.Select(vote => Holding(vote.Value, vote.Seats, carried: true))], comparer);
        return (QuorumGroup.Largest(outputs, [.. votes.Select((vote, index) => (index, vote.Seats))], limit)!, outputs);
    }

    private static QuorumHolding Holding(float value, int seats, bool carried)
    {
        NamedTensors outputs = NamedTensors.Of("y", TensorValue.Create(new[] { value }, 1));
        SeatRecord record = new()
        {
            Seat = new Seat(TaskRole.Asserter, 0, 0),
            Outcome = SeatOutcome.Answered,
            Provider = _key,
            Stake = _proof,
            Claim = new ClaimExcerpt(CommittedTensors.Of(outputs), null, default, []),
        };
        return new QuorumHolding(record, [.. Enumerable.Range(1, seats - 1).Select(index => new Seat(TaskRole.Asserter, (ushort)index, 0))], false, carried ? outputs : null);
    }
}
