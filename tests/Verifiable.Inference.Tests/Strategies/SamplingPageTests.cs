using Verifiable.Inference.Incentives;
using Verifiable.Inference.Strategies.Sampling;

namespace Verifiable.Inference.Tests.Strategies;

/// <summary>Holds the numbers of docs/reference/strategies/sampling.md, which are those of the default options.</summary>
public sealed class SamplingPageTests
{
    private static readonly SamplingAssessment _assessment = new SamplingStrategy(new SamplingOptions { Beacon = TestWorld.Beacon }).Assess().ClosedForms;

    [Fact]
    public void A_vote_of_seven_seats_errs_as_often_as_the_page_says() => Assert.Equal(0.002728m, _assessment.AdjudicationError, 10);

    [Fact]
    public void One_wrong_answer_is_caught_as_often_as_the_page_says() => Assert.Equal(0.1m * 0.9m * 0.997272m, _assessment.DetectionProbability, 10);

    [Fact]
    public void The_least_audit_rate_and_slash_are_those_of_the_page()
    {
        Assert.Equal(0.0359m, _assessment.ConservativeLeastAuditProbability!.Value, 4);
        Assert.Equal(1007.5m, _assessment.ConservativeLeastSlash!.Value, 1);
    }

    [Fact]
    public void An_inference_costs_what_the_page_says() => Assert.Equal(1.1m, _assessment.ExpectedCost);

    [Fact]
    public void An_honest_provider_is_convicted_as_rarely_as_the_page_says()
    {
        SamplingStrategyAssessment assessment = new SamplingStrategy(new SamplingOptions { Beacon = TestWorld.Beacon }).Assess();
        Assert.Equal(0.02793m, assessment.FalseConvictionProbability, 5);
        Assert.Equal(83.8m, assessment.FalseConvictionProbability * 3000, 1);
        Assert.Empty(assessment.Shortcomings.Where(sentence => sentence.Contains("lies about refusals", StringComparison.Ordinal)));
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
