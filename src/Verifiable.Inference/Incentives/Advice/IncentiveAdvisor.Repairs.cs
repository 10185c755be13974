using System.Collections.Immutable;
using System.Numerics;
using Verifiable.Inference.Incentives.Games;

namespace Verifiable.Inference.Incentives.Advice;

public static partial class IncentiveAdvisor
{
    // A change by more than a factor of a million is no repair.
    private const int GreatestFactor = 1_000_000;

    /// <summary>Finds the changes of one parameter each that meet all conditions of a configuration, everywhere in a box.</summary>
    private static ImmutableArray<AdviceRepair> Repairs(AdviceModel model, AdviceOptions options)
    {
        List<AdviceRepair> repairs = [];
        for (int index = 0; index < model.Parameters.Length; index++)
        {
            AdviceParameter parameter = model.Parameters[index];
            if (parameter.Degree > 1 || options.Ranges.ContainsKey(parameter.Symbol))
            {
                continue;
            }

            FeasibleInterval interval = IntervalOf(new ParameterBox(model, options, index), model.Values, index, out _);
            Rational unit = UnitOf(parameter);
            Rational? to = interval.Impossible is not null ? null
                : interval.LowerLine is { } lower && !lower.IsMetAt(parameter.Value) ? interval.LeastMultiple(unit, parameter.Greatest)
                : interval.GreatestMultiple(unit, parameter.Greatest);
            if (to is { } value)
            {
                repairs.Add(new AdviceRepair(parameter, value));
            }
        }

        return InOrder(repairs);
    }

    /// <summary>Finds the changes of one parameter each after which some value of the free one meets all conditions.</summary>
    private static ImmutableArray<AdviceRepair> RepairsFor(AdviceModel model, int free, AdviceOptions options)
    {
        List<AdviceRepair> repairs = [];
        for (int index = 0; index < model.Parameters.Length; index++)
        {
            AdviceParameter parameter = model.Parameters[index];
            if (index == free || parameter.Degree > 1 || options.Ranges.ContainsKey(parameter.Symbol))
            {
                continue;
            }

            if (Nearest(model, free, index, options, upwards: true) is { } up)
            {
                repairs.Add(new AdviceRepair(parameter, up));
            }

            if (Nearest(model, free, index, options, upwards: false) is { } down)
            {
                repairs.Add(new AdviceRepair(parameter, down));
            }
        }

        return InOrder(repairs);
    }

    // By doubling the step until something is feasible, then halving: exact to the unit wherever all values beyond the nearest one are feasible too as far as was looked.
    private static Rational? Nearest(AdviceModel model, int free, int index, AdviceOptions options, bool upwards)
    {
        AdviceParameter parameter = model.Parameters[index];
        Rational unit = UnitOf(parameter);
        ParameterBox box = new(model, options, free);
        BigInteger start = FeasibleInterval.Floor(parameter.Value / unit) + (upwards ? BigInteger.Zero : (IsMultiple(parameter.Value, unit) ? BigInteger.Zero : BigInteger.One));
        BigInteger infeasible = BigInteger.Zero;
        BigInteger step = BigInteger.One;
        BigInteger within = upwards ? FeasibleInterval.Floor(parameter.Greatest / unit) - start : start;
        BigInteger farthest = BigInteger.Min(within, GreatestFactor * (start + 1));
        for (; ; step *= 2)
        {
            step = BigInteger.Min(step, farthest);
            if (step <= infeasible)
            {
                return null;
            }

            if (IsFeasible(step))
            {
                break;
            }

            infeasible = step;
        }

        while (step - infeasible > 1)
        {
            BigInteger middle = (step + infeasible) / 2;
            (infeasible, step) = IsFeasible(middle) ? (infeasible, middle) : (middle, step);
        }

        return At(step);

        Rational At(BigInteger steps) => (Rational)(upwards ? start + steps : start - steps) * unit;

        bool IsFeasible(BigInteger steps) => LeastOf(IntervalOf(box, model.Values.SetItem(index, At(steps)), free, out _), model.Parameters[free], options) is not null;
    }

    private static ImmutableArray<AdviceRepair> InOrder(IEnumerable<AdviceRepair> repairs) =>
        [.. repairs.OrderByDescending(repair => repair.Parameter.IsChosen).ThenBy(repair => repair.RelativeChange)];

    // An amount that is no whole number is in another unit of money than the ledger's: a millionth of it is fine enough.
    private static Rational UnitOf(AdviceParameter parameter) => parameter.Kind == AdviceParameterKind.Amount && parameter.Value.IsInteger ? Rational.One : new Rational(1, 1_000_000);

    private static bool IsMultiple(Rational value, Rational unit) => (value / unit).IsInteger;
}
