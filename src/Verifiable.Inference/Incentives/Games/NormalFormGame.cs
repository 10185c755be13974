using System.Collections.Immutable;

namespace Verifiable.Inference.Incentives.Games;

/// <summary>
/// Holds a finite game of n players in normal form: for every pure profile one exact payoff a player. Immutable and thread-safe. Games are compared by reference; compare
/// <see cref="StrategyCounts"/> and <see cref="Payoffs"/> for content.
/// </summary>
public sealed class NormalFormGame
{
    private readonly int[] _strides;

    /// <summary>Initializes a game.</summary>
    /// <param name="strategyCounts">How many strategies each player has, each at least 1; at least one player.</param>
    /// <param name="payoffs">
    /// The payoffs, profile after profile with the <em>last</em> player's strategy changing fastest, and for each profile one payoff a player in the players' order.
    /// </param>
    /// <param name="names">What players and strategies are called; <see langword="null"/> calls them by number.</param>
    /// <exception cref="ArgumentException">There are no players, a player without strategies, names of other counts, or the number of payoffs is not profiles times players.</exception>
    public NormalFormGame(ImmutableArray<int> strategyCounts, ImmutableArray<Rational> payoffs, GameNames? names = null)
    {
        if (strategyCounts.IsDefaultOrEmpty || strategyCounts.Any(count => count < 1))
        {
            throw new ArgumentException("Expected at least one player and at least one strategy a player.", nameof(strategyCounts));
        }

        long profiles = CountProfiles(strategyCounts, Array.MaxLength / strategyCounts.Length);
        if (payoffs.IsDefault || payoffs.Length != profiles * strategyCounts.Length)
        {
            throw new ArgumentException($"Expected {profiles * strategyCounts.Length} payoffs, got {(payoffs.IsDefault ? 0 : payoffs.Length)}.", nameof(payoffs));
        }

        Names = names ?? GameNames.ByNumber(strategyCounts);
        if (!Names.Fits(strategyCounts))
        {
            throw new ArgumentException("Expected a name for every player and every strategy.", nameof(names));
        }

        StrategyCounts = strategyCounts;
        Payoffs = payoffs;
        _strides = new int[strategyCounts.Length];
        int stride = 1;
        for (int player = strategyCounts.Length - 1; player >= 0; player--)
        {
            _strides[player] = stride;
            stride *= strategyCounts[player];
        }

        ProfileCount = stride;
    }

    /// <summary>Gets the number of players.</summary>
    public int PlayerCount => StrategyCounts.Length;

    /// <summary>Gets how many strategies each player has.</summary>
    public ImmutableArray<int> StrategyCounts { get; }

    /// <summary>Gets the number of pure profiles.</summary>
    public int ProfileCount { get; }

    /// <summary>Gets all payoffs, in the order of the constructor.</summary>
    public ImmutableArray<Rational> Payoffs { get; }

    /// <summary>Gets what players and strategies are called.</summary>
    public GameNames Names { get; }

    /// <summary>Gets a player's payoff of a pure profile.</summary>
    /// <param name="player">The player, from 0.</param>
    /// <param name="profile">A strategy for every player, each from 0.</param>
    /// <returns>The payoff.</returns>
    /// <exception cref="ArgumentOutOfRangeException">The player or a strategy does not exist.</exception>
    public Rational Payoff(int player, ReadOnlySpan<int> profile)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(player);
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(player, PlayerCount);
        ArgumentOutOfRangeException.ThrowIfNotEqual(profile.Length, PlayerCount, nameof(profile));
        int index = 0;
        for (int other = 0; other < profile.Length; other++)
        {
            ArgumentOutOfRangeException.ThrowIfNegative(profile[other], nameof(profile));
            ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(profile[other], StrategyCounts[other], nameof(profile));
            index += profile[other] * _strides[other];
        }

        return PayoffAt(index, player);
    }

    /// <summary>Computes what a pure strategy gives a player while the others play a mixed profile.</summary>
    /// <param name="player">The player, from 0.</param>
    /// <param name="strategy">The strategy, from 0.</param>
    /// <param name="profile">The profile; the player's own part is not looked at.</param>
    /// <returns>The expected payoff, exactly.</returns>
    /// <exception cref="ArgumentException">The profile is of another game.</exception>
    public Rational ExpectedPayoff(int player, int strategy, MixedProfile profile)
    {
        ThrowIfOther(profile);
        return Expected(player, 0, strategy * _strides[player], profile, player);
    }

    /// <summary>Computes a player's expected payoff of a mixed profile.</summary>
    /// <param name="player">The player, from 0.</param>
    /// <param name="profile">The profile.</param>
    /// <returns>The expected payoff, exactly.</returns>
    /// <exception cref="ArgumentException">The profile is of another game.</exception>
    public Rational ExpectedPayoff(int player, MixedProfile profile)
    {
        ThrowIfOther(profile);
        return Expected(player, 0, 0, profile, -1);
    }

    /// <summary>Computes the greatest gain that one player has from leaving a profile alone: the profile is an ε-equilibrium exactly for ε at least this.</summary>
    /// <param name="profile">The profile.</param>
    /// <returns>The regret, exactly; 0 for an equilibrium, never negative.</returns>
    /// <exception cref="ArgumentException">The profile is of another game.</exception>
    public Rational Regret(MixedProfile profile)
    {
        ThrowIfOther(profile);
        Rational regret = Rational.Zero;
        for (int player = 0; player < PlayerCount; player++)
        {
            Rational own = ExpectedPayoff(player, profile);
            for (int strategy = 0; strategy < StrategyCounts[player]; strategy++)
            {
                regret = Rational.Max(regret, ExpectedPayoff(player, strategy, profile) - own);
            }
        }

        return regret;
    }

    internal int Stride(int player) => _strides[player];

    internal Rational PayoffAt(int profile, int player) => Payoffs[(profile * PlayerCount) + player];

    /// <summary>Counts profiles, never beyond the limit plus one.</summary>
    internal static long CountProfiles(IEnumerable<int> strategyCounts, long limit)
    {
        long profiles = 1;
        foreach (int count in strategyCounts)
        {
            profiles *= count;
            if (profiles > limit)
            {
                return limit + 1;
            }
        }

        return profiles;
    }

    private Rational Expected(int player, int from, int index, MixedProfile profile, int skipped)
    {
        if (from == PlayerCount)
        {
            return PayoffAt(index, player);
        }

        if (from == skipped)
        {
            return Expected(player, from + 1, index, profile, skipped);
        }

        Rational sum = Rational.Zero;
        ImmutableArray<Rational> mixed = profile[from];
        for (int strategy = 0; strategy < mixed.Length; strategy++)
        {
            if (!mixed[strategy].IsZero)
            {
                sum += mixed[strategy] * Expected(player, from + 1, index + (strategy * _strides[from]), profile, skipped);
            }
        }

        return sum;
    }

    private void ThrowIfOther(MixedProfile profile)
    {
        ArgumentNullException.ThrowIfNull(profile);
        if (profile.PlayerCount != PlayerCount || Enumerable.Range(0, PlayerCount).Any(player => profile[player].Length != StrategyCounts[player]))
        {
            throw new ArgumentException("Expected a profile of this game, got one of other players or strategies.", nameof(profile));
        }
    }
}
