using Verifiable.Inference.Incentives;

namespace Verifiable.Inference.Tests.Incentives;

public sealed class SamplingEconomicsTests
{
    private static SamplingEconomics Sound { get; } = new()
    {
        HonestCost = 1m,
        AsserterReward = 2m,
        ValidatorReward = 2m,
        Slash = 100m,
        AuditProbability = 0.1m,
    };

    [Theory]
    [InlineData("HonestCost must be above 0, got 0.")]
    [InlineData("HonestCost must be in [0, 1000000000000000000], got -1.")]
    [InlineData("SubstituteCost must be at most HonestCost (1), got 1.5.")]
    [InlineData("AsserterReward must be in [0, 1000000000000000000], got -2.")]
    [InlineData("ValidatorReward must be in [0, 1000000000000000000], got -3.")]
    [InlineData("Slash must be in [0, 1000000000000000000], got 79228162514264337593543950335.")]
    [InlineData("AuditProbability must be in [0, 1], got 1.01.")]
    [InlineData("ValidatorCount must be in [1, 1001], got 0.")]
    [InlineData("CoalitionShare must be in [0, 1], got -0.1.")]
    [InlineData("UnchallengedFraudValue includes the reward, which is paid for every answer that is not audited: it must be at least AsserterReward (2), got 1.")]
    [InlineData("ChallengedFraudValue must be at least UnchallengedFraudValue (2), got 1.")]
    [InlineData("DetectionProbability must be in [0, 1], got 1.1.")]
    [InlineData("FalseConvictionProbability must be in [0, 1], got 1.2.")]
    [InlineData("ValidatorFalseConvictionProbability must be in [0, 1], got 1.3.")]
    [InlineData("Bounty is paid out of Slash (100) and must be at most that, got 101.")]
    [InlineData("Adjudicator must be one of the named kinds, got 9.")]
    [InlineData("VoterSeats must be in [1, 1001] when a vote decides, got 0.")]
    [InlineData("DishonestVoterShare must be in [0, 1], got 1.4.")]
    [InlineData("WrongConvictionProbability must be in [0, 1], got 1.5.")]
    [InlineData("GuessProbability must be in [0, 1], got 1.6.")]
    public void Each_fault_is_named_with_what_is_expected_and_what_was_given(string fault)
    {
        SamplingEconomics faulty = fault switch
        {
            "HonestCost must be above 0, got 0." => Sound with { HonestCost = 0m },
            _ when fault.StartsWith("HonestCost", StringComparison.Ordinal) => Sound with { HonestCost = -1m },
            _ when fault.StartsWith("SubstituteCost", StringComparison.Ordinal) => Sound with { SubstituteCost = 1.5m },
            _ when fault.StartsWith("AsserterReward", StringComparison.Ordinal) => Sound with { AsserterReward = -2m },
            _ when fault.StartsWith("ValidatorReward", StringComparison.Ordinal) => Sound with { ValidatorReward = -3m },
            _ when fault.StartsWith("Slash", StringComparison.Ordinal) => Sound with { Slash = decimal.MaxValue },
            _ when fault.StartsWith("AuditProbability", StringComparison.Ordinal) => Sound with { AuditProbability = 1.01m },
            _ when fault.StartsWith("ValidatorCount", StringComparison.Ordinal) => Sound with { ValidatorCount = 0 },
            _ when fault.StartsWith("CoalitionShare", StringComparison.Ordinal) => Sound with { CoalitionShare = -0.1m },
            _ when fault.StartsWith("Unchallenged", StringComparison.Ordinal) => Sound with { UnchallengedFraudValue = 1m, ChallengedFraudValue = 1m },
            _ when fault.StartsWith("Challenged", StringComparison.Ordinal) => Sound with { ChallengedFraudValue = 1m },
            _ when fault.StartsWith("Detection", StringComparison.Ordinal) => Sound with { DetectionProbability = 1.1m },
            _ when fault.StartsWith("FalseConviction", StringComparison.Ordinal) => Sound with { FalseConvictionProbability = 1.2m },
            _ when fault.StartsWith("ValidatorFalse", StringComparison.Ordinal) => Sound with { ValidatorFalseConvictionProbability = 1.3m },
            _ when fault.StartsWith("Bounty", StringComparison.Ordinal) => Sound with { Bounty = 101m },
            _ when fault.StartsWith("Adjudicator", StringComparison.Ordinal) => Sound with { Adjudicator = (AdjudicatorKind)9 },
            _ when fault.StartsWith("VoterSeats", StringComparison.Ordinal) => Sound with { Adjudicator = AdjudicatorKind.MajorityVote },
            _ when fault.StartsWith("DishonestVoter", StringComparison.Ordinal) => Sound with { DishonestVoterShare = 1.4m },
            _ when fault.StartsWith("WrongConviction", StringComparison.Ordinal) => Sound with { WrongConvictionProbability = 1.5m },
            _ => Sound with { GuessProbability = 1.6m },
        };

        Assert.Equal(fault, Assert.Single(faulty.Validate()));
        ArgumentException exception = Assert.Throws<ArgumentException>(() => SamplingIncentives.Assess(faulty));
        Assert.Contains(fault, exception.Message, StringComparison.Ordinal);
        Assert.Equal("economics", exception.ParamName);
    }

    [Fact]
    public void All_faults_stand_in_one_message()
    {
        SamplingEconomics faulty = Sound with { AuditProbability = 2m, ValidatorCount = -1, Bounty = 1000m };

        Assert.Equal(3, faulty.Validate().Count());
        ArgumentException exception = Assert.Throws<ArgumentException>(() => SamplingIncentives.HonestPayoff(faulty));
        Assert.All(faulty.Validate(), fault => Assert.Contains(fault, exception.Message, StringComparison.Ordinal));
    }

    [Fact]
    public void The_greatest_amounts_and_counts_are_assessed_without_overflow()
    {
        decimal most = SamplingEconomics.GreatestAmount;
        foreach (decimal least in new[] { 0.0000000000000000000000000001m, 1m, most })
        {
            foreach (decimal probability in new[] { 0m, 0.0000000000000000000000000001m, 0.5m, 1m })
            {
                SamplingEconomics e = new()
                {
                    HonestCost = least,
                    AsserterReward = most,
                    ValidatorReward = most,
                    Slash = most,
                    Bounty = most,
                    UnchallengedFraudValue = most,
                    ChallengedFraudValue = most,
                    AuditProbability = probability,
                    CoalitionShare = 1m - probability,
                    ValidatorCount = SamplingEconomics.GreatestCount,
                    FalseConvictionProbability = probability,
                    GuessProbability = probability,
                    Adjudicator = AdjudicatorKind.MajorityVote,
                    VoterSeats = SamplingEconomics.GreatestCount,
                    DishonestVoterShare = 1m - probability,
                };

                Assert.Equal(e, SamplingIncentives.Assess(e).Economics);
            }
        }
    }

    [Fact]
    public void Nothing_is_taken_for_granted_about_a_form_that_is_not_named()
    {
        Assert.Throws<ArgumentOutOfRangeException>(() => SamplingIncentives.Margin(Sound, AuditProbabilityForm.Unspecified));
        Assert.Throws<ArgumentOutOfRangeException>(() => SamplingIncentives.LeastSlash(Sound, (AuditProbabilityForm)99));
        Assert.Throws<ArgumentNullException>(() => SamplingIncentives.Assess(null!));
        Assert.Throws<ArgumentOutOfRangeException>(() => SamplingIncentives.CoalitionShareAfterExclusion(1m, 2m, 10m));
        Assert.Throws<ArgumentOutOfRangeException>(() => SamplingIncentives.CoalitionShareAfterExclusion(1m, 1m, 1m));
        Assert.Throws<ArgumentOutOfRangeException>(() => SamplingIncentives.CollusionProbability(0.5m, 0));
        Assert.Throws<ArgumentOutOfRangeException>(() => SamplingIncentives.DetectionProbabilityAfter(0.5m, -1));
        Assert.Throws<ArgumentOutOfRangeException>(() => SamplingIncentives.LeastLikelihoodRatio(1m, 1m, 1m));
        Assert.Throws<ArgumentOutOfRangeException>(() => HiddenDuplication.CheckProbability(1.5m));
        Assert.Throws<ArgumentOutOfRangeException>(() => ExactBinomial.UpperTail(1002, 0.5m, 1));
    }

    [Fact]
    public void Each_condition_that_fails_is_said_in_a_sentence()
    {
        Assert.Equal(
            [SamplingShortcomingKind.CheatingPays],
            Kinds(Sound with { AuditProbability = 0.001m }, without: SamplingShortcomingKind.NotTheOnlyEquilibrium));
        Assert.Equal(
            [SamplingShortcomingKind.TooNoisyToSlash, SamplingShortcomingKind.AsserterLoses, SamplingShortcomingKind.ValidatorLoses],
            Kinds(Sound with { FalseConvictionProbability = 0.6m, AuditProbability = 0.9m }, without: SamplingShortcomingKind.NotTheOnlyEquilibrium));
        Assert.Equal(
            [SamplingShortcomingKind.GuessingPays, SamplingShortcomingKind.NotTheOnlyEquilibrium],
            Kinds(Sound with { GuessProbability = 0.995m }));
        Assert.Equal(
            [SamplingShortcomingKind.BountyRefundsTheCheat],
            Kinds(Sound with { Bounty = 50m, Adjudicator = AdjudicatorKind.Objective }));
        Assert.Equal(
            "An honest validator loses by taking part: the validators of one audit share 2 and need at least 3.",
            Assert.Single(SamplingIncentives.Assess(Sound with { ValidatorCount = 3, Bounty = 2m, Adjudicator = AdjudicatorKind.Objective }).Shortcomings).Sentence);
    }

    [Fact]
    public void A_sound_configuration_has_no_shortcoming_and_says_what_it_assumes()
    {
        SamplingAssessment a = SamplingIncentives.Assess(Sound with { Bounty = 2m, Adjudicator = AdjudicatorKind.Objective, GuessProbability = 0.5m });

        Assert.Empty(a.Shortcomings);
        Assert.True(a.IsHonestyTheOnlyEquilibrium);
        Assert.True(a.IsGuessingDeterred);
        Assert.Equal(6, a.Assumptions.Length);
        Assert.Equal(1.1m, a.ExpectedCost);
        Assert.Equal(0.1m, a.DetectionProbability);
        Assert.Equal(0.19m, a.DetectionProbabilityAfter(2));
        Assert.Equal(0.2m / 1.1m, a.RoleBlindDetectionProbability);
    }

    // For one validator and basic values the margin breaks where p[(1 − r)S + (1 − 2r)R] = Δ: r = (p(R + S) − Δ) / (p(2R + S)).
    [Fact]
    public void The_breaking_share_of_one_validator_has_a_closed_form() =>
        Assert.Equal(((0.1m * 102m) - 1m) / (0.1m * 104m), SamplingIncentives.Assess(Sound).BreakingCoalitionShare!.Value, 25);

    private static SamplingShortcomingKind[] Kinds(SamplingEconomics economics, SamplingShortcomingKind without = SamplingShortcomingKind.None) =>
        [.. SamplingIncentives.Assess(economics).Shortcomings.Select(s => s.Kind).Where(kind => kind != without)];
}
