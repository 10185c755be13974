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

    /// <summary>Gets what both together cost by the given prices; <see langword="null"/> when nothing is feasible.</summary>
    public Rational? Cost { get; internal init; }

    /// <summary>
    /// Gets a value indicating whether no multiple of the second unit with its threshold of the first parameter is cheaper. It is proven where every threshold is convex in the second parameter and the cheapest point meets
    /// the upper limits too; otherwise the pair is the best of those that were tried.
    /// </summary>
    public bool IsProven { get; internal init; }
}
