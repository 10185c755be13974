using Verifiable.Inference.Incentives.Games;
using Verifiable.Inference.Incentives.Trees;

namespace Verifiable.Inference.Incentives.Checking;

/// <summary>Decides practicality of a tree of perfect information without chance whose payoffs are numbers, in one pass over the nodes.</summary>
internal static class NumericPracticality
{
    public static bool Applies(ParametricGame game) => game.Parameters.Count == 0 && !game.Tree.HasChance && game.Tree.HasPerfectInformation;

    public static IncentiveFinding Check(ParametricGame game, HonestPlan plan)
    {
        RankedInduction induction = RankedInduction.Run(game.Tree, game.VectorOf, RanksAt(game, []), plan.Actions.AsSpan());
        return new IncentiveFinding(IncentiveProperty.Practicality, induction.FailingNode < 0 ? IncentiveVerdict.Holds : IncentiveVerdict.Fails, StopReason.Finished)
        {
            Cases = 1,
            Counterexample = induction.FailingNode < 0 ? null : CounterexampleFinder.Practicality(game, plan, []),
        };
    }

    /// <summary>Ranks each player's payoffs at given parameters, real parts first.</summary>
    public static int[][] RanksAt(ParametricGame game, IReadOnlyList<Rational> values)
    {
        int count = game.Vectors.Length;
        int[][] ranks = new int[game.Tree.Players.Length][];
        for (int player = 0; player < ranks.Length; player++)
        {
            var payoffs = new (Rational Real, Rational Infinitesimal)[count];
            for (int vector = 0; vector < count; vector++)
            {
                PayoffTerm term = game.Vectors[vector][player];
                payoffs[vector] = (term.Real.At(values), term.Infinitesimal.At(values));
            }

            int[] order = [.. Enumerable.Range(0, count)];
            Array.Sort(order, (left, right) => payoffs[left].CompareTo(payoffs[right]));
            ranks[player] = new int[count];
            int rank = 0;
            for (int place = 0; place < count; place++)
            {
                rank += place > 0 && payoffs[order[place]] != payoffs[order[place - 1]] ? 1 : 0;
                ranks[player][order[place]] = rank;
            }
        }

        return ranks;
    }
}
