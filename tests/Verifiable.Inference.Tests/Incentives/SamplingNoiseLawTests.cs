using Verifiable.Inference.Incentives;
using static Verifiable.Inference.Tests.Incentives.SamplingLaws;

namespace Verifiable.Inference.Tests.Incentives;

public sealed class SamplingNoiseLawTests
{
    [Fact]
    public void Some_slash_deters_and_keeps_honest_providers_iff_the_likelihood_ratio_is_large_enough_whatever_audits_and_coalitions() => Check(Noisy, e =>
    {
        // Written with the two ends and no slash bound: the lemma speaks of real numbers.
        decimal exposed = e.AuditProbability * (1m - e.CoalitionShare);
        (decimal delta, decimal phi, decimal profit) = (e.DetectionProbability, e.FalseConvictionProbability, e.AsserterReward - e.HonestCost);
        bool isNonEmpty = delta > phi && e.Saving / (exposed * (delta - phi)) < profit / (exposed * phi);
        return isNonEmpty == SamplingIncentives.IsNoiseConditionMet(e)
            && (!SamplingIncentives.IsNoiseConditionMet(e) || delta / phi > SamplingIncentives.LeastLikelihoodRatio(e.HonestCost, e.Saving, e.AsserterReward));
    });

    [Fact]
    public void A_slash_is_feasible_iff_it_deters_and_honest_asserters_stay() => Check(Any, any =>
    {
        // Where an honest asserter is convicted as often as a cheat, slashing deters nobody and no interval is offered.
        SamplingEconomics e = any with { Bounty = 0m };
        if (SamplingIncentives.ConvictionProbability(e) <= e.FalseConvictionProbability)
        {
            return SamplingIncentives.FeasibleSlash(e) is null;
        }

        SlashInterval? feasible = SamplingIncentives.FeasibleSlash(e);
        return Enumerable.Range(0, 60).Select(k => k * k * k / 7m).All(slash =>
        {
            SamplingEconomics tried = e with { Slash = slash };
            bool both = SamplingIncentives.Margin(tried, AuditProbabilityForm.Exact) > 0m && SamplingIncentives.DoesAsserterParticipate(tried);
            return both == (feasible?.Contains(slash) ?? false);
        });
    }, 300);

    [Fact]
    public void A_feasible_interval_exists_only_with_the_noise_condition_and_with_it_unless_the_upper_end_is_negative() => Check(Noisy, e =>
    {
        SlashInterval? feasible = SamplingIncentives.FeasibleSlash(e);
        bool canBearZero = e.AuditProbability * (1m - e.CoalitionShare) * e.FalseConvictionProbability * e.AsserterReward <= e.AsserterReward - e.HonestCost;
        return (feasible is not null) == (SamplingIncentives.IsNoiseConditionMet(e) && canBearZero);
    });

    [Fact]
    public void The_feasible_slashes_shrink_at_both_ends_as_false_convictions_grow() => Check(Noisy, e =>
    {
        SlashInterval? wide = SamplingIncentives.FeasibleSlash(e);
        SlashInterval? narrow = SamplingIncentives.FeasibleSlash(e with { FalseConvictionProbability = Math.Min(1m, e.FalseConvictionProbability * 1.01m) });
        return narrow is null || (wide is not null
            && narrow.ExclusiveLower >= wide.ExclusiveLower - 1e-20m
            && narrow.InclusiveUpper < wide.InclusiveUpper);
    });

    [Fact]
    public void The_deterrence_condition_with_noise_is_the_one_of_the_reference_page() => Check(Noisy, e =>
    {
        decimal exposed = e.AuditProbability * (1m - e.CoalitionShare) * (e.AsserterReward + e.Slash);
        return Agree(SamplingIncentives.Margin(e, AuditProbabilityForm.Exact), (exposed * (e.DetectionProbability - e.FalseConvictionProbability)) - e.Saving);
    });

    [Fact]
    public void An_audit_with_a_perfect_comparison_tolerates_every_slash()
    {
        SamplingEconomics e = new() { HonestCost = 1m, AsserterReward = 1m, ValidatorReward = 1m, Slash = 0m, AuditProbability = 0.1m };

        SlashInterval? feasible = SamplingIncentives.FeasibleSlash(e);

        Assert.NotNull(feasible);
        Assert.Equal(9m, feasible.ExclusiveLower);
        Assert.Null(feasible.InclusiveUpper);
        Assert.False(feasible.Contains(9m));
        Assert.True(feasible.Contains(9.0000001m));
        Assert.False(feasible.Contains(-1m));
    }

    // R = 1.05, C = 1, Δ = .01: losing the reward in a fifth of all tasks already costs .21 against a profit of .05.
    [Fact]
    public void Where_the_lost_reward_alone_outweighs_the_profit_no_slash_is_feasible_though_the_comparison_is_good()
    {
        SamplingEconomics e = new() { HonestCost = 1m, SubstituteCost = 0.99m, AsserterReward = 1.05m, ValidatorReward = 1.05m, Slash = 1m, AuditProbability = 1m, FalseConvictionProbability = 0.2m };

        Assert.True(SamplingIncentives.IsNoiseConditionMet(e));
        Assert.False(SamplingIncentives.DoesAsserterParticipate(e with { Slash = 0m }));
        Assert.Null(SamplingIncentives.FeasibleSlash(e));
        Assert.NotNull(SamplingIncentives.FeasibleSlash(e with { AuditProbability = 0.2m }));
    }
}
