using System.Collections.Immutable;
using Verifiable.Inference.Incentives.Games;

namespace Verifiable.Inference.Incentives.Solvers;

/// <summary>What became of a linear program.</summary>
/// <param name="State">How it ended.</param>
/// <param name="Values">The variables of an optimal solution; empty without one.</param>
/// <param name="Prices">The dual variable of each row; empty without an optimal solution.</param>
/// <param name="Objective">The greatest value.</param>
internal sealed record LinearProgramSolution(LinearProgramState State, ImmutableArray<Rational> Values, ImmutableArray<Rational> Prices, Rational Objective);
