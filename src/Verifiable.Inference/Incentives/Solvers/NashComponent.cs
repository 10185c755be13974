using System.Collections.Immutable;

namespace Verifiable.Inference.Incentives.Solvers;

/// <summary>Holds a connected set of equilibria of a two-player game: one point in a nondegenerate game. Immutable.</summary>
/// <param name="Subsets">The maximal Nash subsets that make it up; their union is the component.</param>
/// <param name="Index">The index of an isolated regular equilibrium, +1 or −1; of another component only when it follows from the others. Otherwise <see langword="null"/>.</param>
public sealed record NashComponent(ImmutableArray<NashSubset> Subsets, int? Index)
{
    /// <summary>Gets a value indicating whether the component is one point.</summary>
    public bool IsPoint => Subsets.Length == 1 && Subsets[0].RowStrategies.Length == 1 && Subsets[0].ColumnStrategies.Length == 1;
}
