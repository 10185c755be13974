using System.Collections.Immutable;
using Verifiable.Inference.Incentives.Dynamics;
using Verifiable.Inference.Incentives.Games;
using Verifiable.Inference.Incentives.Solvers;

namespace Verifiable.Inference.Tests.Incentives.Dynamics;

/// <summary>Paths against closed forms, published orbits and the solvers' rest points.</summary>
public sealed class DynamicsTests
{
    // x' = x(1 − x)(5 − 50y), y' = y(1 − y)(10x − 1): the reference inspection game up to payoffs that do not depend on one's own strategy.
    private static readonly EvolutionaryGame _inspection = EvolutionaryGame.Of(BimatrixGame.Of([[0, 0], [5, -45]], [[0, -1], [0, 9]]));

    private static readonly EvolutionaryGame _rockPaperScissors = EvolutionaryGame.OfSymmetric([[0, -1, 1], [1, 0, -1], [-1, 1, 0]]);

    private static readonly EvolutionaryGame _matchingPennies = EvolutionaryGame.Of(BimatrixGame.Of([[1, -1], [-1, 1]], [[-1, 1], [1, -1]]));

    // V = 2, C = 4.
    private static readonly EvolutionaryGame _hawkDove = EvolutionaryGame.OfSymmetric([[-1, 2], [0, 1]]);

    [Fact]
    public void Exponential_and_logarithm_stay_within_two_units_in_the_last_place_of_the_framework()
    {
        Random random = new(1);
        for (int i = 0; i < 20_000; i++)
        {
            double x = (random.NextDouble() - 0.5) * (i % 2 == 0 ? 1400 : 4);
            AssertClose(Math.Exp(x), StableFunctions.Exp(x));
            AssertClose(Math.Log(Math.Exp(x)), StableFunctions.Log(Math.Exp(x)));
        }

        Assert.Equal(Math.E, StableFunctions.Exp(1), 1e-15);
        Assert.Equal(1, StableFunctions.Exp(0));
        Assert.Equal(0, StableFunctions.Log(1));
        Assert.Equal(0, StableFunctions.Exp(double.NegativeInfinity));
        Assert.Equal(double.PositiveInfinity, StableFunctions.Exp(710));
        Assert.Equal(double.NegativeInfinity, StableFunctions.Log(0));
        Assert.True(double.IsNaN(StableFunctions.Log(-1)) && double.IsNaN(StableFunctions.Exp(double.NaN)));
        Assert.Equal(Math.Log(double.Epsilon), StableFunctions.Log(double.Epsilon), 1e-12);
        Assert.True(StableFunctions.Exp(-745) is > 0 and < 1e-322);

        static void AssertClose(double expected, double actual)
        {
            double unit = Math.Max(Math.BitIncrement(Math.Abs(expected)) - Math.Abs(expected), double.Epsilon);
            Assert.True(Math.Abs(expected - actual) <= 3 * unit, $"{expected:R} {actual:R}");
        }
    }

    // Research note R7, part 4.4, by a method of order 8 at 10⁻¹³.
    [Theory]
    [InlineData(1, 0.0051820013716, 0.1241961241181)]
    [InlineData(10, 0.0272105610737, 0.0410115281330)]
    public void The_inspection_orbit_is_the_published_one(double time, double cheats, double checks)
    {
        ReadOnlySpan<double> end = ReplicatorDynamics.Follow(_inspection, [0.8, 0.2, 0.8, 0.2], time, new DynamicsOptions { Samples = 1000 }).End;
        Assert.Equal(cheats, end[1], 2e-13);
        Assert.Equal(checks, end[3], 2e-13);
    }

    [Fact]
    public void The_inspection_orbit_has_the_published_period_and_constant_and_the_equilibrium_as_its_average()
    {
        const double Period = 3.8413148047690697;
        DynamicsPath path = ReplicatorDynamics.Follow(_inspection, [0.8, 0.2, 0.8, 0.2], Period, new DynamicsOptions { Samples = 2000 });
        Assert.Equal(0.2, path.End[1], 1e-12);
        Assert.Equal(0.2, path.End[3], 1e-12);
        Assert.Equal(0.1, path.Mean[1], 1e-12);
        Assert.Equal(0.1, path.Mean[3], 1e-12);

        ConservedQuantity quantity = ConservedQuantity.TryOf(_inspection)!;
        Assert.Equal("9/10 1/10 9/2 1/2", string.Join(' ', quantity.Weights));
        Assert.Equal(21.706379245571924, -10 * quantity.At(path[0]), 1e-12);
    }

    [Fact]
    public void The_constants_of_motion_do_not_drift()
    {
        foreach ((EvolutionaryGame game, double[] start) in new (EvolutionaryGame, double[])[]
        {
            (_inspection, [0.8, 0.2, 0.8, 0.2]),
            (_rockPaperScissors, [0.5, 0.3, 0.2]),
            (_matchingPennies, [0.9, 0.1, 0.6, 0.4]),
        })
        {
            ConservedQuantity quantity = ConservedQuantity.TryOf(game)!;
            DynamicsPath path = ReplicatorDynamics.Follow(game, start, 400, new DynamicsOptions { Samples = 4000, StepsPerSample = 4 });
            double first = quantity.At(path[0]);
            for (int i = 0; i < path.Count; i += 7)
            {
                Assert.Equal(first, quantity.At(path[i]), 2e-10);
            }
        }
    }

    [Fact]
    public void Steps_that_are_too_long_for_the_payoffs_are_refused()
    {
        // The same orbits in units of a millionth, for which the ordinary steps are a million times too long; and a very long path.
        EvolutionaryGame micro = EvolutionaryGame.Of(BimatrixGame.Of([[0, 0], [5_000_000, -45_000_000]], [[0, -1_000_000], [0, 9_000_000]]));
        foreach ((EvolutionaryGame game, double duration) in ((EvolutionaryGame, double)[])[(micro, 10), (_inspection, 5000)])
        {
            ArgumentException refused = Assert.Throws<ArgumentException>(() => ReplicatorDynamics.Follow(game, [0.8, 0.2, 0.8, 0.2], duration));
            Assert.Contains(nameof(DynamicsOptions.StepsPerSample), refused.Message, StringComparison.Ordinal);
        }

        ConservedQuantity quantity = ConservedQuantity.TryOf(_inspection)!;
        DynamicsPath path = ReplicatorDynamics.Follow(_inspection, [0.8, 0.2, 0.8, 0.2], 5000, new DynamicsOptions { StepsPerSample = 800 });
        Assert.All(Enumerable.Range(0, path.Count), sample => Assert.Equal(quantity.At(path[0]), quantity.At(path[sample]), 1e-9));
        _ = Assert.Throws<ArgumentOutOfRangeException>(() => BestResponseDynamics.Follow(_inspection, [0.8, 0.2, 0.8, 0.2], 1e9));
    }

    [Fact]
    public void Only_games_that_have_a_constant_of_motion_are_said_to_have_one()
    {
        Assert.Equal("1/3 1/3 1/3", string.Join(' ', ConservedQuantity.TryOf(_rockPaperScissors)!.Weights));

        // Payoffs of one column more change nothing; a winner that gains more than a loser loses does.
        Assert.NotNull(ConservedQuantity.TryOf(EvolutionaryGame.OfSymmetric([[7, -1, 1], [8, 0, -1], [6, 1, 0]])));
        Assert.Null(ConservedQuantity.TryOf(EvolutionaryGame.OfSymmetric([[0, -1, 2], [2, 0, -1], [-1, 2, 0]])));
        Assert.Null(ConservedQuantity.TryOf(_hawkDove));
        Assert.Null(ConservedQuantity.TryOf(EvolutionaryGame.Of(BimatrixGame.Of([[2, 0], [0, 1]], [[1, 0], [0, 2]]))));
        Assert.Null(ConservedQuantity.TryOf(EvolutionaryGame.Of(BimatrixGame.Of([[1, 1], [0, 0]], [[1, 0], [0, 1]]))));
    }

    [Fact]
    public void A_constant_advantage_grows_as_the_logistic_function()
    {
        DynamicsPath path = ReplicatorDynamics.Follow(EvolutionaryGame.OfSymmetric([[1, 1], [3, 3]]), [0.99, 0.01], 5, new DynamicsOptions { Samples = 50 });
        for (int i = 0; i < path.Count; i++)
        {
            double odds = 0.01 / 0.99 * Math.Exp(2 * i * path.Interval);
            Assert.Equal(odds / (1 + odds), path[i][1], 1e-14);
        }

        Assert.Equal(path.Count, path.ShareOf(0, 1).Length);
        Assert.Equal(path.End[1], path.ShareOf(0, 1)[^1]);
    }

    [Fact]
    public void Hawks_and_doves_settle_where_V_over_C_are_hawks()
    {
        Assert.Equal(0.5, ReplicatorDynamics.Follow(_hawkDove, [0.01, 0.99], 200).End[0], 1e-9);
        Assert.Equal(0.5, BestResponseDynamics.Follow(_hawkDove, [0.01, 0.99], 30).End[0], 1e-3);
    }

    [Fact]
    public void Nobody_leaves_the_simplex_and_what_nobody_plays_stays_unplayed()
    {
        Random random = new(3);
        for (int game = 0; game < 60; game++)
        {
            EvolutionaryGame three = EvolutionaryGame.OfSymmetric([.. Enumerable.Range(0, 3).Select(_ => (IReadOnlyList<Rational>)[random.Next(-50, 50), random.Next(-50, 50), random.Next(-50, 50)])]);
            double[] start = game % 3 == 0 ? [0, 0.7, 0.3] : [0.2, 0.5, 0.3];
            foreach (DynamicsPath path in new[]
            {
                ReplicatorDynamics.Follow(three, start, 20, new DynamicsOptions { Samples = 40, StepsPerSample = 64 }),
                LogitDynamics.Follow(three, start, 0.5, 20, new DynamicsOptions { Samples = 40, StepsPerSample = 1 }),
                BestResponseDynamics.Follow(three, start, 20, new DynamicsOptions { Samples = 40 }),
            })
            {
                for (int i = 0; i < path.Count; i++)
                {
                    Assert.Equal(1, path[i][0] + path[i][1] + path[i][2], 1e-12);
                    Assert.True(path[i][0] >= 0 && path[i][1] >= 0 && path[i][2] >= 0);
                }
            }

            Assert.True(game % 3 != 0 || ReplicatorDynamics.Follow(three, start, 20).End[0] == 0);
        }
    }

    [Theory]
    [InlineData(0)]
    [InlineData(0.5)]
    [InlineData(1)]
    [InlineData(5)]
    public void Logit_dynamics_rest_where_the_solvers_find_the_quantal_response_equilibrium(double precision)
    {
        CheckerGame checkers = new() { Reward = 10, HonestCost = 6, CheatCost = 1, Slash = 40, CheckCost = 1, Bounty = 10, Checkers = 1 };
        CheckerEquilibrium expected = checkers.Logit(precision);
        ReadOnlySpan<double> end = LogitDynamics.Follow(EvolutionaryGame.Of(checkers), [0.5, 0.5, 0.5, 0.5], precision, 60).End;
        Assert.Equal(expected.CheatProbability, end[1], 1e-10);
        Assert.Equal(expected.CheckProbability, end[3], 1e-10);

        BimatrixGame game = BimatrixGame.Of([[4, 4], [9, -41]], [[0, -1], [0, 9]]);
        ImmutableArray<ImmutableArray<double>> logit = LogitEquilibria.Find(game.ToNormalForm(), precision)!.Probabilities;
        end = LogitDynamics.Follow(EvolutionaryGame.Of(game), [0.5, 0.5, 0.5, 0.5], precision, 60).End;
        Assert.Equal(logit[0][1], end[1], 1e-9);
        Assert.Equal(logit[1][1], end[3], 1e-9);
    }

    // Research note R7, part 2, item 17.
    [Fact]
    public void Logit_dynamics_rest_at_the_published_numbers()
    {
        ReadOnlySpan<double> end = LogitDynamics.Follow(EvolutionaryGame.Of(BimatrixGame.Of([[4, 4], [9, -41]], [[0, -1], [0, 9]])), [0.5, 0.5, 0.5, 0.5], 1, 60).End;
        Assert.Equal(0.000210096223995, end[1], 1e-12);
        Assert.Equal(0.2693546960879, end[3], 1e-11);
    }

    [Fact]
    public void Logit_dynamics_without_precision_decay_to_play_at_random()
    {
        DynamicsPath path = LogitDynamics.Follow(_rockPaperScissors, [1, 0, 0], 0, 3, new DynamicsOptions { Samples = 30, StepsPerSample = 20 });
        for (int i = 0; i < path.Count; i++)
        {
            Assert.Equal((1.0 / 3) + (2.0 / 3 * Math.Exp(-i * path.Interval)), path[i][0], 1e-8);
        }
    }

    // Hofbauer and Sorin 2006: the distance from the value falls as e⁻ᵗ.
    [Fact]
    public void Best_responses_in_zero_sum_games_approach_the_value_exponentially()
    {
        DynamicsPath pennies = BestResponseDynamics.Follow(_matchingPennies, [0.9, 0.1, 0.6, 0.4], 3, new DynamicsOptions { Samples = 30 });
        DynamicsPath rock = BestResponseDynamics.Follow(_rockPaperScissors, [0.6, 0.3, 0.1], 2, new DynamicsOptions { Samples = 20 });
        for (int i = 0; i < pennies.Count; i++)
        {
            Assert.Equal(Gap(_matchingPennies, pennies[0], 2) * Math.Exp(-i * pennies.Interval), Gap(_matchingPennies, pennies[i], 2), 1e-9);
        }

        for (int i = 0; i < rock.Count; i++)
        {
            Assert.Equal(Best(_rockPaperScissors, rock[0], 0, 3) * Math.Exp(-i * rock.Interval), Best(_rockPaperScissors, rock[i], 0, 3), 1e-9);
        }

        static double Gap(EvolutionaryGame game, ReadOnlySpan<double> state, int rows) => Best(game, state, 0, rows) + Best(game, state, rows, state.Length);

        static double Best(EvolutionaryGame game, ReadOnlySpan<double> state, int first, int end)
        {
            double[] payoffs = new double[game.StateLength];
            game.ComputePayoffs(state, payoffs);
            return payoffs[first..end].Max();
        }
    }

    [Fact]
    public void Groups_of_many_earn_the_gain_that_the_exact_game_says()
    {
        SymmetricBinaryGame game = new([3, -1, Rational.Parse("5/2"), -7, 2]);
        EvolutionaryGame population = EvolutionaryGame.Of(game);
        double[] payoffs = new double[2];
        foreach (string share in new[] { "0", "1/7", "1/2", "9/10", "1" })
        {
            double x = (double)Rational.Parse(share);
            population.ComputePayoffs([1 - x, x], payoffs);
            Assert.Equal((double)game.Gain(Rational.Parse(share)), payoffs[1] - payoffs[0], 1e-13);
        }
    }

    [Fact]
    public void Wrong_starts_durations_and_options_are_refused()
    {
        Assert.Throws<ArgumentException>(() => ReplicatorDynamics.Follow(_hawkDove, [0.5, 0.4], 1));
        Assert.Throws<ArgumentException>(() => ReplicatorDynamics.Follow(_hawkDove, [1.5, -0.5], 1));
        Assert.Throws<ArgumentException>(() => ReplicatorDynamics.Follow(_hawkDove, [1], 1));
        Assert.Throws<ArgumentException>(() => LogitDynamics.Follow(_hawkDove, [double.NaN, 0.5], 1, 1));
        Assert.Throws<ArgumentOutOfRangeException>(() => ReplicatorDynamics.Follow(_hawkDove, [0.5, 0.5], double.PositiveInfinity));
        Assert.Throws<ArgumentOutOfRangeException>(() => LogitDynamics.Follow(_hawkDove, [0.5, 0.5], -1, 1));
        Assert.Throws<ArgumentException>(() => ReplicatorDynamics.Follow(_hawkDove, [0.5, 0.5], 1, new DynamicsOptions { Samples = 0 }));
        Assert.Throws<ArgumentException>(() => BestResponseDynamics.Follow(EvolutionaryGame.Of(new SymmetricBinaryGame([1, -1])), [0.5, 0.5], 1));
        Assert.Throws<ArgumentException>(() => EvolutionaryGame.OfSymmetric([[1, 2]]));
    }
}
