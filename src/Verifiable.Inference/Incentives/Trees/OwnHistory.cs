namespace Verifiable.Inference.Incentives.Trees;

/// <summary>Finds, for each information set, the last move that its player made before: the set and the action, (-1, -1) when there is none. Needs perfect recall.</summary>
internal static class OwnHistory
{
    public static (int Set, int Action)[] Of(ExtensiveGame game)
    {
        var result = new (int Set, int Action)[game.InformationSets.Length];
        foreach (InformationSet set in game.InformationSets)
        {
            result[set.Index] = Before(game, set.Nodes[0], set.Player);
        }

        return result;
    }

    public static (int Set, int Action) Before(ExtensiveGame game, int node, int player)
    {
        for (int place = node; place > 0; place = game.ParentOf(place))
        {
            int parent = game.ParentOf(place);
            if (game.KindOf(parent) == GameNodeKind.Decision && game.PlayerOf(parent) == player)
            {
                return (game.SetIndexOf(parent), game.MoveInto(place));
            }
        }

        return (-1, -1);
    }
}
