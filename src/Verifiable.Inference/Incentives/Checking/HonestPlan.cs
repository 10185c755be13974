using System.Collections.Immutable;
using System.Diagnostics.CodeAnalysis;
using Verifiable.Inference.Incentives.Games;
using Verifiable.Inference.Incentives.Trees;

namespace Verifiable.Inference.Incentives.Checking;

/// <summary>Says what honest players do at the information sets that honest play reaches; what they do elsewhere is left open. Immutable.</summary>
public sealed class HonestPlan
{
    private HonestPlan(ImmutableArray<int> actions) => Actions = actions;

    /// <summary>Gets the place of the honest action by information set; -1 where it is open.</summary>
    internal ImmutableArray<int> Actions { get; }

    /// <summary>Takes the actions of a history of a game without chance; it must lead from the root to an end.</summary>
    /// <param name="game">The game.</param>
    /// <param name="history">The names of the moves.</param>
    /// <param name="plan">The plan; <see langword="null"/> when it is refused.</param>
    /// <param name="refusal">Why not.</param>
    /// <returns>Whether there is a plan.</returns>
    public static bool TryFollow(ExtensiveGame game, IReadOnlyList<string> history, [NotNullWhen(true)] out HonestPlan? plan, out GameRefusal refusal) => TryFollow(game, [history], out plan, out refusal);

    /// <summary>Takes the actions of several histories, one for each way in which chance may move under honest play.</summary>
    /// <param name="game">The game.</param>
    /// <param name="histories">The histories, each from the root to an end, chance's moves included.</param>
    /// <param name="plan">The plan; <see langword="null"/> when it is refused.</param>
    /// <param name="refusal">Why not.</param>
    /// <returns>Whether there is a plan.</returns>
    public static bool TryFollow(ExtensiveGame game, IEnumerable<IReadOnlyList<string>> histories, [NotNullWhen(true)] out HonestPlan? plan, out GameRefusal refusal)
    {
        ArgumentNullException.ThrowIfNull(game);
        ArgumentNullException.ThrowIfNull(histories);
        int[] actions = new int[game.InformationSets.Length];
        Array.Fill(actions, -1);
        plan = null;
        foreach (IReadOnlyList<string> history in histories)
        {
            int node = 0;
            foreach (string action in history)
            {
                int move = game.ActionsOf(node).IndexOf(action);
                if (move < 0)
                {
                    refusal = new GameRefusal(GameRefusalKind.UnknownReference, node, "Expected a history of moves of the tree, got another move.");
                    return false;
                }

                int set = game.KindOf(node) == GameNodeKind.Decision ? game.SetIndexOf(node) : -1;
                if (set >= 0 && actions[set] >= 0 && actions[set] != move)
                {
                    refusal = new GameRefusal(GameRefusalKind.InconsistentTree, node, "Expected one honest action at an information set, got two.");
                    return false;
                }

                if (set >= 0)
                {
                    actions[set] = move;
                }

                node = game.ChildrenOf(node)[move];
            }

            if (game.KindOf(node) != GameNodeKind.Terminal)
            {
                refusal = new GameRefusal(GameRefusalKind.InconsistentTree, node, "Expected a history to the end of the game, got one that stops before.");
                return false;
            }
        }

        plan = new HonestPlan([.. actions]);
        return plan.IsComplete(game, out refusal);
    }

    /// <summary>Takes actions by name, for games with chance and information sets.</summary>
    /// <param name="game">The game.</param>
    /// <param name="choose">The name of the honest action at a set; <see langword="null"/> to leave it open.</param>
    /// <param name="plan">The plan; <see langword="null"/> when it is refused.</param>
    /// <param name="refusal">Why not.</param>
    /// <returns>Whether there is a plan.</returns>
    public static bool TryChoose(ExtensiveGame game, Func<InformationSet, string?> choose, [NotNullWhen(true)] out HonestPlan? plan, out GameRefusal refusal)
    {
        ArgumentNullException.ThrowIfNull(game);
        ArgumentNullException.ThrowIfNull(choose);
        int[] actions = new int[game.InformationSets.Length];
        foreach (InformationSet set in game.InformationSets)
        {
            string? action = choose(set);
            actions[set.Index] = action is null ? -1 : set.Actions.IndexOf(action);
            if (action is not null && actions[set.Index] < 0)
            {
                plan = null;
                refusal = new GameRefusal(GameRefusalKind.UnknownReference, set.Nodes[0], "Expected an action of the information set, got another.");
                return false;
            }
        }

        plan = new HonestPlan([.. actions]);
        return plan.IsComplete(game, out refusal);
    }

    private bool IsComplete(ExtensiveGame game, out GameRefusal refusal)
    {
        Stack<int> open = new([0]);
        while (open.TryPop(out int node))
        {
            switch (game.KindOf(node))
            {
                case GameNodeKind.Decision when Actions[game.SetIndexOf(node)] < 0:
                    refusal = new GameRefusal(GameRefusalKind.MissingPayoff, node, "Expected an honest action wherever honest play comes, got a place without.");
                    return false;
                case GameNodeKind.Decision:
                    open.Push(game.ChildrenOf(node)[Actions[game.SetIndexOf(node)]]);
                    break;
                case GameNodeKind.Chance:
                    foreach (int child in game.ChildrenOf(node))
                    {
                        open.Push(child);
                    }

                    break;
            }
        }

        refusal = default;
        return true;
    }
}
