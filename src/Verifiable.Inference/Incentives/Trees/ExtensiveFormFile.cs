using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Text;
using Verifiable.Inference.Incentives.Games;

namespace Verifiable.Inference.Incentives.Trees;

/// <summary>
/// Reads and writes Gambit's extensive-form files (<c>.efg</c>), version 2, with every number exact: outcomes at inner nodes, information sets and outcomes that are named
/// only once or never, unlabelled actions. Source: Gambit documentation, "The extensive game (.efg) file format". Pure and thread-safe.
/// </summary>
public static class ExtensiveFormFile
{
    /// <summary>Reads a file.</summary>
    /// <param name="stream">The bytes, UTF-8; at most the limit of them is held.</param>
    /// <param name="limits">What is taken at most; <see langword="null"/> for <see cref="GameReadLimits.Ordinary"/>.</param>
    /// <param name="game">The game; <see langword="null"/> when it is refused.</param>
    /// <param name="refusal">Why it is refused.</param>
    /// <returns>Whether the file is taken.</returns>
    /// <exception cref="IOException">The stream cannot be read.</exception>
    public static bool TryRead(Stream stream, GameReadLimits? limits, [NotNullWhen(true)] out ExtensiveGame? game, out GameRefusal refusal)
    {
        game = null;
        return BoundedText.TryRead(stream, limits ?? GameReadLimits.Ordinary, out string? text, out refusal) && TryRead(text, limits, out game, out refusal);
    }

    /// <summary>Reads a text.</summary>
    /// <param name="text">The text.</param>
    /// <param name="limits">What is taken at most; <see langword="null"/> for <see cref="GameReadLimits.Ordinary"/>.</param>
    /// <param name="game">The game; <see langword="null"/> when it is refused.</param>
    /// <param name="refusal">Why it is refused.</param>
    /// <returns>Whether the text is taken.</returns>
    public static bool TryRead(string text, GameReadLimits? limits, [NotNullWhen(true)] out ExtensiveGame? game, out GameRefusal refusal)
    {
        ArgumentNullException.ThrowIfNull(text);
        limits ??= GameReadLimits.Ordinary;
        if (text.Length > limits.Characters)
        {
            game = null;
            refusal = new GameRefusal(GameRefusalKind.TextTooLongOrBroken, 0, $"Expected at most {limits.Characters} characters, got {text.Length}.");
            return false;
        }

        ExtensiveFormParser parser = new(text, limits);
        game = parser.Read();
        refusal = parser.Refusal;
        return game is not null;
    }

    /// <summary>Writes a game: the same game gives the same text.</summary>
    /// <param name="game">The game.</param>
    /// <returns>The text, which reads back as an equal game.</returns>
    public static string Write(ExtensiveGame game)
    {
        ArgumentNullException.ThrowIfNull(game);
        StringBuilder text = new();
        _ = text.Append(CultureInfo.InvariantCulture, $"EFG 2 R {Quoted(game.Title)} {{ {string.Join(' ', game.Players.Select(Quoted))} }}\n\"\"\n\n");
        int[] numbers = new int[game.InformationSets.Length];
        int[] used = new int[game.Players.Length];
        foreach (InformationSet set in game.InformationSets)
        {
            numbers[set.Index] = ++used[set.Player];
        }

        int chance = 0;
        Dictionary<int, int> outcomes = [];
        for (int node = 0; node < game.NodeCount; node++)
        {
            string head = game.KindOf(node) switch
            {
                GameNodeKind.Terminal => "t \"\"",
                GameNodeKind.Chance => string.Create(CultureInfo.InvariantCulture, $"c \"\" {++chance} {Quoted(game.ChanceOf(node).Name)} {{ {Moves(game.ChanceOf(node))} }}"),
                _ when game.SetOf(node) is { } set => string.Create(CultureInfo.InvariantCulture, $"p \"\" {set.Player + 1} {numbers[set.Index]} {Quoted(set.Name)} {{ {string.Join(' ', set.Actions.Select(Quoted))} }}"),
                _ => string.Empty,
            };
            int outcome = game.OutcomeOf(node);
            if (outcome >= 0 && !outcomes.ContainsKey(outcome))
            {
                // Numbered as preorder meets them, so that reading and writing again changes nothing.
                outcomes.Add(outcome, outcomes.Count + 1);
            }

            _ = text.Append(head).Append(outcome < 0 ? " 0" : string.Create(CultureInfo.InvariantCulture, $" {outcomes[outcome]} {Quoted(game.OutcomeTable[outcome].Name)} {{ {string.Join(", ", game.OutcomeTable[outcome].Payoffs)} }}")).Append('\n');
        }

        return text.ToString();
    }

    private static string Moves(ChanceMoves moves) => string.Join(' ', moves.Actions.Zip(moves.Probabilities, (action, probability) => $"{Quoted(action)} {probability}"));

    private static string Quoted(string text) => $"\"{text.Replace("\\", "\\\\", StringComparison.Ordinal).Replace("\"", "\\\"", StringComparison.Ordinal)}\"";
}
