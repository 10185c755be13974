using System.Globalization;
using Verifiable.Inference.Incentives.Advice;
using Verifiable.Inference.Incentives.Games;
using Verifiable.Inference.Incentives.Protocols;
using Verifiable.Inference.Selection;
using Verifiable.Inference.Strategies;
using Verifiable.Inference.Strategies.Duplication;
using Verifiable.Inference.Strategies.Quorum;
using Verifiable.Inference.Strategies.Sampling;

namespace Verifiable.Inference.Samples.Equilibria;

/// <summary>One strategy under the terms of a scenario: a column of the comparison.</summary>
internal sealed class StrategyColumn
{
    private StrategyColumn(string title, string rate, Scenario scenario, AdviceModel? model, StrategyAssessment? assessment)
    {
        Title = title;
        Rate = rate;
        Model = model;
        Assessment = assessment;
        Check = model is null ? null : IncentiveAdvisor.Check(model);
        Careful = model is null ? null : IncentiveAdvisor.Check(model, scenario.Box(model));
        LeastRate = model is null ? null : IncentiveAdvisor.Minimize(model, rate, scenario.Box(model));
        LeastSlash = model is null ? null : IncentiveAdvisor.Minimize(model, "S", scenario.Box(model));
    }

    public string Title { get; }

    /// <summary>The symbol of the rate of checking.</summary>
    public string Rate { get; }

    public AdviceModel? Model { get; }

    public StrategyAssessment? Assessment { get; }

    public AdviceCheck? Check { get; }

    /// <summary>The same in the worst case that the measurements allow.</summary>
    public AdviceCheck? Careful { get; }

    public AdvisedValue? LeastRate { get; }

    public AdvisedValue? LeastSlash { get; }

    public static IReadOnlyList<string> Rows { get; } =
    [
        "cheating", "worst case of the measurements", "honesty earns more by", "only honesty is an equilibrium", "a wrong answer is caught with",
        "costs, in inferences", "secure up to a coalition of", "rate of checking", "least rate that is safe", "least slash that is safe",
    ];

    public IEnumerable<string> Cells()
    {
        yield return Check is not { } check ? "terms refused" : check.IsSecure ? "does not pay" : "PAYS";
        yield return Careful is not { } careful ? "-" : careful.IsSecure ? "does not pay" : "PAYS";
        yield return Check is null ? "-" : Scenario.Short(Check.Findings.Where(finding => finding.Condition.Kind == AdviceConditionKind.Deterrence).Min(finding => finding.WorstSlack));
        yield return Assessment is null ? "-" : Assessment.IsHonestyTheOnlyEquilibrium ? "yes" : "no";
        yield return Assessment is null ? "-" : Number(Assessment.DetectionProbability);
        yield return Check is null ? "-" : Scenario.Short(Check.ExpectedCost);
        yield return Assessment?.BreakingCoalitionShare is { } share ? Number(share) : "-";
        yield return Model is null ? "-" : $"{Rate} = {Scenario.Short(Model[Rate].Value)}";
        yield return LeastRate is null ? "-" : Scenario.Short(LeastRate.Value);
        yield return LeastSlash is null ? "-" : Scenario.Short(LeastSlash.Value);
    }

    public static IReadOnlyList<StrategyColumn> Of(Scenario s)
    {
        SamplingCosts costs = new() { HonestCost = s.HonestCost, SubstituteCost = s.SubstituteCost, CoalitionShare = s.CoalitionShare, DetectionProbability = s.Detection, FalseConvictionProbability = s.FalseConviction };
        SamplingOptions sampling = new()
        {
            Beacon = new SeededBeacon(1),
            AuditRate = (double)s.AuditRate,
            Reward = new((ulong)s.Reward),
            Slash = new((ulong)s.Slash),
            Bounty = new((ulong)s.Bounty),
            VoterSeats = (int)s.VoterSeats,
            Costs = costs,
            AllowsInsecureTerms = true,
        };
        HiddenDuplicationOptions duplication = new()
        {
            Beacon = new SeededBeacon(1),
            DuplicationRate = (double)s.AuditRate,
            Reward = sampling.Reward,
            Slash = sampling.Slash,
            Bounty = sampling.Bounty,
            VoterSeats = sampling.VoterSeats,
            Costs = costs,
            AllowsInsecureTerms = true,
        };
        QuorumOptions quorum = new()
        {
            Beacon = new SeededBeacon(1),
            Seats = (int)s.QuorumSeats,
            EscalationRate = (double)s.EscalationRate,
            Reward = sampling.Reward,
            Slash = sampling.Slash,
            Bounty = sampling.Bounty,
            WaitsForAll = true,
            AllowsInsecureTerms = true,
            Costs = new QuorumCosts { HonestCost = s.HonestCost, SubstituteCost = s.SubstituteCost, CoalitionShare = s.CoalitionShare },
        };
        StrategyAssessment? first = sampling.Validate().Any() ? null : new SamplingStrategy(sampling).Assess();
        StrategyAssessment? second = duplication.Validate().Any() ? null : new HiddenDuplicationStrategy(duplication).Assess();
        StrategyAssessment? third = quorum.Validate().Any() ? null : new QuorumStrategy(quorum).Assess();
        return
        [
            new StrategyColumn("sampling", "p", s, first?.Model, first),
            new StrategyColumn("hidden duplication", "p", s, second?.Model, second),
            new StrategyColumn("quorum", "a", s, third?.Model, third),
            new StrategyColumn("challenge (game)", "p_sys", s, new ChallengeAdviceModel(Challenge(s), Rational.Zero), null),
        ];
    }

    /// <summary>The optimistic challenge that relies on checks by the system alone.</summary>
    public static ChallengeGame Challenge(Scenario s) => new()
    {
        HonestCost = s.HonestCost,
        SubstituteCost = s.SubstituteCost,
        Reward = s.Reward,
        Slash = s.Slash,
        SystemCheckProbability = s.AuditRate,
        DetectionProbability = s.Detection,
        FalseConvictionProbability = s.FalseConviction,
        WatchCost = s.CheckCost,
        Bounty = s.Bounty,
        Bond = s.HonestCost,
        DefenceCost = s.HonestCost,
    };

    private static string Number(decimal value) => Math.Round(value, 6).ToString("0.######", CultureInfo.InvariantCulture);
}
