using Verifiable.Inference.Incentives.Games;

namespace Verifiable.Inference.Incentives.Solvers;

/// <summary>Holds the probability of strategy 1 in a symmetric equilibrium, between two fractions that are equal when it is known exactly. Immutable.</summary>
/// <param name="Low">The lower bound.</param>
/// <param name="High">The upper bound; exactly one equilibrium lies between.</param>
public readonly record struct SymmetricEquilibrium(Rational Low, Rational High)
{
    /// <summary>Gets a value indicating whether the probability is known exactly.</summary>
    public bool IsExact => Low == High;

    /// <summary>Gets the middle of the bounds.</summary>
    public Rational Middle => (Low + High) / 2;
}
