using Verifiable.Inference.Incentives;
using Verifiable.Inference.Providers.Misbehavior;
using Verifiable.Inference.Strategies.Sampling;

namespace Verifiable.Inference.Tests.Strategies;

/// <summary>
/// Behaviour against closed form: the real strategy, ledger and draws over long runs. Above the computed audit probability cheating earns less than honesty, below it
/// more, for every cheat that saves cost, for cheats that know their role and for cheats that do not.
/// </summary>
/// <remarks>
/// R = 120, S = 600, C = 100, c = 10 (0 where nothing is computed), a vote of one seat. A slash no larger than that keeps the variance, and so the runs, small. With
/// Δ = C − c and X = R + S a task's difference between cheat and honesty has mean Δ − pX·a and standard deviation at most X·√(a·p), a = 1 for a role-aware and about 2
/// for a role-blind cheat. Over the n tasks of which the ring is the asserter the mean is at least 4.9 standard errors from 0 in every case below (n = 500 at twice
/// and half the threshold, n = 2200 between the two thresholds), so a wrong sign is a false alarm with probability below 10^-6. Seeds are fixed, and the same for
/// cheat and honesty.
/// </remarks>
public sealed class CheatingEconomicsTests
{
    private const int TasksAtFactors = 1700;
    private const int TasksBetween = 7000;

    public static TheoryData<CheatKind> SavingKinds =>
        [CheatKind.CheaperModel, CheatKind.SkippedLayer, CheatKind.QuantizedWeights, CheatKind.RandomOutput, CheatKind.CopiedOutput, CheatKind.StaleCache];

    [Theory]
    [MemberData(nameof(SavingKinds))]
    public void A_cheat_that_knows_its_role_loses_above_its_threshold_and_gains_below(CheatKind kind)
    {
        double threshold = ThresholdOf(kind, AuditProbabilityForm.Exact);
        Assert.True(Advantage(kind, roleAware: true, 2 * threshold, TasksAtFactors) < 0);
        Assert.True(Advantage(kind, roleAware: true, threshold / 2, TasksAtFactors) > 0);
    }

    [Theory]
    [MemberData(nameof(SavingKinds))]
    public void A_cheat_that_does_not_know_its_role_loses_above_its_own_threshold_and_gains_below(CheatKind kind)
    {
        double threshold = ThresholdOf(kind, AuditProbabilityForm.RoleBlind);
        Assert.True(Advantage(kind, roleAware: false, 2 * threshold, TasksAtFactors) < 0);
        Assert.True(Advantage(kind, roleAware: false, threshold / 2, TasksAtFactors) > 0);
    }

    [Fact]
    public void Between_the_thresholds_only_knowledge_of_the_role_makes_cheating_pay()
    {
        double aware = ThresholdOf(CheatKind.CheaperModel, AuditProbabilityForm.Exact);
        double blind = ThresholdOf(CheatKind.CheaperModel, AuditProbabilityForm.RoleBlind);
        Assert.True(blind < aware);
        double between = Math.Sqrt(aware * blind);
        Assert.True(Advantage(CheatKind.CheaperModel, roleAware: true, between, TasksBetween) > 0);
        Assert.True(Advantage(CheatKind.CheaperModel, roleAware: false, between, TasksBetween) < 0);
    }

    [Theory]
    [InlineData(true, 0.05)]
    [InlineData(true, 0.3)]
    [InlineData(false, 0.05)]
    [InlineData(false, 0.3)]
    public void What_a_cheat_loses_is_the_margin_of_the_closed_form(bool roleAware, double auditRate)
    {
        SamplingOptions options = OptionsFor(auditRate, CheatKind.CheaperModel);
        decimal margin = SamplingIncentives.Margin(options.Costs.ToEconomics(options), roleAware ? AuditProbabilityForm.Exact : AuditProbabilityForm.RoleBlind);
        double measured = Advantage(CheatKind.CheaperModel, roleAware, auditRate, 6000);

        // n is about 2000 tasks, each a loss of X at rate p, twice that when the role is not known; 5.5 standard errors leave room for the spread of n and of the
        // honest provider's earnings as validator: a false alarm below 10^-6.
        double error = (options.Reward.Units + options.Slash.Units) * Math.Sqrt((roleAware ? 1 : 2) * auditRate / 1900);
        Assert.InRange(measured + (double)margin, -5.5 * error, 5.5 * error);
    }

    // A single identity never checks itself; split, the ring checks itself with probability up to s/W, which is what the bound assumes already.
    [Theory]
    [InlineData(1)]
    [InlineData(3)]
    [InlineData(6)]
    public void Splitting_an_identity_earns_no_more_than_the_assessment_of_its_share_allows(int identities)
    {
        const double AuditRate = 0.2;
        const decimal Share = 0.25m;
        SamplingOptions options = OptionsFor(AuditRate, CheatKind.CheaperModel) with
        {
            Costs = new SamplingCosts { HonestCost = SamplingEconomy.HonestCost, SubstituteCost = SamplingEconomy.SubstituteCost, CoalitionShare = Share },
        };
        SamplingEconomy split = new SamplingEconomy(options, honest: 9, identities, CheatKind.CheaperModel, roleAware: false, seed: 11, ringUnits: 3).Run(4000);
        SamplingEconomics economics = options.Costs.ToEconomics(options);
        double bound = (double)SamplingIncentives.RoleBlindDishonestPayoff(economics) * (1 + AuditRate);

        // What the formula does not count: a vote that the ring wins pays its voter out of the honest side's slash, on either side of a mismatch.
        bound += 2 * AuditRate * (1 - (double)Share) * (double)Share * options.Reward.Units;

        // Four standard errors and three quarters of n = 1000 tasks with loss X at rate 2p, of which the variance is at most 2pX²: a false alarm below 10^-6.
        double error = (options.Reward.Units + options.Slash.Units) * Math.Sqrt(2 * AuditRate / split.Asserted);
        Assert.InRange(split.Asserted, 800, 1200);
        Assert.True(split.ProfitPerAssertion <= bound + (4.75 * error), $"{split.ProfitPerAssertion} above {bound} ± {error}");

        // Honesty earns more, as the assessment says at this audit rate.
        SamplingEconomy honest = new SamplingEconomy(options, honest: 9, identities, CheatKind.None, roleAware: false, seed: 11, ringUnits: 3).Run(500);
        Assert.True(split.ProfitPerAssertion < honest.ProfitPerAssertion);
    }

    // By how much cheating is better than honesty, per task of which the ring is the asserter.
    private static double Advantage(CheatKind kind, bool roleAware, double auditRate, int tasks)
    {
        // The ring of two needs a network in which voters are left that are not its own.
        (int honest, int ring, int needed) = kind == CheatKind.CopiedOutput ? (6, 2, tasks * 4 / 3) : (2, 1, tasks);
        CheatKind honesty = kind == CheatKind.CopiedOutput ? CheatKind.ColludingChecker : CheatKind.None;
        SamplingOptions options = OptionsFor(auditRate, kind);
        SamplingEconomy cheating = new SamplingEconomy(options, honest, ring, kind, roleAware, seed: 9).Run(needed);
        SamplingEconomy working = new SamplingEconomy(options, honest, ring, honesty, roleAware: false, seed: 9).Run(needed / 4);
        return cheating.ProfitPerAssertion - working.ProfitPerAssertion;
    }

    private static double ThresholdOf(CheatKind kind, AuditProbabilityForm form)
    {
        SamplingOptions options = OptionsFor(0.5, kind);
        decimal? threshold = SamplingIncentives.LeastAuditProbability(options.Costs.ToEconomics(options), form);
        Assert.InRange((double)threshold!.Value, 0.05, 0.25);
        return (double)threshold.Value;
    }

    private static SamplingOptions OptionsFor(double auditRate, CheatKind kind) => new()
    {
        Beacon = TestWorld.Beacon,
        AuditRate = auditRate,
        Reward = new Amount(120),
        Slash = new Amount(600),
        Bounty = new Amount(100),
        VoterSeats = 1,
        AllowsInsecureTerms = true,
        Costs = new SamplingCosts
        {
            HonestCost = SamplingEconomy.HonestCost,
            SubstituteCost = kind is CheatKind.RandomOutput or CheatKind.StaleCache ? 0 : SamplingEconomy.SubstituteCost,

            // A lone cheat never checks itself. Of a ring of two in eight one is left among seven checkers, and one among six voters.
            CoalitionShare = kind == CheatKind.CopiedOutput ? 1m / 7m : 0m,
            DishonestVoterShare = kind == CheatKind.CopiedOutput ? 1m / 6m : 0m,
        },
    };
}
