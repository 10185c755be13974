using System.Collections.Immutable;
using FsCheck;
using FsCheck.Fluent;
using Verifiable.Inference.Incentives;
using Verifiable.Inference.Incentives.Advice;
using Verifiable.Inference.Incentives.Games;
using Verifiable.Inference.Incentives.Protocols;
using Verifiable.Inference.Incentives.Solvers;
using Verifiable.Inference.Incentives.Trees;

namespace Verifiable.Inference.Tests.Incentives.Protocols;

/// <summary>Each verification game's closed form against its own tree: the same numbers exactly, and the same side of the break-even.</summary>
public sealed class VerificationGameLawTests
{
    [Fact]
    public void Sampling_pays_what_its_tree_pays_when_the_role_is_known() => Check(x =>
    {
        SamplingGame game = Sampling(x);
        ExtensiveGame tree = game.ToTree();
        return Value(tree, 0) == game.HonestPayoff && Value(tree, 1) == game.DishonestPayoff && Prefers(tree, 0, game.Margin.Sign);
    });

    [Fact]
    public void Sampling_pays_what_its_tree_pays_when_the_role_is_unknown() => Check(x =>
    {
        SamplingGame game = Sampling(x);
        ExtensiveGame tree = game.ToRoleBlindTree();
        return Value(tree, 0) == game.RoleBlindHonestPayoff && Value(tree, 1) == game.RoleBlindDishonestPayoff && Prefers(tree, 0, game.RoleBlindMargin.Sign);
    });

    [Fact]
    public void Sampling_breaks_even_where_it_says_on_both_sides_and_for_both_cheats() => Check(x =>
    {
        SamplingGame game = Sampling(x);
        Rational step = new(1, 1_000_000_000);
        return Sides(game.LeastAuditProbability, p => Best((game with { AuditProbability = p }).ToTree()), step)
            && Sides(game.RoleBlindLeastAuditProbability, p => Best((game with { AuditProbability = p }).ToRoleBlindTree()), step);
    });

    [Fact]
    public void The_decimal_closed_forms_of_sampling_are_these_rounded() => Check(x =>
    {
        SamplingGame game = Sampling(x);
        SamplingEconomics economics = new()
        {
            HonestCost = D(game.HonestCost),
            SubstituteCost = D(game.SubstituteCost),
            AsserterReward = D(game.AsserterReward),
            ValidatorReward = D(game.ValidatorReward),
            Slash = D(game.Slash),
            AuditProbability = D(game.AuditProbability),
            ValidatorCount = game.ValidatorCount,
            CoalitionShare = D(game.CoalitionShare),
            DetectionProbability = D(game.DetectionProbability),
            FalseConvictionProbability = D(game.FalseConvictionProbability),
            ValidatorFalseConvictionProbability = D(game.ValidatorFalseConvictionProbability),
            Bounty = D(game.Bounty),
        };
        return economics.Validate().Any() || (IsNear(game.HonestPayoff, SamplingIncentives.HonestPayoff(economics)) && IsNear(game.DishonestPayoff, SamplingIncentives.DishonestPayoff(economics))
            && IsNear(game.RoleBlindHonestPayoff, SamplingIncentives.RoleBlindHonestPayoff(economics)) && IsNear(game.RoleBlindDishonestPayoff, SamplingIncentives.RoleBlindDishonestPayoff(economics)));
    });

    // SplitUp's documentation calls p .08, R 1.2, S 10, r .1 secure; Atoma's appendix gives p of about .00796 for R 1.2, S 250, r 1/2.
    [Fact]
    public void The_published_wrong_claim_is_not_secure_in_the_tree_either()
    {
        SamplingGame wrong = new() { HonestCost = 1, AsserterReward = 1.2m, ValidatorReward = 1.2m, Slash = 10, AuditProbability = 0.08m, CoalitionShare = 0.1m };
        Assert.True(wrong.Margin.Sign < 0);
        Assert.Equal(1, Best(wrong.ToTree()));
        Assert.Equal(new Rational(1, 1) / (new Rational(9, 10) * new Rational(112, 10)), wrong.LeastAuditProbability);
        SamplingGame published = wrong with { Slash = 250, CoalitionShare = 0.5m };
        Assert.Equal("0.0079617834", published.LeastAuditProbability!.Value.ToDecimalText(10));
    }

    // Δ / ((1 − rⁿ)(R + S)): research values for Δ 5, R 10, S 40 with v validators that must all collude.
    [Theory]
    [InlineData("0.9", "0.02", "5/44")]
    [InlineData("1", "0", "1/10")]
    public void Sampling_with_noise_has_its_published_threshold(string detection, string noise, string expected)
    {
        SamplingGame game = new()
        {
            HonestCost = 6,
            SubstituteCost = 1,
            AsserterReward = 10,
            ValidatorReward = 10,
            Slash = 40,
            AuditProbability = 0.05m,
            DetectionProbability = Rational.Parse(detection),
            FalseConvictionProbability = Rational.Parse(noise),
        };
        Assert.Equal(Rational.Parse(expected), game.LeastAuditProbability);
    }

    [Fact]
    public void The_focal_game_has_exactly_the_equilibria_of_its_closed_form() => Check(x =>
    {
        FocalAnswerGame game = new() { HonestCost = 1 + (x[0] % 9), SubstituteCost = x[1] % (1 + (x[0] % 9)), Reward = x[2] % 12, Slash = x[3] % 40, AuditProbability = new Rational(1 + (x[4] % 9), 10), Bounty = x[5] % 12 };
        Assert.True(ReducedNormalForm.TryMake(game.ToTree(), null, out ReducedNormalForm? form, out _));
        Rational Regret(Rational asserter, Rational validator) => form.Game.Regret(new MixedProfile([asserter, 1 - asserter], [validator, 1 - validator]));
        return Regret(1, 1).IsZero == game.IsHonestyEquilibrium && Regret(0, 0).IsZero == game.IsCheatingEquilibrium
            && (game.Mixed is not { } mixed || Regret(mixed.Asserter, mixed.Validator).IsZero);
    });

    // R 10, C 6, c 1, S 40, p 1/5: at w = 3 two pure and one mixed equilibrium, at w = 7 honesty only.
    [Fact]
    public void The_focal_game_of_the_literature_note()
    {
        FocalAnswerGame game = new() { HonestCost = 6, SubstituteCost = 1, Reward = 10, Slash = 40, AuditProbability = new Rational(1, 5), Bounty = 3 };
        Assert.Equal((new Rational(2, 47), new Rational(22, 47)), game.Mixed);
        Assert.Equal(3, Equilibria(game));
        Assert.Equal(3, Equilibria(game with { Bounty = 5 }));
        Assert.Equal(1, Equilibria(game with { Bounty = 7 }));
        Assert.True((game with { Bounty = 7 }).IsHonestyEquilibrium);
    }

    [Fact]
    public void A_bribed_vote_has_the_equilibria_of_its_closed_form() => Check(
        x =>
        {
            QuorumBriberyGame game = new()
            {
                Seats = 3 + (2 * (x[0] % 2)),
                Reward = 1 + (x[1] % 10),
                MinoritySlash = x[2] % 10,
                Bribe = x[3] % 40,
                EscalationProbability = new Rational(x[4] % 11, 10),
                RefereeSlash = x[5] % 20,
            };
            ExtensiveGame tree = game.ToTree();
            int[] honest = new int[game.Seats];
            int[] lies = [.. Enumerable.Repeat(1, game.Seats)];
            return tree.Regret(BehaviorProfile.Pure(tree, honest)).IsZero == game.IsTruthEquilibrium && tree.Regret(BehaviorProfile.Pure(tree, lies)).IsZero == game.IsLieEquilibrium;
        },
        100);

    // Buterin 2015: with a bribe of P + ε, voting falsely is never worse and strictly better unless the vote decides; when all do it the attacker pays nothing.
    [Fact]
    public void P_plus_epsilon_makes_the_lie_dominant_and_free()
    {
        QuorumBriberyGame game = new() { Seats = 3, Reward = 10, MinoritySlash = 4, Bribe = 14 + new Rational(1, 100) };
        Assert.True(ReducedNormalForm.TryMake(game.ToTree(), null, out ReducedNormalForm? form, out _));
        for (int others = 0; others < 4; others++)
        {
            int[] truth = [0, others & 1, others >> 1];
            bool decides = truth[1] != truth[2];
            Assert.Equal(decides ? 0 : 1, form.Game.Payoff(0, [1, truth[1], truth[2]]).CompareTo(form.Game.Payoff(0, truth)));
        }

        Assert.Equal((Rational)10, form.Game.Payoff(0, [1, 1, 1]));
        Assert.Equal(14 + new Rational(1, 100), game.Budget);
        Assert.False((game with { EscalationProbability = new Rational(1, 2), RefereeSlash = 40 }).IsLieEquilibrium);
    }

    [Fact]
    public void Every_set_of_checkers_has_its_equilibrium() => Check(
        x =>
        {
            // The look is chosen rational and P* made from it, so that the equilibrium is exact.
            int checkers = 1 + (x[0] % 4);
            int active = 1 + (x[1] % checkers);
            Rational check = new(1 + (x[2] % 8), 10);
            Rational missed = 1;
            for (int place = 0; place < active; place++)
            {
                missed *= 1 - check;
            }

            CheckerDilemmaGame game = new()
            {
                Checkers = checkers,
                Reward = 10,
                Slash = 40,
                SubstituteCost = 1,
                HonestCost = 1 + (50 * (1 - missed)),
                CheckCost = 1,
                Bounty = x[3] % 2 == 0 ? 10 + (x[4] % 50) : 0,
                Loss = x[3] % 2 == 0 ? 0 : 20 + (x[4] % 50),
            };
            if (game.ExactEquilibrium(active) is not { } exact)
            {
                return game.CheckCost > (game.Bounty * game.Detection / (active * check)) + (game.Loss * missed / (1 - check));
            }

            return exact.Check == check && game.ToTree().Regret(game.ToProfile(active, exact.Check, exact.Cheat)).IsZero;
        },
        60);

    [Fact]
    public void The_closed_form_for_any_number_of_checkers_is_an_equilibrium_of_the_tree_to_rounding()
    {
        for (int checkers = 1; checkers <= 6; checkers++)
        {
            CheckerDilemmaGame game = new() { Checkers = checkers, Reward = 10, Slash = 40, HonestCost = 6, SubstituteCost = 1, CheckCost = 1, Bounty = 10 };
            CheckerGame closed = new() { Reward = 10, Slash = 40, HonestCost = 6, CheatCost = 1, CheckCost = 1, Bounty = 10, Checkers = checkers };
            for (int active = 1; active <= checkers; active++)
            {
                CheckerEquilibrium equilibrium = closed.For(active);
                Rational regret = game.ToTree().Regret(game.ToProfile(active, Rational.FromDouble(equilibrium.CheckProbability), Rational.FromDouble(equilibrium.CheatProbability)));
                Assert.True((double)regret < 1e-13, $"{checkers} {active}: {(double)regret}");
            }
        }
    }

    [Fact]
    public void Attention_is_worth_what_its_tree_says() => Check(x =>
    {
        AttentionGame game = new()
        {
            CheckCost = x[0] % 10,
            FraudProbability = new Rational(x[1] % 11, 10),
            FraudReward = x[2] % 20,
            FraudLoss = x[3] % 20,
            ChallengeProbability = new Rational(x[4] % 11, 10),
            ChallengePenalty = x[5] % 20,
            GuessProbability = new Rational(x[6] % 11, 10),
            ForcedErrorProbability = new Rational(x[7] % 11, 10),
            Jackpot = x[8] % 20,
            ForcedErrorPenalty = x[9] % 20,
        };
        ExtensiveGame tree = game.ToTree();
        return Value(tree, 0) - Value(tree, 1) == game.Margin && Prefers(tree, 0, game.Margin.Sign)
            && (game.IsAlwaysDiligent || (game with { FraudProbability = game.FreeFraudProbability }).Margin.IsZero || (game.FraudReward + game.FraudLoss).IsZero);
    });

    // Felten 2019: X* = C/(R + L), always iff P·A > C. Truebit: m identities of one finder earn m·J/2^(m−1).
    [Fact]
    public void Attention_has_its_published_thresholds()
    {
        AttentionGame game = new() { CheckCost = 1, FraudProbability = 0, FraudReward = 6, FraudLoss = 4, Jackpot = 8 };
        Assert.Equal(new Rational(1, 10), game.FreeFraudProbability);
        Assert.False((game with { ChallengeProbability = new Rational(1, 100), ChallengePenalty = 100 }).IsAlwaysDiligent);
        Assert.True((game with { ChallengeProbability = new Rational(1, 100), ChallengePenalty = 101 }).IsAlwaysDiligent);
        Assert.Equal([8, 8, 6, 4, new Rational(5, 2)], Enumerable.Range(1, 5).Select(game.JackpotOf));
    }

    [Fact]
    public void Copying_is_worth_what_its_tree_says() => Check(x =>
    {
        CopyingGame game = new() { HonestCost = x[0] % 20, Reward = x[1] % 30, Slash = x[2] % 60, LeakProbability = new Rational(x[3] % 11, 10), GuessProbability = new Rational(x[4] % 11, 10) };
        ExtensiveGame tree = game.ToTree();
        bool gainsByLooking = (game.LeakProbability * game.HonestCost).Sign > 0 || (game.LeakProbability < 1 && (1 - game.GuessProbability) * (game.Reward + game.Slash) < game.HonestCost);
        return Value(tree, 0) - Value(tree, 1) == game.Margin
            && tree.ExpectedPayoffs(BehaviorProfile.Pure(tree, BackwardInduction.FindOne(tree)))[0] == game.LookPayoff && game.LookMargin == Value(tree, 0) - game.LookPayoff
            && game.LookMargin.Sign == (gainsByLooking ? -1 : 0)
            && (game.GreatestLeak is not { } leak || (game with { LeakProbability = leak }).Margin.IsZero);
    });

    // Nothing is taken off or added: the closed form against what the tree pays, for every answer to a challenge that the cheat may choose.
    [Fact]
    public void A_challenged_cheat_is_paid_what_the_closed_form_says() => Check(
        x =>
        {
            ChallengeGame game = Challenge(x);
            Rational watcher = new(x[12] % 5, 4);
            ExtensiveGame tree = game.ToTree();
            Rational cheat = Rational.Max(Played(tree, 1, watcher, 0), Played(tree, 1, watcher, 1));
            ImmutableArray<AdviceCondition> conditions = new ChallengeAdviceModel(game, watcher) is var model ? model.Conditions(model.Values) : [];
            Rational least = conditions.Where(condition => condition.Kind == AdviceConditionKind.Deterrence).Select(condition => condition.Slack(0)).Min();
            return Played(tree, 0, watcher, 0) - cheat == game.Margin(watcher) && least == game.Margin(watcher)
                && conditions.Single(condition => condition.Name.StartsWith("an honest provider defends", StringComparison.Ordinal)).IsMet(0) == game.IsDefenceWorthwhile;
        },
        500);

    // R 14, C 14, c 0, S 20, p_sys 0, u 1, δ ½, B 10, D_c 10: an acquitted cheat collects the bond, so that cheating earns ½(−20) + ½(14 + 10) = 2 and honesty 0.
    [Fact]
    public void A_bond_that_an_acquitted_cheat_collects_can_make_cheating_pay()
    {
        ChallengeGame game = new() { HonestCost = 14, SubstituteCost = 0, Reward = 14, Slash = 20, SystemCheckProbability = 0, DetectionProbability = new Rational(1, 2), Bounty = 10, Bond = 10 };
        Assert.Equal(-2, game.Margin(1));
        AdviceCheck check = IncentiveAdvisor.Check(new ChallengeAdviceModel(game, 1));
        Assert.False(check.IsSecure);
        Assert.NotEmpty(check.Repairs);
        Assert.True(IncentiveAdvisor.Check(new ChallengeAdviceModel(game with { Bond = 5 }, 1)).IsSecure);
    }

    [Fact]
    public void A_challenge_is_played_as_its_closed_form_says() => Check(x =>
    {
        ChallengeGame game = Challenge(x) with { FalseConvictionProbability = 0, DefenceCost = 0 };
        ExtensiveGame tree = game.ToTree();
        ImmutableArray<int> found = BackwardInduction.FindOne(tree);
        int set = tree.InformationSets.Single(one => one.Name == "sees cheat").Index;
        bool isChallenged = found[set] == 1;
        int answer = found[tree.InformationSets.Single(one => one.Name == "answer").Index];
        return isChallenged == (game.DetectionProbability * game.Bounty - ((1 - game.DetectionProbability) * game.Bond) > game.WatchCost)
            && (answer == 0) == (game.Margin(isChallenged ? 1 : 0) >= Rational.Zero);
    });

    [Fact]
    public void Defence_and_barring_are_worth_what_their_trees_say() => Check(x =>
    {
        ChallengeGame challenge = new() { HonestCost = 5, SubstituteCost = 1, Reward = x[0] % 10, Slash = x[1] % 10, SystemCheckProbability = 0, Bond = x[2] % 10, DefenceCost = x[3] % 30, Bounty = 3, FalseConvictionProbability = new Rational(x[10] % 11, 10) };
        ExtensiveGame tree = challenge.ToTree();
        int set = tree.InformationSets.Single(one => one.Name == "challenged, honest").Index;
        BarringGame barring = new() { BarredTime = x[4] % 10, TaskRate = x[5] % 5, TaskProfit = x[6] % 5, RecomputationCost = x[7] % 10, Bond = x[8] % 60, GrieferBenefit = x[9] % 60 };
        ExtensiveGame griefing = barring.ToTree();
        return (BackwardInduction.FindOne(tree)[set] == 0) == challenge.IsDefenceWorthwhile
            && Prefers(griefing, 0, (barring.Bond - barring.GrieferBenefit).Sign) && (griefing.PayoffOf(griefing.Find(["challenge"]), 1).Sign >= 0) == barring.IsProviderWhole;
    });

    [Fact]
    public void Noise_is_judged_as_its_tree_judges() => Check(x =>
    {
        NoisyComparisonGame game = Noisy(x);
        ExtensiveGame tree = game.ToTree();
        return Value(tree, 1) == game.HonestPayoff && Value(tree, 1) - Value(tree, 2) == game.Margin
            && game.IsHonest == (Value(tree, 1) > Value(tree, 2) && Value(tree, 1) >= Value(tree, 0));
    });

    [Fact]
    public void Some_slash_is_feasible_exactly_when_the_likelihood_ratio_allows_one() => Check(
        x =>
        {
            NoisyComparisonGame game = Noisy(x) with { AuditProbability = new Rational(1 + (x[4] % 10), 10), CoalitionShare = new Rational(x[5] % 10, 10), FalseConvictionProbability = new Rational(1 + (x[7] % 50), 100) };
            (Rational? lower, Rational? upper) = game.FeasibleSlash;
            bool isFeasible = lower is { } low && upper is { } high && low < high;
            Rational middle = isFeasible ? (lower!.Value + upper!.Value) / 2 : 0;
            return isFeasible == game.IsSomeSlashFeasible && (!isFeasible || (game with { Slash = middle }).IsHonest);
        },
        500);

    [Fact]
    public void Reputation_works_like_a_stake() => Check(
        x =>
        {
            ReputationGame game = new()
            {
                HonestCost = 5 + (x[0] % 5),
                SubstituteCost = x[1] % 5,
                Reward = 10 + (x[2] % 10),
                Slash = x[3] % 30,
                AuditProbability = new Rational(1 + (x[4] % 30), 100),
                Discount = new Rational(x[5] % 100, 100),
            };
            ExtensiveGame tree = game.ToTree(1 + (x[6] % 4));
            ImmutableArray<int> found = BackwardInduction.FindOne(tree);
            bool isHonest = found.All(action => action == 0);
            return game.Margin.IsZero || isHonest == game.Margin.Sign > 0;
        },
        200);

    // Δ 5, R 10, S 40, margin 4 a period: 5/86 at d = .9, 5/446 at d = .99.
    [Theory]
    [InlineData("9/10", "5/86")]
    [InlineData("99/100", "5/446")]
    public void Reputation_has_its_worked_thresholds(string discount, string expected) => Assert.Equal(
        Rational.Parse(expected), new ReputationGame { HonestCost = 6, SubstituteCost = 1, Reward = 10, Slash = 40, AuditProbability = 0, Discount = Rational.Parse(discount) }.LeastAuditProbability);

    [Fact]
    public void A_batch_audit_pays_what_its_tree_pays() => Check(
        x =>
        {
            int tasks = 1 + (x[0] % 9);
            BatchAuditGame game = new() { Tasks = tasks, Audits = x[1] % (tasks + 1), Saving = x[2] % 10, Reward = x[3] % 10, Slash = x[4] % 40 };
            ExtensiveGame tree = game.ToTree();
            return Enumerable.Range(0, tasks + 1).All(cheated => Value(tree, cheated) == game.Gain(cheated))
                && (game.LeastSlash is not { } least || Enumerable.Range(1, tasks).All(cheated => (game with { Slash = Rational.Max(0, least) }).Gain(cheated).Sign <= 0));
        },
        300);

    // T 100, Δ 5, R 10: the slash for 1, 2, 5, 10, 20 audits; hypergeometric detection probabilities.
    [Fact]
    public void Batch_audits_have_their_worked_numbers()
    {
        BatchAuditGame game = new() { Tasks = 100, Audits = 10, Saving = 5, Reward = 10, Slash = 0 };
        Assert.Equal([490, 240, 90, 40, 15], ((int[])[1, 2, 5, 10, 20]).Select(audits => (game with { Audits = audits }).LeastSlash!.Value));
        Assert.Equal(new Rational(1, 10), game.DetectionProbability(1));
        Assert.Equal(Rational.Parse("79137/190120"), game.DetectionProbability(5));
        Assert.Equal(Rational.Parse("1053605815867/1573664496040"), game.DetectionProbability(10));
        Assert.Equal(new Rational(8, 15), (game with { Tasks = 10, Audits = 2 }).DetectionProbability(3));
    }

    [Fact]
    public void A_least_probability_is_one_and_zero_where_honesty_is_better_anyway()
    {
        // The substitute is dearer than honest work: nothing need be audited, whatever audits do.
        SamplingGame sampling = new() { HonestCost = 1, SubstituteCost = 2, AsserterReward = 10, ValidatorReward = 10, Slash = 40, AuditProbability = 0 };
        Assert.Equal(Rational.Zero, sampling.LeastAuditProbability);
        Assert.Equal(Rational.Zero, (sampling with { DetectionProbability = 0, FalseConvictionProbability = new Rational(1, 100) }).LeastAuditProbability);
        Assert.Equal(Rational.Zero, sampling.RoleBlindLeastAuditProbability);
        ChallengeGame challenge = new() { HonestCost = 1, SubstituteCost = 2, Reward = 10, Slash = 40, SystemCheckProbability = 0 };
        Assert.Equal(Rational.Zero, challenge.LeastSystemCheckProbability);
        Assert.Equal(Rational.Zero, (challenge with { FalseConvictionProbability = 1, DetectionProbability = 0 }).LeastSystemCheckProbability);
        ReputationGame reputation = new() { HonestCost = 6, SubstituteCost = 1, Reward = 6, Slash = 0, AuditProbability = 0, Discount = new Rational(9, 10) };
        Assert.Equal(new Rational(5, 6), reputation.LeastAuditProbability);
        Assert.Null((reputation with { HonestCost = 60, Reward = 0 }).LeastAuditProbability);
        Assert.Null((reputation with { Reward = 1, HonestCost = 1, SubstituteCost = 0 }).LeastAuditProbability);
        Assert.Null((reputation with { Reward = 0, HonestCost = 0, SubstituteCost = 0 }).LeastAuditProbability);
        Assert.Equal(Rational.Zero, (reputation with { Reward = 0, HonestCost = 0, SubstituteCost = 1 }).LeastAuditProbability);
    }

    [Fact]
    public void Numbers_that_are_none_are_listed_and_make_no_tree()
    {
        SamplingGame game = new() { HonestCost = -1, AsserterReward = 1, ValidatorReward = 1, Slash = 1, AuditProbability = 2, ValidatorCount = 0 };
        Assert.Equal(3, game.Validate().Count());
        _ = Assert.Throws<InvalidOperationException>(() => game.ToTree());
        _ = Assert.Throws<InvalidOperationException>(() => new BarringGame { BarredTime = -1, TaskRate = 1, TaskProfit = 1, RecomputationCost = 1, Bond = 1 }.ToTree());
        _ = Assert.Throws<InvalidOperationException>(() => new RecursiveInspectionGame { Periods = 3, Inspections = 4 }.ToTree());
    }

    private static void Check(Func<int[], bool> law, int tests = 200) =>
        Prop.ForAll(Gen.Choose(0, 1000).ArrayOf(16).ToArbitrary(), law).Check(Config.QuickThrowOnFailure.WithMaxTest(tests).WithReplay(20261120UL, 17UL));

    private static SamplingGame Sampling(int[] x) => new()
    {
        HonestCost = 1 + (x[0] % 20),
        SubstituteCost = new Rational(x[1] % 10, 10),
        AsserterReward = 20 + (x[2] % 20),
        ValidatorReward = 20 + (x[3] % 20),
        Slash = x[4],
        AuditProbability = new Rational(1 + (x[5] % 40), 50),
        ValidatorCount = 1 + (x[6] % 4),
        CoalitionShare = new Rational(x[7] % 10, 10),
        DetectionProbability = new Rational(5 + (x[8] % 6), 10),
        FalseConvictionProbability = new Rational(x[9] % 3, 100),
        ValidatorFalseConvictionProbability = new Rational(x[10] % 3, 100),
        Bounty = x[11] % 10,
    };

    private static ChallengeGame Challenge(int[] x) => new()
    {
        HonestCost = 5 + (x[0] % 5),
        SubstituteCost = x[1] % 5,
        Reward = 10 + (x[2] % 10),
        Slash = x[3] % 40,
        SystemCheckProbability = new Rational(x[4] % 20, 20),
        DetectionProbability = new Rational(5 + (x[5] % 6), 10),
        FalseConvictionProbability = new Rational(x[9] % 6, 10),
        WatchCost = x[6] % 5,
        Bounty = x[7] % 20,
        Bond = x[8] % 30,
        DefenceCost = x[10] % 2 == 0 ? 0 : x[11] % 40,
    };

    // What the provider gets when honest answers are left alone and cheats are challenged with a probability.
    private static Rational Played(ExtensiveGame tree, int answer, Rational watcher, int defence) => tree.ExpectedPayoffs(new BehaviorProfile([.. tree.InformationSets.OrderBy(set => set.Index).Select(set => set.Name switch
    {
        "answer" => Choice(answer),
        "sees cheat" => [1 - watcher, watcher],
        "challenged, cheat" => Choice(defence),
        _ => Choice(0),
    })]))[0];

    private static ImmutableArray<Rational> Choice(int action) => action == 0 ? [1, 0] : [0, 1];

    private static NoisyComparisonGame Noisy(int[] x) => new()
    {
        HonestCost = 5 + (x[0] % 10),
        SubstituteCost = x[1] % 5,
        Reward = 16 + (x[2] % 10),
        Slash = x[3] % 100,
        AuditProbability = new Rational(x[4] % 11, 10),
        CoalitionShare = new Rational(x[5] % 11, 10),
        DetectionProbability = new Rational(x[6] % 101, 100),
        FalseConvictionProbability = new Rational(x[7] % 50, 100),
    };

    private static int Equilibria(FocalAnswerGame game)
    {
        Assert.True(ReducedNormalForm.TryMake(game.ToTree(), null, out ReducedNormalForm? form, out _));
        NormalFormGame normal = form.Game;
        BimatrixGame bimatrix = BimatrixGame.Of([.. Rows(0)], [.. Rows(1)]);
        return ExtremeEquilibria.FindAll(bimatrix).Equilibria.Length;

        IEnumerable<IReadOnlyList<Rational>> Rows(int player) => Enumerable.Range(0, 2).Select(row => (IReadOnlyList<Rational>)[.. Enumerable.Range(0, 2).Select(column => normal.Payoff(player, [row, column]))]);
    }

    private static Rational Value(ExtensiveGame tree, int action) =>
        tree.ExpectedPayoffs(BehaviorProfile.Pure(tree, [.. Enumerable.Repeat(action, tree.InformationSets.Length)]))[0];

    private static int Best(ExtensiveGame tree) => tree.BestResponse(0, BehaviorProfile.Uniform(tree)).Actions[0];

    private static bool Prefers(ExtensiveGame tree, int action, int sign) => sign == 0 || (Best(tree) == action) == (sign > 0);

    private static bool Sides(Rational? threshold, Func<Rational, int> best, Rational step) => threshold is not { } p
        ? best(1) == 1 || best(new Rational(1, 1_000_000)) == 0
        : best(Rational.Min(1, p + step)) == 0 && (p <= step || best(p - step) == 1);

    private static decimal D(Rational value) => decimal.Parse(value.ToDecimalText(20), System.Globalization.CultureInfo.InvariantCulture);

    private static bool IsNear(Rational exact, decimal rounded) => Rational.Abs(exact - rounded) < new Rational(1, 1_000_000_000_000_000);
}
