using Verifiable.Inference.Incentives;
using Verifiable.Inference.Strategies.Sampling;

namespace Verifiable.Inference.Tests.Strategies;

/// <summary>Holds the numbers of docs/reference/strategies/sampling.md, which are those of the default options.</summary>
public sealed class SamplingPageTests
{
    private static readonly SamplingAssessment _assessment = new SamplingStrategy().Assess().ClosedForms;

    [Fact]
    public void A_vote_of_five_seats_errs_as_often_as_the_page_says() => Assert.Equal(0.00856m, _assessment.AdjudicationError, 10);

    [Fact]
    public void One_wrong_answer_is_caught_as_often_as_the_page_says() => Assert.Equal(0.1m * 0.9m * 0.99144m, _assessment.DetectionProbability, 10);

    [Fact]
    public void The_least_audit_rate_and_slash_are_those_of_the_page()
    {
        Assert.Equal(0.0361m, _assessment.ConservativeLeastAuditProbability!.Value, 4);
        Assert.Equal(1014.2m, _assessment.ConservativeLeastSlash!.Value, 1);
    }

    [Fact]
    public void An_inference_costs_what_the_page_says() => Assert.Equal(1.1m, _assessment.ExpectedCost);

    [Fact]
    public void An_honest_answer_is_convicted_as_rarely_as_the_page_says() =>
        Assert.Equal(0.00344m, new SamplingStrategy().Assess().FalseConvictionProbability, 5);
}
