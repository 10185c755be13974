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
}
