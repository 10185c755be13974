using Verifiable.Inference.Incentives.Games;

namespace Verifiable.Inference.Incentives.Advice;

/// <summary>The cheapest pair of values of two parameters by which all conditions are met. Made by <see cref="IncentiveAdvisor.MinimizeCost"/> only; immutable.</summary>
public sealed record AdvisedPair
{
    internal AdvisedPair(AdvisedValue first, AdviceParameter second)
    {
        First = first;
        Second = second;
    }

    /// <summary>Gets the advice for the first parameter, at the second one's value.</summary>
    public AdvisedValue First { get; }

    /// <summary>Gets the second parameter, with its advised value.</summary>
    public AdviceParameter Second { get; }

    /// <summary>Gets what both together cost by the given prices, with the first parameter rounded up to its unit; <see langword="null"/> when nothing feasible was found, and nothing is where <see cref="IsProven"/>.</summary>
    public Rational? Cost { get; internal init; }

    /// <summary>
    /// Gets a value indicating whether no multiple of the second unit with its threshold of the first parameter is cheaper. It is proven where every threshold is convex in the second parameter and the cheapest point meets
    /// the upper limits too; otherwise the pair is the best of those that were tried. Thresholds are compared, not their multiples of the first unit: with a coarse unit another pair may cost less by a part of it. Where
    /// <see cref="Cost"/> is <see langword="null"/>: whether it is proven that there is no pair.
    /// </summary>
    public bool IsProven { get; internal init; }
}
