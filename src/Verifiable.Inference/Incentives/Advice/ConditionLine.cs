using System.Collections.Immutable;
using Verifiable.Inference.Incentives.Games;

namespace Verifiable.Inference.Incentives.Advice;

/// <summary>The slack of one condition with one margin at one corner of a box, AtZero + Slope·x in the free parameter x. A line that is no corner is a Bernstein coefficient: below the slack somewhere, never a value of it.</summary>
internal readonly record struct ConditionLine(int Condition, AdviceCondition Sample, Rational AtZero, Rational Slope, ImmutableArray<Rational> Corner, bool IsCorner, Rational Margin)
{
    internal Rational At(Rational x) => AtZero + (Slope * x);

    internal bool IsMetAt(Rational x) => Sample.Suffices(At(x));
}
