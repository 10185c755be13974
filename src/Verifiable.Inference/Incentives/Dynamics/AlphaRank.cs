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

    // What is less likely than 10⁻¹⁰⁰ is taken for that: nothing is ever divided by 0, and no weight overflows.
    private const double Unbounded = 1e100;
    private const double Large = 1e100;
    private const double GreatestExponent = 231;
    private const double GreatestStep = 1e300;
    private const double GreatestPayoff = 1e100;

    /// <summary>Computes the probability that one mutant among residents takes the population over.</summary>
    /// <param name="payoffs">What row earns against column: mutant against mutant, mutant against resident; resident against mutant, resident against resident.</param>
    /// <param name="population">The number of members, at least 2.</param>
    /// <param name="intensity">The intensity of selection α, not negative.</param>
    /// <returns>The probability; 10⁻¹⁰⁰ where it is less.</returns>
    /// <exception cref="ArgumentException">The payoffs are not two rows of two, or one is beyond 10¹⁰⁰.</exception>
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
    /// <exception cref="ArgumentException">The payoffs are not square, or one is beyond 10¹⁰⁰.</exception>
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
        // The products e^exponent run through more than a double holds, in both directions: their sum is kept relative to the greatest of them.
        double exponent = 0;
        double greatest = 0;
        double sum = 1;
        for (int mutants = 1; mutants < population && greatest < GreatestExponent; mutants++)
        {
            double own = (((mutants - 1) * table[mutant][mutant]) + ((population - mutants) * table[mutant][resident])) / (population - 1);
            double other = ((mutants * table[resident][mutant]) + ((population - mutants - 1) * table[resident][resident])) / (population - 1);
            exponent -= Math.Clamp(intensity * (own - other), -GreatestStep, GreatestStep);
            sum = exponent > greatest ? (sum * StableFunctions.Exp(greatest - exponent)) + 1 : sum + StableFunctions.Exp(exponent - greatest);
            greatest = Math.Max(greatest, exponent);
        }

        return 1 / Math.Min(sum * StableFunctions.Exp(greatest), Unbounded);
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
        for (int state = 1; state < count; state++)
        {
            for (int from = 0; from < state; from++)
            {
                weights[state] += weights[from] * moves[from][state];
            }

            for (int other = 0; weights[state] > Large && other <= state; other++)
            {
                weights[other] = other < state ? weights[other] / weights[state] : 1;
            }
        }

        double total = 0;
        foreach (double weight in weights)
        {
            total += weight;
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

        if (payoffs.Count is < 2 or > GreatestStrategyCount || payoffs.Any(row => row.Count != payoffs.Count))
        {
            throw new ArgumentException($"Expected a square table of 2 to {GreatestStrategyCount} strategies.", nameof(payoffs));
        }

        double[][] table = [.. payoffs.Select(row => row.Select(payoff => (double)payoff).ToArray())];
        return table.All(row => Array.TrueForAll(row, payoff => Math.Abs(payoff) <= GreatestPayoff))
            ? table
            : throw new ArgumentException($"Expected payoffs of at most {GreatestPayoff} either way.", nameof(payoffs));
    }
}
