using System.Collections.Immutable;
using System.Text;
using System.Text.Json;
using Verifiable.Inference.Incentives.Games;
using Verifiable.Inference.Incentives.Trees;

namespace Verifiable.Inference.Incentives.Checking;

/// <summary>Writes CheckMate's JSON: the same game gives the same bytes.</summary>
internal sealed class CheckMateWriter(ParametricGame game)
{
    private readonly ExtensiveGame _tree = game.Tree;

    public string Write()
    {
        using MemoryStream stream = new();
        using (Utf8JsonWriter writer = new(stream, new JsonWriterOptions { Indented = true, NewLine = "\n", MaxDepth = int.MaxValue, Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping }))
        {
            writer.WriteStartObject();
            WriteList(writer, "players", _tree.Players);
            WriteList(writer, "actions", Enumerable.Range(0, _tree.NodeCount).SelectMany(node => _tree.ActionsOf(node)).Distinct(StringComparer.Ordinal));
            WriteList(writer, "infinitesimals", Names(isInfinitesimal: true));
            WriteList(writer, "constants", Names(isInfinitesimal: false));
            WriteList(writer, "initial_constraints", game.Constraints.TextOf(IncentiveProperty.None));
            writer.WriteStartObject("property_constraints");
            foreach ((string key, IncentiveProperty property) in CheckMateReader.Properties)
            {
                WriteList(writer, key, game.Constraints.TextOf(property));
            }

            writer.WriteEndObject();
            writer.WriteStartArray("honest_histories");
            foreach (ImmutableArray<string> history in game.HonestHistories)
            {
                writer.WriteStartArray();
                foreach (string action in history)
                {
                    writer.WriteStringValue(action);
                }

                writer.WriteEndArray();
            }

            writer.WriteEndArray();
            writer.WritePropertyName("tree");
            WriteTree(writer);
            writer.WriteEndObject();
        }

        return Encoding.UTF8.GetString(stream.ToArray());
    }

    private void WriteTree(Utf8JsonWriter writer)
    {
        Stack<(int Node, int Next)> path = new([(0, -1)]);
        while (path.TryPop(out (int Node, int Next) place))
        {
            if (_tree.KindOf(place.Node) == GameNodeKind.Terminal)
            {
                WriteEnd(writer, place.Node);
                continue;
            }

            if (place.Next < 0)
            {
                WriteHead(writer, place.Node);
            }
            else
            {
                // The child that was pushed before is written: its edge ends.
                writer.WriteEndObject();
            }

            int move = place.Next + 1;
            if (move == _tree.ChildrenOf(place.Node).Length)
            {
                writer.WriteEndArray();
                writer.WriteEndObject();
                continue;
            }

            writer.WriteStartObject();
            writer.WriteString("action", _tree.ActionsOf(place.Node)[move]);
            if (_tree.KindOf(place.Node) == GameNodeKind.Chance)
            {
                writer.WriteString("probability", _tree.ProbabilitiesOf(place.Node)[move].ToString());
            }

            writer.WritePropertyName("child");
            path.Push((place.Node, move));
            path.Push((_tree.ChildrenOf(place.Node)[move], -1));
        }
    }

    private void WriteHead(Utf8JsonWriter writer, int node)
    {
        writer.WriteStartObject();
        if (_tree.SetOf(node) is { } set)
        {
            writer.WriteString("player", _tree.Players[set.Player]);
            if (set.Nodes.Length > 1)
            {
                writer.WriteString("information_set", set.Name.StartsWith('=') ? set.Name[1..] : set.Name);
            }
        }
        else
        {
            writer.WriteNull("player");
        }

        writer.WriteStartArray("children");
    }

    private void WriteEnd(Utf8JsonWriter writer, int node)
    {
        writer.WriteStartObject();
        writer.WriteStartArray("utility");
        for (int player = 0; player < _tree.Players.Length; player++)
        {
            writer.WriteStartObject();
            writer.WriteString("player", _tree.Players[player]);
            writer.WriteString("value", Text(game.Vectors[game.VectorOf[node]][player], game.Parameters));
            writer.WriteEndObject();
        }

        writer.WriteEndArray();
        writer.WriteEndObject();
    }

    internal static string Text(PayoffTerm term, ParameterTable parameters)
    {
        StringBuilder text = new();
        foreach (LinearTerm part in term.Real.Terms.Concat(term.Infinitesimal.Terms))
        {
            bool isNegative = part.Coefficient.Sign < 0;
            Rational size = isNegative ? -part.Coefficient : part.Coefficient;
            _ = text.Append(text.Length == 0 ? (isNegative ? "-" : string.Empty) : isNegative ? " - " : " + ")
                .Append(size == Rational.One ? string.Empty : $"{Number(size)} * ").Append(parameters.NameOf(part.Parameter));
        }

        if (!term.Real.Constant.IsZero || text.Length == 0)
        {
            Rational constant = term.Real.Constant;
            _ = text.Append(text.Length == 0 ? (constant.Sign < 0 ? "-" : string.Empty) : constant.Sign < 0 ? " - " : " + ").Append(Number(constant.Sign < 0 ? -constant : constant));
        }

        return text.ToString();
    }

    // CheckMate reads decimals but no quotients.
    private static string Number(Rational value)
    {
        for (int decimals = 0; decimals <= 12; decimals++)
        {
            string text = value.ToDecimalText(decimals);
            if (Rational.Parse(text) == value)
            {
                return text;
            }
        }

        return value.ToString();
    }

    private IEnumerable<string> Names(bool isInfinitesimal) => Enumerable.Range(0, game.Parameters.Count)
        .Where(number => !game.Parameters.IsProduct(number) && game.Parameters.IsInfinitesimal(number) == isInfinitesimal).Select(game.Parameters.NameOf);

    private static void WriteList(Utf8JsonWriter writer, string key, IEnumerable<string> items)
    {
        writer.WriteStartArray(key);
        foreach (string item in items)
        {
            writer.WriteStringValue(item);
        }

        writer.WriteEndArray();
    }
}
