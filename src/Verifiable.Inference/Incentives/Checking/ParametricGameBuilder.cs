using System.Collections.Immutable;
using System.Diagnostics.CodeAnalysis;
using Verifiable.Inference.Incentives.Games;
using Verifiable.Inference.Incentives.Trees;

namespace Verifiable.Inference.Incentives.Checking;

/// <summary>
/// Builds a <see cref="ParametricGame"/> from the root downwards, as <see cref="ExtensiveGameBuilder"/> builds games with numbers. What is wrong is said by
/// <see cref="TryBuild"/>. Not thread-safe.
/// </summary>
public sealed class ParametricGameBuilder
{
    private readonly ParameterTable _parameters = new();
    private readonly ConstraintSet _constraints = new(new ConditionPool());
    private readonly ExtensiveGameBuilder _tree;
    private readonly PayoffTable _payoffs;
    private readonly List<int> _ends = [];
    private readonly List<ImmutableArray<string>> _histories = [];
    private GameRefusal _refusal;

    /// <summary>Initializes a builder.</summary>
    /// <param name="players">The players' names.</param>
    /// <param name="constants">The names of the real parameters: a letter, then letters, digits and underscores.</param>
    /// <param name="infinitesimals">The names of the infinitesimal ones; none when <see langword="null"/>.</param>
    /// <param name="limits">What bounds the size; <see cref="GameReadLimits.Ordinary"/> when not given.</param>
    public ParametricGameBuilder(IEnumerable<string> players, IEnumerable<string> constants, IEnumerable<string>? infinitesimals = null, GameReadLimits? limits = null)
    {
        ArgumentNullException.ThrowIfNull(constants);
        _tree = new ExtensiveGameBuilder(string.Empty, players, limits);
        _payoffs = new PayoffTable(_parameters, _constraints.Pool);
        foreach ((string name, bool isInfinitesimal) in constants.Select(name => (name, false)).Concat((infinitesimals ?? []).Select(name => (name, true))))
        {
            if (!IsName(name) || !_parameters.TryDeclare(name, isInfinitesimal))
            {
                Refuse(GameRefusalKind.Malformed, 0, "Expected distinct names of parameters that begin with a letter.");
            }
        }
    }

    internal int NodeCount => _tree.NodeCount;

    internal GameRefusal Refusal => _refusal;

    /// <summary>Assumes a constraint: a comparison of terms, or several joined by | and &amp;.</summary>
    /// <param name="text">The constraint.</param>
    /// <param name="property">The property that it is assumed for; all when not given.</param>
    public void AddConstraint(string text, IncentiveProperty property = IncentiveProperty.None)
    {
        ArgumentNullException.ThrowIfNull(text);
        if (text.Length > Rational.GreatestTextLength || !new TermReader(_parameters, _constraints.Pool).TryReadCondition(text, out int condition))
        {
            Refuse(GameRefusalKind.Malformed, 0, "Expected constraints that compare terms over declared parameters.");
            return;
        }

        _constraints.Add(property, text, condition);
    }

    /// <summary>Lets a player move at a node.</summary>
    /// <inheritdoc cref="ExtensiveGameBuilder.AddDecision(int, int, string, IEnumerable{string})"/>
    public ImmutableArray<int> AddDecision(int node, int player, string informationSet, params IEnumerable<string> actions) => _tree.AddDecision(node, player, informationSet, actions);

    /// <summary>Lets chance move at a node.</summary>
    /// <inheritdoc cref="ExtensiveGameBuilder.AddChance(int, IEnumerable{ValueTuple{string, Rational}})"/>
    public ImmutableArray<int> AddChance(int node, params IEnumerable<(string Action, Rational Probability)> moves) => _tree.AddChance(node, moves);

    /// <summary>Ends the game at a node.</summary>
    /// <param name="node">The node.</param>
    /// <param name="payoffs">What each player is paid, as terms over the parameters, in the order of the players.</param>
    /// <exception cref="ArgumentException">The node does not exist or has its moves already.</exception>
    public void AddEnd(int node, params IEnumerable<string> payoffs)
    {
        ArgumentNullException.ThrowIfNull(payoffs);
        if (!_payoffs.TryIntern([.. payoffs], out int vector))
        {
            Refuse(GameRefusalKind.BadNumber, node, "Expected numbers or terms over declared parameters.");
            _tree.EndWithOutcome(node, -1);
            return;
        }

        while (_ends.Count <= vector)
        {
            _ends.Add(_tree.AddOutcome(string.Empty, _payoffs.NumbersOf(_ends.Count)));
        }

        _tree.EndWithOutcome(node, _ends[vector]);
    }

    /// <summary>Names a history that counts as honest.</summary>
    /// <param name="history">The moves from the root to an end.</param>
    public void AddHonestHistory(params IEnumerable<string> history)
    {
        ArgumentNullException.ThrowIfNull(history);
        _histories.Add([.. history]);
    }

    /// <summary>Builds the game.</summary>
    /// <param name="game">The game; <see langword="null"/> when it is refused.</param>
    /// <param name="refusal">What is wrong first.</param>
    /// <returns>Whether there is a game.</returns>
    public bool TryBuild([NotNullWhen(true)] out ParametricGame? game, out GameRefusal refusal)
    {
        game = null;
        refusal = _refusal;
        if (refusal.IsRefused || !_tree.TryBuild(out ExtensiveGame? tree, out refusal))
        {
            return false;
        }

        foreach (ImmutableArray<string> history in _histories)
        {
            int end = tree.Find(history);
            if (end < 0 || tree.KindOf(end) != GameNodeKind.Terminal)
            {
                refusal = new GameRefusal(GameRefusalKind.UnknownReference, 0, "Expected honest histories that lead from the root to an end, got another.");
                return false;
            }
        }

        game = new ParametricGame(tree, _parameters, [.. _payoffs.Vectors], [.. Enumerable.Range(0, tree.NodeCount).Select(tree.OutcomeOf)], _constraints, [.. _histories]);
        return true;
    }

    /// <summary>Builds the game.</summary>
    /// <returns>The game.</returns>
    /// <exception cref="InvalidOperationException">Something is wrong; the message says what.</exception>
    public ParametricGame Build() => TryBuild(out ParametricGame? game, out GameRefusal refusal) ? game : throw new InvalidOperationException(refusal.ToString());

    private static bool IsName(string name) => name.Length > 0 && char.IsAsciiLetter(name[0]) && name.All(letter => char.IsAsciiLetterOrDigit(letter) || "_@[]:;".Contains(letter, StringComparison.Ordinal));

    private void Refuse(GameRefusalKind kind, int node, string explanation)
    {
        if (!_refusal.IsRefused)
        {
            _refusal = new GameRefusal(kind, node, explanation);
        }
    }
}
