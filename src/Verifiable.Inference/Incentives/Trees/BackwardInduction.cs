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
    /// <param name="limit">The limit of work; a step is one node, one value of its subtrees, or one combination of values of the subtrees of a chance node.</param>
    /// <returns>The distinct vectors of payoffs, which are all; none and <see cref="Completeness.Partial"/> when the limit was reached.</returns>
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
            if (game.KindOf(node) != GameNodeKind.Decision)
            {
                values[node] = ValueOf(game, node, values);
                continue;
            }

            ReadOnlySpan<int> children = game.ChildrenOf(node);
            int player = game.PlayerOf(node);
            int best = 0;
            for (int move = 1; move < children.Length; move++)
            {
                best = values[children[move]][player] > values[children[best]][player] ? move : best;
            }

            actions[game.SetIndexOf(node)] = best;
            values[node] = values[children[best]];
        }

        return [.. actions];
    }

    /// <summary>Lists all pure subgame-perfect equilibria whole; there may be exponentially many.</summary>
    /// <param name="game">A game of perfect information.</param>
    /// <param name="limit">The limit of work; a step is one node evaluated, one of its moves, or one information set of an equilibrium listed.</param>
    /// <returns>The place of the action by information set, for each equilibrium found, and whether they are all.</returns>
    /// <exception cref="ArgumentException">The game is not one of perfect information.</exception>
    public static (ImmutableArray<ImmutableArray<int>> Equilibria, Completeness Completeness) FindAll(ExtensiveGame game, WorkLimit limit = default)
    {
        Checked(game);
        WorkMeter meter = new(limit);
        int[] actions = new int[game.InformationSets.Length];
        var values = new Rational[game.NodeCount][];
        ImmutableArray<ImmutableArray<int>>.Builder found = ImmutableArray.CreateBuilder<ImmutableArray<int>>();

        // Nodes are gone through from the last to the first. Where payoffs tie, the choice is kept; changing it leaves later nodes as they are, and the earlier ones are evaluated again.
        Stack<(int Node, int[] Best, int Place)> ties = [];
        int node = game.NodeCount - 1;
        while (true)
        {
            for (; node >= 0; node--)
            {
                if (!meter.TrySpend(1 + game.ChildrenOf(node).Length))
                {
                    return (found.ToImmutable(), Completeness.Partial);
                }

                if (game.KindOf(node) != GameNodeKind.Decision)
                {
                    values[node] = ValueOf(game, node, values);
                    continue;
                }

                int[] best = BestMoves(game, node, values);
                if (best.Length > 1)
                {
                    ties.Push((node, best, 0));
                }

                Take(node, best[0]);
            }

            if (!meter.TrySpend(1 + actions.Length))
            {
                return (found.ToImmutable(), Completeness.Partial);
            }

            found.Add([.. actions]);
            (int Node, int[] Best, int Place) tie;
            do
            {
                if (!ties.TryPop(out tie))
                {
                    return (found.ToImmutable(), Completeness.Proven);
                }
            }
            while (tie.Place + 1 == tie.Best.Length);
            ties.Push(tie with { Place = tie.Place + 1 });
            Take(tie.Node, tie.Best[tie.Place + 1]);
            node = tie.Node - 1;
        }

        void Take(int place, int move)
        {
            actions[game.SetIndexOf(place)] = move;
            values[place] = values[game.ChildrenOf(place)[move]];
        }
    }

    private static int[] BestMoves(ExtensiveGame game, int node, Rational[][] values)
    {
        int player = game.PlayerOf(node);
        int[] children = game.ChildrenOf(node).ToArray();
        Rational most = children.Max(child => values[child][player]);
        return [.. Enumerable.Range(0, children.Length).Where(move => values[children[move]][player] == most)];
    }

    /// <summary>The value of an end, or of a node of chance whose children have theirs.</summary>
    private static Rational[] ValueOf(ExtensiveGame game, int node, Rational[][] values)
    {
        if (game.KindOf(node) == GameNodeKind.Terminal)
        {
            return game.Terminal.Vectors[game.Terminal.VectorOf[node]];
        }

        ReadOnlySpan<int> children = game.ChildrenOf(node);
        ImmutableArray<Rational> probabilities = game.ProbabilitiesOf(node);
        var sum = new Rational[game.Players.Length];
        for (int move = 0; move < children.Length; move++)
        {
            sum = Plus(sum, probabilities[move], values[children[move]]);
        }

        return sum;
    }

    private static List<Rational[]>[] Values(ExtensiveGame game, WorkMeter meter)
    {
        var values = new List<Rational[]>[game.NodeCount];
        for (int node = game.NodeCount - 1; node >= 0 && meter.TrySpend(); node--)
        {
            values[node] = game.KindOf(node) switch
            {
                GameNodeKind.Terminal => [game.Terminal.Vectors[game.Terminal.VectorOf[node]]],
                GameNodeKind.Chance => Mixtures(game, node, values, meter),
                _ => Choices(game, node, values, meter),
            };
        }

        return values;
    }

    private static List<Rational[]> Mixtures(ExtensiveGame game, int node, List<Rational[]>[] values, WorkMeter meter)
    {
        List<Rational[]> mixed = [new Rational[game.Players.Length]];
        ReadOnlySpan<int> children = game.ChildrenOf(node);
        for (int move = 0; move < children.Length; move++)
        {
            Rational probability = game.ProbabilitiesOf(node)[move];
            List<Rational[]> next = [];
            HashSet<VectorKey<Rational>> seen = [];
            foreach (Rational[] sum in mixed)
            {
                foreach (Rational[] value in values[children[move]])
                {
                    if (meter.TrySpend())
                    {
                        AddDistinct(next, seen, Plus(sum, probability, value));
                    }
                }
            }

            mixed = next;
        }

        return mixed;
    }

    // A value of a child is one of the node where the mover gets no less than the least that each other child can leave it with.
    private static List<Rational[]> Choices(ExtensiveGame game, int node, List<Rational[]>[] values, WorkMeter meter)
    {
        int player = game.PlayerOf(node);
        int[] children = game.ChildrenOf(node).ToArray();
        Rational[] least = [.. children.Select(child => meter.TrySpend(values[child].Count) ? values[child].Min(value => value[player]) : Rational.Zero)];
        int best = 0;
        int second = -1;
        for (int move = 1; move < children.Length; move++)
        {
            if (least[move] > least[best])
            {
                second = best;
                best = move;
            }
            else if (second < 0 || least[move] > least[second])
            {
                second = move;
            }
        }

        List<Rational[]> own = [];
        HashSet<VectorKey<Rational>> seen = [];
        for (int move = 0; move < children.Length && !meter.IsStopped; move++)
        {
            int rival = move == best ? second : best;
            foreach (Rational[] value in values[children[move]].Where(value => rival < 0 || value[player] >= least[rival]))
            {
                AddDistinct(own, seen, value);
            }
        }

        return own;
    }

    private static void AddDistinct(List<Rational[]> values, HashSet<VectorKey<Rational>> seen, Rational[] value)
    {
        if (seen.Add(new VectorKey<Rational>(value)))
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
