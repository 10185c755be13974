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
    private readonly Interval[][] _scratch;
    private readonly int[] _plus = new int[2];
    private readonly int[] _minus = new int[2];

    internal SupportSystem(NormalFormGame game, Interval[] payoffs, int[][] supports)
    {
        _game = game;
        _payoffs = payoffs;
        Supports = supports;
        _scratch = [.. supports.Select(support => new Interval[support.Length])];
        Variables = [.. Enumerable.Range(0, supports.Length).SelectMany(player => Enumerable.Range(0, supports[player].Length - 1).Select(place => (player, place)))];
    }

    internal int[][] Supports { get; }

    internal (int Player, int Place)[] Variables { get; }

    /// <summary>Encloses what a player gains by one strategy over another while the others are somewhere in a box.</summary>
    internal Interval Gain(int player, int strategy, int other, Interval[][] box)
    {
        int stride = _game.Stride(player);
        _plus[0] = strategy * stride;
        _minus[0] = other * stride;
        return Expect(0, 0, player, -1, player, 1, box);
    }

    /// <summary>Encloses F_row: the gain of a support strategy over the last of its player's support.</summary>
    internal Interval Equation(int row, Interval[][] box)
    {
        (int player, int place) = Variables[row];
        return Gain(player, Supports[player][place], Supports[player][^1], box);
    }

    /// <summary>Encloses the derivative of F_row by a variable.</summary>
    internal Interval Derivative(int row, int column, Interval[][] box)
    {
        (int player, int place) = Variables[row];
        (int other, int otherPlace) = Variables[column];
        if (player == other)
        {
            return default;
        }

        int own = _game.Stride(player);
        int stride = _game.Stride(other);
        int strategy = Supports[player][place] * own;
        int last = Supports[player][^1] * own;
        int moved = Supports[other][otherPlace] * stride;
        int movedLast = Supports[other][^1] * stride;
        _plus[0] = strategy + moved;
        _plus[1] = last + movedLast;
        _minus[0] = strategy + movedLast;
        _minus[1] = last + moved;
        return Expect(0, 0, player, other, player, 2, box);
    }

    private Interval Expect(int from, int offset, int skipped, int alsoSkipped, int payee, int terms, Interval[][] box)
    {
        while (from < Supports.Length && (from == skipped || from == alsoSkipped))
        {
            from++;
        }

        if (from == Supports.Length)
        {
            int players = Supports.Length;
            Interval sum = _payoffs[((offset + _plus[0]) * players) + payee] - _payoffs[((offset + _minus[0]) * players) + payee];
            return terms == 1
                ? sum
                : sum + (_payoffs[((offset + _plus[1]) * players) + payee] - _payoffs[((offset + _minus[1]) * players) + payee]);
        }

        int[] support = Supports[from];
        int stride = _game.Stride(from);
        if (support.Length == 1)
        {
            return Expect(from + 1, offset + (support[0] * stride), skipped, alsoSkipped, payee, terms, box);
        }

        Interval[] values = _scratch[from];
        for (int place = 0; place < support.Length; place++)
        {
            values[place] = Expect(from + 1, offset + (support[place] * stride), skipped, alsoSkipped, payee, terms, box);
        }

        return Mean(values, box[from]);
    }

    // For probabilities that sum to 1, Σ w p = λ + Σ (w − λ) p for every λ; the values themselves are the candidates at which the bound can be best.
    private static Interval Mean(Interval[] values, Interval[] probabilities)
    {
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
                lowSum += (Interval.Point(values[place].Low) - lowLevel) * Nonnegative(probabilities[place]);
                highSum += (Interval.Point(values[place].High) - highLevel) * Nonnegative(probabilities[place]);
            }

            low = Math.Max(low, lowSum.Low);
            high = Math.Min(high, highSum.High);
        }

        // Boxes that reach below zero hold points that are no probabilities; there the ends of the values do not suffice.
        if (probabilities.Any(probability => probability.Low < 0))
        {
            Interval sum = values[^1];
            for (int place = 0; place < values.Length - 1; place++)
            {
                sum += probabilities[place] * (values[place] - values[^1]);
            }

            return sum;
        }

        return new Interval(low, high);
    }

    private static Interval Nonnegative(Interval probability) => probability.Low < 0 ? new Interval(0, probability.High) : probability;
}
