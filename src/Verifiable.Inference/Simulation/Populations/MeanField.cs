using System.Collections.Immutable;

namespace Verifiable.Inference.Simulation.Populations;

/// <summary>
/// Follows the limit of infinitely many agents, in which shares are not random: x' = (1 − x)·p₀(x) + x·p₁(x), step by step. A population of N stays within a multiple of 1/√N of it over any fixed number of steps
/// (Kurtz, Journal of Applied Probability 7, 1970; Benaïm and Weibull, Econometrica 71, 2003). Pure and thread-safe.
/// </summary>
public static class MeanField
{
    /// <summary>Follows the shares that play 1.</summary>
    /// <param name="model">What agents do.</param>
    /// <param name="start">The share of each population that plays 1 at the start.</param>
    /// <param name="steps">The number of steps, 0 or more.</param>
    /// <returns>The shares after each step, the start first; one array a step.</returns>
    /// <exception cref="ArgumentException">There are not as many shares as populations, or one is not in [0, 1].</exception>
    public static ImmutableArray<ImmutableArray<double>> Follow(PopulationModel model, ReadOnlySpan<double> start, int steps)
    {
        ArgumentNullException.ThrowIfNull(model);
        ArgumentOutOfRangeException.ThrowIfNegative(steps);
        if (start.Length != model.PopulationCount || start.ContainsAnyExceptInRange(0.0, 1.0))
        {
            throw new ArgumentException($"Expected {model.PopulationCount} shares in [0, 1].", nameof(start));
        }

        double[] shares = start.ToArray();
        AgentRule[] rules = new AgentRule[shares.Length];
        ImmutableArray<ImmutableArray<double>>.Builder path = ImmutableArray.CreateBuilder<ImmutableArray<double>>(steps + 1);
        path.Add([.. shares]);
        for (int step = 0; step < steps; step++)
        {
            model.DecideChecked(shares, rules);
            for (int i = 0; i < shares.Length; i++)
            {
                shares[i] = (((1 - shares[i]) * rules[i].FromFirst) + (shares[i] * rules[i].FromSecond)) / AgentRule.Certain;
            }

            path.Add([.. shares]);
        }

        return path.MoveToImmutable();
    }
}
