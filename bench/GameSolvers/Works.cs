using System.Collections.Immutable;
using System.Diagnostics;
using System.Globalization;
using Verifiable.Inference.Incentives.Games;
using Verifiable.Inference.Incentives.Solvers;

namespace Verifiable.Inference.GameSolvers;

/// <summary>The rows. Cited figures are of research note R7, part 9, measured on another day on a machine of the same kind.</summary>
internal static class Works
{
    private const string Row75A =
        "9504 -660 19976 -20526 1776 -8976 -111771 31680 -130944 168124 -8514 52764 397584 -113850 451176 -586476 29216 -178761 171204 -45936 208626 -263076 14124 -84436 "
        + "1303104 -453420 1227336 -1718376 72336 -461736 737154 -227040 774576 -1039236 48081 -300036";

    private const string Row75B =
        "72336 48081 29216 14124 1776 -8514 -461736 -300036 -178761 -84436 -8976 52764 1227336 774576 451176 208626 19976 -130944 -1718376 -1039236 -586476 -263076 -20526 168124 "
        + "1303104 737154 397584 171204 9504 -111771 -453420 -227040 -113850 -45936 -660 31680";

    internal static IReadOnlyList<(string Name, Func<Row> Measure)> All { get; } =
    [
        .. new (int Size, double Cited)[] { (8, 15), (10, 36), (12, 67), (14, 1590), (16, 5800), (20, 240_000) }
            .Select(pair => (Name: $"extreme-{pair.Size}", Measure: (Func<Row>)(() => Extreme($"extreme-{pair.Size}", RandomGame(pair.Size), pair.Cited)))),
        ("extreme-75-of-6x6", () => Extreme("extreme-75-of-6x6", new BimatrixGame(6, 6, Numbers(Row75A), Numbers(Row75B)), 4)),
        ("checkers-closed-form", ClosedForm),
        .. new (int Checkers, double Cited, long Found)[] { (5, 39, 30), (6, 210, 56), (7, 1460, 98), (8, 13_650, 162) }
            .Select(row => (Name: $"checkers-boxes-{row.Checkers}", Measure: (Func<Row>)(() => Boxes(row.Checkers, row.Cited, row.Found)))),
    ];

    private static Row Extreme(string name, BimatrixGame game, double cited)
    {
        (double first, double least) = Time(() => ExtremeEquilibria.FindAll(game));
        long found = ExtremeEquilibria.FindAll(game).Equilibria.Length;
        int runs = cited > 1000 ? 1 : 5;
        return Lrsnash.IsPresent && Lrsnash.Measure(game, runs, TimeSpan.FromSeconds(60)) is { } peer
            ? new Row(name, "ms", least, first, peer.Milliseconds, $"lrsnash {peer.Version}, whole process, same run", found, peer.Found)
            : new Row(name, "ms", least, first, cited, "lrsnash 7.3, whole process, cited", found, null);
    }

    private static Row ClosedForm()
    {
        CheckerGame game = new() { Reward = 10, HonestCost = 6, CheatCost = 1, Slash = 40, CheckCost = 1, Bounty = 10, Checkers = 8 };
        const int Repeats = 1_000_000;
        double sum = 0;
        (_, double least) = Time(() =>
        {
            for (int i = 0; i < Repeats; i++)
            {
                sum += game.For(1 + (i & 7)).CheatProbability;
            }
        });
        return new Row("checkers-closed-form", "ms", least / Repeats, null, 13_650, double.IsFinite(sum) ? "Gambit 17 enumpoly at n = 8, cited" : "none", 255, 162);
    }

    private static Row Boxes(int checkers, double cited, long peerFound)
    {
        NormalFormGame game = Inspection(checkers);
        MultiplayerSolution? solution = null;
        (double first, double least) = Time(() => solution = MultiplayerEquilibria.FindAll(game));
        string remark = solution!.Completeness == Completeness.Proven ? string.Empty : $"; ours is {solution.Completeness}";
        return new Row($"checkers-boxes-{checkers}", "ms", least, first, cited, $"Gambit 17 enumpoly, cited{remark}", solution.Equilibria.Length, peerFound);
    }

    // The first run, and the least of as many more as fit into a second, two at least.
    private static (double First, double Least) Time(Action run)
    {
        double first = Once(run);
        double least = first;
        long start = Stopwatch.GetTimestamp();
        for (int i = 0; i < 2 || (Stopwatch.GetElapsedTime(start).TotalSeconds < 1 && i < 1000); i++)
        {
            least = Math.Min(least, Once(run));
        }

        return (first, least);
    }

    private static double Once(Action run)
    {
        long start = Stopwatch.GetTimestamp();
        run();
        return Stopwatch.GetElapsedTime(start).TotalMilliseconds;
    }

    // random.seed(1000 + n); then both matrices by random.randint(-100, 100), row after row.
    private static BimatrixGame RandomGame(int size)
    {
        var random = new MersenneTwister((uint)(1000 + size));
        ImmutableArray<Rational> rows = [.. Enumerable.Range(0, size * size).Select(_ => (Rational)random.NextPayoff())];
        ImmutableArray<Rational> columns = [.. Enumerable.Range(0, size * size).Select(_ => (Rational)random.NextPayoff())];
        return new BimatrixGame(size, size, rows, columns);
    }

    private static NormalFormGame Inspection(int checkers)
    {
        var payoffs = new List<Rational>();
        for (int profile = 0; profile < 1 << (checkers + 1); profile++)
        {
            bool cheats = profile >> checkers != 0;
            int looking = int.PopCount(profile & ((1 << checkers) - 1));
            payoffs.Add(!cheats ? 4 : looking > 0 ? -41 : 9);
            for (int checker = checkers - 1; checker >= 0; checker--)
            {
                payoffs.Add((profile >> checker & 1) != 0 ? (cheats ? new Rational(10, looking) : 0) - 1 : 0);
            }
        }

        return new NormalFormGame([.. Enumerable.Repeat(2, checkers + 1)], [.. payoffs]);
    }

    private static ImmutableArray<Rational> Numbers(string text) => [.. text.Split(' ').Select(word => (Rational)int.Parse(word, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture))];
}
