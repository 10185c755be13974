namespace Verifiable.Inference.Incentives.Trees;

/// <summary>Finds the nodes at which subgames begin (Selten, 1975): no information set lies both below the node and elsewhere.</summary>
internal static class Subgames
{
    public static int[] RootsOf(ExtensiveGame game)
    {
        // In preorder a subtree is an interval, so a set lies inside iff its least and greatest nodes do.
        int count = game.NodeCount;
        int[] end = new int[count];
        int[] least = new int[count];
        int[] greatest = new int[count];
        List<int> roots = [];
        for (int node = count - 1; node >= 0; node--)
        {
            end[node] = node + 1;
            least[node] = node;
            greatest[node] = node;
            if (game.SetOf(node) is { } set)
            {
                least[node] = set.Nodes[0];
                greatest[node] = set.Nodes[^1];
            }

            foreach (int child in game.ChildrenOf(node))
            {
                end[node] = Math.Max(end[node], end[child]);
                least[node] = Math.Min(least[node], least[child]);
                greatest[node] = Math.Max(greatest[node], greatest[child]);
            }

            if (game.KindOf(node) != GameNodeKind.Terminal && least[node] >= node && greatest[node] < end[node])
            {
                roots.Add(node);
            }
        }

        roots.Reverse();
        return [.. roots];
    }
}
