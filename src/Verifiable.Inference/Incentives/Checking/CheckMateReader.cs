using System.Collections.Immutable;
using System.Diagnostics.CodeAnalysis;
using System.Text.Json;
using Verifiable.Inference.Incentives.Games;

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

    private readonly Dictionary<string, int> _players = new(StringComparer.Ordinal);
    private ParametricGameBuilder _builder = null!;
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

        catch (Exception fault) when (fault is InvalidOperationException or ArgumentException)
        {
            // System.Text.Json reports half of a surrogate pair by these two: outside an escape when it parses, inside when the text is looked at.
            _refusal = new GameRefusal(GameRefusalKind.TextTooLongOrBroken, 0, "Expected text, got half of a character.");
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

        _builder = new ParametricGameBuilder(players, constants, infinitesimals, limits);
        for (int player = 0; player < players.Length; player++)
        {
            if (!_players.TryAdd(players[player], player))
            {
                return Refuse(GameRefusalKind.EmptyPlayer, "Expected players with names of their own.");
            }
        }

        AddConstraints(IncentiveProperty.None, initial);
        if (root.TryGetProperty("property_constraints", out JsonElement byProperty) && byProperty.ValueKind == JsonValueKind.Object)
        {
            foreach ((string key, IncentiveProperty property) in _properties)
            {
                if (byProperty.TryGetProperty(key, out _))
                {
                    if (!TryStrings(byProperty, key, out ImmutableArray<string> own))
                    {
                        return null;
                    }

                    AddConstraints(property, own);
                }
            }
        }

        if (_builder.Refusal.IsRefused)
        {
            _refusal = _builder.Refusal;
            return null;
        }

        return !root.TryGetProperty("tree", out JsonElement tree) ? Refuse(GameRefusalKind.Malformed, "Expected a tree, got none.") : ReadTree(root, players, tree);
    }

    private ParametricGame? ReadTree(JsonElement root, ImmutableArray<string> players, JsonElement tree)
    {
        Stack<(JsonElement Element, int Node)> open = new([(tree, 0)]);
        while (open.TryPop(out (JsonElement Element, int Node) place))
        {
            if (_builder.NodeCount > limits.Nodes)
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

            if (hasUtility ? !TryReadEnd(utility, players, place.Node) : !TryReadMoves(place.Element, children, place.Node, open))
            {
                return null;
            }
        }

        if (root.TryGetProperty("honest_histories", out JsonElement listed) && !TryAddHistories(listed))
        {
            return Refuse(GameRefusalKind.Malformed, "Expected honest histories as lists of actions.");
        }

        _ = _builder.TryBuild(out ParametricGame? game, out _refusal);
        return game;
    }

    private bool TryReadMoves(JsonElement element, JsonElement children, int node, Stack<(JsonElement Element, int Node)> open)
    {
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
            ? _builder.AddChance(node, actions.Zip(probabilities, (action, probability) => (action, probability)))
            : _builder.AddDecision(node, player, set, actions);
        for (int move = nodes.Length - 1; move >= 0; move--)
        {
            open.Push((next[move], nodes[move]));
        }

        return true;
    }

    private bool TryReadEnd(JsonElement utility, ImmutableArray<string> players, int node)
    {
        if (utility.ValueKind != JsonValueKind.Array)
        {
            _ = Refuse(GameRefusalKind.Malformed, "Expected a list of utilities.");
            return false;
        }

        string?[] texts = new string?[players.Length];
        foreach (JsonElement item in utility.EnumerateArray())
        {
            if (item.ValueKind != JsonValueKind.Object || !TryText(item, "player", out string? name) || !_players.TryGetValue(name, out int player))
            {
                _ = Refuse(GameRefusalKind.UnknownReference, "Expected the utility of a declared player.");
                return false;
            }

            if (texts[player] is not null)
            {
                _ = Refuse(GameRefusalKind.ContradictoryPayoff, "Expected one utility a player, got two.");
                return false;
            }

            texts[player] = !item.TryGetProperty("value", out JsonElement value) ? string.Empty
                : value.ValueKind == JsonValueKind.String ? value.GetString()
                : value.ValueKind == JsonValueKind.Number ? value.GetRawText() : string.Empty;
        }

        if (Array.Exists(texts, text => text is null))
        {
            _ = Refuse(GameRefusalKind.MissingPayoff, "Expected the utility of every player.");
            return false;
        }

        _builder.AddEnd(node, texts!);
        _refusal = _builder.Refusal;
        return !_refusal.IsRefused;
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

    private bool TryAddHistories(JsonElement listed)
    {
        if (listed.ValueKind != JsonValueKind.Array)
        {
            return false;
        }

        foreach (JsonElement history in listed.EnumerateArray())
        {
            if (!TryStrings(history, out ImmutableArray<string> actions))
            {
                return false;
            }

            _builder.AddHonestHistory(actions);
        }

        return true;
    }

    private void AddConstraints(IncentiveProperty property, ImmutableArray<string> texts)
    {
        foreach (string text in texts)
        {
            _builder.AddConstraint(text, property);
        }
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
