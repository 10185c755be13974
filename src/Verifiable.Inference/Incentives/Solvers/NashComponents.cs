using System.Collections.Immutable;
using System.Numerics;
using Verifiable.Inference.Incentives.Games;

namespace Verifiable.Inference.Incentives.Solvers;

/// <summary>
/// Puts extreme equilibria together to components: in the bipartite graph whose edges are the extreme equilibria, the maximal complete parts are the maximal Nash subsets and the connected parts are
/// the components (Avis, Rosenberg, Savani and von Stengel, "Enumeration of Nash equilibria for two-player games", Economic Theory 42, 2010, section 4; Bron and Kerbosch, CACM algorithm 457, 1973).
/// </summary>
internal static class NashComponents
{
    /// <summary>Finds the components; null when the meter stopped.</summary>
    internal static ImmutableArray<NashComponent>? Find(BimatrixGame game, ImmutableArray<MixedProfile> equilibria, WorkMeter meter)
    {
        var graph = new Graph(equilibria);
        BestResponsePolytope rowSide = BestResponsePolytope.OfRows(game);
        BestResponsePolytope columnSide = BestResponsePolytope.OfColumns(game);
        List<NashComponent> components = [];
        foreach ((int[] rows, int[] columns) in graph.ConnectedParts())
        {
            List<NashSubset> subsets = [];
            if (!graph.TryListComplete(rows, columns, subsets, meter))
            {
                return null;
            }

            int? index = rows.Length == 1 && columns.Length == 1 ? IndexOf(rowSide, columnSide, graph.Rows[rows[0]], graph.Columns[columns[0]]) : null;
            components.Add(new NashComponent([.. subsets], index));
        }

        // All indices sum to 1: one unknown follows from the others.
        if (components.Count(component => component.Index is null) == 1)
        {
            int unknown = components.FindIndex(component => component.Index is null);
            components[unknown] = components[unknown] with { Index = 1 - components.Sum(component => component.Index ?? 0) };
        }

        return [.. components];
    }

    // Shapley 1974: (−1)^(k+1) sign det A_IJ sign det B_IJ with positive payoffs, for supports I, J of size k that are all best responses.
    private static int? IndexOf(BestResponsePolytope rows, BestResponsePolytope columns, ImmutableArray<Rational> x, ImmutableArray<Rational> y)
    {
        int[] i = [.. Enumerable.Range(0, x.Length).Where(strategy => !x[strategy].IsZero)];
        int[] j = [.. Enumerable.Range(0, y.Length).Where(strategy => !y[strategy].IsZero)];
        if (i.Length != j.Length || !IsStrict(rows, x, i.Length) || !IsStrict(columns, y, j.Length))
        {
            return null;
        }

        int signs = Determinant.Sign([.. j.Select(constraint => i.Select(variable => rows.Exact[(constraint * rows.Variables) + variable]).ToArray())])
            * Determinant.Sign([.. i.Select(constraint => j.Select(variable => columns.Exact[(constraint * columns.Variables) + variable]).ToArray())]);
        return signs == 0 ? null : (i.Length % 2 == 1 ? signs : -signs);
    }

    // Whether the opponent has no more best responses than the strategy has pure ones.
    private static bool IsStrict(BestResponsePolytope polytope, ImmutableArray<Rational> strategy, int size)
    {
        BigInteger scale = BigInteger.One;
        foreach (Rational probability in strategy)
        {
            scale = probability.IsZero ? scale : scale / BigInteger.GreatestCommonDivisor(scale, probability.Denominator) * probability.Denominator;
        }

        BigInteger[] shares = [.. strategy.Select((probability, variable) => probability.IsZero ? BigInteger.Zero : probability.Numerator * (scale / probability.Denominator) * polytope.Weights[variable])];
        var values = new BigInteger[polytope.Constraints];
        for (int constraint = 0; constraint < values.Length; constraint++)
        {
            for (int variable = 0; variable < shares.Length; variable++)
            {
                if (!shares[variable].IsZero)
                {
                    values[constraint] += shares[variable] * polytope.Exact[(constraint * polytope.Variables) + variable];
                }
            }
        }

        BigInteger greatest = values.Max();
        return values.Count(value => value == greatest) == size;
    }

    private sealed class Graph
    {
        private readonly List<HashSet<int>> _columnsOf = [];

        internal Graph(ImmutableArray<MixedProfile> equilibria)
        {
            var rows = new Dictionary<ImmutableArray<Rational>, int>(StrategyComparer.Content);
            var columns = new Dictionary<ImmutableArray<Rational>, int>(StrategyComparer.Content);
            foreach (MixedProfile equilibrium in equilibria)
            {
                int row = Number(rows, Rows, equilibrium[0]);
                int column = Number(columns, Columns, equilibrium[1]);
                if (row == _columnsOf.Count)
                {
                    _columnsOf.Add([]);
                }

                _ = _columnsOf[row].Add(column);
            }
        }

        internal List<ImmutableArray<Rational>> Rows { get; } = [];

        internal List<ImmutableArray<Rational>> Columns { get; } = [];

        internal IEnumerable<(int[] Rows, int[] Columns)> ConnectedParts()
        {
            List<int>[] rowsOf = [.. Columns.Select(_ => new List<int>())];
            for (int row = 0; row < Rows.Count; row++)
            {
                foreach (int column in _columnsOf[row])
                {
                    rowsOf[column].Add(row);
                }
            }

            var seen = new bool[Rows.Count];
            for (int start = 0; start < Rows.Count; start++)
            {
                if (seen[start])
                {
                    continue;
                }

                SortedSet<int> rows = [start];
                SortedSet<int> columns = [];
                var waiting = new Queue<int>([start]);
                seen[start] = true;
                while (waiting.TryDequeue(out int row))
                {
                    foreach (int column in _columnsOf[row].Where(columns.Add))
                    {
                        foreach (int next in rowsOf[column].Where(next => !seen[next]))
                        {
                            seen[next] = true;
                            _ = rows.Add(next);
                            waiting.Enqueue(next);
                        }
                    }
                }

                yield return ([.. rows], [.. columns]);
            }
        }

        /// <summary>Lists the maximal complete parts of a connected part.</summary>
        internal bool TryListComplete(int[] rows, int[] columns, List<NashSubset> subsets, WorkMeter meter) => TryExtend([], [.. columns], rows, [], subsets, meter);

        // Every maximal part is a set of rows closed under "all rows that have the columns these have in common": rows are added in order, and a part is kept when no row passed over would fit
        // (Bron and Kerbosch's third set, with the columns of one side implied).
        private bool TryExtend(List<int> taken, HashSet<int> common, int[] candidates, List<int> passed, List<NashSubset> subsets, WorkMeter meter)
        {
            List<int> left = [.. candidates];
            List<int> over = [.. passed];
            while (left.Count > 0)
            {
                if (!meter.TrySpend())
                {
                    return false;
                }

                int row = left[0];
                left.RemoveAt(0);
                HashSet<int> shared = [.. common.Where(_columnsOf[row].Contains)];
                if (shared.Count > 0)
                {
                    List<int> chosen = [.. taken, row];
                    List<int> rest = [];
                    foreach (int candidate in left)
                    {
                        // Rows with all shared columns belong to the part at once.
                        (shared.IsSubsetOf(_columnsOf[candidate]) ? chosen : rest).Add(candidate);
                    }

                    if (!over.Exists(other => shared.IsSubsetOf(_columnsOf[other])))
                    {
                        subsets.Add(new NashSubset([.. chosen.Order().Select(i => Rows[i])], [.. shared.Order().Select(j => Columns[j])]));
                        if (!TryExtend(chosen, shared, [.. rest.Where(candidate => shared.Overlaps(_columnsOf[candidate]))], over, subsets, meter))
                        {
                            return false;
                        }
                    }
                }

                over.Add(row);
            }

            return true;
        }

        private static int Number(Dictionary<ImmutableArray<Rational>, int> numbers, List<ImmutableArray<Rational>> list, ImmutableArray<Rational> strategy)
        {
            if (!numbers.TryGetValue(strategy, out int number))
            {
                number = list.Count;
                numbers.Add(strategy, number);
                list.Add(strategy);
            }

            return number;
        }
    }
}
