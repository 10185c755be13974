using Verifiable.Inference.Simulation.Populations;

namespace Verifiable.Inference.Simulation.Statistics;

/// <summary>
/// Estimates how probable it is that a process reaches its last level before it ends, by fixed-effort splitting: from each level as many copies start as from the first, from states at which the level was
/// reached, and the shares that reach the next are multiplied. The product has no bias (Garvels, The splitting method in rare event simulation, 2000, section 3.2; L'Ecuyer, Demers and Tuffin, ACM
/// Transactions on Modeling and Computer Simulation 17, 2007). Pure and thread-safe where the process is.
/// </summary>
public static class Splitting
{
    private const uint SplittingDomain = 0x5653_504C; // "VSPL"
    private const int GreatestSteps = 100_000_000;

    /// <summary>Estimates the probability.</summary>
    /// <param name="process">The process; from every state it must end or get further with probability 1.</param>
    /// <param name="levels">The last level, 1 or more.</param>
    /// <param name="effort">The number of copies that start at each level, 1 or more.</param>
    /// <param name="replications">The number of independent estimates of which the mean is taken, 2 or more.</param>
    /// <param name="seed">The seed.</param>
    /// <returns>The estimate, with the error of the replications, of which <see cref="RareEventEstimate.IsReliable"/> asks for 20: copies of one replication share their past and are not independent. The effective samples are the least number of copies that reached a level in any replication, times the replications.</returns>
    /// <exception cref="ArgumentOutOfRangeException">A number is out of range.</exception>
    /// <exception cref="InvalidOperationException">A copy neither ended nor reached a level in 10⁸ steps.</exception>
    public static RareEventEstimate Estimate(RareEventProcess process, int levels, int effort, int replications, ulong seed)
    {
        ArgumentNullException.ThrowIfNull(process);
        ArgumentOutOfRangeException.ThrowIfLessThan(levels, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(effort, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(replications, 2);
        double[] products = new double[replications];
        long fewest = long.MaxValue;
        for (int i = 0; i < replications; i++)
        {
            (products[i], int reached) = EstimateOnce(process, levels, effort, seed, (uint)i);
            fewest = Math.Min(fewest, reached);
        }

        MeanEstimate mean = MeanEstimate.Of(products);
        return new RareEventEstimate(mean.Mean, mean.StandardError, fewest * (double)replications, replications);
    }

    private static (double Product, int Fewest) EstimateOnce(RareEventProcess process, int levels, int effort, ulong seed, uint replication)
    {
        List<long> starts = [process.Start];
        double product = 1;
        int fewest = effort;
        for (int level = 1; level <= levels; level++)
        {
            List<long> reached = [];
            for (int copy = 0; copy < effort; copy++)
            {
                RandomWords words = new(seed, replication, (uint)copy, unchecked(SplittingDomain + (uint)level));
                long state = starts[(int)Math.Min(starts.Count - 1, (long)(words.NextDouble() * starts.Count))];
                for (int step = 0; state >= 0 && process.LevelOf(state) < level; step++)
                {
                    if (step == GreatestSteps)
                    {
                        throw new InvalidOperationException("Expected a process that ends or gets further, got one that did neither in 100000000 steps.");
                    }

                    state = process.Advance(state, words.NextDouble());
                }

                if (state >= 0)
                {
                    reached.Add(state);
                }
            }

            fewest = Math.Min(fewest, reached.Count);
            product *= reached.Count / (double)effort;
            if (reached.Count == 0)
            {
                return (0, 0);
            }

            starts = reached;
        }

        return (product, fewest);
    }
}
