using Verifiable.Inference.Incentives.Games;

namespace Verifiable.Inference.Incentives.Solvers;

/// <summary>
/// The equations that say that every player is indifferent between the strategies of its support, on boxes of probabilities. Variables are the probabilities of all but the last strategy of each
/// support; the last is what is left to 1. Not thread-safe.
/// </summary>
internal sealed class SupportSystem
{
    private readonly NormalFormGame _game;
    private readonly Interval[] _payoffs;
    private readonly int[] _sizes;
    private readonly Dictionary<(int Player, int Strategy, int Other), Interval[]> _gains = [];
    private Interval[] _from = [];
    private Interval[] _to = [];

    internal SupportSystem(NormalFormGame game, Interval[] payoffs, int[][] supports)
    {
        _game = game;
        _payoffs = payoffs;
        Supports = supports;
        _sizes = [.. supports.Select(support => support.Length)];
        Variables = [.. Enumerable.Range(0, supports.Length).SelectMany(player => Enumerable.Range(0, supports[player].Length - 1).Select(place => (player, place)))];
    }

    internal int[][] Supports { get; }

    internal (int Player, int Place)[] Variables { get; }

    /// <summary>Encloses what a player gains by one strategy over another while the others are somewhere in a box.</summary>
    internal Interval Gain(int player, int strategy, int other, Interval[][] box)
    {
        Interval[] gains = GainsOf(player, strategy, other);
        Reserve(gains.Length);
        gains.CopyTo(_from, 0);
        return Contract(gains.Length, player, -1, box);
    }

    /// <summary>Encloses F_row: the gain of a support strategy over the last of its player's support.</summary>
    internal Interval Equation(int row, Interval[][] box)
    {
        (int player, int place) = Variables[row];
        return Gain(player, Supports[player][place], Supports[player][^1], box);
    }

    /// <summary>Encloses the derivatives of all equations by all variables.</summary>
    internal Interval[,] Derivatives(Interval[][] box)
    {
        int size = Variables.Length;
        var derivatives = new Interval[size, size];
        for (int row = 0; row < size; row++)
        {
            (int player, int place) = Variables[row];
            Interval[] gains = GainsOf(player, Supports[player][place], Supports[player][^1]);
            for (int column = 0; column < size; column++)
            {
                (int other, int otherPlace) = Variables[column];
                if (other == player)
                {
                    continue;
                }

                // Differences first and means after: the same weights apply to both terms.
                int inner = 1;
                for (int next = other + 1; next < _sizes.Length; next++)
                {
                    inner *= next == player ? 1 : _sizes[next];
                }

                int width = _sizes[other] * inner;
                Reserve(gains.Length);
                int count = 0;
                for (int outer = 0; outer < gains.Length; outer += width)
                {
                    for (int i = 0; i < inner; i++)
                    {
                        _from[count++] = gains[outer + (otherPlace * inner) + i] - gains[outer + ((_sizes[other] - 1) * inner) + i];
                    }
                }

                derivatives[row, column] = Contract(count, player, other, box);
            }
        }

        return derivatives;
    }

    // One entry for every profile of the others' supports, the last player's strategy fastest.
    private Interval[] GainsOf(int player, int strategy, int other)
    {
        if (_gains.TryGetValue((player, strategy, other), out Interval[]? known))
        {
            return known;
        }

        int count = 1;
        for (int next = 0; next < _sizes.Length; next++)
        {
            count *= next == player ? 1 : _sizes[next];
        }

        var gains = new Interval[count];
        var places = new int[_sizes.Length];
        int players = _sizes.Length;
        int own = _game.Stride(player);
        for (int entry = 0; entry < count; entry++)
        {
            int profile = 0;
            for (int next = 0; next < players; next++)
            {
                profile += next == player ? 0 : Supports[next][places[next]] * _game.Stride(next);
            }

            gains[entry] = _payoffs[((profile + (strategy * own)) * players) + player] - _payoffs[((profile + (other * own)) * players) + player];
            for (int next = players - 1; next >= 0; next--)
            {
                if (next != player && ++places[next] < _sizes[next])
                {
                    break;
                }

                places[next] = 0;
            }
        }

        _gains.Add((player, strategy, other), gains);
        return gains;
    }

    private void Reserve(int count)
    {
        if (_from.Length < count)
        {
            _from = new Interval[count];
            _to = new Interval[count];
        }
    }

    // Takes means over one player after the other, the last first.
    private Interval Contract(int count, int skipped, int alsoSkipped, Interval[][] box)
    {
        for (int player = _sizes.Length - 1; player >= 0; player--)
        {
            int size = _sizes[player];
            if (player == skipped || player == alsoSkipped || size == 1)
            {
                continue;
            }

            count /= size;
            for (int entry = 0; entry < count; entry++)
            {
                _to[entry] = size == 2 ? MeanOfTwo(_from[entry * 2], _from[(entry * 2) + 1], box[player][0]) : Mean(_from.AsSpan(entry * size, size), box[player]);
            }

            (_from, _to) = (_to, _from);
        }

        return _from[0];
    }

    private static Interval MeanOfTwo(Interval first, Interval second, Interval probability)
    {
        if (probability.Low < 0 || probability.High > 1)
        {
            return second + (probability * (first - second));
        }

        // With both weights not negative the ends of the mean are means of ends, and those are linear in the probability.
        double low = first.Low - second.Low;
        double high = first.High - second.High;
        low = second.Low + Math.BitDecrement((low < 0 ? probability.High : probability.Low) * Math.BitDecrement(low));
        high = second.High + Math.BitIncrement((high < 0 ? probability.Low : probability.High) * Math.BitIncrement(high));
        return new Interval(Math.BitDecrement(low), Math.BitIncrement(high));
    }

    // For probabilities that sum to 1, Σ w p = λ + Σ (w − λ) p for every λ; the values themselves are the candidates at which the bound can be best.
    private static Interval Mean(ReadOnlySpan<Interval> values, Interval[] probabilities)
    {
        bool hasNegative = false;
        foreach (Interval probability in probabilities)
        {
            hasNegative |= probability.Low < 0;
        }

        if (hasNegative)
        {
            // Boxes that reach below zero hold points that are no probabilities; there the ends of the values do not suffice.
            Interval sum = values[^1];
            for (int place = 0; place < values.Length - 1; place++)
            {
                sum += probabilities[place] * (values[place] - values[^1]);
            }

            return sum;
        }

        double low = double.NegativeInfinity;
        double high = double.PositiveInfinity;
        for (int candidate = 0; candidate < values.Length; candidate++)
        {
            Interval lowLevel = Interval.Point(values[candidate].Low);
            Interval highLevel = Interval.Point(values[candidate].High);
            Interval lowSum = lowLevel;
            Interval highSum = highLevel;
            for (int place = 0; place < values.Length; place++)
            {
                lowSum += (Interval.Point(values[place].Low) - lowLevel) * probabilities[place];
                highSum += (Interval.Point(values[place].High) - highLevel) * probabilities[place];
            }

            low = Math.Max(low, lowSum.Low);
            high = Math.Min(high, highSum.High);
        }

        return new Interval(low, high);
    }
}
