using System.Collections.Immutable;
using Verifiable.Inference.Incentives.Games;

namespace Verifiable.Inference.Incentives.Solvers;

/// <summary>A normal form as the certificate verifier sees it: sums written out, no solver's code.</summary>
internal sealed class PlainGame(ImmutableArray<int> sizes, ImmutableArray<Rational> payoffs)
{
    internal ImmutableArray<int> Sizes { get; } = sizes;

    internal ImmutableArray<Rational> Payoffs { get; } = payoffs;

    internal int ProfileCount => Payoffs.Length / Sizes.Length;

    internal static bool IsDistribution(ImmutableArray<Rational> numbers) =>
        numbers.All(number => number.Sign >= 0) && numbers.Aggregate(Rational.Zero, (sum, number) => sum + number) == Rational.One;

    internal Rational Payoff(int profile, int player) => Payoffs[(profile * Sizes.Length) + player];

    internal int Strategy(int profile, int player) => profile / Stride(player) % Sizes[player];

    internal Rational Gain(int profile, int player, int to) => Payoff(profile + ((to - Strategy(profile, player)) * Stride(player)), player) - Payoff(profile, player);

    internal IEnumerable<(int Player, int From, int To)> Deviations() =>
        from player in Enumerable.Range(0, Sizes.Length)
        from own in Enumerable.Range(0, Sizes[player])
        from other in Enumerable.Range(0, Sizes[player])
        where own != other
        select (player, own, other);

    internal bool AreSupports(ImmutableArray<ImmutableArray<int>> supports) =>
        supports.Length == Sizes.Length
        && supports.Select((support, player) => support.Length > 0 && support.Distinct().Count() == support.Length && support.All(strategy => strategy >= 0 && strategy < Sizes[player])).All(one => one);

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
                weight *= profile[player][Strategy(pure, player)];
            }

            for (int player = 0; player < Sizes.Length && !weight.IsZero; player++)
            {
                for (int to = 0; to < Sizes[player]; to++)
                {
                    gains[player][to] += weight * Gain(pure, player, to);
                }
            }
        }

        return gains.All(own => own.All(gain => gain.Sign <= 0));
    }

    private int Stride(int player)
    {
        int stride = 1;
        for (int other = player + 1; other < Sizes.Length; other++)
        {
            stride *= Sizes[other];
        }

        return stride;
    }
}
