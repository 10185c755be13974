using System.Collections.Immutable;

namespace Verifiable.Inference.Incentives.Games;

/// <summary>
/// Holds a game of n alike players with two strategies, 0 and 1, by its payoff differences: d_k is what a player gains by 1 over 0 while k of the other n − 1 play 1. Equilibria
/// depend on nothing else (R. Selten and others; Peña, Lehmann and Nöldeke, "Gains from switching and evolutionary stability in multi-player matrix games", JTB 346, 2014,
/// equation 4). Immutable and thread-safe.
/// </summary>
public sealed class SymmetricBinaryGame
{
    /// <summary>The greatest number of players, 65 536.</summary>
    public const int GreatestPlayerCount = 1 << 16;

    /// <summary>Initializes a game.</summary>
    /// <param name="differences">d_0 to d_{n−1}; at least one, at most <see cref="GreatestPlayerCount"/>.</param>
    /// <exception cref="ArgumentException">There are no differences or too many.</exception>
    public SymmetricBinaryGame(ImmutableArray<Rational> differences)
    {
        if (differences.IsDefaultOrEmpty || differences.Length > GreatestPlayerCount)
        {
            throw new ArgumentException($"Expected 1 to {GreatestPlayerCount} differences.", nameof(differences));
        }

        Differences = differences;
    }

    /// <summary>Gets the number of players.</summary>
    public int PlayerCount => Differences.Length;

    /// <summary>Gets d_0 to d_{n−1}.</summary>
    public ImmutableArray<Rational> Differences { get; }

    /// <summary>Takes the differences of a game in normal form whose players are alike.</summary>
    /// <param name="game">The game.</param>
    /// <returns>The differences; <see langword="null"/> when a player has not two strategies, or the players are not alike.</returns>
    public static SymmetricBinaryGame? TryOf(NormalFormGame game)
    {
        ArgumentNullException.ThrowIfNull(game);
        if (game.StrategyCounts.Any(count => count != 2) || game.PlayerCount > 30)
        {
            return null;
        }

        Rational?[] differences = new Rational?[game.PlayerCount];
        for (int player = 0; player < game.PlayerCount; player++)
        {
            int own = game.Stride(player);
            for (int profile = 0; profile < game.ProfileCount; profile++)
            {
                if ((profile & own) != 0)
                {
                    continue;
                }

                int others = int.PopCount(profile);
                Rational difference = game.PayoffAt(profile | own, player) - game.PayoffAt(profile, player);
                if (differences[others] is { } known && known != difference)
                {
                    return null;
                }

                differences[others] = difference;
            }
        }

        return new SymmetricBinaryGame([.. differences.Select(difference => difference!.Value)]);
    }

    /// <summary>Computes the expected difference while every other player plays 1 with the same probability, f(x) = Σ C(n−1,k) x^k (1−x)^{n−1−k} d_k.</summary>
    /// <param name="probability">The probability x.</param>
    /// <returns>f(x), exactly.</returns>
    public Rational Gain(Rational probability)
    {
        // De Casteljau's scheme.
        Rational[] values = [.. Differences];
        for (int count = values.Length - 1; count > 0; count--)
        {
            for (int k = 0; k < count; k++)
            {
                values[k] += probability * (values[k + 1] - values[k]);
            }
        }

        return values[0];
    }
}
