using System.Collections.Immutable;
using System.Diagnostics.CodeAnalysis;
using System.Text.Json;
using Verifiable.Inference.Incentives.Games;
using Verifiable.Inference.Incentives.Trees;

namespace Verifiable.Inference.Incentives.Checking;

/// <summary>Reads CheckMate's JSON. Used once.</summary>
internal sealed class CheckMateReader(GameReadLimits limits)
{
    private static readonly (string Key, IncentiveProperty Property)[] _properties =
    [
        ("weak_immunity", IncentiveProperty.WeakImmunity),
        ("weaker_immunity", IncentiveProperty.WeakerImmunity),
        ("collusion_resilience", IncentiveProperty.CollusionResilience),
        ("practicality", IncentiveProperty.Practicality),
    ];

    private readonly ParameterTable _parameters = new();
    private readonly ConditionPool _pool = new();
    private readonly Dictionary<string, PayoffTerm> _terms = new(StringComparer.Ordinal);
    private readonly List<PayoffTerm[]> _vectors = [];
    private readonly Dictionary<string, int> _vectorNumbers = new(StringComparer.Ordinal);
    private readonly Dictionary<string, int> _players = new(StringComparer.Ordinal);
    private GameRefusal _refusal;

    internal static ReadOnlySpan<(string Key, IncentiveProperty Property)> Properties => _properties;

    public bool TryRead(string json, [NotNullWhen(true)] out ParametricGame? game, out GameRefusal refusal)
    {
        game = null;
        if (json.Length > limits.Characters)
        {
            refusal = new GameRefusal(GameRefusalKind.TextTooLongOrBroken, 0, $"Expected at most {limits.Characters} characters, got more.");
            return false;
        }

        try
        {
            JsonDocumentOptions options = new() { MaxDepth = (int)Math.Min(int.MaxValue, (3L * limits.Depth) + 16), AllowDuplicateProperties = false };
            using JsonDocument document = JsonDocument.Parse(json, options);
            game = Read(document.RootElement);
        }
        catch (JsonException fault)
        {
            _refusal = new GameRefusal(GameRefusalKind.Malformed, fault.BytePositionInLine ?? 0, "Expected JSON, got something else.");
        }

        refusal = _refusal;
        return game is not null;
    }

    private ParametricGame? Read(JsonElement root)
    {
        if (!TryStrings(root, "players", out ImmutableArray<string> players)
            || !TryStrings(root, "infinitesimals", out ImmutableArray<string> infinitesimals)
            || !TryStrings(root, "constants", out ImmutableArray<string> constants)
            || !TryStrings(root, "initial_constraints", out ImmutableArray<string> initial))
        {
            return null;
        }

        foreach ((string name, bool isInfinitesimal) in constants.Select(name => (name, false)).Concat(infinitesimals.Select(name => (name, true))))
        {
            if (name.Length == 0 || !char.IsAsciiLetter(name[0]) && name[0] != '_' || !_parameters.TryDeclare(name, isInfinitesimal))
            {
                return Refuse(GameRefusalKind.Malformed, "Expected distinct names of constants that begin with a letter.");
            }
        }

        for (int player = 0; player < players.Length; player++)
        {
            if (!_players.TryAdd(players[player], player))
            {
                return Refuse(GameRefusalKind.EmptyPlayer, "Expected players with names of their own.");
            }
        }

        ConstraintSet constraints = new(_pool);
        if (!TryAddConstraints(constraints, IncentiveProperty.None, initial))
        {
            return null;
        }

        if (root.TryGetProperty("property_constraints", out JsonElement byProperty) && byProperty.ValueKind == JsonValueKind.Object)
        {
            foreach ((string key, IncentiveProperty property) in _properties)
            {
                if (byProperty.TryGetProperty(key, out _) && (!TryStrings(byProperty, key, out ImmutableArray<string> own) || !TryAddConstraints(constraints, property, own)))
                {
                    return null;
                }
            }
        }

        return !root.TryGetProperty("tree", out JsonElement tree) ? Refuse(GameRefusalKind.Malformed, "Expected a tree, got none.") : ReadTree(root, players, constraints, tree);
    }

    private ParametricGame? ReadTree(JsonElement root, ImmutableArray<string> players, ConstraintSet constraints, JsonElement tree)
    {
        ExtensiveGameBuilder builder = new(string.Empty, players, limits);
        List<int> ends = [];
        Stack<(JsonElement Element, int Node)> open = new([(tree, 0)]);
        while (open.TryPop(out (JsonElement Element, int Node) place))
        {
            if (builder.NodeCount > limits.Nodes)
            {
                return Refuse(GameRefusalKind.TooLarge, $"Expected at most {limits.Nodes} nodes, got more.");
            }

            if (place.Element.ValueKind != JsonValueKind.Object)
            {
                return Refuse(GameRefusalKind.Malformed, "Expected an object at every node of the tree.");
            }

            bool hasUtility = place.Element.TryGetProperty("utility", out JsonElement utility);
            if (hasUtility == place.Element.TryGetProperty("children", out JsonElement children))
            {
                return Refuse(GameRefusalKind.InconsistentTree, "Expected either children or a utility at every node.");
            }

            if (hasUtility ? !TryReadEnd(utility, players, out int vector) : !TryReadMoves(place.Element, children, place.Node, builder, open, out vector))
            {
                return null;
            }

            if (hasUtility)
            {
                while (ends.Count <= vector)
                {
                    ends.Add(builder.AddOutcome($"u{ends.Count}", NumbersOf(_vectors[ends.Count])));
                }

                builder.AddEnd(place.Node, ends[vector]);
            }
        }

        if (!builder.TryBuild(out ExtensiveGame? game, out _refusal))
        {
            return null;
        }

        int[] vectorOf = [.. Enumerable.Range(0, game.NodeCount).Select(game.OutcomeOf)];
        ImmutableArray<ImmutableArray<string>> histories = [];
        if (root.TryGetProperty("honest_histories", out JsonElement listed) && (listed.ValueKind != JsonValueKind.Array || !TryHistories(listed, game, out histories)))
        {
            return _refusal.IsRefused ? null : Refuse(GameRefusalKind.Malformed, "Expected honest histories as lists of actions.");
        }

        return new ParametricGame(game, _parameters, [.. _vectors], vectorOf, constraints, histories);
    }

    private static Rational[] NumbersOf(PayoffTerm[] vector) =>
        [.. vector.Select(term => term.Real.IsConstant && term.Infinitesimal.IsZero ? term.Real.Constant : Rational.Zero)];

    private bool TryReadMoves(JsonElement element, JsonElement children, int node, ExtensiveGameBuilder builder, Stack<(JsonElement Element, int Node)> open, out int vector)
    {
        vector = -1;
        if (children.ValueKind != JsonValueKind.Array || !element.TryGetProperty("player", out JsonElement mover))
        {
            _ = Refuse(GameRefusalKind.Malformed, "Expected a player and a list of children.");
            return false;
        }

        List<string> actions = [];
        List<JsonElement> next = [];
        List<Rational> probabilities = [];
        bool isChance = mover.ValueKind == JsonValueKind.Null;
        foreach (JsonElement child in children.EnumerateArray())
        {
            if (child.ValueKind != JsonValueKind.Object || !TryText(child, "action", out string? action) || !child.TryGetProperty("child", out JsonElement under))
            {
                _ = Refuse(GameRefusalKind.Malformed, "Expected an action and a child at every edge.");
                return false;
            }

            Rational probability = Rational.Zero;
            if (isChance && !(child.TryGetProperty("probability", out JsonElement chance) && TryNumber(chance, out probability)))
            {
                _ = Refuse(GameRefusalKind.BadProbabilities, "Expected a probability at every move of chance.");
                return false;
            }

            actions.Add(action);
            next.Add(under);
            probabilities.Add(probability);
        }

        int player = -1;
        if (!isChance && (mover.ValueKind != JsonValueKind.String || !_players.TryGetValue(mover.GetString()!, out player)))
        {
            _ = Refuse(GameRefusalKind.UnknownReference, "Expected a declared player, got another.");
            return false;
        }

        string set = TryText(element, "information_set", out string? named) ? "=" + named : $"#{node}";
        ImmutableArray<int> nodes = isChance
            ? builder.AddChance(node, actions.Zip(probabilities, (action, probability) => (action, probability)))
            : builder.AddDecision(node, player, set, actions);
        for (int move = nodes.Length - 1; move >= 0; move--)
        {
            open.Push((next[move], nodes[move]));
        }

        return true;
    }

    private bool TryReadEnd(JsonElement utility, ImmutableArray<string> players, out int vector)
    {
        vector = -1;
        var terms = new PayoffTerm?[players.Length];
        if (utility.ValueKind != JsonValueKind.Array)
        {
            _ = Refuse(GameRefusalKind.Malformed, "Expected a list of utilities.");
            return false;
        }

        string[] texts = new string[players.Length];
        foreach (JsonElement item in utility.EnumerateArray())
        {
            if (item.ValueKind != JsonValueKind.Object || !TryText(item, "player", out string? name) || !_players.TryGetValue(name, out int player))
            {
                _ = Refuse(GameRefusalKind.UnknownReference, "Expected the utility of a declared player.");
                return false;
            }

            if (terms[player] is not null)
            {
                _ = Refuse(GameRefusalKind.ContradictoryPayoff, "Expected one utility a player, got two.");
                return false;
            }

            if (!item.TryGetProperty("value", out JsonElement value) || !TryTerm(value, out PayoffTerm term, out texts[player]))
            {
                _ = Refuse(GameRefusalKind.BadNumber, "Expected a number or a term over declared constants.");
                return false;
            }

            terms[player] = term;
        }

        if (Array.Exists(terms, term => term is null))
        {
            _ = Refuse(GameRefusalKind.MissingPayoff, "Expected the utility of every player.");
            return false;
        }

        string key = string.Join('\n', texts);
        if (!_vectorNumbers.TryGetValue(key, out vector))
        {
            PayoffTerm[] all = [.. terms.Select(term => term!.Value)];
            vector = _vectors.FindIndex(other => other.AsSpan().SequenceEqual(all));
            if (vector < 0)
            {
                vector = _vectors.Count;
                _vectors.Add(all);
            }

            _vectorNumbers.Add(key, vector);
        }

        return true;
    }

    private bool TryTerm(JsonElement value, out PayoffTerm term, out string text)
    {
        text = value.ValueKind switch { JsonValueKind.String => value.GetString()!, JsonValueKind.Number => value.GetRawText(), _ => string.Empty };
        if (_terms.TryGetValue(text, out term))
        {
            return true;
        }

        bool read;
        if (value.ValueKind == JsonValueKind.Number)
        {
            read = Rational.TryParse(text, out Rational number);
            term = PayoffTerm.Of(number);
        }
        else
        {
            read = value.ValueKind == JsonValueKind.String && text.Length <= Rational.GreatestTextLength && new TermReader(_parameters, _pool).TryReadTerm(text, out term);
        }

        if (read)
        {
            _terms.Add(text, term);
        }

        return read;
    }

    private static bool TryNumber(JsonElement value, out Rational number)
    {
        number = Rational.Zero;
        return value.ValueKind switch
        {
            JsonValueKind.Number => Rational.TryParse(value.GetRawText(), out number),
            JsonValueKind.String => Rational.TryParse(value.GetString(), out number),
            _ => false,
        };
    }

    private bool TryHistories(JsonElement listed, ExtensiveGame game, out ImmutableArray<ImmutableArray<string>> histories)
    {
        List<ImmutableArray<string>> result = [];
        foreach (JsonElement history in listed.EnumerateArray())
        {
            if (!TryStrings(history, out ImmutableArray<string> actions))
            {
                histories = [];
                return false;
            }

            int end = game.Find([.. actions]);
            if (end < 0 || game.KindOf(end) != GameNodeKind.Terminal)
            {
                histories = [];
                _ = Refuse(GameRefusalKind.UnknownReference, "Expected honest histories that lead from the root to an end, got another.");
                return false;
            }

            result.Add(actions);
        }

        histories = [.. result];
        return true;
    }

    private bool TryAddConstraints(ConstraintSet constraints, IncentiveProperty property, ImmutableArray<string> texts)
    {
        foreach (string text in texts)
        {
            if (text.Length > Rational.GreatestTextLength || !new TermReader(_parameters, _pool).TryReadCondition(text, out int condition))
            {
                _ = Refuse(GameRefusalKind.Malformed, "Expected constraints that compare terms over declared constants.");
                return false;
            }

            constraints.Add(property, text, condition);
        }

        return true;
    }

    private bool TryStrings(JsonElement root, string key, out ImmutableArray<string> strings)
    {
        strings = [];
        if (root.ValueKind == JsonValueKind.Object && root.TryGetProperty(key, out JsonElement list) && TryStrings(list, out strings))
        {
            return true;
        }

        _ = Refuse(GameRefusalKind.Malformed, $"Expected a list of texts \"{key}\".");
        return false;
    }

    private static bool TryStrings(JsonElement list, out ImmutableArray<string> strings)
    {
        bool isList = list.ValueKind == JsonValueKind.Array && list.EnumerateArray().All(item => item.ValueKind == JsonValueKind.String);
        strings = isList ? [.. list.EnumerateArray().Select(item => item.GetString()!)] : [];
        return isList;
    }

    private static bool TryText(JsonElement element, string key, [NotNullWhen(true)] out string? text)
    {
        text = element.TryGetProperty(key, out JsonElement value) && value.ValueKind == JsonValueKind.String ? value.GetString() : null;
        return text is not null;
    }

    private ParametricGame? Refuse(GameRefusalKind kind, string explanation)
    {
        _refusal = new GameRefusal(kind, 0, explanation);
        return null;
    }
}
