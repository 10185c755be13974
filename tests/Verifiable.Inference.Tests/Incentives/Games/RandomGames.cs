using System.Collections.Immutable;
using FsCheck;
using FsCheck.Fluent;
using Verifiable.Inference.Incentives.Games;

namespace Verifiable.Inference.Tests.Incentives.Games;

/// <summary>Games for laws: few different payoffs make ties and components, many make regular games.</summary>
internal static class RandomGames
{
    internal static Gen<BimatrixGame> Bimatrix(int mostRows, int mostColumns) =>
        from rows in Gen.Choose(1, mostRows)
        from columns in Gen.Choose(1, mostColumns)
        from most in Gen.Elements(1, 2, 4, 9, 1000)
        from denominator in Gen.Elements(1, 1, 7)
        from a in Gen.Choose(-most, most).ListOf(rows * columns)
        from b in Gen.Choose(-most, most).ListOf(rows * columns)
        select new BimatrixGame(rows, columns, Fractions(a, denominator), Fractions(b, denominator));

    internal static Gen<NormalFormGame> Multiplayer(int mostPlayers, int mostStrategies) =>
        from players in Gen.Choose(1, mostPlayers)
        from counts in Gen.Choose(1, mostStrategies).ListOf(players)
        from most in Gen.Elements(2, 100)
        from payoffs in Gen.Choose(-most, most).ListOf(counts.Aggregate(1, (a, b) => a * b) * players)
        select new NormalFormGame([.. counts], Fractions(payoffs, 1));

    internal static void Holds<T>(Gen<T> games, Func<T, bool> law, int count = 200) =>
        Prop.ForAll(games.ToArbitrary(), law).Check(Config.QuickThrowOnFailure.WithMaxTest(count).WithReplay(77UL, 5UL));

    private static ImmutableArray<Rational> Fractions(IEnumerable<int> numbers, int denominator) => [.. numbers.Select(number => new Rational(number, denominator))];
}
