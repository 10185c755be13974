using System.Collections.Immutable;
using Verifiable.Inference.Incentives.Games;

namespace Verifiable.Inference.Incentives.Solvers;

/// <summary>
/// Finds correlated equilibria by linear programming, exactly (Aumann, "Subjectivity and correlation in randomized strategies", 1974; Hart and Schmeidler 1989). A distribution over pure profiles is
/// one when nobody who is told its own part gains by playing another. Pure and thread-safe.
/// </summary>
public static class CorrelatedEquilibria
{
    /// <summary>Finds a correlated equilibrium with the greatest weighted sum of payoffs.</summary>
    /// <param name="game">The game.</param>
    /// <param name="weights">The weight of each player's payoff; <see langword="null"/> weighs all by 1.</param>
    /// <param name="limit">What it may cost; a step is a pivot.</param>
    /// <returns>The solution with its proof of optimality; <see langword="null"/> when the limit came first.</returns>
    /// <exception cref="ArgumentException">There is not one weight a player.</exception>
    public static CorrelatedSolution? Maximize(NormalFormGame game, ImmutableArray<Rational>? weights = null, WorkLimit limit = default)
    {
        ArgumentNullException.ThrowIfNull(game);
        ImmutableArray<Rational> used = weights ?? [.. Enumerable.Repeat(Rational.One, game.PlayerCount)];
        if (used.IsDefault || used.Length != game.PlayerCount)
        {
            throw new ArgumentException($"Expected {game.PlayerCount} weights.", nameof(weights));
        }

        ImmutableArray<Rational> objective = [.. Enumerable.Range(0, game.ProfileCount).Select(profile => Total(game, profile, used))];
        return Solve(game, objective, [], new WorkMeter(limit));
    }

    /// <summary>Finds, among the correlated equilibria whose greatest and least payoffs of players differ least, one with the greatest sum of payoffs.</summary>
    /// <param name="game">The game.</param>
    /// <param name="limit">What it may cost; a step is a pivot.</param>
    /// <returns>The distribution and the sum of payoffs, without a proof of optimality in its certificate; <see langword="null"/> when the limit came first.</returns>
    public static CorrelatedSolution? MaximizeFairly(NormalFormGame game, WorkLimit limit = default)
    {
        ArgumentNullException.ThrowIfNull(game);
        var meter = new WorkMeter(limit);
        LinearProgram program = Constraints(game, 1);
        AddSpreads(program, game, null);
        var spread = new Rational[game.ProfileCount + 1];
        spread[^1] = -Rational.One;
        program.Maximize(spread);
        LinearProgramSolution least = program.Solve(meter);
        if (least.State != LinearProgramState.Optimal)
        {
            return null;
        }

        LinearProgram fair = Constraints(game, 0);
        AddSpreads(fair, game, -least.Objective);
        ImmutableArray<Rational> weights = [.. Enumerable.Repeat(Rational.One, game.PlayerCount)];
        fair.Maximize([.. Enumerable.Range(0, game.ProfileCount).Select(profile => Total(game, profile, weights))]);
        LinearProgramSolution solution = fair.Solve(meter);
        return solution.State == LinearProgramState.Optimal ? new CorrelatedSolution(game, solution.Values, solution.Objective, [], []) : null;
    }

    /// <summary>Measures how far a distribution is from a correlated equilibrium: the sum over players of what the best rule "when told s, play t" gains.</summary>
    /// <param name="game">The game.</param>
    /// <param name="distribution">A probability for each pure profile, in the order of the game's profiles.</param>
    /// <returns>The sum, 0 exactly for correlated equilibria.</returns>
    /// <exception cref="ArgumentException">There is not one probability a profile.</exception>
    public static Rational SwapGain(NormalFormGame game, ImmutableArray<Rational> distribution) => Gain(game, distribution, isCoarse: false);

    /// <summary>Measures how far a distribution is from a coarse correlated equilibrium: the sum over players of what the best single strategy, chosen before being told, gains.</summary>
    /// <param name="game">The game.</param>
    /// <param name="distribution">A probability for each pure profile, in the order of the game's profiles.</param>
    /// <returns>The sum, 0 exactly for coarse correlated equilibria.</returns>
    /// <exception cref="ArgumentException">There is not one probability a profile.</exception>
    public static Rational CoarseGain(NormalFormGame game, ImmutableArray<Rational> distribution) => Gain(game, distribution, isCoarse: true);

    /// <summary>Computes what a player gains by playing another strategy than its own part of a pure profile.</summary>
    internal static Rational Deviation(NormalFormGame game, int profile, int player, int to)
    {
        int own = profile / game.Stride(player) % game.StrategyCounts[player];
        return game.PayoffAt(profile + ((to - own) * game.Stride(player)), player) - game.PayoffAt(profile, player);
    }

    private static CorrelatedSolution? Solve(NormalFormGame game, ImmutableArray<Rational> objective, ImmutableArray<Rational> _, WorkMeter meter)
    {
        LinearProgram program = Constraints(game, 0);
        program.Maximize([.. objective]);
        LinearProgramSolution solution = program.Solve(meter);
        return solution.State == LinearProgramState.Optimal
            ? new CorrelatedSolution(game, solution.Values, solution.Objective, objective, [.. solution.Prices.Skip(1)])
            : null;
    }

    // The first row is the sum of probabilities; then one row for every player, own strategy and other strategy.
    private static LinearProgram Constraints(NormalFormGame game, int further)
    {
        var program = new LinearProgram(game.ProfileCount + further);
        var ones = new Rational[game.ProfileCount + further];
        ones.AsSpan(0, game.ProfileCount).Fill(Rational.One);
        program.AddEquation(ones, Rational.One);
        foreach ((int player, int from, int to) in Deviations(game.StrategyCounts))
        {
            var row = new Rational[game.ProfileCount + further];
            for (int profile = 0; profile < game.ProfileCount; profile++)
            {
                row[profile] = profile / game.Stride(player) % game.StrategyCounts[player] == from ? Deviation(game, profile, player, to) : Rational.Zero;
            }

            program.AddAtMost(row, Rational.Zero);
        }

        return program;
    }

    internal static IEnumerable<(int Player, int From, int To)> Deviations(ImmutableArray<int> counts) =>
        from player in Enumerable.Range(0, counts.Length)
        from own in Enumerable.Range(0, counts[player])
        from other in Enumerable.Range(0, counts[player])
        where own != other
        select (player, own, other);

    // For every two players, the difference of their payoffs is at most the spread: a further variable, or a number.
    private static void AddSpreads(LinearProgram program, NormalFormGame game, Rational? spread)
    {
        for (int first = 0; first < game.PlayerCount; first++)
        {
            for (int second = 0; second < game.PlayerCount; second++)
            {
                if (first != second)
                {
                    List<Rational> row = [.. Enumerable.Range(0, game.ProfileCount).Select(profile => game.PayoffAt(profile, first) - game.PayoffAt(profile, second))];
                    if (spread is null)
                    {
                        row.Add(-Rational.One);
                    }

                    program.AddAtMost([.. row], spread ?? Rational.Zero);
                }
            }
        }
    }

    private static Rational Total(NormalFormGame game, int profile, ImmutableArray<Rational> weights) =>
        Enumerable.Range(0, game.PlayerCount).Aggregate(Rational.Zero, (sum, player) => sum + (weights[player] * game.PayoffAt(profile, player)));

    private static Rational Gain(NormalFormGame game, ImmutableArray<Rational> distribution, bool isCoarse)
    {
        ArgumentNullException.ThrowIfNull(game);
        if (distribution.IsDefault || distribution.Length != game.ProfileCount)
        {
            throw new ArgumentException($"Expected {game.ProfileCount} probabilities.", nameof(distribution));
        }

        Rational total = Rational.Zero;
        for (int player = 0; player < game.PlayerCount; player++)
        {
            int count = game.StrategyCounts[player];
            var gains = new Rational[isCoarse ? 1 : count, count];
            for (int profile = 0; profile < game.ProfileCount; profile++)
            {
                int told = isCoarse ? 0 : profile / game.Stride(player) % count;
                for (int to = 0; to < count && !distribution[profile].IsZero; to++)
                {
                    gains[told, to] += distribution[profile] * Deviation(game, profile, player, to);
                }
            }

            for (int told = 0; told < gains.GetLength(0); told++)
            {
                total += Enumerable.Range(0, count).Select(to => gains[told, to]).Append(Rational.Zero).Max();
            }
        }

        return total;
    }
}
