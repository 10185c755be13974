using Verifiable.Inference.Incentives;

namespace Verifiable.Inference.Tests.Incentives;

/// <summary>Numbers printed elsewhere, and numbers worked out by hand from the printed formulas.</summary>
public sealed class SamplingVectorTests
{
    private static SamplingEconomics Basic(decimal reward, decimal slash, decimal share, decimal probability = 0.01m, decimal cost = 1m) => new()
    {
        HonestCost = cost,
        AsserterReward = reward,
        ValidatorReward = reward,
        Slash = slash,
        CoalitionShare = share,
        AuditProbability = probability,
    };

    // Atoma whitepaper, Appendix A: R = 1.2, r = 1/2, S = 250, C = 1 gives p of about 0.008.
    [Fact]
    public void The_published_point_of_proof_of_sampling()
    {
        decimal? least = SamplingIncentives.LeastAuditProbability(Basic(1.2m, 250m, 0.5m), AuditProbabilityForm.Exact);

        Assert.Equal(0.00796m, Math.Round(least!.Value, 5));
        Assert.Equal(0.0079617834m, Math.Round(least.Value, 10));
    }

    // Atoma whitepaper, section 2.7: ten validators, half of the weight dishonest.
    [Fact]
    public void The_published_probability_that_all_validators_collude() =>
        Assert.Equal(0.0009765625m, SamplingIncentives.CollusionProbability(0.5m, 10));

    // Published collusion table, c^k.
    [Theory]
    [InlineData("0.5", 2, "0.25")]
    [InlineData("0.5", 3, "0.125")]
    [InlineData("0.5", 5, "0.03125")]
    [InlineData("0.5", 7, "0.0078125")]
    [InlineData("0.1", 7, "0.0000001")]
    public void The_published_collusion_table(string share, int count, string expected) =>
        Assert.Equal(Number(expected), SamplingIncentives.CollusionProbability(Number(share), count));

    // SplitUp's documentation asserts that these numbers are secure; the threshold it cites is 9.92 %.
    [Fact]
    public void The_published_wrong_claim_is_not_secure()
    {
        SamplingAssessment assessment = SamplingIncentives.Assess(Basic(1.2m, 10m, 0.1m, 0.08m));

        Assert.False(assessment.IsHonestySecure);
        Assert.True(assessment.Margin < 0m);
        Assert.Equal(0.0992m, Math.Round(assessment.LeastAuditProbability!.Value, 4));
        Assert.Equal(assessment.LeastAuditProbability, assessment.PublishedLeastAuditProbability);
        Assert.Equal(0.1004m, Math.Round(assessment.ConservativeLeastAuditProbability!.Value, 4));
        SamplingShortcoming shortcoming = assessment.Shortcomings[0];
        Assert.Equal(SamplingShortcomingKind.CheatingPays, shortcoming.Kind);
        Assert.Equal(
            "Cheating pays by the conservative condition: honesty's margin is -0.2032 per task and must be above 0; audit with a probability above 0.100402 instead of 0.08; "
            + "raise the slash above 12.8223 at this audit probability.",
            shortcoming.Sentence);
    }

    // Published deterrence table: saving s = 1 − small/large model, audits q > s / D with D at stake.
    [Theory]
    [InlineData("0.886", 10, "0.0886")]
    [InlineData("0.886", 1000, "0.000886")]
    [InlineData("0.986", 10, "0.0986")]
    [InlineData("0.986", 1000, "0.000986")]
    [InlineData("0.875", 10, "0.0875")]
    [InlineData("0.875", 1000, "0.000875")]
    [InlineData("0.938", 10, "0.0938")]
    [InlineData("0.938", 1000, "0.000938")]
    public void The_published_deterrence_table(string saving, int stake, string expected)
    {
        SamplingEconomics economics = Basic(0m, stake, 0m) with { SubstituteCost = 1m - Number(saving) };

        Assert.Equal(Number(expected), SamplingIncentives.LeastAuditProbability(economics, AuditProbabilityForm.Exact));
    }

    // Pocket's probabilistic proofs: a penalty of R(1 − p)/p makes the expected profit zero, and 16 tries reveal a cheat of p = 1/4 with 99 %.
    [Theory]
    [InlineData("0.01", "1980")]
    [InlineData("0.25", "60")]
    public void The_published_penalty_makes_the_cheat_earn_nothing(string probability, string penalty) =>
        Assert.Equal(0m, SamplingIncentives.DishonestPayoff(Basic(20m, Number(penalty), 0m, Number(probability))));

    [Fact]
    public void The_published_number_of_tries() =>
        Assert.Equal(0.98998m, Math.Round(SamplingIncentives.DetectionProbabilityAfter(0.25m, 16), 5));

    // Ten equal providers, two of them in a coalition, R = 1.2, S = 100: 1/9 of what is left, not 2/10.
    [Fact]
    public void A_coalition_of_two_in_ten_has_a_ninth_after_the_asserters_exclusion()
    {
        decimal share = SamplingIncentives.CoalitionShareAfterExclusion(2m, 1m, 10m);

        Assert.Equal(1m / 9m, share);
        Assert.Equal(0.01112m, Math.Round(SamplingIncentives.LeastAuditProbability(Basic(1.2m, 100m, share), AuditProbabilityForm.Exact)!.Value, 5));
        Assert.Equal(0.01235m, Math.Round(SamplingIncentives.LeastAuditProbability(Basic(1.2m, 100m, 0.2m), AuditProbabilityForm.Exact)!.Value, 5));
    }

    [Fact]
    public void A_valuable_fraud_needs_a_stake_of_its_size_over_the_audit_probability()
    {
        SamplingEconomics economics = Basic(1.2m, 1m, 0.2m, 0.05m) with { ValidatorCount = 3, UnchallengedFraudValue = 1000m, ChallengedFraudValue = 1000m };

        Assert.Equal(19156.8m, Math.Round(SamplingIncentives.LeastSlash(economics, AuditProbabilityForm.Exact)!.Value, 1));
    }

    // SVIP (arXiv 2410.22307): a false negative rate below 5 %, a false positive rate below 3 % a query.
    [Fact]
    public void The_slashes_that_a_comparison_like_that_of_svip_allows()
    {
        SamplingEconomics economics = Basic(1.2m, 50m, 0.1m, 0.05m) with { SubstituteCost = 0.125m, DetectionProbability = 0.95m, FalseConvictionProbability = 0.03m };

        SlashInterval? feasible = SamplingIncentives.FeasibleSlash(economics);

        Assert.Equal(19.9m, Math.Round(feasible!.ExclusiveLower, 1));
        Assert.Equal(146.9m, Math.Round(feasible.InclusiveUpper!.Value, 1));
    }

    [Theory]
    [InlineData("1.2", "0.875", "5.375")]
    [InlineData("1.2", "1", "6")]
    [InlineData("2", "0.875", "1.875")]
    public void The_likelihood_ratio_that_a_comparison_needs(string reward, string saving, string expected)
    {
        Assert.Equal(Number(expected), SamplingIncentives.LeastLikelihoodRatio(1m, Number(saving), Number(reward)));

        // Strict: at the ratio itself no slash is left.
        SamplingEconomics economics = Basic(Number(reward), 10m, 0.3m, 0.05m) with { SubstituteCost = 1m - Number(saving), FalseConvictionProbability = 0.08m, DetectionProbability = 0.08m * Number(expected) };
        Assert.False(SamplingIncentives.IsNoiseConditionMet(economics));
        Assert.Null(SamplingIncentives.FeasibleSlash(economics));
        Assert.True(SamplingIncentives.IsNoiseConditionMet(economics with { DetectionProbability = economics.DetectionProbability + 0.0001m }));
        Assert.NotNull(SamplingIncentives.FeasibleSlash(economics with { DetectionProbability = economics.DetectionProbability + 0.0001m }));
    }

    // C − c = 5, R = 10, S = 40; with δ = .9, φ = .02 the thresholds are 5/44 and 1140/11.
    [Fact]
    public void Worked_points_with_and_without_noise()
    {
        SamplingEconomics economics = Basic(10m, 40m, 0m, 0.05m, 6m) with { SubstituteCost = 1m };
        SamplingEconomics noisy = economics with { DetectionProbability = 0.9m, FalseConvictionProbability = 0.02m };

        Assert.Equal(0.1m, SamplingIncentives.LeastAuditProbability(economics, AuditProbabilityForm.Exact));
        Assert.Equal(90m, SamplingIncentives.LeastSlash(economics, AuditProbabilityForm.Exact));
        Assert.Equal(5m / 44m, SamplingIncentives.LeastAuditProbability(noisy, AuditProbabilityForm.Exact));
        Assert.Equal(1140m / 11m, SamplingIncentives.LeastSlash(noisy, AuditProbabilityForm.Exact)!.Value, 24);
    }

    // Δ / ((1 − rⁿ)(R + S)) with Δ = 5, R = 10, S = 40.
    [Theory]
    [InlineData("0.1", 1, "0.1111111111")]
    [InlineData("0.3", 1, "0.1428571429")]
    [InlineData("0.3", 3, "0.1027749229")]
    [InlineData("0.5", 5, "0.1032258065")]
    public void Worked_points_of_coalitions_that_need_every_seat(string share, int count, string expected)
    {
        SamplingEconomics economics = Basic(10m, 40m, Number(share), 0.05m, 6m) with { SubstituteCost = 1m, ValidatorCount = count };

        Assert.Equal(Number(expected), Math.Round(SamplingIncentives.LeastAuditProbability(economics, AuditProbabilityForm.WithoutRecomputation)!.Value, 10));
    }

    // Haseeb's single hidden copy: without stake nearly everything is duplicated, with S = 10 a tenth.
    [Theory]
    [InlineData(0, "0.926")]
    [InlineData(10, "0.099")]
    public void Hidden_duplication_is_cheap_only_with_a_stake(int slash, string expected)
    {
        decimal least = HiddenDuplication.LeastDuplicationProbability(0.1m, 1.2m, slash, 1m)!.Value;

        Assert.Equal(Number(expected), Math.Round(least, 3));
        Assert.True(HiddenDuplication.ExpectedCost(least) < 2m);
    }

    // Tables of the binomial distribution: P(Bin(3, .3) ≥ 2) = .216, P(Bin(5, .3) ≥ 3) = .16308, P(Bin(4, 1/2) ≥ 3) = 5/16.
    [Theory]
    [InlineData(1, "0.3", "0.3")]
    [InlineData(3, "0.3", "0.216")]
    [InlineData(5, "0.3", "0.16308")]
    [InlineData(4, "0.5", "0.3125")]
    [InlineData(1001, "0.5", "0.5")]
    [InlineData(7, "0", "0")]
    [InlineData(7, "1", "1")]
    public void The_probability_of_a_majority(int seats, string share, string expected) =>
        Assert.Equal(Number(expected), ExactBinomial.MajorityProbability(seats, Number(share)));

    private static decimal Number(string text) => decimal.Parse(text, System.Globalization.CultureInfo.InvariantCulture);
}
