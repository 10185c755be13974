using Verifiable.Inference.Incentives;
using Verifiable.Inference.Strategies.Sampling;

namespace Verifiable.Inference.Tests.Strategies;

/// <summary>Holds the numbers of docs/reference/strategies/sampling.md, which are those of the default options.</summary>
public sealed class SamplingPageTests
{
    private static readonly SamplingAssessment _assessment = new SamplingStrategy(new SamplingOptions { Beacon = TestWorld.Beacon }).Assess().ClosedForms;

    [Fact]
    public void A_vote_of_nine_seats_errs_as_often_as_the_page_says() => Assert.Equal(0.00089092m, _assessment.AdjudicationError, 10);

    [Fact]
    public void One_wrong_answer_is_caught_as_often_as_the_page_says() => Assert.Equal(0.1m * 0.9m * 0.99910908m, _assessment.DetectionProbability, 10);

    [Fact]
    public void The_least_audit_rate_and_slash_are_those_of_the_page()
    {
        Assert.Equal(0.0358m, _assessment.ConservativeLeastAuditProbability!.Value, 4);
        Assert.Equal(1005.4m, _assessment.ConservativeLeastSlash!.Value, 1);
    }

    [Fact]
    public void An_inference_costs_what_the_page_says() => Assert.Equal(1.1m, _assessment.ExpectedCost);

    [Fact]
    public void An_honest_provider_is_convicted_as_rarely_as_the_page_says()
    {
        SamplingStrategyAssessment assessment = new SamplingStrategy(new SamplingOptions { Beacon = TestWorld.Beacon }).Assess();
        Assert.Equal(0.00089m, assessment.FalseConvictionProbability, 5);
        Assert.Equal(0.352m, assessment.LargestProtectedShare);
        Assert.Empty(assessment.Shortcomings.Where(sentence => sentence.Contains("lies about refusals", StringComparison.Ordinal)));
    }

    // A victim that is one of the two sides leaves the draw, and a coalition of a tenth is r / (1 − v) of the rest.
    [Theory]
    [InlineData(0.0, 2.8)]
    [InlineData(0.1, 4.5)]
    [InlineData(0.2, 7.7)]
    [InlineData(0.3, 14.1)]
    [InlineData(0.4, 27.9)]
    public void A_victim_with_much_stake_loses_what_the_page_says(double share, double loss) =>
        Assert.Equal(loss, (double)QuorumIncentives.SteeredError(9, 0.1m / (1 - (decimal)share), 1) * 3120, 0.06);

    [Theory]
    [InlineData(0.2, 7.7)]
    [InlineData(0.4, 27.9)]
    public void Victims_under_a_quorum_lose_what_its_page_says(double barred, double loss) =>
        Assert.Equal(loss, (double)QuorumIncentives.SteeredError(9, 0.1m / (1 - (decimal)barred), 1) * 3120, 0.06);

    // Such terms were constructed and met only providers that turn them down.
    [Theory]
    [InlineData(5, 1)]
    [InlineData(9, 2)]
    [InlineData(1, 1)]
    public void Options_that_providers_turn_down_are_refused_unless_meant(int seats, int attempts)
    {
        SamplingOptions options = new() { Beacon = TestWorld.Beacon, VoterSeats = seats, VoterAttempts = attempts, OpeningWindow = TimeSpan.FromHours(1) };
        Assert.Contains("turns down", Assert.Throws<ArgumentException>(() => new SamplingStrategy(options)).Message, StringComparison.Ordinal);
        Assert.False(new SamplingStrategy(options with { AllowsInsecureTerms = true }).Options.AreFair);
        Assert.True(new SamplingStrategy(options with { VoterSeats = 7, VoterAttempts = 1 }).Options.AreFair);
    }

    // At any rate of audits a lost reward deters only where nearly everything is checked: p(1 − r)R > Δ.
    [Fact]
    public void Without_a_beacon_no_stake_deters_and_the_assessment_says_so()
    {
        SamplingOptions options = new() { Beacon = null };
        ArgumentException refused = Assert.Throws<ArgumentException>(() => new SamplingStrategy(options));
        Assert.Contains("Name a beacon", refused.Message, StringComparison.Ordinal);
        SamplingStrategyAssessment assessment = new SamplingStrategy(options with { AllowsInsecureTerms = true }).Assess();
        Assert.Equal(0m, assessment.FalseConvictionProbability);
        Assert.Equal(0m, assessment.ClosedForms.Economics.Slash);
        SamplingOptions dear = options with { AuditRate = 1, Reward = new Amount(130) };
        Assert.True(new SamplingStrategy(dear).Assess().IsHonestySecure);
        Assert.Contains(new SamplingStrategy(dear).Assess().Shortcomings, sentence => sentence.Contains("Name a beacon", StringComparison.Ordinal));
        Assert.Throws<ArgumentException>(() => new SamplingStrategy(options with { DrawsChecksByBeacon = true, AllowsInsecureTerms = true }));
    }
}
