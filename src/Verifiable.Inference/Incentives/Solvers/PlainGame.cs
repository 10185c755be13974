using System.Collections.Immutable;
using Verifiable.Inference.Incentives.Games;

namespace Verifiable.Inference.Incentives.Solvers;

/// <summary>A normal form as the certificate verifier sees it: sums written out, no solver's code.</summary>
internal sealed class PlainGame
{
    private readonly CountedArithmetic _exact;
    private readonly int[] _strides;

    internal PlainGame(ImmutableArray<int> sizes, ImmutableArray<Rational> payoffs, CountedArithmetic exact)
    {
        _exact = exact;
        Sizes = sizes;
        Payoffs = payoffs;
        _strides = new int[sizes.Length];
        int stride = 1;
        for (int player = sizes.Length - 1; player >= 0; player--)
        {
            _strides[player] = stride;
            stride *= sizes[player];
        }
    }

    internal ImmutableArray<int> Sizes { get; }

    internal ImmutableArray<Rational> Payoffs { get; }

    internal int ProfileCount => Payoffs.Length / Sizes.Length;

    internal bool IsDistribution(ImmutableArray<Rational> numbers) => numbers.All(number => number.Sign >= 0) && _exact.Sum(numbers) == Rational.One;

    internal Rational Payoff(int profile, int player) => Payoffs[(profile * Sizes.Length) + player];

    internal int Strategy(int profile, int player) => profile / _strides[player] % Sizes[player];

    internal Rational Gain(int profile, int player, int to) => _exact.Minus(Payoff(profile + ((to - Strategy(profile, player)) * _strides[player]), player), Payoff(profile, player));

    internal IEnumerable<(int Player, int From, int To)> Deviations() =>
        from player in Enumerable.Range(0, Sizes.Length)
        from own in Enumerable.Range(0, Sizes[player])
        from other in Enumerable.Range(0, Sizes[player])
        where own != other
        select (player, own, other);

    /// <summary>Says whether each player has a support of strategies that it has, in ascending order: so there is one way to write it.</summary>
    internal bool AreSupports(ImmutableArray<ImmutableArray<int>> supports) =>
        supports.Length == Sizes.Length
        && supports.Select((support, player) => support.Length > 0 && support.Zip(support.Skip(1), (left, right) => left < right).All(one => one) && support[0] >= 0 && support[^1] < Sizes[player]).All(one => one);

    internal bool IsEquilibrium(ImmutableArray<ImmutableArray<Rational>> profile)
    {
        if (profile.Length != Sizes.Length || profile.Select((own, player) => own.Length == Sizes[player] && IsDistribution(own)).Any(one => !one))
        {
            return false;
        }

        // What every strategy gains over the profile, summed over all pure profiles with their probabilities.
        Rational[][] gains = [.. Sizes.Select(size => new Rational[size])];
        for (int pure = 0; pure < ProfileCount; pure++)
        {
            Rational weight = Rational.One;
            for (int player = 0; player < Sizes.Length && !weight.IsZero; player++)
            {
                weight = _exact.Times(weight, profile[player][Strategy(pure, player)]);
            }

            for (int player = 0; player < Sizes.Length && !weight.IsZero; player++)
            {
                for (int to = 0; to < Sizes[player]; to++)
                {
                    gains[player][to] = _exact.Plus(gains[player][to], _exact.Times(weight, Gain(pure, player, to)));
                }
            }
        }

        return gains.All(own => own.All(gain => gain.Sign <= 0));
    }

    /// <summary>Says whether no profile is listed twice.</summary>
    internal static bool AreDifferent(ImmutableArray<ImmutableArray<ImmutableArray<Rational>>> profiles) =>
        profiles.Select(profile => string.Join(';', profile.Select(own => string.Join(',', own)))).Distinct(StringComparer.Ordinal).Count() == profiles.Length;
}
