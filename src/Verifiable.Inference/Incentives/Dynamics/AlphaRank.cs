using System.Collections.Immutable;
using Verifiable.Inference.Incentives.Games;

namespace Verifiable.Inference.Incentives.Dynamics;

/// <summary>
/// Computes how often a small population, in which mutants are rare, plays each strategy of a symmetric game: mutants take over or die out by imitation (Fermi), and what is counted is which strategy everybody plays.
/// Pure and thread-safe; the same bits on every machine.
/// </summary>
/// <remarks>
/// Fixation: T. Antal and I. Scheuring, Bull. Math. Biol. 68 (2006); ρ = 1 / (1 + Σ_l Π_{k ≤ l} e^(−α(f_mutant − f_resident))). Chain between strategies: D. Fudenberg and L. Imhof, J. Econ. Theory 131 (2006); as α-Rank,
/// S. Omidshafiei et al., Sci. Rep. 9 (2019), for one population. Its stationary distribution by W. Grassmann, M. Taksar and D. Heyman, Oper. Res. 33 (1985), without subtraction.
/// </remarks>
public static class AlphaRank
{
    /// <summary>The greatest number of members, 100,000.</summary>
    public const int GreatestPopulation = 100_000;

    /// <summary>The greatest number of strategies, 256.</summary>
    public const int GreatestStrategyCount = 256;

    private const double Unbounded = 1e250;

    /// <summary>Computes the probability that one mutant among residents takes the population over.</summary>
    /// <param name="payoffs">What row earns against column: mutant against mutant, mutant against resident; resident against mutant, resident against resident.</param>
    /// <param name="population">The number of members, at least 2.</param>
    /// <param name="intensity">The intensity of selection α, not negative.</param>
    /// <exception cref="ArgumentException">The payoffs are not two rows of two.</exception>
    /// <exception cref="ArgumentOutOfRangeException">Another argument is out of range.</exception>
    public static double Fixation(IReadOnlyList<IReadOnlyList<Rational>> payoffs, int population, double intensity)
    {
        double[][] table = Table(payoffs, population, intensity);
        return table.Length == 2 ? Fixation(table, 0, 1, population, intensity) : throw new ArgumentException($"Expected two strategies, got {table.Length}.", nameof(payoffs));
    }

    /// <summary>Computes the share of time at each strategy.</summary>
    /// <param name="payoffs">What row earns against column; square, at least two strategies.</param>
    /// <param name="population">The number of members, at least 2.</param>
    /// <param name="intensity">The intensity of selection α, not negative.</param>
    /// <returns>The shares, which sum to 1.</returns>
    /// <exception cref="ArgumentException">The payoffs are not square.</exception>
    /// <exception cref="ArgumentOutOfRangeException">Another argument is out of range.</exception>
    public static ImmutableArray<double> Stationary(IReadOnlyList<IReadOnlyList<Rational>> payoffs, int population, double intensity)
    {
        double[][] table = Table(payoffs, population, intensity);
        int count = table.Length;
        double[][] moves = [.. Enumerable.Range(0, count).Select(resident => Enumerable.Range(0, count)
            .Select(mutant => mutant == resident ? 0 : Fixation(table, mutant, resident, population, intensity) / (count - 1)).ToArray())];
        return WeightsOf(moves);
    }

    private static double Fixation(double[][] table, int mutant, int resident, int population, double intensity)
    {
        double sum = 1;
        double product = 1;
        for (int mutants = 1; mutants < population && sum < Unbounded; mutants++)
        {
            double own = (((mutants - 1) * table[mutant][mutant]) + ((population - mutants) * table[mutant][resident])) / (population - 1);
            double other = ((mutants * table[resident][mutant]) + ((population - mutants - 1) * table[resident][resident])) / (population - 1);
            product *= StableFunctions.Exp(-intensity * (own - other));
            sum += product;
        }

        return 1 / sum;
    }

    // States are taken out one after the other; no difference is ever formed, so small shares keep their digits.
    private static ImmutableArray<double> WeightsOf(double[][] moves)
    {
        int count = moves.Length;
        for (int last = count - 1; last > 0; last--)
        {
            double leaving = 0;
            for (int to = 0; to < last; to++)
            {
                leaving += moves[last][to];
            }

            for (int from = 0; from < last; from++)
            {
                moves[from][last] /= leaving;
                for (int to = 0; to < last; to++)
                {
                    moves[from][to] += moves[from][last] * moves[last][to];
                }
            }
        }

        double[] weights = new double[count];
        weights[0] = 1;
        double total = 1;
        for (int state = 1; state < count; state++)
        {
            for (int from = 0; from < state; from++)
            {
                weights[state] += weights[from] * moves[from][state];
            }

            total += weights[state];
        }

        return [.. weights.Select(weight => weight / total)];
    }

    private static double[][] Table(IReadOnlyList<IReadOnlyList<Rational>> payoffs, int population, double intensity)
    {
        ArgumentNullException.ThrowIfNull(payoffs);
        ArgumentOutOfRangeException.ThrowIfLessThan(population, 2);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(population, GreatestPopulation);
        if (!(intensity >= 0) || !double.IsFinite(intensity))
        {
            throw new ArgumentOutOfRangeException(nameof(intensity), intensity, "Expected a finite number that is not negative.");
        }

        return payoffs.Count is >= 2 and <= GreatestStrategyCount && payoffs.All(row => row.Count == payoffs.Count)
            ? [.. payoffs.Select(row => row.Select(payoff => (double)payoff).ToArray())]
            : throw new ArgumentException($"Expected a square table of 2 to {GreatestStrategyCount} strategies.", nameof(payoffs));
    }
}
