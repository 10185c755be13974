namespace Verifiable.Inference.Incentives.Solvers;

/// <summary>Holds one equilibrium of a <see cref="CheckerGame"/>.</summary>
/// <param name="Active">How many checkers look at all, j.</param>
/// <param name="CheckProbability">The probability σ with which each of them looks.</param>
/// <param name="CheatProbability">The probability q with which the provider cheats.</param>
/// <param name="Detection">The probability that a cheat is found, P*; it does not depend on j.</param>
public readonly record struct CheckerEquilibrium(long Active, double CheckProbability, double CheatProbability, double Detection)
{
    /// <summary>Gets the probability that there is a cheat and nobody finds it, q(1 − P*).</summary>
    public double UndetectedProbability => CheatProbability * (1 - Detection);

    /// <summary>Gets the expected number of checks, jσ.</summary>
    public double ExpectedChecks => Active * CheckProbability;
}
