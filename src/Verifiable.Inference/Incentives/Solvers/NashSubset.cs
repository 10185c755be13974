using System.Collections.Immutable;
using Verifiable.Inference.Incentives.Games;

namespace Verifiable.Inference.Incentives.Solvers;

/// <summary>
/// Holds a maximal set of interchangeable equilibria: every mixture of the row strategies with every mixture of the column strategies is an equilibrium (Nash 1951; Winkels 1979; Jansen 1981).
/// Immutable.
/// </summary>
/// <param name="RowStrategies">The extreme mixed strategies of the row player.</param>
/// <param name="ColumnStrategies">The extreme mixed strategies of the column player.</param>
public sealed record NashSubset(ImmutableArray<ImmutableArray<Rational>> RowStrategies, ImmutableArray<ImmutableArray<Rational>> ColumnStrategies)
{
    /// <summary>Gets the dimension of the set: 0 for a single equilibrium.</summary>
    public int Dimension => AffineDimension(RowStrategies) + AffineDimension(ColumnStrategies);

    private static int AffineDimension(ImmutableArray<ImmutableArray<Rational>> points)
    {
        List<Rational[]> basis = [];
        foreach (ImmutableArray<Rational> point in points.Skip(1))
        {
            Rational[] rest = [.. point.Zip(points[0], (a, b) => a - b)];
            foreach (Rational[] known in basis)
            {
                int lead = Array.FindIndex(known, value => !value.IsZero);
                Rational factor = rest[lead] / known[lead];
                for (int i = 0; i < rest.Length; i++)
                {
                    rest[i] -= factor * known[i];
                }
            }

            if (Array.Exists(rest, value => !value.IsZero))
            {
                basis.Add(rest);
            }
        }

        return basis.Count;
    }
}
