using System.Collections.Immutable;
using System.Numerics;
using Verifiable.Inference.Incentives.Games;

namespace Verifiable.Inference.Incentives.Advice;

public static partial class IncentiveAdvisor
{
    private const int TriedPoints = 1024;

    /// <summary>
    /// Finds the cheapest pair of two parameters, for example an audit probability and a slash, where each costs so much for each unit: with a price of locked stake, neither a huge stake nor an audit of everything.
    /// </summary>
    /// <param name="model">The configuration; the two parameters' own values play no part.</param>
    /// <param name="first">The parameter whose threshold is computed, for example <c>p</c>.</param>
    /// <param name="firstPrice">What one whole of it costs, above 0.</param>
    /// <param name="second">The parameter that is searched, for example <c>S</c>.</param>
    /// <param name="secondPrice">What one whole of it costs, above 0.</param>
    /// <param name="greatest">The greatest value of the second parameter that is considered, a multiple of its unit.</param>
    /// <param name="options">The box and the safety margin; the unit is the first parameter's.</param>
    /// <returns>The pair and its cost; see <see cref="AdvisedPair.IsProven"/>.</returns>
    /// <exception cref="ArgumentException">The model has no such parameters, a slack is not affine in one of them, or the options do not fit the model.</exception>
    public static AdvisedPair MinimizeCost(AdviceModel model, string first, Rational firstPrice, string second, Rational secondPrice, Rational greatest, AdviceOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(model);
        options ??= new AdviceOptions();
        int free = AffineIndex(model, first);
        int searched = AffineIndex(model, second);
        if (firstPrice.Sign <= 0 || secondPrice.Sign <= 0 || greatest.Sign <= 0 || free == searched)
        {
            throw new ArgumentException("Expected two different parameters with prices above 0, and a greatest value above 0.");
        }

        Rational unit = model.Parameters[searched].DefaultUnit;
        ParameterBox box = new(model, WithoutRange(options, second), free);
        FeasibleInterval within = FeasibleInterval.Of(SearchedLines(box, model, free, searched, greatest));
        if (within.Impossible is not null || within.LeastMultiple(unit, greatest) is not { } from)
        {
            return new AdvisedPair(At(BigInteger.Zero), model.Parameters[searched] with { Value = Rational.Zero }) { IsProven = true };
        }

        // Outside these two no value of the first parameter suffices.
        BigInteger low = FeasibleInterval.Floor(from / unit);
        BigInteger high = FeasibleInterval.Floor((within.GreatestMultiple(unit, greatest) ?? from) / unit);
        BigInteger[] grid = [.. Enumerable.Range(0, TriedPoints + 1).Select(point => low + ((high - low) * point / TriedPoints)).Distinct()];
        bool isConvex = !box.IsCurved && IsConvex(box, model.Values, free, searched, greatest);
        BigInteger best = isConvex ? Cheapest(Relaxed, low, high) : grid.MinBy(Relaxed, Comparer<Rational?>.Create(CompareCosts));
        AdvisedValue advice = At(best);
        bool isProven = isConvex && (advice.IsFeasible || Relaxed(best) is null);
        if (!advice.IsFeasible && !isProven)
        {
            // Some upper limit is below the cheapest point: the best of a grid that meets everything. A grid of all multiples that finds none proves that there is none.
            best = grid.MinBy(point => At(point) is { Value: { } value } ? (firstPrice * value) + (secondPrice * (Rational)point * unit) : (Rational?)null, Comparer<Rational?>.Create(CompareCosts));
            advice = At(best);
            isProven = !advice.IsFeasible && grid.Length > high - low && !box.IsCurved;
        }

        Rational chosen = (Rational)best * unit;
        return new AdvisedPair(advice, model.Parameters[searched] with { Value = chosen })
        {
            Cost = advice.Value is { } least ? (firstPrice * least) + (secondPrice * chosen) : null,
            IsProven = isProven,
        };

        AdvisedValue At(BigInteger point) => Solve(model, model.Values.SetItem(searched, (Rational)point * unit), free, WithoutRange(options, second));

        // The cost at the exact threshold, upper limits not counted: convex where every corner's threshold is.
        Rational? Relaxed(BigInteger point)
        {
            Rational value = (Rational)point * unit;
            FeasibleInterval interval = IntervalOf(box, model.Values.SetItem(searched, value), free, out _);
            Rational least = interval.Lower is { Sign: > 0 } lower ? lower : Rational.Zero;
            return interval.Impossible is null && interval.Upper is not { Sign: < 0 } && least <= model.Parameters[free].Greatest ? (firstPrice * least) + (secondPrice * value) : null;
        }
    }

    // What holds of a line for some value of the free parameter holds at 0 where it falls in it, and at the greatest value where it rises: affine in the searched parameter alone.
    private static IEnumerable<ConditionLine> SearchedLines(ParameterBox box, AdviceModel model, int free, int searched, Rational greatest)
    {
        List<ConditionLine> atZero = box.Lines(model.Values.SetItem(searched, Rational.Zero), free);
        List<ConditionLine> atOne = box.Lines(model.Values.SetItem(searched, Rational.One), free);
        for (int index = 0; index < atZero.Count; index++)
        {
            int here = atZero[index].Slope.Sign;
            int there = (atZero[index].Slope + ((atOne[index].Slope - atZero[index].Slope) * greatest)).Sign;
            if (atZero[index].IsCorner && here * there >= 0)
            {
                Rational best = here + there > 0 ? model.Parameters[free].Greatest : Rational.Zero;
                yield return atZero[index] with { AtZero = atZero[index].At(best), Slope = atOne[index].At(best) - atZero[index].At(best) };
            }
        }
    }

    private static AdviceOptions WithoutRange(AdviceOptions options, string symbol) => options with { Ranges = options.Ranges.Remove(symbol) };

    // null is more than any cost.
    private static int CompareCosts(Rational? left, Rational? right) =>
        left is { } a ? (right is { } b ? a.CompareTo(b) : -1) : right is null ? 0 : 1;

    // A threshold −(A₀ + A₁y) / (B₀ + B₁y) is convex where B is positive iff B₁(A₁B₀ − A₀B₁) ≥ 0. B must not fall with y either, or a threshold
    // could be infinite on the right as well as on the left. A line whose slope is nowhere positive is an upper limit.
    private static bool IsConvex(ParameterBox box, ImmutableArray<Rational> values, int free, int searched, Rational greatest)
    {
        List<ConditionLine> atZero = box.Lines(values.SetItem(searched, Rational.Zero), free);
        List<ConditionLine> atOne = box.Lines(values.SetItem(searched, Rational.One), free);
        for (int index = 0; index < atZero.Count; index++)
        {
            Rational slope = atOne[index].Slope - atZero[index].Slope;
            Rational rise = atOne[index].AtZero - atZero[index].AtZero;
            bool isBelow = atZero[index].Slope.Sign > 0 || (atZero[index].Slope + (slope * greatest)).Sign > 0;
            if (isBelow && (slope.Sign < 0 || (slope * ((rise * atZero[index].Slope) - (atZero[index].AtZero * slope))).Sign < 0))
            {
                return false;
            }
        }

        return true;
    }

    // Convex with infinite values on one side at most: where nothing is feasible yet, further right is better.
    private static BigInteger Cheapest(Func<BigInteger, Rational?> cost, BigInteger least, BigInteger most)
    {
        while (least < most)
        {
            BigInteger middle = (least + most) / 2;
            Rational? here = cost(middle);
            bool isRising = here is not null && CompareCosts(here, cost(middle + 1)) <= 0;
            (least, most) = isRising ? (least, middle) : (middle + 1, most);
        }

        return least;
    }
}
