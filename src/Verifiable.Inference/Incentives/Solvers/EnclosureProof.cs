using System.Collections.Immutable;
using Verifiable.Inference.Incentives.Games;

namespace Verifiable.Inference.Incentives.Solvers;

/// <summary>What an independent checker needs to see that a box holds exactly one equilibrium with given supports.</summary>
/// <param name="Supports">The supports.</param>
/// <param name="Center">The middle of the box, one number for every strategy of a support but its last.</param>
/// <param name="Radius">Half its width.</param>
/// <param name="Preconditioner">An approximate inverse of the derivative.</param>
internal sealed record EnclosureProof(
    ImmutableArray<ImmutableArray<int>> Supports, ImmutableArray<Rational> Center, Rational Radius, ImmutableArray<ImmutableArray<Rational>> Preconditioner);
