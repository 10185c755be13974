using System.Collections.Immutable;
using Verifiable.Inference.Incentives.Games;

namespace Verifiable.Inference.Incentives.Solvers;

/// <summary>
/// Removes strictly dominated strategies again and again, with pure and mixed strategies as dominators, exactly (Pearce 1984; Bernheim 1984; the linear program is that of Conitzer and Sandholm,
/// "Complexity of (iterated) dominance", EC 2005, proposition 1). No order of removal changes what remains, and no equilibrium plays what was removed. Pure and thread-safe.
/// </summary>
public static class Dominance
{
    /// <summary>Removes strictly dominated strategies until none is left.</summary>
    /// <param name="game">The game.</param>
    /// <param name="limit">What it may cost; a step is a pivot.</param>
    /// <returns>The removals in order and what remains. <see cref="Completeness.Proven"/> when nothing that remains is strictly dominated.</returns>
    public static DominanceSolution Eliminate(NormalFormGame game, WorkLimit limit = default)
    {
        ArgumentNullException.ThrowIfNull(game);
        var meter = new WorkMeter(limit);
        List<int>[] left = [.. game.StrategyCounts.Select(count => Enumerable.Range(0, count).ToList())];
        List<DominanceStep> steps = [];
        bool removed = true;
        while (removed && !meter.IsStopped)
        {
            removed = false;
            for (int player = 0; player < game.PlayerCount; player++)
            {
                foreach (int strategy in left[player].ToArray())
                {
                    if (left[player].Count > 1 && FindDominator(game, left, player, strategy, meter) is { } mixture)
                    {
                        steps.Add(new DominanceStep(player, strategy, mixture));
                        _ = left[player].Remove(strategy);
                        removed = true;
                    }
                }
            }
        }

        return new DominanceSolution(game, [.. steps], [.. left.Select(strategies => strategies.ToImmutableArray())], meter.IsStopped ? Completeness.Partial : Completeness.Proven, meter.Outcome);
    }

    private static ImmutableArray<Rational>? FindDominator(NormalFormGame game, List<int>[] left, int player, int strategy, WorkMeter meter)
    {
        List<int> contexts = [0];
        for (int other = 0; other < game.PlayerCount; other++)
        {
            if (other != player)
            {
                contexts = [.. contexts.SelectMany(context => left[other].Select(chosen => context + (chosen * game.Stride(other))))];
            }
        }

        int stride = game.Stride(player);
        int[] others = [.. left[player].Where(other => other != strategy)];
        foreach (int other in others)
        {
            if (!meter.TrySpend())
            {
                return null;
            }

            if (contexts.TrueForAll(context => game.PayoffAt(context + (other * stride), player) > game.PayoffAt(context + (strategy * stride), player)))
            {
                return Mixture(game.StrategyCounts[player], [other], [Rational.One]);
            }
        }

        if (others.Length < 2)
        {
            return null;
        }

        // Maximise the least advantage ε of a mixture over the strategy; with 1 ≥ ε ≥ 0 the program is bounded, and infeasible when no mixture is even as good.
        var program = new LinearProgram(others.Length + 1);
        program.AddEquation([.. Enumerable.Repeat(Rational.One, others.Length), Rational.Zero], Rational.One);
        program.AddAtMost([.. Enumerable.Repeat(Rational.Zero, others.Length), Rational.One], Rational.One);
        foreach (int context in contexts)
        {
            Rational own = game.PayoffAt(context + (strategy * stride), player);
            program.AddAtMost([.. others.Select(other => own - game.PayoffAt(context + (other * stride), player)), Rational.One], Rational.Zero);
        }

        program.Maximize([.. Enumerable.Repeat(Rational.Zero, others.Length), Rational.One]);
        LinearProgramSolution solution = program.Solve(meter);
        return solution.State == LinearProgramState.Optimal && solution.Objective.Sign > 0
            ? Mixture(game.StrategyCounts[player], others, [.. solution.Values.Take(others.Length)])
            : null;
    }

    private static ImmutableArray<Rational> Mixture(int count, int[] strategies, Rational[] probabilities)
    {
        var mixture = new Rational[count];
        for (int i = 0; i < strategies.Length; i++)
        {
            mixture[strategies[i]] = probabilities[i];
        }

        return [.. mixture];
    }
}
