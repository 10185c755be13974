using System.Collections.Immutable;
using System.Numerics;
using Verifiable.Inference.Incentives.Games;

namespace Verifiable.Inference.Incentives.Solvers;

/// <summary>
/// Holds one player's best-response polytope {z ≥ 0, Mz ≤ 1}, whose variables are the player's own strategies and whose constraints are the opponent's (von Stengel, "Equilibrium
/// computation for two-player games in strategic and extensive form", Algorithmic Game Theory, 2007, section 3.4). M is the opponent's payoffs, moved and scaled for each variable apart so that they
/// are positive integers: a constant added to all the opponent has against one own strategy changes no best reply, and a factor only the unit of that variable. Beside it stand the same numbers divided by
/// each variable's spread, as doubles from 1 to 2. Immutable.
/// </summary>
internal sealed class BestResponsePolytope
{
    private BestResponsePolytope(int variables, int constraints, BigInteger[] exact, double[] rounded, BigInteger[] weights)
    {
        Variables = variables;
        Constraints = constraints;
        Exact = exact;
        Rounded = rounded;
        Weights = weights;
        Bounds = new double[variables];
        for (int variable = 0; variable < variables; variable++)
        {
            double greatest = 1;
            for (int constraint = 0; constraint < constraints; constraint++)
            {
                greatest = Math.Max(greatest, Rounded[(constraint * variables) + variable]);
            }

            // Two units up: one for the rounded entry, one for the rounded quotient.
            Bounds[variable] = Math.BitIncrement(Math.BitIncrement(1 / greatest));
        }
    }

    internal int Variables { get; }

    internal int Constraints { get; }

    /// <summary>Gets M as positive integers, constraint after constraint.</summary>
    internal BigInteger[] Exact { get; }

    /// <summary>Gets what a variable must be divided by to be in the proportion of a probability.</summary>
    internal BigInteger[] Weights { get; }

    /// <summary>Gets M divided by each variable's spread, each entry rounded once.</summary>
    internal double[] Rounded { get; }

    /// <summary>Gets upper bounds of the variables in the scale of <see cref="Rounded"/>.</summary>
    internal double[] Bounds { get; }

    /// <summary>Makes the row player's polytope: rows are variables, columns constrain.</summary>
    internal static BestResponsePolytope OfRows(BimatrixGame game) =>
        Of(game.Rows, game.Columns, (constraint, variable) => game.ColumnPayoffs[(variable * game.Columns) + constraint], game.ColumnPayoffs);

    /// <summary>Makes the column player's polytope: columns are variables, rows constrain.</summary>
    internal static BestResponsePolytope OfColumns(BimatrixGame game) =>
        Of(game.Columns, game.Rows, (constraint, variable) => game.RowPayoffs[(constraint * game.Columns) + variable], game.RowPayoffs);

    private static BestResponsePolytope Of(int variables, int constraints, Func<int, int, Rational> payoff, ImmutableArray<Rational> payoffs)
    {
        BigInteger scale = BigInteger.One;
        foreach (Rational entry in payoffs)
        {
            scale = scale / BigInteger.GreatestCommonDivisor(scale, entry.Denominator) * entry.Denominator;
        }

        var exact = new BigInteger[variables * constraints];
        var rounded = new double[exact.Length];
        var weights = new BigInteger[variables];
        var column = new BigInteger[constraints];
        for (int variable = 0; variable < variables; variable++)
        {
            for (int constraint = 0; constraint < constraints; constraint++)
            {
                Rational entry = payoff(constraint, variable);
                column[constraint] = entry.Numerator * (scale / entry.Denominator);
            }

            BigInteger least = column.Min();
            BigInteger divisor = BigInteger.Zero;
            foreach (BigInteger entry in column)
            {
                divisor = BigInteger.GreatestCommonDivisor(divisor, entry - least);
            }

            // Equal entries have no spread; 1 stands for it.
            weights[variable] = divisor.IsZero ? BigInteger.One : divisor;
            BigInteger spread = BigInteger.Max((column.Max() - least) / weights[variable], BigInteger.One);
            for (int constraint = 0; constraint < constraints; constraint++)
            {
                BigInteger entry = ((column[constraint] - least) / weights[variable]) + spread;
                exact[(constraint * variables) + variable] = entry;
                rounded[(constraint * variables) + variable] = (double)new Rational(entry, spread);
            }
        }

        return new BestResponsePolytope(variables, constraints, exact, rounded, weights);
    }
}
