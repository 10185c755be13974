using System.Collections.Immutable;
using System.Diagnostics.CodeAnalysis;
using Verifiable.Inference.Incentives.Games;

namespace Verifiable.Inference.Incentives.Trees;

/// <summary>
/// Builds an <see cref="ExtensiveGame"/> from the root downwards. Each node is given its moves or its end once, and nodes come only from the moves of others: a cycle cannot be
/// expressed. What is wrong with the whole is said by <see cref="TryBuild"/>. Not thread-safe.
/// </summary>
public sealed class ExtensiveGameBuilder
{
    private readonly string _title;
    private readonly ImmutableArray<string> _players;
    private readonly GameReadLimits _limits;
    private readonly List<DraftNode> _nodes = [new DraftNode(-1, 0)];
    private readonly List<Outcome> _outcomes = [];

    /// <summary>Initializes a builder with a root that nobody moves at yet.</summary>
    /// <param name="title">The title.</param>
    /// <param name="players">The players' names.</param>
    /// <param name="limits">What bounds the size; <see cref="GameReadLimits.Ordinary"/> when not given.</param>
    public ExtensiveGameBuilder(string title, IEnumerable<string> players, GameReadLimits? limits = null)
    {
        ArgumentNullException.ThrowIfNull(title);
        ArgumentNullException.ThrowIfNull(players);
        _title = title;
        _players = [.. players];
        _limits = limits ?? GameReadLimits.Ordinary;
    }

    internal int NodeCount => _nodes.Count;

    /// <summary>Lets a player move at a node.</summary>
    /// <param name="node">The node: 0 for the root, or one that an earlier call gave.</param>
    /// <param name="player">The player's place.</param>
    /// <param name="informationSet">The name of the information set; nodes of one player with one name are one set.</param>
    /// <param name="actions">The names of the actions.</param>
    /// <returns>The nodes that the actions lead to.</returns>
    /// <exception cref="ArgumentException">The node does not exist or has its moves already.</exception>
    public ImmutableArray<int> AddDecision(int node, int player, string informationSet, params IEnumerable<string> actions)
    {
        ArgumentNullException.ThrowIfNull(informationSet);
        return AddDecision(node, player, informationSet, informationSet, actions);
    }

    /// <summary>Lets chance move at a node.</summary>
    /// <param name="node">The node: 0 for the root, or one that an earlier call gave.</param>
    /// <param name="moves">The moves and their probabilities.</param>
    /// <returns>The nodes that the moves lead to.</returns>
    /// <exception cref="ArgumentException">The node does not exist or has its moves already.</exception>
    public ImmutableArray<int> AddChance(int node, params IEnumerable<(string Action, Rational Probability)> moves) => AddChance(node, string.Empty, moves);

    /// <summary>Ends the game at a node.</summary>
    /// <param name="node">The node.</param>
    /// <param name="payoffs">What each player is paid, in the order of the players.</param>
    /// <exception cref="ArgumentException">The node does not exist or has its moves already.</exception>
    public void AddEnd(int node, params IEnumerable<Rational> payoffs)
    {
        ArgumentNullException.ThrowIfNull(payoffs);
        Open(node).Kind = GameNodeKind.Terminal;
        _nodes[node].Outcome = AddOutcome(string.Empty, payoffs);
    }

    /// <summary>Builds the game.</summary>
    /// <param name="game">The game; <see langword="null"/> when it is refused.</param>
    /// <param name="refusal">What is wrong; nothing when there is a game.</param>
    /// <returns>Whether there is a game.</returns>
    public bool TryBuild([NotNullWhen(true)] out ExtensiveGame? game, out GameRefusal refusal) => TreeChecker.TryBuild(_title, _players, _nodes, [.. _outcomes], _limits, out game, out refusal);

    /// <summary>Builds the game.</summary>
    /// <returns>The game.</returns>
    /// <exception cref="InvalidOperationException">Something is wrong with the tree; the message says what.</exception>
    public ExtensiveGame Build() => TryBuild(out ExtensiveGame? game, out GameRefusal refusal) ? game : throw new InvalidOperationException(refusal.ToString());

    internal ImmutableArray<int> AddDecision(int node, int player, string name, string key, IEnumerable<string> actions)
    {
        ArgumentNullException.ThrowIfNull(actions);
        DraftNode draft = Open(node);
        draft.Kind = GameNodeKind.Decision;
        draft.Player = player;
        draft.SetName = name;
        draft.SetKey = key;
        draft.Actions = [.. actions];
        return AddChildren(node, draft);
    }

    internal ImmutableArray<int> AddChance(int node, string name, IEnumerable<(string Action, Rational Probability)> moves)
    {
        ArgumentNullException.ThrowIfNull(moves);
        (string Action, Rational Probability)[] all = [.. moves];
        DraftNode draft = Open(node);
        draft.Kind = GameNodeKind.Chance;
        draft.SetName = name;
        draft.Actions = [.. all.Select(move => move.Action)];
        draft.Probabilities = [.. all.Select(move => move.Probability)];
        return AddChildren(node, draft);
    }

    // Not an overload: a payoff of one player would be taken for an outcome.
    internal void EndWithOutcome(int node, int outcome)
    {
        Open(node).Kind = GameNodeKind.Terminal;
        _nodes[node].Outcome = outcome;
    }

    internal void SetOutcome(int node, int outcome) => _nodes[node].Outcome = outcome;

    internal int AddOutcome(string name, IEnumerable<Rational> payoffs)
    {
        _outcomes.Add(new Outcome(name, [.. payoffs]));
        return _outcomes.Count - 1;
    }

    private DraftNode Open(int node)
    {
        if (node < 0 || node >= _nodes.Count || _nodes[node].Kind != GameNodeKind.None)
        {
            throw new ArgumentException("Expected a node that exists and has neither moves nor an end, got another.", nameof(node));
        }

        return _nodes[node];
    }

    private ImmutableArray<int> AddChildren(int node, DraftNode draft)
    {
        int first = _nodes.Count;
        draft.FirstChild = first;
        for (int move = 0; move < draft.Actions.Length; move++)
        {
            _nodes.Add(new DraftNode(node, move));
        }

        return [.. Enumerable.Range(first, draft.Actions.Length)];
    }
}
