using Verifiable.Inference.Incentives.Dynamics;
using Verifiable.Inference.Simulation.Populations;

namespace Verifiable.Inference.Simulation.Statistics;

/// <summary>
/// Estimates how probable it is that a provider that cheats in n tasks is convicted at most k times, by importance sampling: convictions are drawn with a smaller probability, at which the event is usual, and
/// each sample counts by its likelihood ratio (the exponential change of measure, optimal for tails of sums: Siegmund, Annals of Statistics 4, 1976). Pure and thread-safe.
/// </summary>
public static class UndetectedFraud
{
    /// <summary>Estimates P(Bin(n, p) ≤ k).</summary>
    /// <param name="frauds">The number of frauds n, 1 or more.</param>
    /// <param name="convictionProbability">The probability p that one fraud is convicted, in (0, 1).</param>
    /// <param name="mostConvictions">k, from 0 to n.</param>
    /// <param name="samples">The number of samples, 1 or more.</param>
    /// <param name="seed">The seed.</param>
    /// <returns>The estimate; samples are drawn with p rounded to a multiple of 2⁻³².</returns>
    /// <exception cref="ArgumentOutOfRangeException">A number is out of range.</exception>
    public static RareEventEstimate Estimate(long frauds, double convictionProbability, long mostConvictions, int samples, ulong seed)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(frauds, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(frauds, BinomialSampler.GreatestTrials);
        ArgumentOutOfRangeException.ThrowIfNegative(mostConvictions);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(mostConvictions, frauds);
        ArgumentOutOfRangeException.ThrowIfLessThan(samples, 1);
        if (!(convictionProbability is > 0 and < 1))
        {
            throw new ArgumentOutOfRangeException(nameof(convictionProbability), convictionProbability, "Expected a probability between 0 and 1.");
        }

        // The tilt under which k convictions are the mean, and never more convictions than there are.
        double p = convictionProbability;
        double tilted = Math.Min(p, Math.Max(mostConvictions, 0.5) / frauds);
        ulong fraction = Math.Clamp((ulong)Math.Round(tilted * AgentRule.Certain), 1, AgentRule.Certain - 1);
        tilted = fraction / (double)AgentRule.Certain;
        double logHit = StableFunctions.Log(p) - StableFunctions.Log(tilted);
        double logMiss = StableFunctions.Log(1 - p) - StableFunctions.Log(1 - tilted);
        double[] weights = new double[samples];
        double sum = 0;
        double squares = 0;
        for (int i = 0; i < samples; i++)
        {
            RandomWords words = new(seed, (uint)i, 0, 0x5655_4644); // "VUFD"
            long convictions = BinomialSampler.Draw(frauds, fraction, ref words);
            if (convictions <= mostConvictions)
            {
                weights[i] = StableFunctions.Exp((convictions * logHit) + ((frauds - convictions) * logMiss));
                sum += weights[i];
                squares += weights[i] * weights[i];
            }
        }

        MeanEstimate mean = MeanEstimate.Of(weights);
        return new RareEventEstimate(mean.Mean, mean.StandardError, squares > 0 ? sum * sum / squares : 0, samples);
    }
}
