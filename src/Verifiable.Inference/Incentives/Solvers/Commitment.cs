using System.Collections.Immutable;
using Verifiable.Inference.Incentives.Games;

namespace Verifiable.Inference.Incentives.Solvers;

/// <summary>
/// Finds the best mixed strategy to commit to, exactly: one linear program for every answer of the follower (Conitzer and Sandholm, "Computing the optimal strategy to commit to", EC 2006, theorem 1).
/// The follower sees the mixture, not the draw, and breaks ties for the leader (strong Stackelberg equilibrium). Pure and thread-safe.
/// </summary>
public static class Commitment
{
    /// <summary>Finds the row player's best commitment.</summary>
    /// <param name="game">The game; the row player leads. Use <see cref="BimatrixGame.Transposed"/> for the other.</param>
    /// <param name="limit">What it may cost; a step is a pivot.</param>
    /// <returns>The commitment, its value, and a proof that no answer gives the leader more; <see langword="null"/> when the limit came first.</returns>
    public static CommitmentSolution? Solve(BimatrixGame game, WorkLimit limit = default)
    {
        ArgumentNullException.ThrowIfNull(game);
        var meter = new WorkMeter(limit);
        Rational least = game.RowPayoffs.Min();
        CommitmentSolution? best = null;
        List<ImmutableArray<Rational>> prices = [];
        for (int answer = 0; answer < game.Columns; answer++)
        {
            // With payoffs moved to be positive, "at most one in all" is tight whenever any mixture makes this the best answer, and 0 is the value otherwise.
            var program = new LinearProgram(game.Rows);
            int chosen = answer;
            program.Maximize([.. Enumerable.Range(0, game.Rows).Select(row => game.RowPayoffs[(row * game.Columns) + chosen] - least + Rational.One)]);
            program.AddAtMost([.. Enumerable.Repeat(Rational.One, game.Rows)], Rational.One);
            for (int other = 0; other < game.Columns; other++)
            {
                int instead = other;
                program.AddAtMost(
                    [.. Enumerable.Range(0, game.Rows).Select(row => game.ColumnPayoffs[(row * game.Columns) + instead] - game.ColumnPayoffs[(row * game.Columns) + chosen])],
                    Rational.Zero);
            }

            LinearProgramSolution solution = program.Solve(meter);
            if (solution.State != LinearProgramState.Optimal)
            {
                return null;
            }

            prices.Add([.. solution.Prices.Skip(1)]);
            Rational value = solution.Objective + least - Rational.One;
            if (solution.Objective.Sign > 0 && (best is null || value > best.Value))
            {
                best = new CommitmentSolution(game, solution.Values, answer, value, []);
            }
        }

        // Some answer is a best one to any mixture, so that there is always a best commitment.
        return new CommitmentSolution(game, best!.Mixture, best.Answer, best.Value, [.. prices]);
    }
}
