using System.Collections.Immutable;
using Verifiable.Inference.Incentives.Games;

namespace Verifiable.Inference.Incentives.Checking;

/// <summary>Holds one way in which a property fails. Immutable.</summary>
public sealed record IncentiveCounterexample
{
    internal IncentiveCounterexample(ImmutableArray<(string Name, Rational Value)> parameters) => Parameters = parameters;

    /// <summary>Gets values of all declared parameters that satisfy the constraints and at which the property fails. Empty for a game without parameters.</summary>
    public ImmutableArray<(string Name, Rational Value)> Parameters { get; }

    /// <summary>Gets the players that are harmed (immunity) or gain (resilience, practicality). Empty where the game has chance or information sets.</summary>
    public ImmutableArray<string> Players { get; internal init; } = [];

    /// <summary>Gets the line of play that shows it, from the root to an end. Empty where the game has chance or information sets.</summary>
    public ImmutableArray<string> Path { get; internal init; } = [];

    /// <summary>Gets the end that the path leads to; -1 when there is none.</summary>
    public int End { get; internal init; } = -1;
}
