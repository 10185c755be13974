using System.Collections.Immutable;
using Verifiable.Inference.Incentives.Games;

namespace Verifiable.Inference.Incentives.Trees;

/// <summary>
/// Holds a finite game in extensive form: a tree in which players and chance move, with information sets and exact payoffs. Nodes are numbered in preorder, the root is 0.
/// Made by <see cref="ExtensiveGameBuilder"/> or read from a file, and checked before: a value of this type is a tree, its probabilities sum to one, and its information
/// sets agree in player and actions. Immutable and thread-safe.
/// </summary>
public sealed partial class ExtensiveGame
{
    private readonly int[] _parents;
    private readonly int[] _moves;
    private readonly int[] _childOffsets;
    private readonly int[] _children;
    private readonly GameNodeKind[] _kinds;
    private readonly int[] _sets;
    private readonly int[] _outcomes;
    private readonly ImmutableArray<ChanceMoves> _chance;
    private readonly ImmutableArray<Outcome> _outcomeTable;

    internal ExtensiveGame(string title, ImmutableArray<string> players, TreeTables tables, TerminalPayoffs terminal)
    {
        Title = title;
        Players = players;
        _parents = tables.Parents;
        _moves = tables.Moves;
        _childOffsets = tables.ChildOffsets;
        _children = tables.Children;
        _kinds = tables.Kinds;
        _sets = tables.Sets;
        _outcomes = tables.Outcomes;
        _chance = tables.Chance;
        _outcomeTable = tables.OutcomeTable;
        InformationSets = tables.InformationSets;
        HasPerfectRecall = tables.HasPerfectRecall;
        Terminal = terminal;
    }

    /// <summary>Gets the title.</summary>
    public string Title { get; }

    /// <summary>Gets the players' names, distinct, at least one.</summary>
    public ImmutableArray<string> Players { get; }

    /// <summary>Gets the information sets in the order in which preorder meets them.</summary>
    public ImmutableArray<InformationSet> InformationSets { get; }

    /// <summary>Gets the number of nodes.</summary>
    public int NodeCount => _kinds.Length;

    /// <summary>Gets a value indicating whether no player ever forgets what it knew or did (Kuhn, 1953). The sequence form and best responses need it.</summary>
    public bool HasPerfectRecall { get; }

    /// <summary>Gets a value indicating whether every information set has one node.</summary>
    public bool HasPerfectInformation => InformationSets.All(set => set.Nodes.Length == 1);

    /// <summary>Gets a value indicating whether chance moves anywhere.</summary>
    public bool HasChance => !_chance.IsEmpty;

    internal ImmutableArray<Outcome> OutcomeTable => _outcomeTable;

    internal TerminalPayoffs Terminal { get; }

    /// <summary>Gets what happens at a node.</summary>
    /// <param name="node">The node, from 0.</param>
    /// <returns>The kind.</returns>
    /// <exception cref="ArgumentOutOfRangeException">There is no such node.</exception>
    public GameNodeKind KindOf(int node)
    {
        ThrowIfNoNode(node);
        return _kinds[node];
    }

    /// <summary>Gets the information set of a node at which a player moves.</summary>
    /// <param name="node">The node.</param>
    /// <returns>The set; <see langword="null"/> at other nodes.</returns>
    /// <exception cref="ArgumentOutOfRangeException">There is no such node.</exception>
    public InformationSet? SetOf(int node)
    {
        ThrowIfNoNode(node);
        return _kinds[node] == GameNodeKind.Decision ? InformationSets[_sets[node]] : null;
    }

    /// <summary>Gets the nodes that the moves of a node lead to, in the order of its actions.</summary>
    /// <param name="node">The node.</param>
    /// <returns>The nodes; none at the end of the game.</returns>
    /// <exception cref="ArgumentOutOfRangeException">There is no such node.</exception>
    public ReadOnlySpan<int> ChildrenOf(int node)
    {
        ThrowIfNoNode(node);
        return _children.AsSpan(_childOffsets[node], _childOffsets[node + 1] - _childOffsets[node]);
    }

    /// <summary>Gets the names of a node's moves, chance's included.</summary>
    /// <param name="node">The node.</param>
    /// <returns>The names; none at the end of the game.</returns>
    /// <exception cref="ArgumentOutOfRangeException">There is no such node.</exception>
    public ImmutableArray<string> ActionsOf(int node) => KindOf(node) switch
    {
        GameNodeKind.Decision => InformationSets[_sets[node]].Actions,
        GameNodeKind.Chance => _chance[_sets[node]].Actions,
        _ => [],
    };

    /// <summary>Gets the probability of each of chance's moves.</summary>
    /// <param name="node">The node.</param>
    /// <returns>The probabilities, which sum to one; none where chance does not move.</returns>
    /// <exception cref="ArgumentOutOfRangeException">There is no such node.</exception>
    public ImmutableArray<Rational> ProbabilitiesOf(int node) => KindOf(node) == GameNodeKind.Chance ? _chance[_sets[node]].Probabilities : [];

    /// <summary>Gets what a player has been paid altogether when the game ends at a node.</summary>
    /// <param name="node">A node at which the game ends.</param>
    /// <param name="player">The player's place.</param>
    /// <returns>The payoff.</returns>
    /// <exception cref="ArgumentOutOfRangeException">There is no such player, or the game does not end at the node.</exception>
    public Rational PayoffOf(int node, int player)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(player);
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(player, Players.Length);
        if (KindOf(node) != GameNodeKind.Terminal)
        {
            throw new ArgumentOutOfRangeException(nameof(node), node, "Expected a node at which the game ends.");
        }

        return Terminal.Vectors[Terminal.VectorOf[node]][player];
    }

    /// <summary>Finds the node that a list of moves leads to from the root.</summary>
    /// <param name="history">The names of the moves.</param>
    /// <returns>The node; -1 when there is none.</returns>
    public int Find(IReadOnlyList<string> history)
    {
        ArgumentNullException.ThrowIfNull(history);
        int node = 0;
        foreach (string action in history)
        {
            int move = ActionsOf(node).IndexOf(action);
            if (move < 0)
            {
                return -1;
            }

            node = ChildrenOf(node)[move];
        }

        return node;
    }

    /// <summary>Lists the moves that lead from the root to a node.</summary>
    /// <param name="node">The node.</param>
    /// <returns>The names of the moves.</returns>
    /// <exception cref="ArgumentOutOfRangeException">There is no such node.</exception>
    public ImmutableArray<string> HistoryOf(int node)
    {
        ThrowIfNoNode(node);
        List<string> moves = [];
        for (int place = node; place > 0; place = _parents[place])
        {
            moves.Add(ActionsOf(_parents[place])[_moves[place]]);
        }

        moves.Reverse();
        return [.. moves];
    }

    internal GameNodeKind[] Kinds => _kinds;

    internal int[] ChildOffsets => _childOffsets;

    internal int[] Children => _children;

    internal int[] Sets => _sets;

    internal int ParentOf(int node) => _parents[node];

    internal int MoveInto(int node) => _moves[node];

    internal int SetIndexOf(int node) => _sets[node];

    internal int OutcomeOf(int node) => _outcomes[node];

    internal ChanceMoves ChanceOf(int node) => _chance[_sets[node]];

    internal int PlayerOf(int node) => InformationSets[_sets[node]].Player;

    private void ThrowIfNoNode(int node)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(node);
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(node, NodeCount);
    }
}
