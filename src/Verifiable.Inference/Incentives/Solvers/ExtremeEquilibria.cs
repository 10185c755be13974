using System.Collections.Immutable;
using Verifiable.Inference.Incentives.Games;

namespace Verifiable.Inference.Incentives.Solvers;

/// <summary>
/// Finds all extreme equilibria of two-player games exactly: finitely many profiles whose mixtures, within the components that come with them, are all Nash equilibria there are. Pure and
/// thread-safe. <c>docs/decisions/0023-all-equilibria.md</c> says why it is done this way.
/// </summary>
public static class ExtremeEquilibria
{
    // Up to here listing every vertex takes less than a search.
    private const int FewLabels = 9;
    private const int FacesBeforeListing = 64;

    /// <summary>Finds all extreme equilibria.</summary>
    /// <param name="game">The game.</param>
    /// <param name="limit">What the search may cost; a step is an assignment of one label.</param>
    /// <returns>
    /// The equilibria in a fixed order and their components. <see cref="Completeness.Proven"/>: there are no others. <see cref="Completeness.Partial"/>: the limit came first, or the caller cancelled.
    /// </returns>
    public static BimatrixSolution FindAll(BimatrixGame game, WorkLimit limit = default)
    {
        ArgumentNullException.ThrowIfNull(game);
        var meter = new WorkMeter(limit);
        IReadOnlyCollection<MixedProfile>? found;
        bool isComplete;
        if (game.Rows + game.Columns <= FewLabels)
        {
            found = LabelMatching.Find(game, meter);
            isComplete = found is not null;
        }
        else
        {
            var search = new ComplementarySearch(game, FacesBeforeListing, meter);
            search.Run();
            found = search.Found;
            isComplete = search.IsComplete;
            if (!isComplete && !meter.IsStopped && LabelMatching.Find(game, meter) is { } listed)
            {
                found = listed;
                isComplete = true;
            }
        }

        ImmutableArray<MixedProfile> equilibria = [.. (found ?? []).Order(ProfileOrder.Descending)];
        ImmutableArray<NashComponent>? components = isComplete ? NashComponents.Find(game, equilibria, meter) : null;
        return new BimatrixSolution(game, equilibria, isComplete ? Completeness.Proven : Completeness.Partial, meter.Outcome, components);
    }
}
