using System.Collections.Immutable;
using Verifiable.Inference.Incentives.Games;

namespace Verifiable.Inference.Incentives.Solvers;

/// <summary>Holds a place where it could not be settled whether there are equilibria, or how many: a degenerate point or a component of infinitely many. Immutable.</summary>
/// <param name="Supports">The strategies that are played.</param>
/// <param name="Bounds">For each player and each strategy of its support the bounds of its probability.</param>
public sealed record UndecidedSupport(ImmutableArray<ImmutableArray<int>> Supports, ImmutableArray<ImmutableArray<(Rational Low, Rational High)>> Bounds)
{
    internal static UndecidedSupport Of(int[][] supports, Interval[][] box) => new(
        [.. supports.Select(support => support.ToImmutableArray())],
        [.. box.Select(own => own.Select(interval => (Rational.FromDouble(interval.Low), Rational.FromDouble(interval.High))).ToImmutableArray())]);
}
