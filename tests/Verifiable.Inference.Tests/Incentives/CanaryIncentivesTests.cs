using Verifiable.Inference.Incentives;

namespace Verifiable.Inference.Tests.Incentives;

/// <summary>The closed forms of canaries against a plain simulation, and their laws.</summary>
public sealed class CanaryIncentivesTests
{
    // 10^6 requests each; the bounds are five standard errors, so that one comparison of twelve fails with a probability below 10^-5 if the seed were drawn.
    [Theory]
    [InlineData(0.1, 0.05)]
    [InlineData(0.3, 0.5)]
    [InlineData(0, 0.2)]
    [InlineData(0.2, 0)]
    public void The_closed_forms_are_what_a_simulation_counts(double d, double k)
    {
        const int Requests = 1_000_000;
        Random random = new(11);
        int envelopes = 0;
        int firsts = 0;
        int @checked = 0;
        int checkedFirsts = 0;
        double computations = 0;
        for (int i = 0; i < Requests; i++)
        {
            Work(isCanary: false);
            if (random.NextDouble() < k)
            {
                Work(isCanary: true);
                computations++;
            }
        }

        computations += envelopes;
        Near(CanaryIncentives.CheckProbability((decimal)d, (decimal)k), (double)@checked / envelopes, envelopes);
        Near(CanaryIncentives.FirstCheckProbability((decimal)d, (decimal)k), (double)checkedFirsts / firsts, firsts);
        Near(CanaryIncentives.ExpectedCost((decimal)d, (decimal)k), computations / Requests, Requests);

        // All who are asked answer right but for the one that is counted: its envelope is checked if it is of a pair, or the first of a canary.
        void Work(bool isCanary)
        {
            bool isPair = random.NextDouble() < d;
            envelopes += isPair ? 2 : 1;
            firsts++;
            @checked += isPair ? 2 : isCanary ? 1 : 0;
            checkedFirsts += isPair || isCanary ? 1 : 0;
        }

        // The two envelopes of a pair share a coin, and a canary costs two: the variance of a mean is at most four times that of a coin.
        static void Near(decimal expected, double counted, int trials) => Assert.InRange(counted, (double)expected - (5 / Math.Sqrt(trials)), (double)expected + (5 / Math.Sqrt(trials)));
    }

    [Fact]
    public void Without_canaries_the_forms_are_those_of_hidden_duplication()
    {
        for (decimal d = 0; d <= 1; d += 0.125m)
        {
            Assert.Equal(HiddenDuplication.CheckProbability(d), CanaryIncentives.CheckProbability(d, 0));
            Assert.Equal(d, CanaryIncentives.FirstCheckProbability(d, 0));
            Assert.Equal(HiddenDuplication.ExpectedCost(d), CanaryIncentives.ExpectedCost(d, 0));
            Assert.Equal(0, CanaryIncentives.AddedCheckProbability(d, 0));
        }
    }

    [Fact]
    public void More_canaries_are_checked_more_and_cost_more()
    {
        for (decimal d = 0; d < 1; d += 0.25m)
        {
            for (decimal k = 0; k < 10; k += 0.5m)
            {
                Assert.True(CanaryIncentives.CheckProbability(d, k + 0.5m) > CanaryIncentives.CheckProbability(d, k));
                Assert.True(CanaryIncentives.FirstCheckProbability(d, k + 0.5m) > CanaryIncentives.FirstCheckProbability(d, k));
                Assert.True(CanaryIncentives.ExpectedCost(d, k + 0.5m) > CanaryIncentives.ExpectedCost(d, k));
                Assert.InRange(CanaryIncentives.CheckProbability(d, k), 0m, 1m);
                Assert.Equal(CanaryIncentives.CheckProbability(d, k) - HiddenDuplication.CheckProbability(d), CanaryIncentives.AddedCheckProbability(d, k), 20);
            }
        }
    }

    [Fact]
    public void The_least_rate_is_where_cheating_stops_to_pay()
    {
        // t = 100 / (0.9 · 1120) = 0.0992; 2d / (1 + d) = 0.0392 at d = 0.02; (t − q) / (1 − t) = 0.0666.
        decimal least = CanaryIncentives.LeastCanaryRate(0.02m, 0.1m, 120, 1000, 100)!.Value;
        Assert.Equal(0.0666m, least, 4);
        Assert.True(Gain(least - 0.0001m) < 0 && Gain(least + 0.0001m) > 0);
        Assert.Equal(0, CanaryIncentives.LeastCanaryRate(0.1m, 0.1m, 120, 3000, 100));
        Assert.Null(CanaryIncentives.LeastCanaryRate(0.1m, 0.1m, 10, 90, 100));

        static decimal Gain(decimal rate) => (CanaryIncentives.CheckProbability(0.02m, rate) * 0.9m * 1120) - 100;
    }

    [Fact]
    public void Arguments_out_of_range_are_refused()
    {
        foreach ((decimal d, decimal k) in ((decimal, decimal)[])[(-0.1m, 0.1m), (1.1m, 0.1m), (0.1m, -0.1m), (0.1m, 1000.1m)])
        {
            _ = Assert.Throws<ArgumentOutOfRangeException>(() => CanaryIncentives.CheckProbability(d, k));
            _ = Assert.Throws<ArgumentOutOfRangeException>(() => CanaryIncentives.FirstCheckProbability(d, k));
            _ = Assert.Throws<ArgumentOutOfRangeException>(() => CanaryIncentives.AddedCheckProbability(d, k));
            _ = Assert.Throws<ArgumentOutOfRangeException>(() => CanaryIncentives.ExpectedCost(d, k));
        }
    }
}
