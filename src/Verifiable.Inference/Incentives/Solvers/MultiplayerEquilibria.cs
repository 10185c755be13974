using System.Collections.Immutable;
using Verifiable.Inference.Incentives.Games;

namespace Verifiable.Inference.Incentives.Solvers;

/// <summary>
/// Finds all isolated equilibria of games of any number of players: every combination of supports in the order of Porter, Nudelman and Shoham ("Simple search methods for finding a Nash equilibrium",
/// GEB 63, 2008), each searched by certified interval Newton. An equilibrium is listed as exact fractions where it has them and otherwise as a box that provably holds exactly one. Whatever cannot
/// be settled, components of infinitely many equilibria above all, is listed as undecided and never dropped. Pure and thread-safe.
/// </summary>
public static class MultiplayerEquilibria
{
    /// <summary>Finds all isolated equilibria.</summary>
    /// <param name="game">The game, of two players or more; for two, <see cref="ExtremeEquilibria"/> is better.</param>
    /// <param name="limit">What it may cost; a step is a box.</param>
    /// <returns>The equilibria. <see cref="Completeness.Proven"/> when every support was settled.</returns>
    public static MultiplayerSolution FindAll(NormalFormGame game, WorkLimit limit = default)
    {
        ArgumentNullException.ThrowIfNull(game);
        var meter = new WorkMeter(limit);

        // Boxes are for what strict dominance leaves; no equilibrium plays anything else.
        DominanceSolution left = Dominance.Eliminate(game, limit);
        Interval[] payoffs = [.. game.Payoffs.Select(Interval.Of)];
        List<EquilibriumEnclosure> found = [];
        List<UndecidedSupport> undecided = [];
        foreach (int[][] supports in SupportsOf(left.Remaining))
        {
            if (!meter.TrySpend())
            {
                break;
            }

            TakeSupports(game, payoffs, supports, meter, found, undecided);
        }

        Completeness completeness = meter.IsStopped || undecided.Count > 0 ? Completeness.Partial : Completeness.Proven;
        return new MultiplayerSolution(game, [.. found], [.. undecided], completeness, meter.Outcome);
    }

    private static void TakeSupports(NormalFormGame game, Interval[] payoffs, int[][] supports, WorkMeter meter, List<EquilibriumEnclosure> found, List<UndecidedSupport> undecided)
    {
        if (supports.All(support => support.Length == 1))
        {
            MixedProfile profile = EquilibriumEnclosure.Pure(game, supports);
            if (game.Regret(profile).IsZero)
            {
                found.Add(EquilibriumEnclosure.Exact(profile));
            }

            return;
        }

        var system = new SupportSystem(game, payoffs, supports);
        var search = new SupportSearch(game, system, meter);
        search.Run();
        foreach (Interval[][] box in search.Undecided)
        {
            undecided.Add(UndecidedSupport.Of(supports, box));
        }

        foreach (SupportRoot root in search.Roots)
        {
            switch (Judge(game, system, root.Enclosure))
            {
                case true:
                    found.Add(EquilibriumEnclosure.Of(game, system, search, root.Enclosure));
                    break;
                case null:
                    // A tie that doubles cannot see: fractions can.
                    if (EquilibriumEnclosure.TryExact(game, supports, root.Enclosure) is { } exact)
                    {
                        // With a probability of exactly zero it belongs to a smaller support, which finds it.
                        if (supports.Select((support, player) => support.All(strategy => !exact[player][strategy].IsZero)).All(all => all) && game.Regret(exact).IsZero)
                        {
                            found.Add(EquilibriumEnclosure.Exact(exact));
                        }
                    }
                    else
                    {
                        undecided.Add(UndecidedSupport.Of(supports, root.Enclosure));
                    }

                    break;
                default:
                    break;
            }
        }
    }

    // Whether the solution is an equilibrium with exactly these supports; null when its box is too wide to tell.
    private static bool? Judge(NormalFormGame game, SupportSystem system, Interval[][] box)
    {
        bool isCertain = true;
        for (int player = 0; player < box.Length; player++)
        {
            foreach (Interval probability in box[player])
            {
                if (probability.High < 0)
                {
                    return false;
                }

                isCertain &= probability.Low > 0;
            }

            for (int strategy = 0; strategy < game.StrategyCounts[player]; strategy++)
            {
                if (Array.IndexOf(system.Supports[player], strategy) >= 0)
                {
                    continue;
                }

                Interval gain = system.Gain(player, strategy, system.Supports[player][0], box);
                if (gain.Low > 0)
                {
                    return false;
                }

                isCertain &= gain.High < 0;
            }
        }

        return isCertain ? true : null;
    }

    // By total size, then by imbalance, so that small and balanced supports come first.
    private static IEnumerable<int[][]> SupportsOf(ImmutableArray<ImmutableArray<int>> remaining)
    {
        int players = remaining.Length;
        IEnumerable<int[]> sizes = Combinations([.. remaining.Select(strategies => Enumerable.Range(1, strategies.Length).ToArray())])
            .OrderBy(size => size.Sum()).ThenBy(size => size.Max() - size.Min());
        foreach (int[] size in sizes)
        {
            int[][][] choices = [.. Enumerable.Range(0, players).Select(player => Subsets([.. remaining[player]], size[player]).ToArray())];
            foreach (int[] chosen in Combinations([.. choices.Select(list => Enumerable.Range(0, list.Length).ToArray())]))
            {
                yield return [.. Enumerable.Range(0, players).Select(player => choices[player][chosen[player]])];
            }
        }
    }

    private static IEnumerable<int[]> Combinations(int[][] lists)
    {
        var places = new int[lists.Length];
        while (true)
        {
            yield return [.. places.Select((place, i) => lists[i][place])];
            int position = lists.Length - 1;
            while (position >= 0 && ++places[position] == lists[position].Length)
            {
                places[position--] = 0;
            }

            if (position < 0)
            {
                yield break;
            }
        }
    }

    private static IEnumerable<int[]> Subsets(int[] items, int size)
    {
        if (size == 0)
        {
            yield return [];
            yield break;
        }

        for (int first = 0; first <= items.Length - size; first++)
        {
            foreach (int[] rest in Subsets(items[(first + 1)..], size - 1))
            {
                yield return [items[first], .. rest];
            }
        }
    }
}
