using System.Collections.Immutable;
using Verifiable.Inference.Incentives.Games;

namespace Verifiable.Inference.Incentives.Dynamics;

/// <summary>
/// The constant of motion of the replicator dynamics, H = Σ wᵢ ln xᵢ, where there is one: in one population for a symmetric game that is zero-sum, in two for games that are zero-sum up to a factor and
/// to payoffs that do not depend on one's own strategy, both with an equilibrium in which every strategy is played (Hofbauer and Sigmund, Evolutionary Games and Population Dynamics, 1998, theorems 7.6.3 and
/// 11.2.3). It says that play cycles: fraud comes in waves, and only its average is the equilibrium's. Immutable and thread-safe; compared by reference.
/// </summary>
/// <remarks>
/// For two populations with equilibrium (p, q) and Ã = −cB̃, the tilde meaning that the means of rows and columns are taken out, d/dt Σ pᵢ ln xᵢ = (p − x)·Ã(y − q) and d/dt Σ qⱼ ln yⱼ =
/// (p − x)·B̃(y − q), so that H has the weights p and cq. All is decided in exact fractions.
/// </remarks>
public sealed class ConservedQuantity
{
    private readonly double[] _weights;

    private ConservedQuantity(ImmutableArray<Rational> weights)
    {
        Weights = weights;
        _weights = [.. weights.Select(static weight => (double)weight)];
    }

    /// <summary>Gets the weights wᵢ in the order of the shares of a state.</summary>
    public ImmutableArray<Rational> Weights { get; }

    /// <summary>Finds the constant of motion of a game.</summary>
    /// <param name="game">The game.</param>
    /// <returns>The quantity; <see langword="null"/> where the game has none of this form.</returns>
    public static ConservedQuantity? TryOf(EvolutionaryGame game)
    {
        ArgumentNullException.ThrowIfNull(game);
        return game switch
        {
            PairedPopulations paired => OfPair(paired.Game),
            SinglePopulation single => OfSingle(single),
            _ => null,
        };
    }

    /// <summary>Computes the quantity at a state.</summary>
    /// <param name="state">The shares, all above 0.</param>
    /// <returns>H; −∞ where a strategy is not played.</returns>
    /// <exception cref="ArgumentException">There are as many shares as weights.</exception>
    public double At(ReadOnlySpan<double> state)
    {
        if (state.Length != _weights.Length)
        {
            throw new ArgumentException($"Expected {_weights.Length} shares, got {state.Length}.", nameof(state));
        }

        double sum = 0;
        double lost = 0;
        for (int i = 0; i < state.Length; i++)
        {
            double term = (_weights[i] * StableFunctions.Log(state[i])) - lost;
            double next = sum + term;
            lost = double.IsFinite(next) ? next - sum - term : 0;
            sum = next;
        }

        return sum;
    }

    private static ConservedQuantity? OfSingle(SinglePopulation single)
    {
        int count = single.StateLength;
        Rational[,] centred = Centred(single.Payoffs, count, count);
        for (int row = 0; row < count; row++)
        {
            for (int column = 0; column <= row; column++)
            {
                if (centred[row, column] != -centred[column, row])
                {
                    return null;
                }
            }
        }

        return Equalizer(single.Payoffs, count, static (row, column, n) => (row * n) + column) is { } mixture ? new ConservedQuantity([.. mixture]) : null;
    }

    private static ConservedQuantity? OfPair(BimatrixGame game)
    {
        int count = game.Rows;
        if (game.Columns != count
            || Equalizer(game.RowPayoffs, count, static (row, column, n) => (row * n) + column) is not { } columns
            || Equalizer(game.ColumnPayoffs, count, static (row, column, n) => (column * n) + row) is not { } rows)
        {
            return null;
        }

        Rational[,] first = Centred(game.RowPayoffs, count, count);
        Rational[,] second = Centred(game.ColumnPayoffs, count, count);
        Rational factor = Rational.Zero;
        for (int cell = 0; cell < count * count; cell++)
        {
            Rational ours = first[cell / count, cell % count];
            Rational theirs = second[cell / count, cell % count];
            if (ours.IsZero != theirs.IsZero || ours.Sign * theirs.Sign > 0 || (!ours.IsZero && !factor.IsZero && -ours / theirs != factor))
            {
                return null;
            }

            factor = ours.IsZero ? factor : -ours / theirs;
        }

        return factor.IsZero ? null : new ConservedQuantity([.. rows, .. columns.Select(share => factor * share)]);
    }

    private static Rational[,] Centred(ImmutableArray<Rational> payoffs, int rows, int columns)
    {
        Rational all = Rational.Zero;
        Rational[] ofRow = new Rational[rows];
        Rational[] ofColumn = new Rational[columns];
        for (int cell = 0; cell < payoffs.Length; cell++)
        {
            ofRow[cell / columns] += payoffs[cell] / columns;
            ofColumn[cell % columns] += payoffs[cell] / rows;
            all += payoffs[cell] / ((long)rows * columns);
        }

        Rational[,] centred = new Rational[rows, columns];
        for (int cell = 0; cell < payoffs.Length; cell++)
        {
            centred[cell / columns, cell % columns] = payoffs[cell] - ofRow[cell / columns] - ofColumn[cell % columns] + all;
        }

        return centred;
    }

    // The one mixture against which all strategies earn alike, where it plays everything: Σ_j a_ij x_j − v = 0, Σ x_j = 1, by elimination.
    private static Rational[]? Equalizer(ImmutableArray<Rational> payoffs, int count, Func<int, int, int, int> place)
    {
        int size = count + 1;
        Rational[,] system = new Rational[size, size + 1];
        for (int row = 0; row < count; row++)
        {
            for (int column = 0; column < count; column++)
            {
                system[row, column] = payoffs[place(row, column, count)];
            }

            system[row, count] = -1;
            system[count, row] = 1;
        }

        system[count, size] = 1;
        for (int pivot = 0; pivot < size; pivot++)
        {
            int found = pivot;
            while (found < size && system[found, pivot].IsZero)
            {
                found++;
            }

            if (found == size)
            {
                return null;
            }

            for (int column = pivot; column <= size; column++)
            {
                (system[pivot, column], system[found, column]) = (system[found, column], system[pivot, column]);
            }

            for (int row = 0; row < size; row++)
            {
                Rational factor = row == pivot ? Rational.Zero : system[row, pivot] / system[pivot, pivot];
                for (int column = pivot; column <= size && !factor.IsZero; column++)
                {
                    system[row, column] -= factor * system[pivot, column];
                }
            }
        }

        Rational[] mixture = [.. Enumerable.Range(0, count).Select(i => system[i, size] / system[i, i])];
        return mixture.All(static share => share.Sign > 0) ? mixture : null;
    }
}
