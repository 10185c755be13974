using System.Globalization;
using Verifiable.Inference.Incentives;

namespace Verifiable.Inference.Tests.Incentives;

/// <summary>Numbers about quorums, bribery and staking that are printed elsewhere, and numbers worked out by hand from the printed formulas.</summary>
public sealed class QuorumVectorTests
{
    // Atoma whitepaper, section 2.7: half of the stake, ten nodes that must all agree.
    [Fact]
    public void The_published_probability_that_a_tampered_answer_settles_under_unanimity() =>
        Assert.Equal(0.0009765625m, QuorumIncentives.UnanimityProbability(0.5m, 10));

    // The published table of collusion, c^k.
    [Theory]
    [InlineData("0.5", 2, "0.25")]
    [InlineData("0.5", 3, "0.125")]
    [InlineData("0.5", 5, "0.03125")]
    [InlineData("0.5", 7, "0.0078125")]
    [InlineData("0.1", 3, "0.001")]
    public void The_published_collusion_table(string share, int seats, string expected)
    {
        Assert.Equal(Number(expected), QuorumIncentives.UnanimityProbability(Number(share), seats));
        QuorumEconomics waits = Economics(seats) with { WaitsForAll = true, CoalitionShare = Number(share) };
        Assert.Equal(Number(expected), QuorumIncentives.Assess(waits).CaptureProbability);
    }

    // A finite pool of heads: C(M, n) ÷ C(N, n).
    [Theory]
    [InlineData(10, 5, 3, 3, "0.0833333333333333333333333333")]
    [InlineData(100, 50, 10, 10, "0.0005934196725858287110898105")]
    [InlineData(4, 3, 3, 2, "1")]
    [InlineData(5, 2, 3, 2, "0.3")]
    [InlineData(50, 10, 5, 3, "0.0482603031962091034378598803")]
    public void Head_counts_are_hypergeometric(int population, int marked, int sample, int least, string expected) =>
        Assert.Equal(Number(expected), ExactHypergeometric.UpperTail(population, marked, sample, least), 12);

    // Chainlink 2.0: n nodes with a deposit d each; a total stake of dn, an attack budget of dn²/2.
    [Theory]
    [InlineData(35, 1_000_000, 612_500_000)]
    [InlineData(10, 100, 5_000)]
    [InlineData(2, 7, 14)]
    public void The_published_budget_of_super_linear_staking(int nodes, int deposit, long expected)
    {
        Assert.Equal(expected, QuorumIncentives.SuperLinearStakingBudget(nodes, deposit));
        Assert.Equal(expected / (decimal)nodes, QuorumIncentives.LinearStakingBudget(nodes, deposit));
    }

    // P + ε (Buterin 2015): each vote is promised P + D + ε if it is in the minority; nothing is owed if it works.
    [Theory]
    [InlineData(3, "1", "0", "0.1", "1.1")]
    [InlineData(101, "1", "0", "0", "50")]
    [InlineData(11, "120", "3000", "1", "15605")]
    [InlineData(1, "120", "3000", "1", "0")]
    public void The_budget_of_a_bribery(int seats, string reward, string slash, string extra, string expected) =>
        Assert.Equal(Number(expected), QuorumIncentives.BriberyBudget(seats, Number(reward), Number(slash), Number(extra)));

    // Majorities by stake: 3·0.1²·0.9 + 0.1³, and so on.
    [Theory]
    [InlineData(3, "0.1", "0.028")]
    [InlineData(5, "0.1", "0.00856")]
    [InlineData(7, "0.1", "0.002728")]
    [InlineData(3, "0.3", "0.216")]
    [InlineData(5, "0.5", "0.5")]
    public void A_coalition_captures_most_seats_as_often_as_the_binomial_says(int seats, string share, string expected) =>
        Assert.Equal(Number(expected), QuorumIncentives.Assess(Economics(seats) with { CoalitionShare = Number(share) }).CaptureProbability);

    // Cost of corruption of k liars where a share a of agreements is escalated, a·k·S (with R = 0 and a committee that never errs), against the profit.
    [Fact]
    public void Corruption_costs_what_the_escalated_share_takes_from_the_liars()
    {
        QuorumEconomics economics = Economics(3) with { Reward = 0, Slash = 1000, FraudValue = 50, HonestCost = 0, EscalationRate = 0.05m, WaitsForAll = true };
        QuorumAssessment assessment = QuorumIncentives.Assess(economics);
        Assert.Equal(0.05m * 3 * 1000, assessment.CostOfCorruption);
        Assert.Equal(50m, assessment.ProfitFromCorruption);
        Assert.Equal(60m, assessment.CoverageRatio);
        Assert.Equal(50m / ((3 * 1000) + 50), assessment.LeastEscalationRate);
        Assert.Equal(((50m / 0.05m) - 50) / 3, assessment.LeastSlash!.Value, 20);
    }

    // A quorum of n costs n inferences, and what is escalated.
    [Fact]
    public void A_quorum_costs_its_seats() => Assert.Equal(3 + (0.05m * 9), QuorumIncentives.Assess(Economics(3)).ExpectedCost);

    private static QuorumEconomics Economics(int seats) => new()
    {
        HonestCost = 100,
        Reward = 120,
        Slash = 3000,
        Seats = seats,
        Threshold = seats / 2,
        EscalationSeats = 9,
        EscalationRate = 0.05m,
    };

    private static decimal Number(string text) => decimal.Parse(text, CultureInfo.InvariantCulture);
}
