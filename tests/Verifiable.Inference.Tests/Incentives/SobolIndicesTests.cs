using Verifiable.Inference.Simulation.Statistics;
using Verifiable.Inference.Simulation.Sweeps;

namespace Verifiable.Inference.Tests.Incentives;

/// <summary>Shares of variance against functions whose shares are known.</summary>
public sealed class SobolIndicesTests
{
    [Fact]
    public void A_result_that_is_no_number_is_refused_with_its_place() =>
        Assert.Contains("NaN", Assert.Throws<ArgumentException>(() => SobolIndices.Estimate(point => point.Span[0] > 0.9 ? double.NaN : 1, 2, 64)).Message, StringComparison.Ordinal);

    [Fact]
    public void A_product_of_rate_and_stake_has_the_derived_shares()
    {
        // p uniform in [0, 0.2], S in [20, 60].
        SobolIndices found = SobolIndices.Estimate(point => 0.2 * point.Span[0] * (20 + (40 * point.Span[1])), 2, 1 << 13);
        Assert.Equal(0.75, found.First[0], 1e-3);
        Assert.Equal(0.1875, found.First[1], 1e-3);
        Assert.Equal(0.0625, found.Pairs[0], 1e-3);
        Assert.Equal(0.8125, found.Total[0], 1e-3);
        Assert.Equal(0.25, found.Total[1], 1e-3);
        Assert.Equal(((0.04 / 3) * (5200.0 / 3)) - 16, found.Variance, 1e-2);
    }

    [Fact]
    public void Shares_of_a_sum_sum_to_one_and_an_input_without_effect_has_none()
    {
        SobolIndices found = SobolIndices.Estimate(point => point.Span[0] + (2 * point.Span[1]), 3, 1 << 12);
        Assert.Equal(0.2, found.First[0], 1e-3);
        Assert.Equal(0.8, found.First[1], 1e-3);
        Assert.Equal(0, found.First[2], 1e-12);
        Assert.Equal(0, found.Total[2], 1e-12);
        Assert.All(found.Pairs, pair => Assert.Equal(0, pair, 1e-3));
        SobolIndices flat = SobolIndices.Estimate(_ => 7, 2, 64);
        Assert.All(flat.First, share => Assert.Equal(0, share));
        _ = Assert.Throws<ArgumentOutOfRangeException>(() => SobolIndices.Estimate(_ => 0, 17, 64));
        _ = Assert.Throws<ArgumentException>(() => SobolIndices.Estimate(_ => 0, 2, 63));
    }

    // T. Ishigami and T. Homma (1990) with a = 7, b = 0.1: V = a²/8 + bπ⁴/5 + b²π⁸/18 + 1/2, and the shares that follow. Twenty shifts of 2¹⁰ points; six standard errors of a mean of twenty are exceeded by one value in 10⁵.
    [Fact]
    public void Intervals_cover_the_known_shares_and_shrink_with_the_points()
    {
        const double B = 0.1;
        double pi4 = Math.Pow(Math.PI, 4);
        double variance = (49.0 / 8) + (B * pi4 / 5) + (B * B * pi4 * pi4 / 18) + 0.5;
        double[] first = [0.5 * (1 + (B * pi4 / 5)) * (1 + (B * pi4 / 5)) / variance, 49.0 / 8 / variance, 0];
        double crossed = 8 * B * B * pi4 * pi4 / 225 / variance;
        double Function(ReadOnlyMemory<double> point)
        {
            double x = Math.PI * ((2 * point.Span[0]) - 1);
            double y = Math.Sin(Math.PI * ((2 * point.Span[1]) - 1));
            double z = Math.PI * ((2 * point.Span[2]) - 1);
            return Math.Sin(x) + (7 * y * y) + (B * z * z * z * z * Math.Sin(x));
        }

        SobolIntervals found = SobolIntervals.Estimate(Function, 3, 1 << 10, 20);
        void IsCovered(double expected, MeanEstimate estimate)
        {
            Assert.Equal(20, estimate.Count);
            Assert.True(Math.Abs(expected - estimate.Mean) <= 6 * estimate.StandardError, $"{expected} {estimate}");
            Assert.True(estimate.StandardError < 0.02, $"{estimate}");
        }

        Assert.True(Math.Abs(variance - found.Variance.Mean) <= 6 * found.Variance.StandardError, $"{variance} {found.Variance}");
        for (int input = 0; input < 3; input++)
        {
            IsCovered(first[input], found.First[input]);
            IsCovered(first[input] + (input == 1 ? 0 : crossed), found.Total[input]);
            IsCovered(input == 1 ? crossed : 0, found.Pairs[input]);
        }

        SobolIntervals coarse = SobolIntervals.Estimate(Function, 3, 1 << 6, 20);
        Assert.True(found.First[0].StandardError < coarse.First[0].StandardError / 3, $"{found.First[0]} {coarse.First[0]}");
        _ = Assert.Throws<ArgumentOutOfRangeException>(() => SobolIntervals.Estimate(Function, 3, 64, 1));
        _ = Assert.Throws<ArgumentOutOfRangeException>(() => SobolIntervals.Estimate(Function, 3, 64, 2, 0));
    }
}
