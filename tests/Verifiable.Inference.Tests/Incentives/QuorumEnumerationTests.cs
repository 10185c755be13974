using System.Numerics;
using Verifiable.Inference.Incentives;

namespace Verifiable.Inference.Tests.Incentives;

/// <summary>The closed forms of a quorum beside every single outcome of its draws, and at the ends of their ranges.</summary>
public sealed class QuorumEnumerationTests
{
    // Each seat of both committees is the coalition's or not; what it then does is played out, and the best of what it can do is taken for each number of seats.
    [Theory]
    [InlineData(1, 0, 3, false)]
    [InlineData(3, 1, 5, false)]
    [InlineData(3, 2, 5, false)]
    [InlineData(3, 1, 7, true)]
    [InlineData(5, 2, 7, false)]
    [InlineData(5, 4, 7, true)]
    public void Every_outcome_of_the_draws_adds_up_to_the_closed_forms(int seats, int threshold, int deciders, bool waits)
    {
        foreach (decimal share in (decimal[])[0, 0.1m, 0.25m, 0.5m, 0.9m, 1])
        {
            foreach (decimal rate in (decimal[])[0, 0.05m, 1])
            {
                QuorumEconomics e = Basic(seats) with { Threshold = threshold, EscalationSeats = deciders, EscalationRate = rate, CoalitionShare = share, WaitsForAll = waits };
                QuorumAssessment a = QuorumIncentives.Assess(e);
                decimal error = Weigh(deciders, share, held => 2 * held > deciders ? 1 : 0);
                decimal capture = Weigh(seats, share, held => held >= (waits ? seats : threshold + 1) ? 1 : 0);
                decimal win = Weigh(seats, share, held => held == 0 ? 0 : held >= (waits ? seats : threshold + 1) ? 1 - rate + (rate * error) : error);
                Assert.Equal(error, a.DecisionError, 20);
                Assert.Equal(capture, a.CaptureProbability, 20);
                Assert.Equal(win, a.WinProbability, 20);
                decimal some = Weigh(seats, share, held => held > 0 ? 1 : 0);
                Assert.Equal(some > 0 ? 1 - (win / some) : 1, a.DetectionProbability, 20);
            }
        }
    }

    [Fact]
    public void At_the_ends_of_the_ranges_the_assessment_stays_sound()
    {
        QuorumAssessment alone = QuorumIncentives.Assess(Basic(1) with { EscalationRate = 1 });
        Assert.True(alone.IsHonestySecure);
        Assert.False(QuorumIncentives.Assess(Basic(1) with { EscalationRate = 0 }).IsHonestySecure);

        // Nobody in the coalition, everybody in it, and all but one in a million.
        QuorumAssessment none = QuorumIncentives.Assess(Basic(3) with { CoalitionShare = 0 });
        Assert.Equal((0m, 0m, 0m, 1m), (none.CaptureProbability, none.WinProbability, none.DecisionError, none.DetectionProbability));
        foreach (decimal share in (decimal[])[1, 0.999999m])
        {
            QuorumAssessment all = QuorumIncentives.Assess(Basic(3) with { CoalitionShare = share });
            Assert.False(all.IsHonestySecure);
            Assert.Null(all.LeastSlash);
            Assert.True(all.CaptureProbability > 0.9999m);
            Assert.InRange(all.DetectionProbability, 0, 0.0001m);
        }

        // Without a slash only the lost reward deters, and a slash does.
        QuorumAssessment free = QuorumIncentives.Assess(Basic(3) with { Slash = 0 });
        Assert.False(free.IsHonestySecure);
        Assert.Equal(Enumerable.Range(1, 3).Min(k => QuorumIncentives.Margin(Basic(3) with { Slash = 0 }, k)), free.HonestPayoff - free.DishonestPayoff);
        Assert.True(free.LeastSlash > 0);
        QuorumAssessment idle = QuorumIncentives.Assess(Basic(3) with { HonestCost = 0, Slash = 0, Reward = 0 });
        Assert.False(idle.IsHonestySecure);
    }

    // All of 499 seats and 999 deciders: nothing overflows, and what is reported is where security ends.
    [Fact]
    public void The_largest_committees_are_assessed_too()
    {
        QuorumEconomics most = Basic(499) with { EscalationSeats = 999, CoalitionShare = 0.3m };
        QuorumAssessment a = QuorumIncentives.Assess(most);
        Assert.InRange(a.CaptureProbability, 0, 1e-18m);
        Assert.InRange(a.DecisionError, 0, 1e-27m);
        Assert.InRange(a.BreakingCoalitionShare!.Value, 0.4m, 0.5m);
        Assert.Equal(Enumerable.Range(1, 499).Min(k => QuorumIncentives.Margin(most, k)), a.HonestPayoff - a.DishonestPayoff);
        Assert.Equal(499 + (0.05m * 999), a.ExpectedCost);
        QuorumAssessment rich = QuorumIncentives.Assess(most with { Slash = SamplingEconomics.GreatestAmount, Reward = SamplingEconomics.GreatestAmount, FraudValue = SamplingEconomics.GreatestAmount });
        Assert.Equal(rich.IsHonestySecure, rich.HonestPayoff > rich.DishonestPayoff);
    }

    private static decimal Weigh(int seats, decimal share, Func<int, decimal> value)
    {
        decimal sum = 0;
        for (int outcome = 0; outcome < 1 << seats; outcome++)
        {
            int held = BitOperations.PopCount((uint)outcome);
            decimal weight = 1;
            for (int seat = 0; seat < seats; seat++)
            {
                weight *= ((outcome >> seat) & 1) == 1 ? share : 1 - share;
            }

            sum += weight * value(held);
        }

        return sum;
    }

    private static QuorumEconomics Basic(int seats) => new()
    {
        HonestCost = 100,
        Reward = 120,
        Slash = 3000,
        Seats = seats,
        Threshold = seats / 2,
        EscalationSeats = 9,
        EscalationRate = 0.05m,
    };
}
