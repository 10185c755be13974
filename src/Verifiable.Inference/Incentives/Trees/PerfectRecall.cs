namespace Verifiable.Inference.Incentives.Trees;

/// <summary>
/// Checks perfect recall (Kuhn, <i>Extensive games and the problem of information</i>, 1953): the nodes of an information set have the same last own move of their player.
/// By induction from the root the whole own histories agree then.
/// </summary>
internal static class PerfectRecall
{
    public static bool Holds(int players, TreeTables tables)
    {
        // Last own moves as (set, move) pairs; a stack gives back what the way up undoes.
        var last = new (int Set, int Move)[players];
        Array.Fill(last, (-1, -1));
        var known = new (int Set, int Move)?[tables.InformationSets.Length];
        Stack<(int Node, int Next, (int Set, int Move) Before)> path = new([(0, 0, (-1, -1))]);
        while (path.TryPop(out (int Node, int Next, (int Set, int Move) Before) step))
        {
            bool isDecision = tables.Kinds[step.Node] == GameNodeKind.Decision;
            int set = tables.Sets[step.Node];
            int player = isDecision ? tables.InformationSets[set].Player : -1;
            (int Set, int Move) before = step.Before;
            if (isDecision && step.Next == 0)
            {
                before = last[player];
                known[set] ??= before;
                if (known[set] != before)
                {
                    return false;
                }
            }

            int move = tables.ChildOffsets[step.Node] + step.Next;
            if (move == tables.ChildOffsets[step.Node + 1])
            {
                if (isDecision)
                {
                    last[player] = before;
                }

                continue;
            }

            path.Push((step.Node, step.Next + 1, before));
            if (isDecision)
            {
                last[player] = (set, step.Next);
            }

            path.Push((tables.Children[move], 0, (-1, -1)));
        }

        return true;
    }
}
