using Verifiable.Inference.Incentives.Games;

namespace Verifiable.Inference.Incentives.Solvers;

/// <summary>
/// Finds one equilibrium of a two-player game for each starting label by the Lemke–Howson method (Lemke and Howson, SIAM J. Appl. Math. 12, 1964; von Stengel 2007, section 3.6) with integer
/// pivoting and the lexicographic rule, so that degenerate games neither cycle nor round. Equilibria that no label reaches exist (Shapley 1974, figure 3): the result never claims to be complete.
/// Pure and thread-safe.
/// </summary>
public static class LemkeHowson
{
    /// <summary>Follows the path of one label from the artificial equilibrium.</summary>
    /// <param name="game">The game.</param>
    /// <param name="label">The label that is dropped first: the row player's strategies from 0, then the column player's.</param>
    /// <param name="limit">What the path may cost; a step is a pivot.</param>
    /// <returns>One equilibrium, or none when the limit came first. Always <see cref="Completeness.Unknown"/>.</returns>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="label"/> does not exist.</exception>
    public static BimatrixSolution FindFrom(BimatrixGame game, int label, WorkLimit limit = default)
    {
        ArgumentNullException.ThrowIfNull(game);
        ArgumentOutOfRangeException.ThrowIfNegative(label);
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(label, game.Rows + game.Columns);
        var meter = new WorkMeter(limit);
        MixedProfile? found = new LemkeHowsonPath(BestResponsePolytope.OfRows(game), BestResponsePolytope.OfColumns(game)).Follow(label, meter);
        return new BimatrixSolution(game, found is null ? [] : [found], Completeness.Unknown, meter.Outcome, null);
    }

    /// <summary>Follows the paths of all labels.</summary>
    /// <param name="game">The game.</param>
    /// <param name="limit">What all paths together may cost; a step is a pivot.</param>
    /// <returns>The different equilibria that were reached. Always <see cref="Completeness.Unknown"/>.</returns>
    public static BimatrixSolution FindFromAll(BimatrixGame game, WorkLimit limit = default)
    {
        ArgumentNullException.ThrowIfNull(game);
        var meter = new WorkMeter(limit);
        BestResponsePolytope rows = BestResponsePolytope.OfRows(game);
        BestResponsePolytope columns = BestResponsePolytope.OfColumns(game);
        HashSet<MixedProfile> found = [];
        for (int label = 0; label < game.Rows + game.Columns && !meter.IsStopped; label++)
        {
            if (new LemkeHowsonPath(rows, columns).Follow(label, meter) is { } profile)
            {
                _ = found.Add(profile);
            }
        }

        return new BimatrixSolution(game, [.. found.Order(ProfileOrder.Descending)], Completeness.Unknown, meter.Outcome, null);
    }
}
