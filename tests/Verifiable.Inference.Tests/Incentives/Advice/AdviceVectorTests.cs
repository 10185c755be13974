using Verifiable.Inference.Incentives;
using Verifiable.Inference.Incentives.Advice;
using Verifiable.Inference.Incentives.Games;
using Verifiable.Inference.Incentives.Protocols;
using Verifiable.Inference.Incentives.Solvers;
using Verifiable.Inference.Incentives.Trees;
using Verifiable.Inference.Selection;
using Verifiable.Inference.Strategies;
using Verifiable.Inference.Strategies.Duplication;
using Verifiable.Inference.Strategies.Quorum;
using Verifiable.Inference.Strategies.Sampling;

namespace Verifiable.Inference.Tests.Incentives.Advice;

/// <summary>Published numbers, closed forms, the games' solvers and brute force against the advisor.</summary>
public sealed class AdviceVectorTests
{
    private static readonly SamplingEconomics _reference = new() { HonestCost = 6, SubstituteCost = 1, AsserterReward = 10, ValidatorReward = 10, Slash = 40, AuditProbability = 0.05m };

    [Fact]
    public void The_published_wrong_claim_is_answered_not_secure_with_the_change_that_repairs_it()
    {
        // SplitUp documentation: p 8 %, R 1.2, S 10, r 10 % are claimed to be enough; the threshold is 1 / 10.08.
        SamplingAdviceModel model = new(
            new SamplingEconomics { HonestCost = 1, AsserterReward = 1.2m, ValidatorReward = 1.2m, Slash = 10, AuditProbability = 0.08m, CoalitionShare = 0.1m }, AuditProbabilityForm.Exact);
        AdviceCheck check = IncentiveAdvisor.Check(model);
        Assert.False(check.IsSecure);
        Assert.Equal(Rational.Parse("0.8064") - 1, check.Findings[0].WorstSlack);
        AdviceRepair repair = check.Repairs.Single(repair => repair.Parameter.Symbol == "p");
        Assert.Equal(Rational.Parse("0.099207"), repair.To);
        Assert.Same(repair, check.LeastRepair);
        Assert.StartsWith("Cheating pays: that a cheat that knows its role earns less than honesty fails by 0.1936. The least change that repairs it: Raise the audit probability p from 0.08 to 0.099207.", check.Explanation, StringComparison.Ordinal);
        Assert.Equal(Rational.Parse("100/1008"), IncentiveAdvisor.Minimize(model, "p").Threshold);
    }

    [Fact]
    public void The_published_audit_rate_of_a_whitepaper_is_found_exactly()
    {
        // Atoma whitepaper, Appendix A: R 1.2, r 1/2, S 250, C 1 gives p of about 0.00796.
        SamplingAdviceModel model = new(
            new SamplingEconomics { HonestCost = 1, AsserterReward = 1.2m, ValidatorReward = 1.2m, Slash = 250, AuditProbability = 0.5m, CoalitionShare = 0.5m }, AuditProbabilityForm.Exact);
        AdvisedValue advice = IncentiveAdvisor.Minimize(model, "p");
        Assert.Equal(Rational.Parse("10/1256"), advice.Threshold);
        Assert.Equal(Rational.Parse("0.007962"), advice.Value);
    }

    [Theory]
    [InlineData("1", "0", "90", "1/10")]
    [InlineData("0.9", "0.02", "1140/11", "5/44")]
    public void The_least_stake_and_audit_rate_are_those_of_the_closed_forms(string detection, string wrongful, string leastSlash, string leastProbability)
    {
        SamplingEconomics e = _reference with { DetectionProbability = decimal.Parse(detection, System.Globalization.CultureInfo.InvariantCulture), FalseConvictionProbability = decimal.Parse(wrongful, System.Globalization.CultureInfo.InvariantCulture) };
        SamplingAdviceModel model = new(e with { ValidatorFalseConvictionProbability = 0 }, AuditProbabilityForm.Exact);
        Assert.Equal(Rational.Parse(leastSlash), IncentiveAdvisor.Minimize(model, "S").Threshold);
        Assert.Equal(Rational.Parse(leastProbability), IncentiveAdvisor.Minimize(model, "p").Threshold);
    }

    [Fact]
    public void Elasticities_are_those_of_the_closed_form()
    {
        // p* = Δ / ((1 − r)(δ − φ)(R + S)): −p/(R + S), p/Δ, −p/(δ − φ), p/(1 − r).
        SamplingAdviceModel model = new(
            _reference with { DetectionProbability = 0.9m, FalseConvictionProbability = 0.02m, CoalitionShare = 0.2m, ValidatorFalseConvictionProbability = 0, UnchallengedFraudValue = null }, AuditProbabilityForm.Exact);
        AdvisedValue advice = IncentiveAdvisor.Minimize(model, "p");
        Rational p = advice.Threshold!.Value;
        Rational Of(string symbol) => advice.Elasticities.Single(elasticity => elasticity.Symbol == symbol).Derivative;
        Assert.Equal(-p / 50, Of("S"));
        Assert.Equal(p / 5, Of("C"));
        Assert.Equal(-p / 5, Of("c"));
        Assert.Equal(-p / Rational.Parse("0.88"), Of("δ"));
        Assert.Equal(p / Rational.Parse("0.8"), Of("r"));
        Assert.Equal(Rational.Parse("-4/5"), advice.Elasticities.Single(elasticity => elasticity.Symbol == "S").Elasticity);
    }

    [Fact]
    public void A_safety_margin_multiplies_the_threshold() =>
        Assert.Equal(Rational.Parse("0.15"), IncentiveAdvisor.Minimize(new SamplingAdviceModel(_reference, AuditProbabilityForm.Exact), "p", new AdviceOptions { SafetyMargin = new Rational(1, 2) }).Threshold);

    [Fact]
    public void A_comparison_that_is_too_noisy_is_said_to_be_so_and_no_stake_repairs_it()
    {
        // Likelihood ratio: δ/φ must be above 1 + Δ/(R − C) = 5.375 here; SVIP's .95/.03 is enough and leaves S in (19.9, 146.9].
        SamplingEconomics e = new()
        {
            HonestCost = 1,
            SubstituteCost = 0.125m,
            AsserterReward = 1.2m,
            ValidatorReward = 10m,
            Slash = 50,
            AuditProbability = 0.05m,
            CoalitionShare = 0.1m,
            DetectionProbability = 0.95m,
            FalseConvictionProbability = 0.03m,
            ValidatorFalseConvictionProbability = 0,
            ChallengedFraudValue = 11.2m,
        };
        AdvisedValue svip = IncentiveAdvisor.Minimize(new SamplingAdviceModel(e, AuditProbabilityForm.Exact), "S");
        Assert.Equal(20, svip.Value);
        Assert.Equal(146.948, (double)svip.UpperLimit!.Value, 3);
        AdvisedValue noisy = IncentiveAdvisor.Minimize(new SamplingAdviceModel(e with { FalseConvictionProbability = 0.19m }, AuditProbabilityForm.Exact), "S");
        Assert.False(noisy.IsFeasible);
        Assert.True(noisy.Threshold > noisy.UpperLimit);
        Assert.DoesNotContain(noisy.Repairs, repair => repair.Parameter.Symbol == "p");
        Assert.Contains(noisy.Repairs, repair => repair.Parameter.Symbol == "φ" && repair.To < Rational.Parse("0.95") / Rational.Parse("5.375"));
        Assert.Contains("asks for more than", noisy.Explanation, StringComparison.Ordinal);
    }

    [Fact]
    public void The_advised_bounty_is_where_the_solver_finds_a_single_equilibrium()
    {
        // R 10, C 6, c 1, S 40, p 1/5: both-cheat is an equilibrium at w = 5 and not at 6.
        SamplingEconomics e = _reference with { AuditProbability = 0.2m, Adjudicator = AdjudicatorKind.Objective };
        AdvisedValue advice = IncentiveAdvisor.Minimize(new SamplingAdviceModel(e, AuditProbabilityForm.Exact, asksForUniqueness: true), "w");
        Assert.Equal(6, advice.Value);
        Assert.Equal(1, Equilibria(advice.Value!.Value));
        Assert.True(Equilibria(advice.Value.Value - 1) > 1);

        static int Equilibria(Rational bounty)
        {
            FocalAnswerGame game = new() { HonestCost = 6, SubstituteCost = 1, Reward = 10, Slash = 40, AuditProbability = new Rational(1, 5), Bounty = bounty };
            Assert.True(ReducedNormalForm.TryMake(game.ToTree(), null, out ReducedNormalForm? form, out _));
            return ExtremeEquilibria.FindAll(BimatrixGame.Of(form.Game)).Equilibria.Length;
        }
    }

    [Fact]
    public void The_best_response_in_the_game_tree_changes_at_the_advised_value()
    {
        Random random = new(3);
        for (int number = 0; number < 40; number++)
        {
            SamplingEconomics e = AdviceCases.Sampling(random, random.Next(1, 4)) with { Adjudicator = AdjudicatorKind.Objective, ChallengedFraudValue = null, FalseConvictionProbability = 0 };
            foreach (AuditProbabilityForm form in new[] { AuditProbabilityForm.Exact, AuditProbabilityForm.RoleBlind })
            {
                AdvisedValue advice = IncentiveAdvisor.Minimize(new SamplingAdviceModel(e, form), "p");
                if (advice.Value is not { } p || advice.Binding?.Condition.Kind != AdviceConditionKind.Deterrence || advice.Threshold <= new Rational(1, 1_000_000))
                {
                    continue;
                }

                Assert.Equal(0, BestResponse(e, form, p));
                Assert.Equal(1, BestResponse(e, form, advice.Threshold!.Value - new Rational(1, 1_000_000)));
            }
        }

        static int BestResponse(SamplingEconomics e, AuditProbabilityForm form, Rational p)
        {
            SamplingGame game = new()
            {
                HonestCost = e.HonestCost,
                SubstituteCost = e.SubstituteCost,
                AsserterReward = e.AsserterReward,
                ValidatorReward = e.ValidatorReward,
                Slash = e.Slash,
                AuditProbability = Rational.Max(p, Rational.Zero),
                ValidatorCount = e.ValidatorCount,
                CoalitionShare = e.CoalitionShare,
                DetectionProbability = e.DetectionProbability,
                Bounty = e.Bounty,
                UnchallengedFraudValue = e.UnchallengedFraudValue,
            };
            ExtensiveGame tree = form == AuditProbabilityForm.RoleBlind ? game.ToRoleBlindTree() : game.ToTree();
            return tree.BestResponse(0, BehaviorProfile.Uniform(tree)).Actions[0];
        }
    }

    [Fact]
    public void The_cheapest_pair_is_that_of_a_brute_force_grid()
    {
        SamplingAdviceModel model = new(_reference with { CoalitionShare = 0.1m, DetectionProbability = 0.95m, FalseConvictionProbability = 0.001m, ValidatorFalseConvictionProbability = 0 }, AuditProbabilityForm.Exact);
        Rational price = Rational.Parse("0.003");
        AdvisedPair pair = IncentiveAdvisor.MinimizeCost(model, "p", 10, "S", price, 600);
        Assert.True(pair.IsProven);
        (Rational Cost, int Slash) best = Enumerable.Range(0, 601)
            .Select(slash => (Advice: IncentiveAdvisor.Minimize(At(slash), "p"), Slash: slash))
            .Where(item => item.Advice.IsFeasible)
            .Select(item => ((10 * item.Advice.Threshold!.Value) + (price * item.Slash), item.Slash))
            .Min();
        Assert.Equal(best.Slash, pair.Second.Value);
        Assert.Equal(pair.Cost, (10 * pair.First.Value!.Value) + (price * best.Slash));

        SamplingAdviceModel At(int slash) => new(_reference with { Slash = slash, CoalitionShare = 0.1m, DetectionProbability = 0.95m, FalseConvictionProbability = 0.001m, ValidatorFalseConvictionProbability = 0 }, AuditProbabilityForm.Exact);
    }

    // An honest validator earns its costs for S up to 89 only, and a million is looked at: the grid's second point is far beyond.
    [Fact]
    public void A_pair_is_found_where_only_small_slashes_are_feasible()
    {
        SamplingAdviceModel At(decimal slash) => new(
            _reference with { HonestCost = 10, SubstituteCost = 1, AsserterReward = 11, ValidatorReward = 11, Slash = slash, CoalitionShare = 0.1m, DetectionProbability = 0.9m, FalseConvictionProbability = 0.01m }, AuditProbabilityForm.Exact);
        AdvisedPair pair = IncentiveAdvisor.MinimizeCost(At(40), "p", 10, "S", Rational.Parse("0.003"), 1_000_000);
        (Rational Cost, int Slash) best = Enumerable.Range(0, 120)
            .Select(slash => (Advice: IncentiveAdvisor.Minimize(At(slash), "p"), Slash: slash))
            .Where(item => item.Advice.IsFeasible)
            .Select(item => ((10 * item.Advice.Threshold!.Value) + (Rational.Parse("0.003") * item.Slash), item.Slash))
            .Min();
        Assert.InRange(best.Slash, 1, 89);
        Assert.Equal(best.Slash, pair.Second.Value);
        Assert.NotNull(pair.Cost);

        // Where nothing is feasible, that is said, and proven: no slash makes a reward below costs enough.
        AdvisedPair none = IncentiveAdvisor.MinimizeCost(new SamplingAdviceModel(_reference with { HonestCost = 10, SubstituteCost = 1, AsserterReward = 11, ValidatorReward = 9 }), "p", 10, "S", 1, 1_000_000);
        Assert.Null(none.Cost);
        Assert.True(none.IsProven);

        // Threshold and upper limit of p contradict each other at every S (δ/φ is 5, and 1 + Δ/(R − C) is 10): that is proven only as far as every S was tried.
        SamplingAdviceModel noisy = new(
            _reference with { HonestCost = 10, SubstituteCost = 1, AsserterReward = 11, ValidatorReward = 11, DetectionProbability = 0.5m, FalseConvictionProbability = 0.1m, ValidatorFalseConvictionProbability = 0 }, AuditProbabilityForm.Exact);
        AdvisedPair far = IncentiveAdvisor.MinimizeCost(noisy, "p", 10, "S", 1, 1_000_000);
        Assert.True(far is { Cost: null, IsProven: false }, far.First.Explanation);
        Assert.True(IncentiveAdvisor.MinimizeCost(noisy, "p", 10, "S", 1, 900) is { Cost: null, IsProven: true });
    }

    // The threshold is above 1 and an upper limit above it: what is in the way is that p is a probability.
    [Fact]
    public void A_threshold_above_one_is_named_as_the_reason()
    {
        ChallengeGame game = new() { HonestCost = 14, SubstituteCost = 0, Reward = 20, Slash = 1, SystemCheckProbability = 0, DetectionProbability = new Rational(3, 5), FalseConvictionProbability = new Rational(1, 10) };
        AdvisedValue advice = IncentiveAdvisor.Minimize(new ChallengeAdviceModel(game, 0), "p_sys");
        Assert.False(advice.IsFeasible);
        Assert.True(advice.Threshold > 1 && advice.UpperLimit > advice.Threshold, $"{advice.Threshold} {advice.UpperLimit}");
        Assert.Contains("it is at most 1", advice.Explanation, StringComparison.Ordinal);
        Assert.DoesNotContain("allows", advice.Explanation, StringComparison.Ordinal);

        // Between the two ends there are values, but no multiple of the unit.
        AdvisedValue coarse = IncentiveAdvisor.Minimize(new ChallengeAdviceModel(game with { Slash = 30, DetectionProbability = 1 }, 0), "p_sys", new AdviceOptions { Unit = 5 });
        Assert.False(coarse.IsFeasible);
        Assert.Contains("no multiple of the unit lies between that and 1.", coarse.Explanation, StringComparison.Ordinal);
    }

    [Fact]
    public void A_safety_margin_never_makes_an_unmet_condition_met()
    {
        AdviceCondition condition = new(AdviceConditionKind.Deterrence, "x", -3, -2);
        Assert.False(condition.IsMet(0));
        Assert.False(condition.IsMet(1));

        // The interval of the substitute's cost reaches above that of honest work, and audits convict the honest only.
        SamplingAdviceModel model = new(
            new SamplingEconomics { HonestCost = 10, SubstituteCost = 1, AsserterReward = 20, ValidatorReward = 20, Slash = 20, AuditProbability = 0.5m, FalseConvictionProbability = 0.2m }, AuditProbabilityForm.Exact);
        foreach (int margin in new[] { 0, 1, 5 })
        {
            AdviceCheck check = IncentiveAdvisor.Check(model, new AdviceOptions { SafetyMargin = margin }.With("c", 12, 12).With("δ", 0, 0));
            Assert.False(check.IsSecure, $"{margin}");
            Assert.True(check.Findings[0].WorstSlack <= -2, $"{margin}");
        }
    }

    [Fact]
    public void Clopper_Pearson_limits_are_the_published_ones_and_tight()
    {
        AdviceRange eight = AdviceRange.Measured(8, 100, 0.95m);
        Assert.Equal(0.035171562518, (double)eight.Least, 2e-12);
        Assert.Equal(0.151557635864, (double)eight.Greatest, 2e-12);
        Assert.Equal(0.029513049607, (double)MeasuredRate.UpperLimit(0, 100, 0.95m), 2e-12);
        Assert.Equal(Rational.Zero, MeasuredRate.LowerLimit(0, 100, 0.95m));
        Assert.Equal(Rational.One, MeasuredRate.UpperLimit(100, 100, 0.95m));
        Random random = new(2);
        for (int number = 0; number < 40; number++)
        {
            int trials = random.Next(1, 300);
            int successes = random.Next(1, trials + 1);
            decimal error = random.Next(1, 300) / 1000m;
            decimal limit = decimal.Parse(MeasuredRate.LowerLimit(successes, trials, 1 - error).ToDecimalText(12), System.Globalization.CultureInfo.InvariantCulture);
            Assert.True(ExactBinomial.UpperTail(trials, limit, successes) <= error);
            Assert.True(ExactBinomial.UpperTail(trials, limit + 1e-12m, successes) > error);
        }

        // 10^5 trials, against the normal approximation.
        Assert.Equal(0.5 - (1.959964 * 0.0015811), (double)AdviceRange.Measured(50_000, 100_000, 0.95m).Least, 5e-5);
    }

    [Fact]
    public void Uncertain_measurements_ask_for_more_and_the_corner_that_binds_is_named()
    {
        SamplingAdviceModel model = new(_reference with { DetectionProbability = 0.97m, FalseConvictionProbability = 0.001m, ValidatorFalseConvictionProbability = 0 }, AuditProbabilityForm.Exact);
        AdviceRange detection = AdviceRange.Measured(970, 1000, 0.975m);
        AdviceRange wrongful = AdviceRange.Measured(1, 1000, 0.975m);
        AdvisedValue advice = IncentiveAdvisor.Minimize(model, "p", new AdviceOptions().With("δ", detection).With("φ", wrongful));
        Assert.Equal(5 / ((detection.Least - wrongful.Greatest) * 50), advice.Threshold);
        Assert.Equal(WorstCaseProof.Corners, advice.Proof);
        Assert.Contains("where δ = 0.95", advice.Explanation, StringComparison.Ordinal);
    }

    [Fact]
    public void Every_strategy_refuses_terms_under_which_cheating_pays_unless_told_otherwise()
    {
        (Func<bool, VerificationStrategy> Make, string Repair)[] strategies =
        [
            (allows => new SamplingStrategy(new SamplingOptions { Beacon = new SeededBeacon(7), AuditRate = 0.02, AllowsInsecureTerms = allows }), "Raise the audit probability p from 0.02 to "),
            (allows => new HiddenDuplicationStrategy(new HiddenDuplicationOptions { Beacon = new SeededBeacon(7), DuplicationRate = 0.02, AllowsInsecureTerms = allows }), "Raise the audit probability p from 0.02 to "),
            (allows => new QuorumStrategy(new QuorumOptions { Beacon = new SeededBeacon(7), EscalationRate = 0.01, AllowsInsecureTerms = allows }), "Raise the escalation rate a from 0.01 to "),
        ];
        foreach ((Func<bool, VerificationStrategy> make, string repair) in strategies)
        {
            ArgumentException refused = Assert.Throws<ArgumentException>(() => make(false));
            Assert.Contains("Cheating pays under these terms", refused.Message, StringComparison.Ordinal);
            Assert.Contains(repair, refused.Message, StringComparison.Ordinal);
            StrategyAssessment assessment = make(true).Assess();
            Assert.False(assessment.IsHonestySecure);
            Assert.False(assessment.Examine()!.IsSecure);
        }
    }

    [Fact]
    public void The_defaults_of_every_strategy_meet_all_conditions_and_are_above_what_is_advised()
    {
        foreach (VerificationStrategy strategy in new VerificationStrategy[] { new SamplingStrategy(new SamplingOptions { Beacon = new SeededBeacon(7) }), new HiddenDuplicationStrategy(new HiddenDuplicationOptions { Beacon = new SeededBeacon(7) }), new QuorumStrategy(new QuorumOptions { Beacon = new SeededBeacon(7) }) })
        {
            StrategyAssessment assessment = strategy.Assess();
            Assert.True(assessment.Examine()!.IsMet, strategy.Name + assessment.Examine()!.Explanation);
            Assert.True(assessment.Minimize("S").Value <= 3000, strategy.Name);
            _ = Assert.Throws<ArgumentException>(() => assessment.Minimize("no such"));
        }
    }

    [Fact]
    public void A_call_that_cannot_be_answered_is_refused()
    {
        SamplingAdviceModel model = new(_reference with { ValidatorCount = 3, ValidatorReward = 30 });
        _ = Assert.Throws<ArgumentException>(() => IncentiveAdvisor.Minimize(model, "r"));
        _ = Assert.Throws<ArgumentException>(() => IncentiveAdvisor.Check(model, new AdviceOptions { SafetyMargin = -1 }));
        _ = Assert.Throws<ArgumentException>(() => IncentiveAdvisor.Check(model, new AdviceOptions().With("δ", 0, 2)));
        _ = Assert.Throws<ArgumentException>(() => IncentiveAdvisor.Check(model, new AdviceOptions().With("x", 0, 1)));
        _ = Assert.Throws<ArgumentException>(() => new SamplingAdviceModel(_reference, AuditProbabilityForm.PaperVersion2));
        _ = Assert.Throws<ArgumentOutOfRangeException>(() => MeasuredRate.LowerLimit(2, 1, 0.9m));
        Assert.False(default(AdviceCondition).IsMet(Rational.Zero));
    }
}
