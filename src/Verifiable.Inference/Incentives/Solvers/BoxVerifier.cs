using System.Collections.Immutable;
using Verifiable.Inference.Incentives.Games;

namespace Verifiable.Inference.Incentives.Solvers;

/// <summary>
/// Checks in exact fractions, without any of the solver's code, that a box of probabilities holds exactly one equilibrium with given supports: Krawczyk's operator maps the box into itself (Neumaier 1990,
/// theorem 5.1.8), every probability of a support is positive in the box, and every other strategy is worse in the whole box.
/// </summary>
internal static class BoxVerifier
{
    internal static bool Holds(
        ImmutableArray<int> sizes,
        ImmutableArray<Rational> payoffs,
        ImmutableArray<ImmutableArray<int>> supports,
        ImmutableArray<Rational> center,
        Rational radius,
        ImmutableArray<ImmutableArray<Rational>> preconditioner,
        CountedArithmetic exact)
    {
        (int Player, int Place)[] variables = [.. Enumerable.Range(0, supports.Length).SelectMany(player => Enumerable.Range(0, supports[player].Length - 1).Select(place => (player, place)))];
        int count = variables.Length;
        if (center.Length != count || preconditioner.Length != count || preconditioner.Any(row => row.Length != count) || radius.Sign <= 0)
        {
            return false;
        }

        (Rational Low, Rational High)[][] box = Box(supports, center, radius, exact);
        (Rational Low, Rational High)[][] middle = Box(supports, center, Rational.Zero, exact);
        var game = new Bounds(sizes, payoffs, supports, exact);
        if (box.Any(own => own.Any(probability => probability.Low.Sign <= 0)))
        {
            return false;
        }

        Rational[] values = [.. variables.Select(variable => game.Gain(variable.Player, supports[variable.Player][variable.Place], supports[variable.Player][^1], middle).Low)];
        (Rational Low, Rational High)[][] slopes = [.. variables.Select(equation => variables.Select(variable => game.Slope(equation, variable, box)).ToArray())];
        for (int row = 0; row < count; row++)
        {
            // |K(X) − c| ≤ |Y F(c)| + |I − Y F′(X)| r must stay below r.
            Rational reach = Rational.Zero;
            Rational residual = Rational.Zero;
            for (int k = 0; k < count; k++)
            {
                residual = exact.Plus(residual, exact.Times(preconditioner[row][k], values[k]));
            }

            for (int column = 0; column < count; column++)
            {
                Rational low = row == column ? Rational.One : Rational.Zero;
                Rational high = low;
                for (int k = 0; k < count; k++)
                {
                    (Rational a, Rational b) = (exact.Times(preconditioner[row][k], slopes[k][column].Low), exact.Times(preconditioner[row][k], slopes[k][column].High));
                    low = exact.Minus(low, Rational.Max(a, b));
                    high = exact.Minus(high, Rational.Min(a, b));
                }

                reach = exact.Plus(reach, exact.Times(Rational.Max(Rational.Abs(low), Rational.Abs(high)), radius));
            }

            if (exact.Plus(Rational.Abs(residual), reach) >= radius)
            {
                return false;
            }
        }

        return Enumerable.Range(0, sizes.Length).All(player => Enumerable.Range(0, sizes[player])
            .All(strategy => supports[player].Contains(strategy) || game.Gain(player, strategy, supports[player][0], box).High.Sign < 0));
    }

    /// <summary>Says whether two boxes over the same supports have at most border points in common, where no equilibrium is: Krawczyk's operator maps each into its inside.</summary>
    internal static bool AreApart(ImmutableArray<Rational> center, Rational radius, ImmutableArray<Rational> otherCenter, Rational otherRadius, CountedArithmetic exact) =>
        center.Zip(otherCenter).Any(pair => Rational.Abs(exact.Minus(pair.First, pair.Second)) >= exact.Plus(radius, otherRadius));

    /// <summary>Says whether a profile is the equilibrium of a box: of the box's supports, and in it.</summary>
    internal static bool Contains(ImmutableArray<ImmutableArray<int>> supports, ImmutableArray<Rational> center, Rational radius, ImmutableArray<ImmutableArray<Rational>> profile, CountedArithmetic exact)
    {
        int next = 0;
        return supports.Select((support, player) => Enumerable.Range(0, profile[player].Length).All(strategy => support.Contains(strategy) != profile[player][strategy].IsZero)
            && support.SkipLast(1).All(strategy => Rational.Abs(exact.Minus(profile[player][strategy], center[next++])) <= radius)).All(one => one);
    }

    private static (Rational Low, Rational High)[][] Box(ImmutableArray<ImmutableArray<int>> supports, ImmutableArray<Rational> center, Rational radius, CountedArithmetic exact)
    {
        int next = 0;
        var box = new (Rational Low, Rational High)[supports.Length][];
        for (int player = 0; player < supports.Length; player++)
        {
            box[player] = new (Rational, Rational)[supports[player].Length];
            Rational low = Rational.One;
            Rational high = Rational.One;
            for (int place = 0; place < box[player].Length - 1; place++, next++)
            {
                box[player][place] = (exact.Minus(center[next], radius), exact.Plus(center[next], radius));
                low = exact.Minus(low, box[player][place].High);
                high = exact.Minus(high, box[player][place].Low);
            }

            box[player][^1] = (low, high);
        }

        return box;
    }

    /// <summary>Bounds of expected payoffs over boxes of probabilities that are not negative.</summary>
    private sealed class Bounds(ImmutableArray<int> sizes, ImmutableArray<Rational> payoffs, ImmutableArray<ImmutableArray<int>> supports, CountedArithmetic exact)
    {
        internal (Rational Low, Rational High) Gain(int player, int strategy, int other, (Rational Low, Rational High)[][] box) =>
            Mean(0, 0, player, -1, [(Offset(player, strategy), 1), (Offset(player, other), -1)], box);

        internal (Rational Low, Rational High) Slope((int Player, int Place) equation, (int Player, int Place) variable, (Rational Low, Rational High)[][] box)
        {
            if (equation.Player == variable.Player)
            {
                return default;
            }

            int own = Offset(equation.Player, supports[equation.Player][equation.Place]);
            int last = Offset(equation.Player, supports[equation.Player][^1]);
            int moved = Offset(variable.Player, supports[variable.Player][variable.Place]);
            int movedLast = Offset(variable.Player, supports[variable.Player][^1]);
            return Mean(0, 0, equation.Player, variable.Player, [(own + moved, 1), (last + moved, -1), (own + movedLast, -1), (last + movedLast, 1)], box);
        }

        private int Offset(int player, int strategy)
        {
            for (int other = player + 1; other < sizes.Length; other++)
            {
                strategy *= sizes[other];
            }

            return strategy;
        }

        private (Rational Low, Rational High) Mean(int from, int offset, int payee, int skipped, (int Offset, int Sign)[] terms, (Rational Low, Rational High)[][] box)
        {
            if (from == sizes.Length)
            {
                Rational sum = exact.Sum(terms.Select(term => term.Sign * payoffs[((offset + term.Offset) * sizes.Length) + payee]));
                return (sum, sum);
            }

            if (from == payee || from == skipped)
            {
                return Mean(from + 1, offset, payee, skipped, terms, box);
            }

            // v_last + Σ p (v − v_last): the probabilities sum to 1 by construction.
            (Rational Low, Rational High) last = Mean(from + 1, offset + Offset(from, supports[from][^1]), payee, skipped, terms, box);
            (Rational low, Rational high) = last;
            for (int place = 0; place < supports[from].Length - 1; place++)
            {
                (Rational Low, Rational High) value = Mean(from + 1, offset + Offset(from, supports[from][place]), payee, skipped, terms, box);
                (Rational Low, Rational High) probability = box[from][place];
                (Rational least, Rational most) = (exact.Minus(value.Low, last.High), exact.Minus(value.High, last.Low));
                low = exact.Plus(low, exact.Times(least, least.Sign < 0 ? probability.High : probability.Low));
                high = exact.Plus(high, exact.Times(most, most.Sign < 0 ? probability.Low : probability.High));
            }

            return (low, high);
        }
    }
}
