using System.Collections.Immutable;
using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Text;

namespace Verifiable.Inference.Incentives.Games;

/// <summary>
/// Reads and writes Gambit's strategic-form files (<c>.nfg</c>), the payoff version and the outcome version, with every number exact. Source: Gambit documentation, "The
/// strategic game (.nfg) file format, payoff version / outcome version". Pure and thread-safe.
/// </summary>
public static class NormalFormFile
{
    /// <summary>Reads a file.</summary>
    /// <param name="stream">The bytes, UTF-8; at most the limit of them is held.</param>
    /// <param name="limits">What is taken at most; <see langword="null"/> for <see cref="GameReadLimits.Ordinary"/>.</param>
    /// <param name="game">The game; <see langword="null"/> when it is refused.</param>
    /// <param name="refusal">Why it is refused.</param>
    /// <returns>Whether the file is taken.</returns>
    /// <exception cref="IOException">The stream cannot be read.</exception>
    public static bool TryRead(Stream stream, GameReadLimits? limits, [NotNullWhen(true)] out NormalFormGame? game, out GameRefusal refusal)
    {
        limits ??= GameReadLimits.Ordinary;
        game = null;
        return BoundedText.TryRead(stream, limits, out string? text, out refusal) && TryRead(text, limits, out game, out refusal);
    }

    /// <summary>Reads a text.</summary>
    /// <param name="text">The text.</param>
    /// <param name="limits">What is taken at most; <see langword="null"/> for <see cref="GameReadLimits.Ordinary"/>.</param>
    /// <param name="game">The game; <see langword="null"/> when it is refused.</param>
    /// <param name="refusal">Why it is refused.</param>
    /// <returns>Whether the text is taken.</returns>
    public static bool TryRead(string text, GameReadLimits? limits, [NotNullWhen(true)] out NormalFormGame? game, out GameRefusal refusal)
    {
        ArgumentNullException.ThrowIfNull(text);
        limits ??= GameReadLimits.Ordinary;
        if (text.Length > limits.Characters)
        {
            game = null;
            refusal = new GameRefusal(GameRefusalKind.TextTooLongOrBroken, 0, $"Expected at most {limits.Characters} characters, got {text.Length}.");
            return false;
        }

        var parser = new NormalFormParser(text, limits);
        game = parser.Read();
        refusal = parser.Refusal;
        return game is not null;
    }

    /// <summary>Writes a game in the payoff version, with the names of its strategies.</summary>
    /// <param name="game">The game.</param>
    /// <returns>The text, which <see cref="TryRead(string, GameReadLimits?, out NormalFormGame?, out GameRefusal)"/> reads back.</returns>
    public static string Write(NormalFormGame game)
    {
        ArgumentNullException.ThrowIfNull(game);
        var builder = new StringBuilder();
        _ = builder.Append(CultureInfo.InvariantCulture, $"NFG 1 R {Quoted(game.Names.Title)} {{ {string.Join(' ', game.Names.Players.Select(Quoted))} }}\n\n{{ ");
        foreach (ImmutableArray<string> strategies in game.Names.Strategies)
        {
            _ = builder.Append(CultureInfo.InvariantCulture, $"{{ {string.Join(' ', strategies.Select(Quoted))} }}\n");
        }

        _ = builder.Append("}\n\"\"\n\n");
        foreach (int profile in FirstPlayerFastest(game.StrategyCounts))
        {
            for (int player = 0; player < game.PlayerCount; player++)
            {
                _ = builder.Append(game.PayoffAt(profile, player)).Append(player == game.PlayerCount - 1 ? '\n' : ' ');
            }
        }

        return builder.ToString();
    }

    /// <summary>Lists our profile indices in the file's order, in which the first player's strategy changes fastest.</summary>
    internal static IEnumerable<int> FirstPlayerFastest(ImmutableArray<int> strategyCounts)
    {
        int players = strategyCounts.Length;
        int[] strides = new int[players];
        int profiles = 1;
        for (int player = players - 1; player >= 0; player--)
        {
            strides[player] = profiles;
            profiles *= strategyCounts[player];
        }

        int[] chosen = new int[players];
        int index = 0;
        for (int count = 0; count < profiles; count++)
        {
            yield return index;
            for (int player = 0; player < players; player++)
            {
                index += strides[player];
                if (++chosen[player] < strategyCounts[player])
                {
                    break;
                }

                index -= chosen[player] * strides[player];
                chosen[player] = 0;
            }
        }
    }

    private static string Quoted(string text) => $"\"{text.Replace("\\", "\\\\", StringComparison.Ordinal).Replace("\"", "\\\"", StringComparison.Ordinal)}\"";
}
