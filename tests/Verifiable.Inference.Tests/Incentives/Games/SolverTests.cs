using System.Collections.Immutable;
using Verifiable.Inference.Incentives.Games;
using Verifiable.Inference.Incentives.Solvers;

namespace Verifiable.Inference.Tests.Incentives.Games;

/// <summary>Laws and outside numbers of the solvers that answer other questions than "all equilibria of two players".</summary>
public sealed class SolverTests
{
    [Fact]
    public void The_value_of_a_zero_sum_game_is_that_of_every_equilibrium() => RandomGames.Holds(RandomGames.Bimatrix(5, 5), game =>
    {
        BimatrixGame zeroSum = new(game.Rows, game.Columns, game.RowPayoffs, [.. game.RowPayoffs.Select(payoff => 3 - payoff)]);
        ZeroSumSolution solution = ZeroSum.Solve(zeroSum)!;
        NormalFormGame form = zeroSum.ToNormalForm();
        return form.Regret(solution.Profile).IsZero && ExtremeEquilibria.FindAll(zeroSum).Equilibria.All(profile => form.ExpectedPayoff(0, profile) == solution.Value);
    });

    [Fact]
    public void The_inspection_games_value_is_von_Stengels()
    {
        // The last two periods of Dresher's game with one inspection.
        ZeroSumSolution solution = ZeroSum.Solve(new BimatrixGame(2, 2, ExtremeEquilibriaTests.Numbers("1 -1 -1 0"), ExtremeEquilibriaTests.Numbers("-1 1 1 0")))!;
        Assert.Equal(Rational.Parse("-1/3"), solution.Value);
        Assert.Null(ZeroSum.Solve(solution.Game, new WorkLimit(1)));
    }

    [Fact]
    public void No_equilibrium_is_worth_more_than_the_best_correlated_one() => RandomGames.Holds(RandomGames.Bimatrix(4, 4), game =>
    {
        NormalFormGame form = game.ToNormalForm();
        CorrelatedSolution best = CorrelatedEquilibria.Maximize(form)!;
        return CorrelatedEquilibria.SwapGain(form, best.Distribution).IsZero
            && ExtremeEquilibria.FindAll(game).Equilibria.All(profile => form.ExpectedPayoff(0, profile) + form.ExpectedPayoff(1, profile) <= best.Value);
    });

    [Fact]
    public void An_equilibrium_is_a_correlated_equilibrium() => RandomGames.Holds(RandomGames.Bimatrix(4, 4), game =>
    {
        NormalFormGame form = game.ToNormalForm();
        MixedProfile profile = ExtremeEquilibria.FindAll(game).Equilibria[0];
        ImmutableArray<Rational> product = [.. profile[0].SelectMany(x => profile[1].Select(y => x * y))];
        return CorrelatedEquilibria.SwapGain(form, product).IsZero && CorrelatedEquilibria.CoarseGain(form, product).IsZero;
    });

    [Fact]
    public void A_commitment_is_worth_at_least_every_equilibrium() => RandomGames.Holds(RandomGames.Bimatrix(5, 5), game =>
    {
        CommitmentSolution commitment = Commitment.Solve(game)!;
        NormalFormGame form = game.ToNormalForm();
        return ExtremeEquilibria.FindAll(game).Equilibria.All(profile => form.ExpectedPayoff(0, profile) <= commitment.Value);
    });

    [Theory]
    [InlineData("2 4 1 3", "1 0 0 1", 2, "1/2 1/2", "7/2")]
    [InlineData("2 0 0 1 0 0", "0 2 5 0 -1 -4", 2, "1/3 2/3", "4/3")]
    [InlineData("3 9 9 1", "0 0 1 8", 2, "1 0", "9")]
    public void Commitments_are_those_of_OpenSpiel(string a, string b, int rows, string mixture, string value)
    {
        ImmutableArray<Rational> payoffs = ExtremeEquilibriaTests.Numbers(a);
        CommitmentSolution found = Commitment.Solve(new BimatrixGame(rows, payoffs.Length / rows, payoffs, ExtremeEquilibriaTests.Numbers(b)))!;
        Assert.Equal(Rational.Parse(value), found.Value);
        Assert.Equal(ExtremeEquilibriaTests.Numbers(mixture).AsEnumerable(), found.Mixture);
    }

    [Fact]
    public void A_bounty_hunter_that_commits_wants_fraud()
    {
        // R7 part 0: the verifier leads; rows lazy and check, columns honest and cheat.
        CommitmentSolution found = Commitment.Solve(new BimatrixGame(2, 2, ExtremeEquilibriaTests.Numbers("0 0 -1 9"), ExtremeEquilibriaTests.Numbers("4 9 4 -41")))!;
        Assert.Equal((1, Rational.Parse("9/10"), Rational.Parse("1/10")), (found.Answer, found.Value, found.Mixture[1]));
    }

    [Fact]
    public void A_fair_correlated_equilibrium_is_as_fair_and_as_good_with_the_players_exchanged() => RandomGames.Holds(RandomGames.Bimatrix(3, 3), game =>
    {
        NormalFormGame one = game.ToNormalForm();
        NormalFormGame other = game.Transposed().ToNormalForm();
        CorrelatedSolution fair = CorrelatedEquilibria.MaximizeFairly(one)!;
        CorrelatedSolution exchanged = CorrelatedEquilibria.MaximizeFairly(other)!;
        return fair.Value == exchanged.Value && Spread(one, fair) == Spread(other, exchanged);

        static Rational Spread(NormalFormGame game, CorrelatedSolution solution) => Rational.Abs(Enumerable.Range(0, game.ProfileCount)
            .Aggregate(Rational.Zero, (sum, profile) => sum + (solution.Distribution[profile] * (game.Payoffs[profile * 2] - game.Payoffs[(profile * 2) + 1]))));
    });

    [Fact]
    public void A_cheat_that_costs_more_than_it_saves_needs_no_audit()
    {
        AuditAllocationSolution found = AuditAllocation.Solve(ExtremeEquilibriaTests.Numbers("5 -30"), ExtremeEquilibriaTests.Numbers("50 60"), Rational.Parse("1/20"));
        Assert.Equal(Rational.Parse("1/10"), found.FullDeterrence);
        Assert.Equal(Rational.Parse("5/2"), found.Worth);
    }

    [Theory]
    [InlineData(1, 0.05)]
    [InlineData(2, 0.0527046277)]
    [InlineData(3, 0.0536382991)]
    public void Logit_with_a_loss_and_no_bounty_approaches_the_volunteers(int checkers, double cheat)
    {
        // A fraud that nobody sees costs each checker 20; published values for the reference game.
        CheckerGame game = new() { Reward = 10, HonestCost = 6, CheatCost = 1, Slash = 40, CheckCost = 1, Loss = 20, Checkers = checkers };
        Assert.Equal(cheat, game.For(checkers).CheatProbability, 1e-9);
        Assert.Equal(cheat, game.Logit(200_000).CheatProbability, 2e-4);
    }

    [Fact]
    public void No_equilibrium_plays_a_dominated_strategy() => RandomGames.Holds(RandomGames.Bimatrix(5, 5), game =>
    {
        DominanceSolution left = Dominance.Eliminate(game.ToNormalForm());
        return left.Completeness == Completeness.Proven && ExtremeEquilibria.FindAll(game).Equilibria.All(profile =>
            Enumerable.Range(0, 2).All(player => Enumerable.Range(0, profile[player].Length).All(strategy => profile[player][strategy].IsZero || left.Remaining[player].Contains(strategy))));
    });

    [Fact]
    public void A_mixture_dominates_where_no_pure_strategy_does()
    {
        DominanceSolution left = Dominance.Eliminate(new BimatrixGame(3, 2, ExtremeEquilibriaTests.Numbers("4 0 0 4 1 1"), ExtremeEquilibriaTests.Numbers("1 0 0 1 0 0")).ToNormalForm());
        Assert.Equal(2, Assert.Single(left.Steps).Strategy);
    }

    [Theory]
    [InlineData("3/10", "20/11", "7/110 17/165 1/165 7/55")]
    [InlineData("1/5", "220/59", "3/118 21/295 0 61/590")]
    [InlineData("9/20", "0", "1/10 2/15 1/15 3/20")]
    public void Audits_go_where_they_deter_most(string budget, string worth, string probabilities)
    {
        AuditAllocationSolution found = AuditAllocation.Solve(ExtremeEquilibriaTests.Numbers("5 8 2 12"), ExtremeEquilibriaTests.Numbers("50 60 30 80"), Rational.Parse(budget));
        Assert.Equal(Rational.Parse(worth), found.Worth);
        Assert.Equal(ExtremeEquilibriaTests.Numbers(probabilities).AsEnumerable(), found.Probabilities);
        Assert.Equal(Rational.Parse("9/20"), found.FullDeterrence);
    }

    [Fact]
    public void Symmetric_equilibria_are_isolated_and_are_equilibria()
    {
        // (x − 1/4)(x − 1/2)²(x − 2/3), a repeated root among others, in Bernstein form of degree 4.
        ImmutableArray<Rational> differences = Bernstein("1/24 -3/8 19/16 -97/60 1");
        SymmetricSolution solution = SymmetricEquilibria.FindAll(new SymmetricBinaryGame(differences));
        Assert.Equal(Completeness.Proven, solution.Completeness);
        Assert.All(solution.Equilibria, equilibrium => Assert.True(equilibrium.Low <= equilibrium.High));
    }

    [Fact]
    public void Roots_found_are_those_put_in()
    {
        RandomGames.Holds(
            FsCheck.Fluent.Gen.ListOf(FsCheck.Fluent.Gen.Choose(1, 11), 4),
            roots =>
            {
                // Π (12x − r), in powers and then in Bernstein form.
                Rational[] powers = [Rational.One];
                foreach (int root in roots)
                {
                    Rational[] next = new Rational[powers.Length + 1];
                    for (int i = 0; i < powers.Length; i++)
                    {
                        next[i] -= powers[i] * root;
                        next[i + 1] += powers[i] * 12;
                    }

                    powers = next;
                }

                SymmetricSolution solution = SymmetricEquilibria.FindAll(new SymmetricBinaryGame(Bernstein(string.Join(' ', powers))));
                Rational[] inner = [.. solution.Equilibria.Where(equilibrium => equilibrium.Low.Sign > 0 && equilibrium.High < 1).Select(equilibrium => equilibrium.Low)];
                return solution.Completeness == Completeness.Proven
                    && inner.SequenceEqual(roots.Distinct().Order().Select(root => new Rational(root, 12)))
                    && CertificateVerifier.Verify(solution.ToCertificate()).IsValid;
            },
            100);
    }

    [Theory]
    [InlineData(2, 0.5)]
    [InlineData(3, 0.7071067811865476)]
    [InlineData(4, 0.7937005259840998)]
    public void Anti_coordination_has_the_published_probability(int players, double expected)
    {
        // Playing 1 pays 1; playing 0 pays 2 if all others play 1 and otherwise 0: f = 1 − 2x^(N−1).
        SymmetricSolution solution = SymmetricEquilibria.FindAll(new SymmetricBinaryGame([.. Enumerable.Range(0, players).Select(k => (Rational)(k == players - 1 ? -1 : 1))]));
        Assert.Equal(expected, (double)Assert.Single(solution.Equilibria).Middle, 15);
    }

    [Theory]
    [InlineData("0 -1", "0")]
    [InlineData("1 0", "1")]
    [InlineData("0 1", "0 1")]
    [InlineData("-1 0", "0 1")]
    public void A_pure_profile_that_is_left_at_no_gain_is_an_equilibrium(string differences, string pure) => Assert.Equal(
        ExtremeEquilibriaTests.Numbers(pure), SymmetricEquilibria.FindAll(new SymmetricBinaryGame(ExtremeEquilibriaTests.Numbers(differences))).Equilibria.Select(pair => pair.Low));

    [Fact]
    public void A_game_without_differences_is_an_equilibrium_everywhere() =>
        Assert.True(SymmetricEquilibria.FindAll(new SymmetricBinaryGame([0, 0, 0])).IsEverywhere);

    [Fact]
    public void Checkers_closed_form_is_what_the_general_solver_finds()
    {
        for (int n = 1; n <= 3; n++)
        {
            CheckerGame closed = Checkers(n);
            MultiplayerSolution solution = MultiplayerEquilibria.FindAll(Inspection(n));
            Assert.Equal(Completeness.Proven, solution.Completeness);
            Assert.Equal((int)closed.EquilibriumCount, solution.Equilibria.Length);
            foreach (EquilibriumEnclosure equilibrium in solution.Equilibria)
            {
                double[] checks = [.. Enumerable.Range(1, n).Select(player => equilibrium.Approximate(player, 1))];
                CheckerEquilibrium expected = closed.For(checks.Count(check => check > 0));
                Assert.Equal(expected.CheatProbability, equilibrium.Approximate(0, 1), 13);
                Assert.All(checks.Where(check => check > 0), check => Assert.Equal(expected.CheckProbability, check, 13));
            }
        }
    }

    [Fact]
    public void More_checkers_more_fraud()
    {
        double last = 0;
        for (long n = 1; n <= 1 << 20; n *= 2)
        {
            double undetected = Checkers(n).For(n).UndetectedProbability;
            Assert.True(undetected > last);
            last = undetected;
        }
    }

    [Fact]
    public void Logit_approaches_the_equilibrium_and_agrees_with_the_branch()
    {
        NormalFormGame game = Inspection(1);
        foreach (double precision in new[] { 0, 0.1, 0.5, 1, 2, 5, 10, 50 })
        {
            CheckerEquilibrium closed = Checkers(1).Logit(precision);
            LogitSolution? branch = LogitEquilibria.Find(game, precision);
            Assert.NotNull(branch);
            Assert.Equal(closed.CheatProbability, branch.Probabilities[0][1], 9);
            Assert.Equal(closed.CheckProbability, branch.Probabilities[1][1], 9);
        }
    }

    [Theory]
    [InlineData(1, .6429793591, .5883190245)]
    [InlineData(2, .7726766072, .6117434792)]
    [InlineData(3, .8595367096, .603815786)]
    [InlineData(10, .9942044284, .5144848747)]
    public void Logit_of_a_published_game(double precision, double row, double column)
    {
        NormalFormGame game = new([2, 2], ExtremeEquilibriaTests.Numbers("1 1 1 1 0 2 1 1"));
        LogitSolution found = LogitEquilibria.Find(game, precision)!;
        Assert.Equal(row, found.Probabilities[0][0], 9);
        Assert.Equal(column, found.Probabilities[1][0], 9);
        Assert.InRange(found.Residual, 0, 1e-9);
    }

    internal static CheckerGame Checkers(long n) => new() { Reward = 10, HonestCost = 6, CheatCost = 1, Slash = 40, CheckCost = 1, Bounty = 10, Checkers = n };

    /// <summary>The inspection game in normal form: provider honest or cheat, then n checkers lazy or check; finders share the bounty.</summary>
    internal static NormalFormGame Inspection(int checkers)
    {
        var payoffs = new List<Rational>();
        for (int profile = 0; profile < 1 << (checkers + 1); profile++)
        {
            bool cheats = profile >> checkers != 0;
            int looking = int.PopCount(profile & ((1 << checkers) - 1));
            payoffs.Add(!cheats ? 4 : looking > 0 ? -41 : 9);
            for (int checker = checkers - 1; checker >= 0; checker--)
            {
                bool looks = (profile >> checker & 1) != 0;
                payoffs.Add(looks ? (cheats ? new Rational(10, looking) : 0) - 1 : 0);
            }
        }

        return new NormalFormGame([.. Enumerable.Repeat(2, checkers + 1)], [.. payoffs]);
    }

    private static ImmutableArray<Rational> Bernstein(string powers)
    {
        // b_k = Σ_i C(k,i)/C(n,i) a_i.
        ImmutableArray<Rational> a = ExtremeEquilibriaTests.Numbers(powers);
        return [.. Enumerable.Range(0, a.Length).Select(k => Enumerable.Range(0, k + 1).Aggregate(Rational.Zero, (sum, i) => sum + (a[i] * Choose(k, i) / Choose(a.Length - 1, i))))];
    }

    private static Rational Choose(int n, int k) => k == 0 ? 1 : Choose(n - 1, k - 1) * n / k;
}
