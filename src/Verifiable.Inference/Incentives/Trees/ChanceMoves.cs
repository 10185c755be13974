using System.Collections.Immutable;
using Verifiable.Inference.Incentives.Games;

namespace Verifiable.Inference.Incentives.Trees;

/// <summary>Holds what chance does at a node: names of the moves and their probabilities, which sum to one. The name groups nodes in files and means nothing else.</summary>
internal sealed record ChanceMoves(string Name, ImmutableArray<string> Actions, ImmutableArray<Rational> Probabilities);
