using System.Collections.Immutable;
using Verifiable.Inference.Incentives.Games;
using Verifiable.Inference.Incentives.Solvers;

namespace Verifiable.Inference.Incentives.Dynamics;

/// <summary>
/// A game as populations see it: how much each strategy of each population earns where the shares of all strategies are known. A state lists the shares, population after population; those of one
/// population sum to 1. Immutable and thread-safe; compared by reference.
/// </summary>
public abstract class EvolutionaryGame
{
    private protected EvolutionaryGame(ImmutableArray<int> strategyCounts)
    {
        StrategyCounts = strategyCounts;
        StateLength = strategyCounts.Sum();
    }

    /// <summary>Gets the number of strategies of each population.</summary>
    public ImmutableArray<int> StrategyCounts { get; }

    /// <summary>Gets the number of shares in a state.</summary>
    public int StateLength { get; }

    /// <summary>Gets a value indicating whether payoffs are linear in the shares of each population, as best-response paths need.</summary>
    internal virtual bool IsLinear => false;

    /// <summary>Takes a game of two populations whose members meet at random: rows are the first population's strategies, columns the second's.</summary>
    /// <param name="game">The payoffs, rounded to doubles.</param>
    /// <returns>The game of the two populations.</returns>
    public static EvolutionaryGame Of(BimatrixGame game)
    {
        ArgumentNullException.ThrowIfNull(game);
        return new PairedPopulations(game);
    }

    /// <summary>Takes a symmetric game of one population whose members meet at random.</summary>
    /// <param name="payoffs">What the row strategy earns against the column strategy: as many rows as columns.</param>
    /// <returns>The game of the population.</returns>
    /// <exception cref="ArgumentException">The matrix is empty or not square.</exception>
    public static EvolutionaryGame OfSymmetric(IReadOnlyList<IReadOnlyList<Rational>> payoffs)
    {
        ArgumentNullException.ThrowIfNull(payoffs);
        if (payoffs.Count == 0 || payoffs.Any(row => row.Count != payoffs.Count))
        {
            throw new ArgumentException("Expected as many columns as rows, and at least one.", nameof(payoffs));
        }

        return new SinglePopulation([.. payoffs.SelectMany(row => row)], payoffs.Count);
    }

    /// <summary>Takes a game of n alike players with two strategies: one population out of which groups of n are drawn. Strategy 0 earns 0, strategy 1 the gain at its share.</summary>
    /// <param name="game">The payoff differences, rounded to doubles.</param>
    /// <returns>The game of the population.</returns>
    public static EvolutionaryGame Of(SymmetricBinaryGame game)
    {
        ArgumentNullException.ThrowIfNull(game);
        return new BinaryPopulation(game);
    }

    /// <summary>
    /// Takes the verifier's dilemma: a population of providers (honest, cheating), and one of checkers (idle, looking) out of which n are drawn for each answer.
    /// </summary>
    /// <param name="game">The numbers.</param>
    /// <returns>The game of the two populations.</returns>
    public static EvolutionaryGame Of(CheckerGame game)
    {
        ArgumentNullException.ThrowIfNull(game);
        return new CheckerPopulations(game);
    }

    /// <summary>Computes what every strategy earns at a state.</summary>
    /// <param name="state">The shares.</param>
    /// <param name="payoffs">Takes the payoffs, in the order of the shares.</param>
    /// <exception cref="ArgumentException">A length is not <see cref="StateLength"/>.</exception>
    public void ComputePayoffs(ReadOnlySpan<double> state, Span<double> payoffs)
    {
        if (state.Length != StateLength || payoffs.Length != StateLength)
        {
            throw new ArgumentException($"Expected {StateLength} shares and as many payoffs, got {state.Length} and {payoffs.Length}.", nameof(state));
        }

        Evaluate(state, payoffs);
    }

    internal abstract void Evaluate(ReadOnlySpan<double> state, Span<double> payoffs);

    /// <summary>Checks a state that a caller gives: shares that are not negative and sum to 1 for each population, but for rounding, which is taken out.</summary>
    internal double[] Checked(ReadOnlySpan<double> state)
    {
        if (state.Length != StateLength)
        {
            throw new ArgumentException($"Expected {StateLength} shares, got {state.Length}.", nameof(state));
        }

        double[] shares = state.ToArray();
        int first = 0;
        foreach (int count in StrategyCounts)
        {
            Span<double> population = shares.AsSpan(first, count);
            double sum = 0;
            foreach (double share in population)
            {
                sum = share >= 0 ? sum + share : double.NaN;
            }

            if (!(Math.Abs(sum - 1) <= 1e-9))
            {
                throw new ArgumentException($"Expected shares that are not negative and sum to 1 for each population, got a sum of {sum}.", nameof(state));
            }

            foreach (ref double share in population)
            {
                share /= sum;
            }

            first += count;
        }

        return shares;
    }
}
