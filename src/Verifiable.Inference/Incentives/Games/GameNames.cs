using System.Collections.Immutable;
using System.Globalization;

namespace Verifiable.Inference.Incentives.Games;

/// <summary>Holds what a game, its players and their strategies are called. Immutable; two are equal only when they share their lists.</summary>
/// <param name="Title">The title.</param>
/// <param name="Players">The players' names.</param>
/// <param name="Strategies">For each player the names of its strategies.</param>
public sealed record GameNames(string Title, ImmutableArray<string> Players, ImmutableArray<ImmutableArray<string>> Strategies)
{
    /// <summary>Calls players and strategies by number, from 1.</summary>
    /// <param name="strategyCounts">How many strategies each player has.</param>
    /// <returns>The names.</returns>
    public static GameNames ByNumber(ImmutableArray<int> strategyCounts) => new(
        string.Empty, Numbers(strategyCounts.Length), [.. strategyCounts.Select(Numbers)]);

    internal bool Fits(ImmutableArray<int> strategyCounts) =>
        !Players.IsDefault && !Strategies.IsDefault && Players.Length == strategyCounts.Length && Strategies.Length == strategyCounts.Length
        && Strategies.Zip(strategyCounts).All(pair => !pair.First.IsDefault && pair.First.Length == pair.Second);

    private static ImmutableArray<string> Numbers(int count) => [.. Enumerable.Range(1, count).Select(number => number.ToString(CultureInfo.InvariantCulture))];
}
