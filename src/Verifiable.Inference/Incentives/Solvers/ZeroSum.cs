using System.Collections.Immutable;
using Verifiable.Inference.Incentives.Games;

namespace Verifiable.Inference.Incentives.Solvers;

/// <summary>Solves two-player constant-sum games exactly by linear programming (von Neumann 1928; Dantzig 1951). Pure and thread-safe.</summary>
public static class ZeroSum
{
    /// <summary>Finds the value and one pair of optimal strategies.</summary>
    /// <param name="game">A game whose payoffs sum to the same number everywhere.</param>
    /// <param name="limit">What it may cost; a step is a pivot.</param>
    /// <returns>
    /// The solution. The profile is an equilibrium, and every equilibrium has its payoffs; other optimal strategies are not looked for. <see langword="null"/> when the limit came first.
    /// </returns>
    /// <exception cref="ArgumentException">The game is not of constant sum.</exception>
    public static ZeroSumSolution? Solve(BimatrixGame game, WorkLimit limit = default)
    {
        ArgumentNullException.ThrowIfNull(game);
        if (!game.IsConstantSum)
        {
            throw new ArgumentException("Expected payoffs that sum to the same number for every profile.", nameof(game));
        }

        // With positive payoffs: maximise Σ y over A y ≤ 1, y ≥ 0. The value is 1/Σ, the prices are the row player's part.
        Rational shift = Rational.One - game.RowPayoffs.Min();
        var program = new LinearProgram(game.Columns);
        program.Maximize([.. Enumerable.Repeat(Rational.One, game.Columns)]);
        for (int row = 0; row < game.Rows; row++)
        {
            program.AddAtMost([.. game.RowPayoffs.AsSpan(row * game.Columns, game.Columns).ToArray().Select(payoff => payoff + shift)], Rational.One);
        }

        LinearProgramSolution solution = program.Solve(new WorkMeter(limit));
        if (solution.State != LinearProgramState.Optimal)
        {
            return null;
        }

        Rational scale = Rational.One / solution.Objective;
        ImmutableArray<Rational> x = [.. solution.Prices.Select(price => price * scale)];
        ImmutableArray<Rational> y = [.. solution.Values.Select(value => value * scale)];
        return new ZeroSumSolution(game, scale - shift, new MixedProfile(x, y));
    }
}
