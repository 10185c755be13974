namespace Verifiable.Inference.Incentives.Games;

/// <summary>Bounds what a reader of games takes from outside. Immutable.</summary>
public sealed record GameReadLimits
{
    /// <summary>Gets the limits that are used where none are given.</summary>
    public static GameReadLimits Ordinary { get; } = new();

    /// <summary>Gets the greatest number of characters of a file. The default is 64 Mi.</summary>
    public int Characters { get; init; } = 64 << 20;

    /// <summary>Gets the greatest number of players. The default is 256.</summary>
    public int Players { get; init; } = 256;

    /// <summary>Gets the greatest number of payoffs, profiles times players. The default is 4 Mi.</summary>
    public int Payoffs { get; init; } = 4 << 20;

    /// <summary>Gets the greatest number of nodes of a tree. The default is 1 Mi.</summary>
    public int Nodes { get; init; } = 1 << 20;

    /// <summary>Gets the greatest depth of a tree. The default is 10 000.</summary>
    public int Depth { get; init; } = 10_000;
}
