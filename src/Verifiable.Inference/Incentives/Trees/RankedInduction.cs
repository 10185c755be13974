namespace Verifiable.Inference.Incentives.Trees;

/// <summary>
/// Runs backward induction in a tree of perfect information without chance on the ranks of payoffs, keeping for each node the payoff vectors of all pure subgame-perfect
/// equilibria of its subtree. A child's vector stays possible iff the mover gets no less from it than from the worst equilibrium of every other child. Linear in the
/// nodes where payoffs differ, and in the vectors kept where they tie.
/// </summary>
internal sealed class RankedInduction
{
    private readonly int[] _start;
    private readonly int[] _count;
    private readonly List<int> _vectors;

    private RankedInduction(int[] start, int[] count, List<int> vectors, int failingNode)
    {
        _start = start;
        _count = count;
        _vectors = vectors;
        FailingNode = failingNode;
    }

    /// <summary>Gets the node at which the fixed action is not a best one whatever follows; -1 when there is none.</summary>
    public int FailingNode { get; }

    /// <summary>Gets the numbers of the payoff vectors of the equilibria from a node onwards.</summary>
    public ReadOnlySpan<int> VectorsOf(int node) => System.Runtime.InteropServices.CollectionsMarshal.AsSpan(_vectors).Slice(_start[node], _count[node]);

    /// <param name="game">The tree.</param>
    /// <param name="vectorOf">The number of the payoff vector by node.</param>
    /// <param name="ranks">By player and vector: the place of the payoff among the player's payoffs.</param>
    /// <param name="fixedActions">By information set: the action that must be taken, -1 where any may.</param>
    public static RankedInduction Run(ExtensiveGame game, int[] vectorOf, int[][] ranks, ReadOnlySpan<int> fixedActions)
    {
        GameNodeKind[] kinds = game.Kinds;
        int[] offsets = game.ChildOffsets;
        int[] children = game.Children;
        int[] sets = game.Sets;
        int[] playerOf = [.. game.InformationSets.Select(set => set.Player)];
        int[] start = new int[kinds.Length];
        int[] count = new int[kinds.Length];
        int[] seen = new int[ranks.Length == 0 ? 0 : ranks[0].Length];
        List<int> vectors = new(kinds.Length + 16);
        for (int node = kinds.Length - 1; node >= 0; node--)
        {
            start[node] = vectors.Count;
            if (kinds[node] == GameNodeKind.Terminal)
            {
                vectors.Add(vectorOf[node]);
                count[node] = 1;
                continue;
            }

            int[] own = ranks[playerOf[sets[node]]];
            int fixedAction = fixedActions.IsEmpty ? -1 : fixedActions[sets[node]];

            // The greatest and the second greatest of what the children give at worst.
            int best = -1;
            int second = -1;
            int bestChild = -1;
            for (int place = offsets[node]; place < offsets[node + 1]; place++)
            {
                int child = children[place];
                int worst = int.MaxValue;
                for (int index = start[child]; index < start[child] + count[child]; index++)
                {
                    worst = Math.Min(worst, own[vectors[index]]);
                }

                if (worst > best)
                {
                    second = best;
                    best = worst;
                    bestChild = child;
                }
                else if (worst > second)
                {
                    second = worst;
                }
            }

            int mark = node + 1;
            for (int place = offsets[node]; place < offsets[node + 1]; place++)
            {
                int child = children[place];
                int least = child == bestChild ? second : best;
                if (fixedAction >= 0 && place != offsets[node] + fixedAction)
                {
                    continue;
                }

                for (int index = start[child]; index < start[child] + count[child]; index++)
                {
                    int vector = vectors[index];
                    if (own[vector] >= least && seen[vector] != mark)
                    {
                        seen[vector] = mark;
                        vectors.Add(vector);
                    }
                }
            }

            count[node] = vectors.Count - start[node];
            if (count[node] == 0)
            {
                return new RankedInduction(start, count, vectors, node);
            }
        }

        return new RankedInduction(start, count, vectors, -1);
    }
}
