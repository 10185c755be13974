using Verifiable.Inference.Incentives;
using Verifiable.Inference.Strategies.Sampling;

namespace Verifiable.Inference.Samples.Quickstart;

/// <summary>The terms, and what their assessment says before anything is run.</summary>
internal static class TermsSection
{
    public static void Print(Page page, Experiment experiment)
    {
        SamplingOptions options = experiment.Network.Strategy.Options;
        SamplingAssessment forms = experiment.Network.Strategy.Assess().ClosedForms;
        page.Heading("The terms and their assessment (ledger units a task)");
        page.Line($"  audit probability p = {options.AuditRate}, reward R = {options.Reward}, slash S = {options.Slash}, bounty w = {options.Bounty}, vote of {options.VoterSeats} seats,");
        page.Line($"  honest computation C = {options.Costs.HonestCost}, coalition share r = {options.Costs.CoalitionShare} of the stake at most");
        page.Blank();
        page.Table(["least p for honesty to pay", ">p", "is it met"],
        [
            Threshold("exact theorem, cheat knows its role", forms.LeastAuditProbability, options),
            Threshold("as published (arXiv 2405.00295 v2)", forms.PublishedLeastAuditProbability, options),
            Threshold("conservative (v3); decides", forms.ConservativeLeastAuditProbability, options),
            Threshold("cheat cannot tell its role", forms.RoleBlindLeastAuditProbability, options),
        ]);
        page.Blank();
        page.Table(["payoff a task", ">honest", ">cheating", ">margin"],
        [
            ["cheat knows its role", $"{forms.HonestPayoff:F2}", $"{forms.DishonestPayoff:F2}", $"{forms.Margin:F2}"],
            ["cheat cannot tell its role", $"{forms.RoleBlindHonestPayoff:F2}", $"{forms.RoleBlindDishonestPayoff:F2}", $"{forms.RoleBlindMargin:F2}"],
        ]);
        page.Blank();
        page.Table(["is honesty ...", string.Empty, "because"],
        [
            ["secure", YesNo(forms.IsHonestySecure), $"p is above every threshold; up to a coalition share of {forms.BreakingCoalitionShare:F3}"],
            ["the only equilibrium", YesNo(forms.IsHonestyTheOnlyEquilibrium), $"the bounty is above {forms.LeastBounty:F2}; the vote errs with probability {forms.AdjudicationError:F5}"],
            ["worth it", YesNo(forms.DoesAsserterParticipate && forms.DoesValidatorParticipate), "answering and checking both pay more than they cost"],
        ]);
        foreach (SamplingShortcoming shortcoming in forms.Shortcomings)
        {
            page.Line($"  ! {shortcoming.Sentence}", indent: 4);
        }
    }

    private static string[] Threshold(string form, decimal? least, SamplingOptions options) =>
        [form, least is { } value ? $"{value:F5}" : "none", YesNo(least is { } bound && (decimal)options.AuditRate > bound)];

    private static string YesNo(bool answer) => answer ? "yes" : "no";
}
