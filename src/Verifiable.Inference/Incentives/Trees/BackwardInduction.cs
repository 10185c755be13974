using System.Collections.Immutable;
using Verifiable.Inference.Incentives.Games;

namespace Verifiable.Inference.Incentives.Trees;

/// <summary>
/// Finds all pure subgame-perfect equilibria of games of perfect information (Zermelo, Kuhn, Selten), exactly; where payoffs tie, every choice is followed. Chance is averaged. Pure
/// and thread-safe.
/// </summary>
public static class BackwardInduction
{
    /// <summary>Finds the payoffs of all pure subgame-perfect equilibria.</summary>
    /// <param name="game">A game of perfect information.</param>
    /// <param name="limit">The limit of work; a step is one combination of equilibria of the subtrees of a chance node or one node.</param>
    /// <returns>The distinct vectors of payoffs, and whether they are all.</returns>
    /// <exception cref="ArgumentException">The game is not one of perfect information.</exception>
    public static (ImmutableArray<ImmutableArray<Rational>> Payoffs, Completeness Completeness) FindPayoffs(ExtensiveGame game, WorkLimit limit = default)
    {
        Checked(game);
        WorkMeter meter = new(limit);
        List<Rational[]>[] values = Values(game, meter);
        return meter.IsStopped ? ([], Completeness.Partial) : ([.. values[0].Select(value => value.ToImmutableArray())], Completeness.Proven);
    }

    /// <summary>Finds one pure subgame-perfect equilibrium: where payoffs tie, the first action that is a best one.</summary>
    /// <param name="game">A game of perfect information.</param>
    /// <returns>The place of the action by information set.</returns>
    /// <exception cref="ArgumentException">The game is not one of perfect information.</exception>
    public static ImmutableArray<int> FindOne(ExtensiveGame game)
    {
        Checked(game);
        var values = new Rational[game.NodeCount][];
        int[] actions = new int[game.InformationSets.Length];
        for (int node = game.NodeCount - 1; node >= 0; node--)
        {
            ReadOnlySpan<int> children = game.ChildrenOf(node);
            if (game.KindOf(node) == GameNodeKind.Terminal)
            {
                values[node] = game.Terminal.Vectors[game.Terminal.VectorOf[node]];
            }
            else if (game.KindOf(node) == GameNodeKind.Chance)
            {
                values[node] = new Rational[game.Players.Length];
                for (int move = 0; move < children.Length; move++)
                {
                    values[node] = Plus(values[node], game.ProbabilitiesOf(node)[move], values[children[move]]);
                }
            }
            else
            {
                int player = game.PlayerOf(node);
                int best = 0;
                for (int move = 1; move < children.Length; move++)
                {
                    best = values[children[move]][player] > values[children[best]][player] ? move : best;
                }

                actions[game.SetIndexOf(node)] = best;
                values[node] = values[children[best]];
            }
        }

        return [.. actions];
    }

    /// <summary>Lists pure subgame-perfect equilibria whole, one by one, until the caller stops asking or the limit is reached.</summary>
    /// <param name="game">A game of perfect information.</param>
    /// <param name="limit">The limit of work; a step is one profile or one node of it.</param>
    /// <returns>The place of the action by information set, for each equilibrium.</returns>
    /// <exception cref="ArgumentException">The game is not one of perfect information.</exception>
    public static IEnumerable<ImmutableArray<int>> FindAll(ExtensiveGame game, WorkLimit limit = default)
    {
        Checked(game);
        return Extend(game, new int[game.InformationSets.Length], new Rational[game.NodeCount][], game.NodeCount - 1, new WorkMeter(limit));
    }

    private static IEnumerable<ImmutableArray<int>> Extend(ExtensiveGame game, int[] actions, Rational[][] values, int from, WorkMeter meter)
    {
        int node = from;
        for (; node >= 0; node--)
        {
            if (!meter.TrySpend())
            {
                yield break;
            }

            int[] children = game.ChildrenOf(node).ToArray();
            if (game.KindOf(node) == GameNodeKind.Terminal)
            {
                values[node] = game.Terminal.Vectors[game.Terminal.VectorOf[node]];
                continue;
            }

            if (game.KindOf(node) == GameNodeKind.Chance)
            {
                values[node] = new Rational[game.Players.Length];
                for (int move = 0; move < children.Length; move++)
                {
                    values[node] = Plus(values[node], game.ProbabilitiesOf(node)[move], values[children[move]]);
                }

                continue;
            }

            int player = game.PlayerOf(node);
            Rational most = children.Max(child => values[child][player]);
            int[] best = [.. Enumerable.Range(0, children.Length).Where(move => values[children[move]][player] == most)];
            if (best.Length > 1)
            {
                foreach (int move in best)
                {
                    int[] chosen = [.. actions];
                    chosen[game.SetIndexOf(node)] = move;
                    Rational[][] known = [.. values];
                    known[node] = values[children[move]];
                    foreach (ImmutableArray<int> profile in Extend(game, chosen, known, node - 1, meter))
                    {
                        yield return profile;
                    }
                }

                yield break;
            }

            actions[game.SetIndexOf(node)] = best[0];
            values[node] = values[children[best[0]]];
        }

        yield return [.. actions];
    }

    private static List<Rational[]>[] Values(ExtensiveGame game, WorkMeter meter)
    {
        var values = new List<Rational[]>[game.NodeCount];
        for (int node = game.NodeCount - 1; node >= 0 && meter.TrySpend(); node--)
        {
            int[] children = game.ChildrenOf(node).ToArray();
            List<Rational[]> own = [];
            if (game.KindOf(node) == GameNodeKind.Terminal)
            {
                own.Add(game.Terminal.Vectors[game.Terminal.VectorOf[node]]);
            }
            else if (game.KindOf(node) == GameNodeKind.Chance)
            {
                own.Add(new Rational[game.Players.Length]);
                for (int move = 0; move < children.Length; move++)
                {
                    Rational probability = game.ProbabilitiesOf(node)[move];
                    List<Rational[]> next = [];
                    foreach (Rational[] sum in own)
                    {
                        foreach (Rational[] value in values[children[move]])
                        {
                            if (meter.TrySpend())
                            {
                                AddDistinct(next, Plus(sum, probability, value));
                            }
                        }
                    }

                    own = next;
                }
            }
            else
            {
                int player = game.PlayerOf(node);
                foreach (int child in children)
                {
                    foreach (Rational[] value in values[child].Where(value => Array.TrueForAll(children, other => other == child || values[other].Exists(worse => worse[player] <= value[player]))))
                    {
                        AddDistinct(own, value);
                    }
                }
            }

            values[node] = own;
        }

        return values;
    }

    private static void AddDistinct(List<Rational[]> values, Rational[] value)
    {
        if (!values.Exists(other => other.AsSpan().SequenceEqual(value)))
        {
            values.Add(value);
        }
    }

    private static Rational[] Plus(Rational[] sum, Rational factor, Rational[] value) => [.. sum.Zip(value, (left, right) => left + (factor * right))];

    private static void Checked(ExtensiveGame game)
    {
        ArgumentNullException.ThrowIfNull(game);
        if (!game.HasPerfectInformation)
        {
            throw new ArgumentException("Expected a game of perfect information.", nameof(game));
        }
    }
}
