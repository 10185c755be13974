using FsCheck;
using FsCheck.Fluent;
using Verifiable.Inference.Incentives;
using static Verifiable.Inference.Tests.Incentives.SamplingLaws;

namespace Verifiable.Inference.Tests.Incentives;

public sealed class SamplingIncentivesLawTests
{
    [Fact]
    public void Every_generated_configuration_is_valid() => Check(Any, e => !e.Validate().Any());

    [Fact]
    public void Payoffs_in_closed_form_equal_the_enumeration_of_all_cases() => Check(
        Any,
        e => Agree(SamplingIncentives.HonestPayoff(e), PlainSamplingGame.Honest(e))
            && Agree(SamplingIncentives.DishonestPayoff(e), PlainSamplingGame.Dishonest(e)),
        1000);

    [Fact]
    public void The_exact_margin_is_the_difference_of_the_payoffs() => Check(
        Any,
        e => Agree(SamplingIncentives.Margin(e, AuditProbabilityForm.Exact), SamplingIncentives.HonestPayoff(e) - SamplingIncentives.DishonestPayoff(e)));

    [Fact]
    public void The_role_blind_margin_is_the_difference_of_the_payoffs_over_all_envelopes_of_a_task() => Check(
        Any,
        e => Agree(
            SamplingIncentives.Margin(e, AuditProbabilityForm.RoleBlind),
            (1m + (e.AuditProbability * e.ValidatorCount)) * (SamplingIncentives.RoleBlindHonestPayoff(e) - SamplingIncentives.RoleBlindDishonestPayoff(e))));

    [Fact]
    public void Without_noise_and_bounty_the_exact_margin_is_the_published_theorem() => Check(Any, any =>
    {
        SamplingEconomics e = any with { SubstituteCost = 0m, DetectionProbability = 1m, FalseConvictionProbability = 0m, Bounty = 0m, Adjudicator = AdjudicatorKind.Objective };
        (decimal p, decimal r, int n) = (e.AuditProbability, e.CoalitionShare, e.ValidatorCount);
        decimal all = Enumerable.Repeat(r, n).Aggregate(1m, (x, y) => x * y);
        decimal none = Enumerable.Repeat(1m - r, n).Aggregate(1m, (x, y) => x * y);
        decimal u1 = e.UnchallengedFraudValue ?? e.AsserterReward;
        decimal u2 = e.ChallengedFraudValue ?? (u1 + e.ValidatorReward);
        decimal left = e.AsserterReward + (p * e.Slash) - ((1m - p) * u1) - e.HonestCost + (p * e.HonestCost * (1m - all - none));
        decimal right = p * all * (u2 + e.Slash - e.ValidatorReward);
        return Agree(SamplingIncentives.Margin(e, AuditProbabilityForm.Exact), left - right);
    });

    [Fact]
    public void In_the_basic_case_the_theorem_holds_iff_the_probability_exceeds_version_two_of_the_paper() => Check(Basic, e =>
    {
        decimal denominator = (1m - e.CoalitionShare) * (e.AsserterReward + e.Slash);
        bool published = e.AuditProbability * denominator > e.Saving;
        decimal? least = SamplingIncentives.LeastAuditProbability(e, AuditProbabilityForm.PaperVersion2);
        return published == (SamplingIncentives.Margin(e, AuditProbabilityForm.Exact) > 0m)
            && published == (SamplingIncentives.Margin(e, AuditProbabilityForm.PaperVersion2) > 0m)
            && (least is null ? denominator <= e.Saving : Agree(least.Value * denominator, e.Saving));
    });

    [Fact]
    public void In_the_basic_case_the_conservative_form_is_version_three_of_the_paper() => Check(Basic, e =>
    {
        decimal denominator = ((1m - e.CoalitionShare) * e.Slash) + ((1m - (2m * e.CoalitionShare)) * e.AsserterReward);
        decimal? least = SamplingIncentives.LeastAuditProbability(e, AuditProbabilityForm.Conservative);
        return (e.AuditProbability * denominator > e.Saving) == (SamplingIncentives.Margin(e, AuditProbabilityForm.Conservative) > 0m)
            && (least is null ? denominator <= e.Saving : Agree(least.Value * denominator, e.Saving));
    });

    [Fact]
    public void Version_two_exact_recomputing_and_conservative_thresholds_are_ordered_and_equal_without_a_coalition() => Check(Basic, e =>
    {
        decimal[] thresholds =
        [
            SamplingIncentives.LeastAuditProbability(e, AuditProbabilityForm.PaperVersion2) ?? 2m,
            SamplingIncentives.LeastAuditProbability(e, AuditProbabilityForm.Exact) ?? 2m,
            SamplingIncentives.LeastAuditProbability(e, AuditProbabilityForm.RecomputingColluder) ?? 2m,
            SamplingIncentives.LeastAuditProbability(e, AuditProbabilityForm.Conservative) ?? 2m,
        ];
        bool isOrdered = thresholds.Zip(thresholds.Skip(1)).All(pair => pair.First <= pair.Second + 1e-20m);
        SamplingEconomics alone = e with { CoalitionShare = 0m };
        return isOrdered
            && SamplingIncentives.LeastAuditProbability(alone, AuditProbabilityForm.PaperVersion2) == SamplingIncentives.LeastAuditProbability(alone, AuditProbabilityForm.Conservative);
    });

    [Fact]
    public void A_threshold_separates_what_pays_from_what_does_not() => Check(Any, e => Forms.All(form =>
    {
        decimal At(decimal p) => SamplingIncentives.Margin(e with { AuditProbability = p }, form);
        return SamplingIncentives.LeastAuditProbability(e, form) is decimal least
            ? At(least * 0.999999m) <= 0m && At(Math.Min(1m, least + ((1m - least) * 0.000001m))) > 0m && At(1m) > 0m
            : At(1m) <= 0m && At(0.5m) <= 0m;
    }));

    [Fact]
    public void A_slash_above_the_least_deters_and_one_below_does_not() => Check(Any, e => Forms.All(form =>
    {
        decimal At(decimal s) => SamplingIncentives.Margin(e with { Slash = s, Bounty = 0m }, form);
        return SamplingIncentives.LeastSlash(e with { Bounty = 0m }, form) is not decimal least || least > SamplingEconomics.GreatestAmount / 2m
            || ((least == 0m || At(least * 0.999999m) <= 0m) && At((least * 1.000001m) + 0.000001m) > 0m);
    }));

    [Fact]
    public void The_margin_grows_with_the_slash_and_falls_with_the_share_and_grows_with_audits_where_these_help() => Check(Basic, e =>
    {
        SamplingEconomics x = e with { CoalitionShare = Math.Min(e.CoalitionShare, 0.9m), Slash = e.Slash + 1m };
        decimal Margin(SamplingEconomics y) => SamplingIncentives.Margin(y, AuditProbabilityForm.Exact);
        decimal margin = Margin(x);
        return Margin(x with { Slash = x.Slash + 1m }) > margin
            && Margin(x with { CoalitionShare = x.CoalitionShare + 0.05m }) < margin
            && Margin(x with { AuditProbability = x.AuditProbability / 2m }) < margin;
    });

    [Fact]
    public void More_validators_never_raise_the_least_audit_probability() => Check(Any, any =>
    {
        SamplingEconomics e = any with { ChallengedFraudValue = null, Bounty = 0m, DetectionProbability = 1m, FalseConvictionProbability = 0m, Adjudicator = AdjudicatorKind.Objective };
        decimal fewer = SamplingIncentives.LeastAuditProbability(e, AuditProbabilityForm.Exact) ?? 2m;
        decimal more = SamplingIncentives.LeastAuditProbability(e with { ValidatorCount = e.ValidatorCount + 1 }, AuditProbabilityForm.Exact) ?? 2m;
        return more <= fewer + 1e-20m;
    });

    [Fact]
    public void A_role_blind_cheat_breaks_even_where_it_is_checked_as_often_as_a_role_aware_one() => Check(Basic, e =>
        SamplingIncentives.LeastAuditProbability(e, AuditProbabilityForm.Exact) is not decimal aware
        || (SamplingIncentives.LeastAuditProbability(e, AuditProbabilityForm.RoleBlind) is decimal blind
            && Agree(SamplingIncentives.RoleBlindCheckProbability(blind), aware, 1m)
            && Agree(SamplingIncentives.RoleBlindBreakEven(aware), blind, 1m)));

    [Fact]
    public void Hidden_duplication_is_sampling_with_one_validator() => Check(Basic, e =>
        HiddenDuplication.IsHonestySecure(e.AuditProbability, e.CoalitionShare, e.AsserterReward, e.Slash, e.Saving) == (SamplingIncentives.Margin(e, AuditProbabilityForm.Exact) > 0m)
        && HiddenDuplication.LeastDuplicationProbability(e.CoalitionShare, e.AsserterReward, e.Slash, e.Saving) == SamplingIncentives.LeastAuditProbability(e, AuditProbabilityForm.PaperVersion2)
        && HiddenDuplication.CheckProbability(e.AuditProbability) == SamplingIncentives.RoleBlindCheckProbability(e.AuditProbability));

    [Fact]
    public void Honesty_is_secure_exactly_below_the_breaking_coalition_share() => Check(
        Any,
        e =>
        {
            bool IsSecure(decimal share) => SamplingIncentives.Margin(e with { CoalitionShare = share }, AuditProbabilityForm.Conservative) > 0m;
            return SamplingIncentives.BreakingCoalitionShare(e) is decimal breaking
                ? IsSecure(breaking) && !IsSecure(Math.Min(1m, breaking + 0.000001m)) && IsSecure(e.CoalitionShare) == (e.CoalitionShare <= breaking)
                : !IsSecure(0m);
        },
        500);

    [Fact]
    public void Following_the_advice_makes_honesty_secure() => Check(Any, e =>
    {
        SamplingAssessment a = SamplingIncentives.Assess(e);
        bool ByAudit(decimal p) => SamplingIncentives.Assess(e with { AuditProbability = Math.Min(1m, p + ((1m - p) * 1e-9m)) }).IsHonestySecure;
        bool BySlash(decimal s) => SamplingIncentives.Assess(e with { Slash = (s * 1.000001m) + 1e-9m, Bounty = Math.Min(e.Bounty, s) }).IsHonestySecure;
        return a.IsHonestySecure == a.Shortcomings.All(s => s.Kind != SamplingShortcomingKind.CheatingPays)
            && (a.ConservativeLeastAuditProbability is not decimal p || ByAudit(p))
            && (a.IsHonestySecure || a.ConservativeLeastSlash is not decimal s || s > SamplingEconomics.GreatestAmount / 2m || BySlash(s));
    }, 300);

    [Fact]
    public void A_coalition_that_fills_all_seats_does_so_as_often_as_one_identity_or_as_many()
    {
        Gen<int[]> weights = Gen.Choose(0, 40).ArrayOf(4);
        Check(
            weights,
            parts =>
            {
                // Seats are drawn by weight with replacement: sum over all triples of identities of the coalition.
                decimal[] shares = [.. parts.Select(x => x / 200m)];
                decimal asMany = shares.Sum(a => shares.Sum(b => shares.Sum(c => a * b * c)));
                return asMany == SamplingIncentives.CollusionProbability(shares.Sum(), 3);
            },
            200);
    }

    [Fact]
    public void Excluding_the_asserter_never_raises_the_coalitions_share_and_costs_less_the_smaller_the_asserter() => Check(
        Gen.Choose(1, 99).ArrayOf(3),
        x =>
        {
            (decimal coalition, decimal asserter) = (x[0], x[0] * x[1] / 100m);
            decimal whole = SamplingIncentives.CoalitionShareAfterExclusion(coalition, asserter, 100m);
            decimal split = SamplingIncentives.CoalitionShareAfterExclusion(coalition, asserter / 2m, 100m);
            return whole <= split && split <= coalition / 100m && SamplingIncentives.CoalitionShareAfterExclusion(coalition, 0m, 100m) == coalition / 100m;
        });

    private static AuditProbabilityForm[] Forms { get; } = [.. Enum.GetValues<AuditProbabilityForm>().Where(form => form != AuditProbabilityForm.Unspecified)];
}
