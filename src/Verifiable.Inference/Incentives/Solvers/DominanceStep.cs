using System.Collections.Immutable;
using Verifiable.Inference.Incentives.Games;

namespace Verifiable.Inference.Incentives.Solvers;

/// <summary>Holds one removal of a strictly dominated strategy. Immutable.</summary>
/// <param name="Player">The player.</param>
/// <param name="Strategy">The strategy that is removed.</param>
/// <param name="Dominator">The mixture over the player's strategies that is better whatever the others play of what they still have.</param>
public sealed record DominanceStep(int Player, int Strategy, ImmutableArray<Rational> Dominator);
