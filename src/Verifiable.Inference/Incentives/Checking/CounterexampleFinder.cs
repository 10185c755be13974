using System.Collections.Immutable;
using Verifiable.Inference.Incentives.Games;
using Verifiable.Inference.Incentives.Trees;

namespace Verifiable.Inference.Incentives.Checking;

/// <summary>Finds, at given parameters, the line of play by which a property fails in a tree of perfect information without chance. Elsewhere it gives the parameters only.</summary>
internal static class CounterexampleFinder
{
    public static IncentiveCounterexample Find(ParametricGame game, HonestPlan plan, IncentiveProperty property, IncentiveCheckOptions options, Rational[] values)
    {
        if (game.Tree.HasChance || !game.Tree.HasPerfectInformation)
        {
            return Of(game, values);
        }

        return property switch
        {
            IncentiveProperty.WeakImmunity => Immunity(game, plan, isWeaker: false, values),
            IncentiveProperty.WeakerImmunity => Immunity(game, plan, isWeaker: true, values),
            IncentiveProperty.CollusionResilience => Resilience(game, plan, CoalitionFamily.Of(game.Tree.Players.Length, options), values),
            _ => Practicality(game, plan, values),
        };
    }

    public static IncentiveCounterexample Practicality(ParametricGame game, HonestPlan plan, Rational[] values)
    {
        ExtensiveGame tree = game.Tree;
        int[][] ranks = NumericPracticality.RanksAt(game, values);
        RankedInduction induction = RankedInduction.Run(tree, game.VectorOf, ranks, plan.Actions.AsSpan());
        int node = induction.FailingNode;
        if (node < 0)
        {
            return Of(game, values);
        }

        // The deviation whose worst continuation is best, then that continuation: an end with its payoffs that an equilibrium of the rest leads to.
        int[] own = ranks[tree.PlayerOf(node)];
        int child = tree.ChildrenOf(node).ToArray().MaxBy(next => induction.VectorsOf(next).ToArray().Min(vector => own[vector]));
        int wanted = induction.VectorsOf(child).ToArray().MinBy(vector => own[vector]);
        string player = tree.Players[tree.PlayerOf(node)];
        while (tree.KindOf(child) != GameNodeKind.Terminal)
        {
            int[] mover = ranks[tree.PlayerOf(child)];
            int[] children = tree.ChildrenOf(child).ToArray();
            child = Array.Find(children, next => induction.VectorsOf(next).Contains(wanted)
                && Array.TrueForAll(children, other => other == next || mover[wanted] >= induction.VectorsOf(other).ToArray().Min(vector => mover[vector])));
        }

        return Of(game, values) with { Players = [player], Path = tree.HistoryOf(child), End = child };
    }

    private static IncentiveCounterexample Immunity(ParametricGame game, HonestPlan plan, bool isWeaker, Rational[] values)
    {
        ExtensiveGame tree = game.Tree;
        bool[] isSafe = new bool[tree.NodeCount];
        for (int player = 0; player < tree.Players.Length; player++)
        {
            for (int node = tree.NodeCount - 1; node >= 0; node--)
            {
                int[] children = tree.ChildrenOf(node).ToArray();
                isSafe[node] = tree.KindOf(node) == GameNodeKind.Terminal ? Sign(game.Vectors[game.VectorOf[node]][player], isWeaker, values) >= 0
                    : tree.PlayerOf(node) != player ? Array.TrueForAll(children, child => isSafe[child])
                    : plan.Actions[tree.SetIndexOf(node)] is var action and >= 0 ? isSafe[children[action]]
                    : Array.Exists(children, child => isSafe[child]);
            }

            if (isSafe[0])
            {
                continue;
            }

            int end = 0;
            while (tree.KindOf(end) != GameNodeKind.Terminal)
            {
                int[] children = tree.ChildrenOf(end).ToArray();
                int planned = tree.PlayerOf(end) == player ? plan.Actions[tree.SetIndexOf(end)] : -1;
                end = planned >= 0 ? children[planned] : Array.Find(children, child => !isSafe[child]);
            }

            return Of(game, values) with { Players = [tree.Players[player]], Path = tree.HistoryOf(end), End = end };
        }

        return Of(game, values);
    }

    private static IncentiveCounterexample Resilience(ParametricGame game, HonestPlan plan, ulong[] coalitions, Rational[] values)
    {
        ExtensiveGame tree = game.Tree;
        int honest = 0;
        while (tree.KindOf(honest) != GameNodeKind.Terminal)
        {
            honest = tree.ChildrenOf(honest)[plan.Actions[tree.SetIndexOf(honest)]];
        }

        Dictionary<(int Node, ulong Deviators), ulong> failing = [];
        ulong Failing(int node, ulong deviators)
        {
            if (failing.TryGetValue((node, deviators), out ulong coalition))
            {
                return coalition;
            }

            if (tree.KindOf(node) == GameNodeKind.Terminal)
            {
                PayoffTerm[] here = game.Vectors[game.VectorOf[node]];
                PayoffTerm[] there = game.Vectors[game.VectorOf[honest]];
                coalition = Array.Find(coalitions, one => (one & deviators) == deviators && Sign(Total(there, one) - Total(here, one), isWeaker: false, values) < 0);
            }
            else
            {
                (int _, ulong _, coalition) = Next(node, deviators);
            }

            failing.Add((node, deviators), coalition);
            return coalition;
        }

        (int Child, ulong Deviators, ulong Coalition) Next(int node, ulong deviators)
        {
            ulong mover = 1UL << tree.PlayerOf(node);
            int planned = plan.Actions[tree.SetIndexOf(node)];
            int[] children = tree.ChildrenOf(node).ToArray();
            bool isDeviator = (deviators & mover) != 0;
            for (int move = 0; move < children.Length; move++)
            {
                ulong next = isDeviator || move == planned ? deviators : deviators | mover;
                if (Failing(children[move], next) is var coalition and not 0)
                {
                    return (children[move], next, coalition);
                }
            }

            bool isOpen = !isDeviator && planned < 0;
            return isOpen && Array.TrueForAll(children, child => Failing(child, deviators) != 0) ? (children[0], deviators, Failing(children[0], deviators)) : (-1, 0, 0);
        }

        ulong found = Failing(0, 0);
        int end = 0;
        ulong left = 0;
        while (found != 0 && tree.KindOf(end) != GameNodeKind.Terminal)
        {
            (end, left, _) = Next(end, left);
        }

        return found == 0 ? Of(game, values) : Of(game, values) with
        {
            Players = [.. tree.Players.Where((_, player) => (found & (1UL << player)) != 0)],
            Path = tree.HistoryOf(end),
            End = end,
        };
    }

    private static PayoffTerm Total(PayoffTerm[] vector, ulong coalition) =>
        vector.Where((_, player) => (coalition & (1UL << player)) != 0).Aggregate(PayoffTerm.Zero, (sum, term) => sum + term);

    private static int Sign(PayoffTerm term, bool isWeaker, Rational[] values) =>
        isWeaker || term.Real.At(values).Sign != 0 ? term.Real.At(values).Sign : term.Infinitesimal.At(values).Sign;

    private static IncentiveCounterexample Of(ParametricGame game, Rational[] values) =>
        new([.. Enumerable.Range(0, game.Parameters.Count).Where(number => !game.Parameters.IsProduct(number)).Select(number => (game.Parameters.NameOf(number), values[number]))]);
}
