using System.Collections.Immutable;
using Verifiable.Inference.Incentives.Games;

namespace Verifiable.Inference.Incentives.Advice;

/// <summary>
/// A model's conditions over a box of uncertain parameters, as lines in one free parameter. Each slack is affine in the free one; in each uncertain one it is monotone while the others are held, so that
/// its least value is at a corner (take any point and move it, one parameter after the other, to the worse end). One uncertain parameter may be a polynomial of higher degree: it is bounded by Bernstein coefficients.
/// </summary>
internal sealed class ParameterBox
{
    private readonly AdviceModel _model;
    private readonly ImmutableArray<Rational> _margins;
    private readonly List<(int Index, AdviceRange Range)> _ends = [];
    private readonly (int Index, AdviceRange Range)? _curved;

    internal ParameterBox(AdviceModel model, AdviceOptions options, int? free)
    {
        options.ThrowIfInvalid(model);
        _model = model;

        // Both with and without the margin: where what speaks against a condition is below 0, a margin would ask for less.
        _margins = options.SafetyMargin.IsZero ? [Rational.Zero] : [options.SafetyMargin, Rational.Zero];
        foreach ((string symbol, AdviceRange range) in options.Ranges)
        {
            int index = AdviceParameter.IndexOf(model.Parameters, symbol);
            if (index == free)
            {
                continue;
            }

            if (model.Parameters[index].IsMonotone || model.Parameters[index].Degree <= 1 || range.IsPoint)
            {
                _ends.Add((index, range));
            }
            else if (_curved is null)
            {
                _curved = (index, range);
            }
            else
            {
                throw new ArgumentException($"Expected at most one uncertain parameter of a degree above 1, got {model.Parameters[_curved.Value.Index].Symbol} and {symbol}.");
            }
        }
    }

    internal bool IsCurved => _curved is not null;

    /// <summary>Gives the lines of every condition at every corner.</summary>
    /// <param name="values">The values of the parameters that are certain.</param>
    /// <param name="free">The free parameter; none when negative, and then the lines are level.</param>
    /// <param name="pieces">The number of parts into which a curved parameter's interval is cut.</param>
    internal List<ConditionLine> Lines(ImmutableArray<Rational> values, int free, int pieces = 1)
    {
        List<ConditionLine> lines = [];
        for (int corner = 0; corner < 1 << _ends.Count; corner++)
        {
            Rational[] point = [.. values];
            bool isRepeated = false;
            for (int place = 0; place < _ends.Count; place++)
            {
                (int index, AdviceRange range) = _ends[place];
                bool isUpper = (corner >> place & 1) == 1;
                isRepeated |= isUpper && range.IsPoint;
                point[index] = isUpper ? range.Greatest : range.Least;
            }

            if (!isRepeated)
            {
                AddCorner(lines, point, free, pieces);
            }
        }

        return lines;
    }

    private void AddCorner(List<ConditionLine> lines, Rational[] point, int free, int pieces)
    {
        if (_curved is not { } curved)
        {
            (ImmutableArray<AdviceCondition> at, ImmutableArray<AdviceCondition> atOne) = At(point, free);
            lines.AddRange(_margins.SelectMany(margin => at.Select((condition, index) => new ConditionLine(index, condition, condition.Line(margin), atOne[index].Line(margin) - condition.Line(margin), [.. point], IsCorner: true, margin))));
            return;
        }

        int degree = _model.Parameters[curved.Index].Degree;
        Rational width = (curved.Range.Greatest - curved.Range.Least) / pieces;
        for (int piece = 0; piece < pieces; piece++)
        {
            Rational least = curved.Range.Least + (width * piece);
            var nodes = new (ImmutableArray<AdviceCondition> At, ImmutableArray<AdviceCondition> AtOne)[degree + 1];
            for (int node = 0; node <= degree; node++)
            {
                point[curved.Index] = least + (width * node / degree);
                nodes[node] = At(point, free);
            }

            foreach ((Rational margin, int condition) in _margins.SelectMany(margin => Enumerable.Range(0, nodes[0].At.Length).Select(condition => (margin, condition))))
            {
                ImmutableArray<Rational> atZero = BernsteinLines.Coefficients([.. nodes.Select(node => node.At[condition].Line(margin))]);
                ImmutableArray<Rational> slopes = BernsteinLines.Coefficients([.. nodes.Select(node => node.AtOne[condition].Line(margin) - node.At[condition].Line(margin))]);
                for (int index = 0; index <= degree; index++)
                {
                    point[curved.Index] = least + (width * index / degree);
                    lines.Add(new ConditionLine(condition, nodes[0].At[condition], atZero[index], slopes[index], [.. point], IsCorner: index == 0 || index == degree, margin));
                }
            }
        }
    }

    private (ImmutableArray<AdviceCondition> At, ImmutableArray<AdviceCondition> AtOne) At(Rational[] point, int free)
    {
        if (free < 0)
        {
            ImmutableArray<AdviceCondition> level = _model.Conditions([.. point]);
            return (level, level);
        }

        point[free] = Rational.One;
        ImmutableArray<AdviceCondition> atOne = _model.Conditions([.. point]);
        point[free] = Rational.Zero;
        return (_model.Conditions([.. point]), atOne);
    }
}
