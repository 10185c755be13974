using Verifiable.Inference.Incentives.Games;

namespace Verifiable.Inference.Incentives.Advice;

/// <summary>The values of one free parameter at which all lines are met: from the lower end, which one line sets, to the upper end, which another sets.</summary>
internal readonly record struct FeasibleInterval(Rational? Lower, ConditionLine? LowerLine, Rational? Upper, ConditionLine? UpperLine, ConditionLine? Impossible)
{
    internal static FeasibleInterval Of(IEnumerable<ConditionLine> lines)
    {
        FeasibleInterval all = default;
        foreach (ConditionLine line in lines)
        {
            if (line.Slope.IsZero)
            {
                all = all.Impossible is null && !line.Sample.Suffices(line.AtZero) ? all with { Impossible = line } : all;
                continue;
            }

            Rational end = -line.AtZero / line.Slope;
            if (line.Slope.Sign > 0 && (all.Lower is not { } lower || end > lower || (end == lower && line.Sample.IsStrict)))
            {
                all = all with { Lower = end, LowerLine = line };
            }
            else if (line.Slope.Sign < 0 && (all.Upper is not { } upper || end < upper || (end == upper && line.Sample.IsStrict)))
            {
                all = all with { Upper = end, UpperLine = line };
            }
        }

        return all;
    }

    internal bool Contains(Rational x) => Impossible is null
        && (LowerLine is not { } lower || lower.IsMetAt(x))
        && (UpperLine is not { } upper || upper.IsMetAt(x));

    /// <summary>Gives the least multiple of the unit in [0, greatest] that lies inside; null when none does.</summary>
    internal Rational? LeastMultiple(Rational unit, Rational greatest)
    {
        Rational lower = Lower is { } end && end.Sign >= 0 ? end : Rational.Zero;
        System.Numerics.BigInteger steps = Floor(lower / unit);
        for (int step = 0; step < 2; step++)
        {
            Rational candidate = (Rational)(steps + step) * unit;
            if (candidate <= greatest && Contains(candidate))
            {
                return candidate;
            }
        }

        return null;
    }

    /// <summary>Gives the greatest multiple of the unit in [0, greatest] that lies inside; null when none does.</summary>
    internal Rational? GreatestMultiple(Rational unit, Rational greatest)
    {
        Rational upper = Upper is { } end && end < greatest ? end : greatest;
        System.Numerics.BigInteger steps = Floor(upper / unit);
        for (int step = 0; step < 2; step++)
        {
            Rational candidate = (Rational)(steps - step) * unit;
            if (candidate.Sign >= 0 && Contains(candidate))
            {
                return candidate;
            }
        }

        return null;
    }

    internal static System.Numerics.BigInteger Floor(Rational value) =>
        System.Numerics.BigInteger.Divide(value.Numerator - (value.Sign < 0 ? value.Denominator - 1 : 0), value.Denominator);
}
