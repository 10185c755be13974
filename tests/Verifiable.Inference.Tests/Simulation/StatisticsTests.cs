using System.Collections.Immutable;
using Verifiable.Inference.Incentives;
using Verifiable.Inference.Simulation.Statistics;

namespace Verifiable.Inference.Tests.Simulation;

/// <summary>Estimates against exact numbers: coverage under optional stopping, bias, variance.</summary>
public sealed class StatisticsTests
{
    // α = 5 %: of 1000 runs each of which looks 1500 times at most 50 may be wrong on average; above 89 a fair sequence comes with probability below 10⁻⁶. A normal interval looked at as often is wrong far oftener.
    [Theory]
    [InlineData(0.5)]
    [InlineData(0.03)]
    public void A_confidence_sequence_covers_the_mean_whenever_one_stops(double mean)
    {
        int everOutside = 0;
        int normalOutside = 0;
        double width = 0;
        for (int run = 0; run < 1000; run++)
        {
            Random random = new(run);
            ConfidenceSequence sequence = new(-2, 8);
            bool outside = false;
            bool normal = false;
            double sum = 0;
            double squares = 0;
            for (int i = 1; i <= 1500; i++)
            {
                double value = random.NextDouble() < mean ? 8 : -2;
                sequence.Add(value);
                double truth = -2 + (10 * mean);
                outside |= sequence.Low > truth || sequence.High < truth;
                sum += value;
                squares += value * value;
                double error = Math.Sqrt(Math.Max(0, (squares / i) - (sum / i * (sum / i))) / i);
                normal |= i >= 100 && Math.Abs((sum / i) - truth) > 1.96 * error;
            }

            everOutside += outside ? 1 : 0;
            normalOutside += normal ? 1 : 0;
            width += sequence.IsEmpty ? 0 : sequence.HalfWidth / 1000;
            Assert.True(!sequence.IsEmpty || (outside && sequence.HalfWidth == double.PositiveInfinity));
        }

        Assert.InRange(everOutside, 0, 89);
        Assert.True(normalOutside > 150, $"{normalOutside}");

        // Not by being of no use: 1500 values of standard deviation 5 or 1.7 at 95 % are 0.25 or 0.09 at one look.
        Assert.InRange(width, 0, mean == 0.5 ? 0.75 : 0.4);
    }

    // First the least value a thousand times, then the greatest: no one mean did that, and whoever waits for a short interval must not take it for one.
    [Fact]
    public void A_confidence_sequence_that_is_contradicted_never_looks_narrow()
    {
        ConfidenceSequence sequence = new(0, 1);
        for (int i = 0; i < 20_000; i++)
        {
            sequence.Add(i < 1000 ? 0 : 1);
        }

        Assert.True(sequence.IsEmpty);
        Assert.Equal(double.PositiveInfinity, sequence.HalfWidth);
        Assert.True(sequence.Low > sequence.High);
    }

    [Fact]
    public void A_confidence_sequence_refuses_what_breaks_its_assumption()
    {
        ConfidenceSequence sequence = new(0, 1, 0.01);
        Assert.Throws<ArgumentOutOfRangeException>(() => sequence.Add(1.01));
        Assert.Throws<ArgumentOutOfRangeException>(() => sequence.Add(double.NaN));
        Assert.Throws<ArgumentOutOfRangeException>(() => new ConfidenceSequence(1, 1));
        Assert.Throws<ArgumentOutOfRangeException>(() => new ConfidenceSequence(0, 1, 0));
        Assert.Equal((0, 1, 0L), (sequence.Low, sequence.High, sequence.Count));
    }

    [Fact]
    public void Control_variates_keep_the_mean_and_shrink_the_error()
    {
        const double Truth = 5;
        double bias = 0;
        double biasError = 0;
        for (int run = 0; run < 400; run++)
        {
            Random random = new(run);
            ImmutableArray<double>.Builder values = ImmutableArray.CreateBuilder<double>();
            ImmutableArray<double>.Builder controls = ImmutableArray.CreateBuilder<double>();
            for (int i = 0; i < 60; i++)
            {
                double control = random.NextDouble() < 0.5 ? 0.5 : -0.5;
                controls.Add(control);
                values.Add(Truth - (720 * control) + random.NextDouble() - 0.5);
            }

            MeanEstimate plain = MeanEstimate.Of(values.ToArray());
            MeanEstimate controlled = ControlVariate.Estimate(values.ToImmutable(), controls.ToImmutable(), 0);
            Assert.True(controlled.StandardError < plain.StandardError / 20);
            bias += (controlled.Mean - Truth) / 400;
            biasError += controlled.StandardError / 400;
        }

        Assert.InRange(bias, -5 * biasError / 20, 5 * biasError / 20);
    }

    // Exact: P(Bin(n, p) ≤ k). Five standard errors, and the estimate is worth hundreds of samples of an event that no plain run would meet.
    [Theory]
    [InlineData(100, 0.2, 0)]
    [InlineData(200, 0.1, 2)]
    [InlineData(500, 0.05, 3)]
    [InlineData(40, 0.5, 3)]
    public void Rare_undetected_frauds_are_found_as_often_as_they_are(int frauds, double conviction, int most)
    {
        double exact = 1.0 - (double)ExactBinomial.UpperTail(frauds, (decimal)conviction, most + 1);
        exact = exact > 1e-9 ? exact : Math.Exp(frauds * Math.Log(1 - conviction));
        RareEventEstimate estimate = UndetectedFraud.Estimate(frauds, conviction, most, 40_000, 7);
        Assert.True(exact < 2e-6);
        Assert.True(estimate.IsReliable);
        Assert.InRange(estimate.Probability, exact - (5 * estimate.StandardError), exact + (5 * estimate.StandardError));
        Assert.True(estimate.StandardError < 0.03 * exact, $"{estimate} {exact}");
    }

    [Fact]
    public void Splitting_has_no_bias()
    {
        // A fraud goes on while it is not caught: at level i with probability 0.3 + 0.02 i. The exact probability to reach level 12 is the product.
        Fraud fraud = new();
        double exact = 1;
        for (int level = 0; level < 12; level++)
        {
            exact *= Fraud.Survival(level);
        }

        RareEventEstimate estimate = Splitting.Estimate(fraud, 12, 300, 200, 3);
        Assert.InRange(exact, 1e-6, 1e-4);
        Assert.InRange(estimate.Probability, exact - (5 * estimate.StandardError), exact + (5 * estimate.StandardError));
        Assert.True(estimate.StandardError < 0.05 * exact, $"{estimate} {exact}");
        Assert.True(estimate.IsReliable);

        // Many copies are no many replications: an error of one degree of freedom is not to be relied on, nor one of few copies.
        RareEventEstimate two = Splitting.Estimate(fraud, 4, 1000, 2, 3);
        Assert.True(two.EffectiveSamples >= 100 && two.IndependentValues == 2 && !two.IsReliable, $"{two}");
        Assert.True(Splitting.Estimate(fraud, 4, 1000, 20, 3).IsReliable);
        Assert.False(Splitting.Estimate(fraud, 4, 2, 20, 3).IsReliable);
        Assert.Equal(0, Splitting.Estimate(fraud, 300, 3, 2, 3).Probability);
    }

    [Fact]
    public void Means_of_whole_numbers_are_exact()
    {
        MeanEstimate estimate = MeanEstimate.Of([long.MaxValue, long.MaxValue - 2, long.MaxValue - 4]);
        Assert.Equal(long.MaxValue - 2.0, estimate.Mean);
        Assert.Equal(new MeanEstimate(2, Math.Sqrt(1.0 / 3), 3), MeanEstimate.Of([1.0, 2.0, 3.0]));
        Assert.Equal(double.PositiveInfinity, MeanEstimate.Of([1L]).StandardError);
        Assert.Throws<ArgumentException>(() => MeanEstimate.OfDifferences([1, 2], [1]));
    }

    private sealed class Fraud : RareEventProcess
    {
        public override long Start => 0;

        public static double Survival(int level) => 0.3 + (0.02 * level);

        // Every other step nothing is decided: a level takes several steps.
        public override long Advance(long state, double uniform) => uniform < 0.5 ? state : (uniform - 0.5) * 2 < Survival((int)state) ? state + 1 : Ended;

        public override int LevelOf(long state) => (int)state;
    }
}
