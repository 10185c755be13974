using Verifiable.Inference.Incentives;

namespace Verifiable.Inference.Tests.Incentives;

/// <summary>Laws of the closed forms of a quorum, over random economics.</summary>
public sealed class QuorumLawTests
{
    [Fact]
    public void The_margin_is_that_of_the_game_played_out()
    {
        foreach (QuorumEconomics e in Economics(1500))
        {
            decimal error = ExactBinomial.MajorityProbability(e.EscalationSeats, e.DishonestVoterShare!.Value);
            for (int k = 1; k <= e.Seats; k++)
            {
                decimal honest = (k * e.Reward) - e.HonestCost;
                decimal slash = e.Convicts ? e.Slash : 0;
                decimal convicted = -k * slash;
                decimal won = (k * e.Reward) + e.FraudValue + ((e.Seats - k) * slash / 2);
                decimal kept = (k * e.Reward) + e.FraudValue;
                bool heard = e.WaitsForAll ? k < e.Seats : k <= e.Threshold;
                decimal before = heard ? ((1 - error) * convicted) + (error * won)
                    : ((1 - e.EscalationRate) * kept) + (e.EscalationRate * (((1 - error) * convicted) + (error * won)));
                decimal cheat = before - e.SubstituteCost;
                if (!e.WaitsForAll && e.Seats - k > e.Threshold)
                {
                    cheat = Math.Max(cheat, -e.SubstituteCost); // late on purpose: not paid, not slashed
                }

                Assert.Equal(honest - cheat, QuorumIncentives.Margin(e, k), 9);
            }
        }
    }

    [Fact]
    public void The_assessment_reports_the_least_margin_and_its_thresholds_are_where_security_begins()
    {
        int repaired = 0;
        foreach (QuorumEconomics e in Economics(600))
        {
            QuorumAssessment a = QuorumIncentives.Assess(e);
            decimal least = Enumerable.Range(1, e.Seats).Min(k => QuorumIncentives.Margin(e, k));
            Assert.Equal(least, a.HonestPayoff - a.DishonestPayoff, 9);
            Assert.Equal(least > 0, a.IsHonestySecure);
            Assert.InRange(a.DetectionProbability, 0, 1);
            Assert.InRange(a.WinProbability, 0, 1);
            Assert.Equal(!a.IsHonestySecure, a.Shortcomings.Any(text => text.StartsWith("Cheating pays", StringComparison.Ordinal)));
            if (e.Convicts && a.LeastSlash is { } slash)
            {
                Assert.True(QuorumIncentives.Assess(e with { Slash = slash + (slash * 0.001m) + 0.001m }).IsHonestySecure);
                Assert.True(slash == 0 || !QuorumIncentives.Assess(e with { Slash = slash * 0.999m }).IsHonestySecure);
                repaired++;
            }

            if (a.LeastEscalationRate is { } rate && rate < 0.99m)
            {
                Assert.True(QuorumIncentives.Assess(e with { EscalationRate = rate + ((1 - rate) * 0.001m) }).IsHonestySecure);
                Assert.True(rate == 0 || !QuorumIncentives.Assess(e with { EscalationRate = rate * 0.999m }).IsHonestySecure);
            }

            if (a.BreakingCoalitionShare is { } share)
            {
                Assert.True(QuorumIncentives.Assess(e with { CoalitionShare = share, DishonestVoterShare = null }).IsHonestySecure);
                Assert.True(share >= 0.999999m || !QuorumIncentives.Assess(e with { CoalitionShare = share + 0.000001m, DishonestVoterShare = null }).IsHonestySecure);
            }
        }

        Assert.InRange(repaired, 50, 600);
    }

    [Fact]
    public void A_wrong_majority_becomes_rarer_with_more_seats_below_half_of_the_stake_and_commoner_above()
    {
        for (int percent = 5; percent < 100; percent += 5)
        {
            decimal[] capture = [.. Enumerable.Range(0, 12).Select(i => (2 * i) + 1).Select(seats => QuorumIncentives.Assess(Basic(seats) with { CoalitionShare = percent / 100m }).CaptureProbability)];
            for (int i = 1; i < capture.Length; i++)
            {
                Assert.Equal(percent == 50 ? 0 : percent < 50 ? -1 : 1, capture[i].CompareTo(capture[i - 1]));
            }
        }
    }

    [Fact]
    public void Waiting_for_all_turns_the_majority_tail_into_unanimity()
    {
        QuorumEconomics five = Basic(5) with { CoalitionShare = 0.1m };
        Assert.Equal(0.00856m, QuorumIncentives.Assess(five).CaptureProbability);
        Assert.Equal(0.00001m, QuorumIncentives.Assess(five with { WaitsForAll = true }).CaptureProbability);
    }

    // Heads drawn without replacement: the same stake under more names wins more often. Seats by stake with replacement: it does not matter.
    [Fact]
    public void Splitting_helps_where_heads_are_counted_and_not_where_seats_are()
    {
        decimal one = ExactHypergeometric.UpperTail(7, 1, 3, 2); // one head of seven: never two of three
        decimal four = ExactHypergeometric.UpperTail(10, 4, 3, 2);
        Assert.Equal(0m, one);
        Assert.Equal(1m / 3m, four, 20);
        Assert.Equal(QuorumIncentives.SeatsProbability(Basic(3) with { CoalitionShare = 0.4m }, 2), ExactBinomial.UpperTail(3, 0.4m, 2)); // whatever the names
    }

    [Fact]
    public void The_hypergeometric_tail_is_the_counted_one_and_tends_to_the_binomial()
    {
        Random random = new(5);
        for (int i = 0; i < 60; i++)
        {
            int population = random.Next(1, 12);
            int marked = random.Next(0, population + 1);
            int sample = random.Next(0, population + 1);
            int least = random.Next(-1, sample + 2);
            int[] subsets = [.. Enumerable.Range(0, 1 << population).Where(set => int.PopCount(set) == sample)];
            decimal counted = (decimal)subsets.Count(set => int.PopCount(set & ((1 << marked) - 1)) >= least) / subsets.Length;
            Assert.Equal(counted, ExactHypergeometric.UpperTail(population, marked, sample, least), 20);
        }

        Assert.Equal((double)ExactBinomial.UpperTail(5, 0.3m, 3), (double)ExactHypergeometric.UpperTail(100_000, 30_000, 5, 3), 4);
    }

    [Fact]
    public void Numbers_that_make_no_sense_are_the_caller_s_mistake()
    {
        foreach (QuorumEconomics bad in (QuorumEconomics[])[Basic(3) with { Threshold = 0 }, Basic(3) with { Threshold = 3 }, Basic(3) with { EscalationSeats = 4 }, Basic(3) with { CoalitionShare = 1.1m }, Basic(3) with { SubstituteCost = 101 }, Basic(3) with { EscalationRate = -1 }])
        {
            Assert.Throws<ArgumentException>(() => QuorumIncentives.Assess(bad));
        }

        Assert.Throws<ArgumentNullException>(() => QuorumIncentives.Assess(null!));
        Assert.Throws<ArgumentOutOfRangeException>(() => QuorumIncentives.Margin(Basic(3), 4));
        Assert.Throws<ArgumentOutOfRangeException>(() => ExactHypergeometric.UpperTail(3, 4, 1, 1));
        Assert.Throws<ArgumentOutOfRangeException>(() => ExactHypergeometric.UpperTail(3, 1, 4, 1));
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

    private static IEnumerable<QuorumEconomics> Economics(int count)
    {
        Random random = new(77);
        for (int i = 0; i < count; i++)
        {
            int seats = random.Next(1, 9);
            decimal cost = random.Next(1, 200);
            yield return new QuorumEconomics
            {
                HonestCost = cost,
                SubstituteCost = Math.Min(cost, random.Next(0, 50)),
                Reward = random.Next(0, 300),
                Slash = random.Next(0, 5000),
                Bounty = random.Next(0, 1000),
                FraudValue = random.Next(3) == 0 ? random.Next(0, 3000) : 0,
                Seats = seats,
                Threshold = random.Next(seats / 2, seats),
                EscalationSeats = (2 * random.Next(1, 8)) + 1,
                EscalationRate = random.Next(0, 101) / 100m,
                CoalitionShare = random.Next(0, 101) / 100m,
                DishonestVoterShare = random.Next(0, 101) / 100m,
                MaxAttempts = random.Next(1, 4),
                WaitsForAll = random.Next(2) == 0,
                Convicts = random.Next(4) != 0,
            };
        }
    }
}
