using System.Collections.Immutable;
using Verifiable.Inference.Incentives.Games;

namespace Verifiable.Inference.Incentives.Advice;

/// <summary>
/// Advises the designer of a protocol: checks a configuration over a box of parameters, finds the least stake, audit rate or other number by which all conditions are met, says which condition binds, how the answer
/// moves with the others, and what to change where there is none. All answers are exact; nothing is rounded but to the unit that is asked for. Pure and thread-safe.
/// </summary>
/// <remarks>
/// A slack is affine in the free parameter, so the values that meet it at a corner are a half-line with a rational end; what meets all conditions at all corners is the intersection. That corners suffice is
/// proven by monotonicity in each uncertain parameter (<see cref="AdviceParameter.IsMonotone"/>); a parameter of a higher power is bounded by its Bernstein coefficients. Sources and proofs: <c>docs/reference/advisor.md</c>.
/// </remarks>
public static partial class IncentiveAdvisor
{
    private const int MostPieces = 32;

    /// <summary>Examines a configuration in its worst case over a box.</summary>
    /// <param name="model">The configuration.</param>
    /// <param name="options">The box and the safety margin; none of both by default.</param>
    /// <exception cref="ArgumentException">The options do not fit the model.</exception>
    public static AdviceCheck Check(AdviceModel model, AdviceOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(model);
        options ??= new AdviceOptions();
        ParameterBox box = new(model, options, free: null);
        List<ConditionLine> lines = box.Lines(model.Values, free: -1);
        for (int pieces = 2; box.IsCurved && pieces <= MostPieces && !IsSettled(lines); pieces *= 2)
        {
            lines = box.Lines(model.Values, free: -1, pieces);
        }

        ImmutableArray<AdviceFinding> findings = [.. lines.GroupBy(line => line.Condition).OrderBy(group => group.Key).Select(group => FindingOf(model, group))];
        WorstCaseProof proof = !box.IsCurved ? WorstCaseProof.Corners : findings.All(finding => finding.IsExact) ? WorstCaseProof.Bernstein : WorstCaseProof.BernsteinBound;
        AdviceCheck check = new(model) { Findings = findings, Proof = proof, ExpectedCost = model.ExpectedCost(model.Values) };
        return check.IsMet ? check : check with { Repairs = Repairs(model, options) };
    }

    /// <summary>Finds the least value of a parameter by which all conditions are met everywhere in a box, the others held.</summary>
    /// <param name="model">The configuration; the parameter's own value plays no part.</param>
    /// <param name="symbol">The parameter, for example <c>S</c> or <c>p</c>.</param>
    /// <param name="options">The box and the safety margin; none of both by default.</param>
    /// <returns>The advice; that nothing suffices is an answer, not an error.</returns>
    /// <exception cref="ArgumentException">The model has no such parameter, a slack is not affine in it, or the options do not fit the model.</exception>
    public static AdvisedValue Minimize(AdviceModel model, string symbol, AdviceOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(model);
        options ??= new AdviceOptions();
        int free = AffineIndex(model, symbol);
        AdvisedValue advice = Solve(model, model.Values, free, options);
        return advice.IsFeasible ? advice : advice with { Repairs = RepairsFor(model, free, options) };
    }

    /// <summary>The threshold of advice when another parameter has another value, and is known; the same margin and the same other intervals. Null when nothing is feasible then.</summary>
    internal static Rational? ThresholdWith(AdvisedValue advice, string other, Rational value)
    {
        AdviceModel model = advice.Model;
        AdviceOptions options = advice.Options with { Ranges = advice.Options.Ranges.Remove(other) };
        AdvisedValue solved = Solve(model, model.Values.SetItem(AdviceParameter.IndexOf(model.Parameters, other), value), AffineIndex(model, advice.Parameter.Symbol), options);
        return solved.IsFeasible ? solved.Threshold ?? Rational.Zero : null;
    }

    internal static AdvisedValue Solve(AdviceModel model, ImmutableArray<Rational> values, int free, AdviceOptions options)
    {
        AdviceParameter parameter = model.Parameters[free];
        ParameterBox box = new(model, options, free);
        FeasibleInterval inner = IntervalOf(box, values, free, out bool isExact);
        Rational? value = LeastOf(inner, parameter, options);
        ConditionLine? binding = inner.Impossible ?? (inner.Lower is { Sign: >= 0 } ? inner.LowerLine : null);
        Rational? threshold = inner.Impossible is null && binding is not null ? inner.Lower : null;
        WorstCaseProof proof = !box.IsCurved ? WorstCaseProof.Corners : isExact ? WorstCaseProof.Bernstein : WorstCaseProof.BernsteinBound;
        return new AdvisedValue(model, parameter)
        {
            Options = options,
            Value = value,
            Threshold = threshold,
            UpperLimit = inner.Impossible is null ? inner.Upper : null,
            Binding = binding is { } line ? FindingAt(line, value ?? threshold ?? Rational.Zero, free) : null,
            BindingAbove = inner.Impossible is null && inner.UpperLine is { } above ? FindingAt(above, value ?? inner.Upper!.Value, free) : null,
            Proof = proof,
            Elasticities = value is not null && threshold is { Sign: > 0 } ? Elasticities(model, binding!.Value, free) : [],
            ExpectedCost = value is { } advised ? model.ExpectedCost(values.SetItem(free, advised)) : null,
        };
    }

    // With a curved parameter the lines that are no corners make the interval smaller than need be; cutting the curve into pieces closes the gap.
    internal static FeasibleInterval IntervalOf(ParameterBox box, ImmutableArray<Rational> values, int free, out bool isExact)
    {
        for (int pieces = 1; ; pieces *= 2)
        {
            List<ConditionLine> lines = box.Lines(values, free, pieces);
            FeasibleInterval inner = FeasibleInterval.Of(lines);
            FeasibleInterval outer = box.IsCurved ? FeasibleInterval.Of(lines.Where(line => line.IsCorner)) : inner;
            isExact = inner.Lower == outer.Lower && inner.Upper == outer.Upper && inner.Impossible is null == outer.Impossible is null;
            if (isExact || pieces >= MostPieces)
            {
                return inner;
            }
        }
    }

    internal static Rational? LeastOf(FeasibleInterval interval, AdviceParameter parameter, AdviceOptions options) =>
        interval.Impossible is null ? interval.LeastMultiple(options.Unit ?? parameter.DefaultUnit, parameter.Greatest) : null;

    internal static int AffineIndex(AdviceModel model, string symbol)
    {
        int index = AdviceParameter.IndexOf(model.Parameters, symbol);
        return model.Parameters[index].Degree <= 1
            ? index
            : throw new ArgumentException($"Expected a parameter of degree 1 to solve for, got {symbol} of degree {model.Parameters[index].Degree}.", nameof(symbol));
    }

    private static bool IsSettled(IEnumerable<ConditionLine> lines) => lines.GroupBy(line => line.Condition).All(group => group.MinBy(line => line.AtZero).IsCorner || group.All(line => line.IsMetAt(Rational.Zero)));

    private static AdviceFinding FindingOf(AdviceModel model, IEnumerable<ConditionLine> lines)
    {
        ConditionLine worst = lines.OrderBy(line => line.AtZero).ThenByDescending(line => line.IsCorner).First();
        return new AdviceFinding(model.Conditions(worst.Corner)[worst.Condition], worst.AtZero, worst.Corner, worst.Sample.Suffices(worst.AtZero), worst.IsCorner);
    }

    private static AdviceFinding FindingAt(ConditionLine line, Rational x, int free) =>
        new(line.Sample, line.At(x), line.Corner.SetItem(free, x), line.IsMetAt(x), line.IsCorner);
}
