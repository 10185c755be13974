using System.Collections.Immutable;

namespace Verifiable.Inference.Incentives.Solvers;

/// <summary>Holds a logit quantal response equilibrium, computed in doubles. Immutable; equality is by reference of its lists.</summary>
/// <param name="Precision">λ.</param>
/// <param name="Probabilities">The probabilities of every player's strategies.</param>
/// <param name="Residual">The greatest violation of the equations ln p_s − ln p_0 = λ(u_s − u_0): how far a probability may be off, relatively, before the conditioning of the game.</param>
public sealed record LogitSolution(double Precision, ImmutableArray<ImmutableArray<double>> Probabilities, double Residual);
