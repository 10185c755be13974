using System.Collections.Immutable;
using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using Verifiable.Inference.Incentives.Games;
using Kind = Verifiable.Inference.Incentives.Games.GambitTokens.Kind;

namespace Verifiable.Inference.Incentives.Trees;

/// <summary>Reads one .efg text. Used once.</summary>
internal sealed class ExtensiveFormParser(string text, GameReadLimits limits)
{
    private readonly GambitTokens _tokens = new(text);
    private readonly Dictionary<(int Player, int Number), (string Name, ImmutableArray<string> Actions, ImmutableArray<Rational> Probabilities)> _sets = [];
    private readonly Dictionary<int, (int Index, ImmutableArray<Rational> Payoffs)> _outcomes = [];
    private ExtensiveGameBuilder _builder = null!;
    private int _players;

    public GameRefusal Refusal { get; private set; }

    public ExtensiveGame? Read()
    {
        _tokens.Move();
        if (!TakeWord("EFG") || !TakeWord("2") || !(TakeWord("R") || TakeWord("D")) || _tokens.Current != Kind.Quoted)
        {
            _ = Refuse(GameRefusalKind.Malformed, "Expected EFG 2 R and a title.");
            return null;
        }

        string title = _tokens.Text;
        _tokens.Move();
        if (!TryList(out List<string>? players) || players.Count == 0 || players.Count > limits.Players)
        {
            _ = RefuseOnce(players?.Count > limits.Players ? GameRefusalKind.TooLarge : GameRefusalKind.EmptyPlayer, "Expected the names of the players in braces.");
            return null;
        }

        if (_tokens.Current == Kind.Quoted)
        {
            _tokens.Move();
        }

        _players = players.Count;
        _builder = new ExtensiveGameBuilder(title, Distinct(players), limits);
        Stack<int> open = new([0]);
        while (open.TryPop(out int node))
        {
            if (_builder.NodeCount > limits.Nodes)
            {
                _ = Refuse(GameRefusalKind.TooLarge, $"Expected at most {limits.Nodes} nodes, got more.");
                return null;
            }

            if (!TryNode(node, open))
            {
                return null;
            }
        }

        if (_tokens.Current != Kind.End)
        {
            _ = Refuse(GameRefusalKind.Malformed, "Expected the end of the file after the last node.");
            return null;
        }

        if (_builder.TryBuild(out ExtensiveGame? game, out GameRefusal refusal))
        {
            return game;
        }

        Refusal = refusal;
        return null;
    }

    // Gambit does not ask for names; nameless and repeated ones are told apart by their places.
    private static ImmutableArray<string> Distinct(List<string> names)
    {
        HashSet<string> seen = new(StringComparer.Ordinal);
        List<string> result = [];
        for (int place = 0; place < names.Count; place++)
        {
            string name = names[place].Length == 0 ? (place + 1).ToString(CultureInfo.InvariantCulture) : names[place];
            while (!seen.Add(name))
            {
                name += string.Create(CultureInfo.InvariantCulture, $"#{place + 1}");
            }

            result.Add(name);
        }

        return [.. result];
    }

    private bool TryNode(int node, Stack<int> open)
    {
        string kind = _tokens.Text;
        if (_tokens.Current != Kind.Word || kind is not ("c" or "p" or "t"))
        {
            return Refuse(_tokens.Current == Kind.End ? GameRefusalKind.MissingPayoff : GameRefusalKind.Malformed, "Expected a node: c, p or t.");
        }

        _tokens.Move();
        if (_tokens.Current == Kind.Quoted)
        {
            _tokens.Move();
        }

        if (kind == "t")
        {
            if (!TryOutcome(out int end))
            {
                return false;
            }

            _builder.EndWithOutcome(node, end);
            return true;
        }

        int player = 0;
        if ((kind == "p" && (!TryCount(out player) || player < 1 || player > _players)) || !TryCount(out int number))
        {
            return RefuseOnce(GameRefusalKind.UnknownReference, $"Expected a player from 1 to {_players} and the number of an information set.");
        }

        if (!TrySet(player, number, out (string Name, ImmutableArray<string> Actions, ImmutableArray<Rational> Probabilities) set) || !TryOutcome(out int outcome))
        {
            return false;
        }

        ImmutableArray<int> children = kind == "c"
            ? _builder.AddChance(node, set.Name, set.Actions.Zip(set.Probabilities))
            : _builder.AddDecision(node, player - 1, set.Name, number.ToString(CultureInfo.InvariantCulture), set.Actions);
        _builder.SetOutcome(node, outcome);
        for (int move = children.Length - 1; move >= 0; move--)
        {
            open.Push(children[move]);
        }

        return true;
    }

    private bool TrySet(int player, int number, out (string Name, ImmutableArray<string> Actions, ImmutableArray<Rational> Probabilities) set)
    {
        bool isKnown = _sets.TryGetValue((player, number), out set);
        string name = set.Name ?? string.Empty;
        if (_tokens.Current == Kind.Quoted)
        {
            name = _tokens.Text;
            _tokens.Move();
        }

        if (_tokens.Current != Kind.Open)
        {
            return isKnown || Refuse(GameRefusalKind.UnknownReference, "Expected the actions of an information set that is met for the first time.");
        }

        _tokens.Move();
        List<string> actions = [];
        List<Rational> probabilities = [];
        while (_tokens.Current == Kind.Quoted)
        {
            if (actions.Count > limits.Nodes)
            {
                return Refuse(GameRefusalKind.TooLarge, "Expected fewer actions, got more.");
            }

            actions.Add(_tokens.Text);
            _tokens.Move();
            if (player == 0)
            {
                if (_tokens.Current != Kind.Word || !Rational.TryParse(_tokens.Text, out Rational probability))
                {
                    return Refuse(GameRefusalKind.BadProbabilities, "Expected a probability after the name of a move of chance.");
                }

                probabilities.Add(probability);
                _tokens.Move();
            }
        }

        if (_tokens.Current != Kind.Close || actions.Count == 0)
        {
            return Refuse(actions.Count == 0 ? GameRefusalKind.EmptyPlayer : GameRefusalKind.Malformed, "Expected at least one action, and a closing brace after the last.");
        }

        _tokens.Move();
        ImmutableArray<string> distinct = Distinct(actions);
        if (isKnown && (!set.Actions.SequenceEqual(distinct, StringComparer.Ordinal) || !set.Probabilities.SequenceEqual(probabilities)))
        {
            return Refuse(GameRefusalKind.InconsistentTree, "Expected the same actions wherever an information set is met, got others.");
        }

        set = (isKnown ? set.Name! : name, distinct, [.. probabilities]);
        _sets[(player, number)] = set;
        return true;
    }

    private bool TryOutcome(out int outcome)
    {
        outcome = -1;
        if (!TryCount(out int number))
        {
            return RefuseOnce(GameRefusalKind.Malformed, "Expected the number of an outcome.");
        }

        string name = string.Empty;
        if (_tokens.Current == Kind.Quoted)
        {
            name = _tokens.Text;
            _tokens.Move();
        }

        bool isKnown = _outcomes.TryGetValue(number, out (int Index, ImmutableArray<Rational> Payoffs) known);
        if (_tokens.Current != Kind.Open)
        {
            outcome = isKnown ? known.Index : -1;
            return isKnown || number == 0 || Refuse(GameRefusalKind.MissingPayoff, "Expected the payoffs of an outcome that is met for the first time.");
        }

        List<Rational> payoffs = [];
        for (_tokens.Move(); _tokens.Current == Kind.Word; _tokens.Move())
        {
            if (payoffs.Count > _players || !Rational.TryParse(_tokens.Text, out Rational payoff))
            {
                return Refuse(GameRefusalKind.BadNumber, "Expected finite numbers within the limits, one a player.");
            }

            payoffs.Add(payoff);
        }

        if (_tokens.Current != Kind.Close || payoffs.Count != _players)
        {
            return Refuse(payoffs.Count < _players ? GameRefusalKind.MissingPayoff : GameRefusalKind.ContradictoryPayoff, $"Expected {_players} payoffs and a closing brace, got {payoffs.Count}.");
        }

        _tokens.Move();
        if (number == 0 || (isKnown && !known.Payoffs.SequenceEqual(payoffs)))
        {
            return Refuse(GameRefusalKind.ContradictoryPayoff, "Expected the same payoffs wherever an outcome is met, and none for outcome 0.");
        }

        if (!isKnown)
        {
            known = (_builder.AddOutcome(name, payoffs), [.. payoffs]);
            _outcomes.Add(number, known);
        }

        outcome = known.Index;
        return true;
    }

    private bool TryList([NotNullWhen(true)] out List<string>? names)
    {
        names = null;
        if (_tokens.Current != Kind.Open)
        {
            return false;
        }

        names = [];
        for (_tokens.Move(); _tokens.Current == Kind.Quoted && names.Count <= limits.Players; _tokens.Move())
        {
            names.Add(_tokens.Text);
        }

        bool isClosed = _tokens.Current == Kind.Close;
        _tokens.Move();
        return isClosed;
    }

    private bool TryCount(out int count)
    {
        count = 0;
        bool isCount = _tokens.Current == Kind.Word && int.TryParse(_tokens.Text, NumberStyles.None, CultureInfo.InvariantCulture, out count);
        if (isCount)
        {
            _tokens.Move();
        }

        return isCount;
    }

    private bool TakeWord(string word)
    {
        bool isThere = _tokens.Current == Kind.Word && _tokens.Text == word;
        if (isThere)
        {
            _tokens.Move();
        }

        return isThere;
    }

    private bool RefuseOnce(GameRefusalKind kind, string explanation) => !Refusal.IsRefused && Refuse(kind, explanation);

    private bool Refuse(GameRefusalKind kind, string explanation)
    {
        Refusal = new GameRefusal(kind, _tokens.Position, explanation);
        return false;
    }
}
