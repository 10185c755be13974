using System.Collections.Immutable;
using Verifiable.Inference.Incentives.Games;

namespace Verifiable.Inference.Incentives.Trees;

/// <summary>Holds a named payment to every player, made whenever play passes a node that carries it.</summary>
internal sealed record Outcome(string Name, ImmutableArray<Rational> Payoffs);
