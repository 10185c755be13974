using System.Collections.Immutable;

namespace Verifiable.Inference.Incentives.Games;

/// <summary>Holds a mixed strategy for every player as exact probabilities. Immutable; equality is by content.</summary>
public sealed class MixedProfile : IEquatable<MixedProfile>
{
    private readonly ImmutableArray<ImmutableArray<Rational>> _players;

    /// <summary>Initializes a profile.</summary>
    /// <param name="players">For each player the probability of each of its strategies: none negative, summing to 1.</param>
    /// <exception cref="ArgumentException">There are no players, or a player's probabilities are none.</exception>
    public MixedProfile(params ImmutableArray<ImmutableArray<Rational>> players)
    {
        if (players.IsDefaultOrEmpty || players.Any(player => player.IsDefaultOrEmpty || player.Any(probability => probability.Sign < 0) || Sum(player) != Rational.One))
        {
            throw new ArgumentException("Expected probabilities that are not negative and sum to 1 for every player.", nameof(players));
        }

        _players = players;
    }

    private MixedProfile(ImmutableArray<ImmutableArray<Rational>> players, bool _) => _players = players;

    /// <summary>Gets the number of players.</summary>
    public int PlayerCount => _players.Length;

    /// <summary>Gets the probabilities of a player's strategies.</summary>
    /// <param name="player">The player, from 0.</param>
    public ImmutableArray<Rational> this[int player] => _players[player];

    /// <summary>Makes a profile of strategies that sum to one by construction.</summary>
    internal static MixedProfile OfNormalized(ImmutableArray<Rational> first, ImmutableArray<Rational> second) => new([first, second], true);

    /// <inheritdoc/>
    public bool Equals(MixedProfile? other) =>
        other is not null && _players.Length == other._players.Length && _players.Zip(other._players).All(pair => pair.First.AsSpan().SequenceEqual(pair.Second.AsSpan()));

    /// <inheritdoc/>
    public override bool Equals(object? obj) => Equals(obj as MixedProfile);

    /// <inheritdoc/>
    public override int GetHashCode()
    {
        HashCode hash = default;
        foreach (Rational probability in _players.SelectMany(player => player))
        {
            hash.Add(probability);
        }

        return hash.ToHashCode();
    }

    /// <inheritdoc/>
    public override string ToString() => string.Join(" | ", _players.Select(player => string.Join(',', player)));

    private static Rational Sum(ImmutableArray<Rational> player) => player.Aggregate(Rational.Zero, (sum, probability) => sum + probability);
}
