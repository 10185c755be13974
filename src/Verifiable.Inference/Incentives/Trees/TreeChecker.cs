using System.Collections.Immutable;
using System.Diagnostics.CodeAnalysis;
using Verifiable.Inference.Incentives.Games;

namespace Verifiable.Inference.Incentives.Trees;

/// <summary>Checks a drafted tree and numbers its nodes in preorder. Says the first thing that is wrong.</summary>
internal static class TreeChecker
{
    public static bool TryBuild(string title, ImmutableArray<string> players, List<DraftNode> draft, ImmutableArray<Outcome> outcomes, GameReadLimits limits, [NotNullWhen(true)] out ExtensiveGame? game, out GameRefusal refusal)
    {
        game = null;
        if (!AreNames(players) || players.Length > limits.Players)
        {
            refusal = players.Length > limits.Players
                ? new GameRefusal(GameRefusalKind.TooLarge, 0, $"Expected at most {limits.Players} players, got {players.Length}.")
                : new GameRefusal(GameRefusalKind.EmptyPlayer, 0, "Expected at least one player, each with a name of its own.");
            return false;
        }

        if (draft.Count > limits.Nodes)
        {
            refusal = new GameRefusal(GameRefusalKind.TooLarge, 0, $"Expected at most {limits.Nodes} nodes, got {draft.Count}.");
            return false;
        }

        BoundedSums sums = new();
        refusal = draft.Select((node, index) => Examine(node, index, players.Length, outcomes, sums)).FirstOrDefault(found => found.IsRefused);
        if (refusal.IsRefused
            || !TryNumber(draft, limits, out int[] order, out refusal)
            || !TryGather(players.Length, draft, order, out TreeTables? tables, out refusal)
            || !PathBounds.Hold(tables, out refusal))
        {
            return false;
        }

        tables = tables with { OutcomeTable = outcomes };
        if (!TerminalPayoffs.TryMake(tables, players.Length, sums, out TerminalPayoffs? terminal))
        {
            refusal = TooLong(0, "payments on the way");
            return false;
        }

        game = new ExtensiveGame(title, players, tables, terminal);
        return true;
    }

    internal static bool AreNames(ImmutableArray<string> names) => !names.IsEmpty && names.All(name => name is not null) && names.Distinct(StringComparer.Ordinal).Count() == names.Length;

    private static GameRefusal TooLong(int node, string what) =>
        new(GameRefusalKind.TooLarge, node, $"Expected {what} whose sums have at most {BoundedSums.GreatestBits} bits and are quickly formed, got others.");

    private static GameRefusal Add(DraftNode node, int index, BoundedSums sums)
    {
        Rational total = Rational.Zero;
        foreach (Rational probability in node.Probabilities)
        {
            if (!sums.TryAdd(total, probability, out total))
            {
                return TooLong(index, "probabilities");
            }
        }

        return total == Rational.One ? default : new GameRefusal(GameRefusalKind.BadProbabilities, index, "Expected probabilities that sum to 1, got others.");
    }

    private static GameRefusal Examine(DraftNode node, int index, int players, ImmutableArray<Outcome> outcomes, BoundedSums sums)
    {
        if (node.Outcome >= 0 && outcomes[node.Outcome].Payoffs.Length != players)
        {
            int count = outcomes[node.Outcome].Payoffs.Length;
            return new GameRefusal(count < players ? GameRefusalKind.MissingPayoff : GameRefusalKind.ContradictoryPayoff, index, $"Expected {players} payoffs, got {count}.");
        }

        return node.Kind switch
        {
            GameNodeKind.None => new GameRefusal(GameRefusalKind.MissingPayoff, index, "Expected moves or an end at every node, got a node without."),
            GameNodeKind.Terminal => default,
            _ when !AreNames(node.Actions) => new GameRefusal(node.Actions.IsEmpty ? GameRefusalKind.EmptyPlayer : GameRefusalKind.InconsistentTree, index, "Expected at least one move, each with a name of its own."),
            GameNodeKind.Decision when node.Player < 0 || node.Player >= players => new GameRefusal(GameRefusalKind.UnknownReference, index, $"Expected a player from 0 to {players - 1}, got {node.Player}."),
            GameNodeKind.Chance when node.Probabilities.Any(probability => probability.Sign < 0) => new GameRefusal(GameRefusalKind.BadProbabilities, index, "Expected probabilities of at least 0, got less."),
            GameNodeKind.Chance => Add(node, index, sums),
            _ => default,
        };
    }

    private static bool TryNumber(List<DraftNode> draft, GameReadLimits limits, out int[] order, out GameRefusal refusal)
    {
        order = new int[draft.Count];
        Stack<(int Node, int Depth)> open = new([(0, 0)]);
        int count = 0;
        while (open.TryPop(out (int Node, int Depth) place))
        {
            if (place.Depth > limits.Depth)
            {
                refusal = new GameRefusal(GameRefusalKind.TooLarge, place.Node, $"Expected a depth of at most {limits.Depth}, got more.");
                return false;
            }

            order[count++] = place.Node;
            DraftNode node = draft[place.Node];
            for (int move = node.Actions.Length - 1; move >= 0; move--)
            {
                open.Push((node.FirstChild + move, place.Depth + 1));
            }
        }

        refusal = default;
        return true;
    }

    private static bool TryGather(int players, List<DraftNode> draft, int[] order, [NotNullWhen(true)] out TreeTables? tables, out GameRefusal refusal)
    {
        int count = order.Length;
        int[] numbers = new int[count];
        for (int node = 0; node < count; node++)
        {
            numbers[order[node]] = node;
        }

        TreeTables result = new()
        {
            Parents = new int[count],
            Moves = new int[count],
            ChildOffsets = new int[count + 1],
            Children = new int[count - 1],
            Kinds = new GameNodeKind[count],
            Sets = new int[count],
            Outcomes = new int[count],
            InformationSets = [],
            Chance = [],
            OutcomeTable = [],
            HasPerfectRecall = true,
        };
        Dictionary<(int Player, string Name), int> sets = [];
        List<(DraftNode First, List<int> Nodes)> members = [];
        List<ChanceMoves> chance = [];
        tables = null;
        for (int node = 0; node < count; node++)
        {
            DraftNode source = draft[order[node]];
            result.Parents[node] = source.Parent < 0 ? -1 : numbers[source.Parent];
            result.Moves[node] = source.Move;
            result.Kinds[node] = source.Kind;
            result.Outcomes[node] = source.Outcome;
            result.ChildOffsets[node + 1] = result.ChildOffsets[node] + source.Actions.Length;
            for (int move = 0; move < source.Actions.Length; move++)
            {
                result.Children[result.ChildOffsets[node] + move] = numbers[source.FirstChild + move];
            }

            result.Sets[node] = -1;
            if (source.Kind == GameNodeKind.Chance)
            {
                result.Sets[node] = chance.Count;
                chance.Add(new ChanceMoves(source.SetName, source.Actions, source.Probabilities));
            }
            else if (source.Kind == GameNodeKind.Decision)
            {
                if (!sets.TryGetValue((source.Player, source.SetKey), out int set))
                {
                    set = members.Count;
                    sets.Add((source.Player, source.SetKey), set);
                    members.Add((source, []));
                }

                result.Sets[node] = set;
                members[set].Nodes.Add(node);
                if (!members[set].First.Actions.SequenceEqual(source.Actions, StringComparer.Ordinal))
                {
                    refusal = new GameRefusal(GameRefusalKind.InconsistentTree, order[node], "Expected the same actions at every node of an information set, got others.");
                    return false;
                }
            }
        }

        ImmutableArray<InformationSet> informationSets = [.. members.Select((set, index) => new InformationSet(index, set.First.Player, set.First.SetName, set.First.Actions, [.. set.Nodes]))];
        tables = result with { Chance = [.. chance], InformationSets = informationSets };
        tables = tables with { HasPerfectRecall = PerfectRecall.Holds(players, tables) };
        refusal = default;
        return true;
    }
}
