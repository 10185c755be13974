namespace Verifiable.Inference.Incentives;

public static partial class SamplingIncentives
{
    /// <summary>Examines a sampling configuration: payoffs, thresholds, conditions, and what is wrong with it.</summary>
    /// <param name="economics">The numbers.</param>
    /// <returns>The assessment. A configuration in which cheating pays is an answer, not an error.</returns>
    /// <exception cref="ArgumentNullException">The economics are <see langword="null"/>.</exception>
    /// <exception cref="ArgumentException">The economics are not valid; the message lists every fault.</exception>
    public static SamplingAssessment Assess(SamplingEconomics economics)
    {
        SamplingEconomics e = Checked(economics);
        decimal blindHonest = RoleBlindHonestPayoff(e);
        decimal blindDishonest = RoleBlindDishonestPayoff(e);
        decimal conservativeMargin = Margin(e, AuditProbabilityForm.Conservative);
        bool isSecure = conservativeMargin > 0m;
        var assessment = new SamplingAssessment(e)
        {
            HonestPayoff = HonestPayoff(e),
            DishonestPayoff = DishonestPayoff(e),
            Margin = Margin(e, AuditProbabilityForm.Exact),
            ConservativeMargin = conservativeMargin,
            RoleBlindHonestPayoff = blindHonest,
            RoleBlindDishonestPayoff = blindDishonest,
            RoleBlindMargin = blindHonest - blindDishonest,
            LeastAuditProbability = LeastAuditProbability(e, AuditProbabilityForm.Exact),
            PublishedLeastAuditProbability = LeastAuditProbability(e, AuditProbabilityForm.PaperVersion2),
            ConservativeLeastAuditProbability = LeastAuditProbability(e, AuditProbabilityForm.Conservative),
            RoleBlindLeastAuditProbability = LeastAuditProbability(e, AuditProbabilityForm.RoleBlind),
            LeastSlash = LeastSlash(e, AuditProbabilityForm.Exact),
            ConservativeLeastSlash = LeastSlash(e, AuditProbabilityForm.Conservative),
            DetectionProbability = DetectionProbability(e),
            RoleBlindDetectionProbability = RoleBlindCheckProbability(e.AuditProbability, e.ValidatorCount)
                * (1m - CollusionProbability(e.CoalitionShare, e.ValidatorCount)) * ConvictionProbability(e),
            AdjudicationError = AdjudicationError(e),
            ExpectedCost = ExpectedCost(e),
            IsHonestySecure = isSecure,

            // That a validator prefers honesty to being slashed beside an honest asserter, R_V/n + S > Δ, follows: S ≥ w > Δ.
            IsHonestyTheOnlyEquilibrium = isSecure && IsBountySufficient(e),
            LeastBounty = LeastBounty(e),
            IsNoiseConditionMet = IsNoiseConditionMet(e),
            FeasibleSlash = FeasibleSlash(e),
            DoesAsserterParticipate = DoesAsserterParticipate(e),
            DoesValidatorParticipate = DoesValidatorParticipate(e),
            IsGuessingDeterred = IsGuessingDeterred(e),
            BreakingCoalitionShare = BreakingCoalitionShare(e),
            Assumptions = [.. SamplingFindings.Assumptions(e)],
        };
        return assessment with { Shortcomings = [.. SamplingFindings.Shortcomings(assessment)] };
    }
}
