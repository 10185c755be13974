using System.Numerics;

namespace Verifiable.Inference.Incentives;

/// <summary>Computes tails of the hypergeometric distribution exactly in integers and rounds once, at the end, to 28 decimals: head counts, drawn without replacement. Pure and thread-safe.</summary>
public static class ExactHypergeometric
{
    /// <summary>The largest population: 100 000 heads.</summary>
    public const int GreatestPopulation = 100_000;

    /// <summary>Computes P(X ≥ <paramref name="atLeast"/>) where X counts the marked heads among a sample, Σ_k C(M, k)·C(N − M, n − k) ÷ C(N, n).</summary>
    /// <param name="population">The number of heads N, from 1 to <see cref="GreatestPopulation"/>.</param>
    /// <param name="marked">The number of marked heads M among them.</param>
    /// <param name="sample">The number of heads drawn, n, at most <see cref="SamplingEconomics.GreatestCount"/> and at most the population.</param>
    /// <param name="atLeast">The least number of marked heads counted; 0 or less gives 1.</param>
    /// <returns>The probability, rounded to the nearest 10⁻²⁸.</returns>
    /// <exception cref="ArgumentOutOfRangeException">An argument is out of range.</exception>
    public static decimal UpperTail(int population, int marked, int sample, int atLeast)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(population, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(population, GreatestPopulation);
        ArgumentOutOfRangeException.ThrowIfNegative(marked);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(marked, population);
        ArgumentOutOfRangeException.ThrowIfNegative(sample);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(sample, Math.Min(population, SamplingEconomics.GreatestCount));
        int least = Math.Max(Math.Max(atLeast, 0), sample - (population - marked));
        BigInteger sum = BigInteger.Zero;
        for (int count = least; count <= Math.Min(sample, marked); count++)
        {
            sum += Choose(marked, count) * Choose(population - marked, sample - count);
        }

        return ExactBinomial.Rounded(sum, Choose(population, sample));
    }

    private static BigInteger Choose(int from, int count)
    {
        BigInteger ways = BigInteger.One;
        for (int i = 1; i <= Math.Min(count, from - count); i++)
        {
            ways = ways * (from - i + 1) / i;
        }

        return ways;
    }
}
