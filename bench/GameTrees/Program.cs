using System.Diagnostics;
using System.Globalization;
using System.Text.Json;
using Verifiable.Inference.Incentives.Checking;
using Verifiable.Inference.PublishedGames;

// Times the incentive checker on published game trees. The peer's seconds are those that CheckMate (commit 85f87c6, z3 4.8.12, two cores of an AMD EPYC) was measured at
// on the same trees, whole process; ours are one check of a game that is in memory, least of several. --json prints one object a line.
(string Name, Func<ParametricGame> Build, IncentiveProperty Property, double PeerSeconds)[] works =
[
    ("practicality-58748-numeric", () => TicTacToe.Build(isNumeric: true), IncentiveProperty.Practicality, 91.9),
    ("practicality-58748-symbolic", () => TicTacToe.Build(isNumeric: false), IncentiveProperty.Practicality, 91.9),
    ("collusion-58748-symbolic", () => TicTacToe.Build(isNumeric: false), IncentiveProperty.CollusionResilience, 3.7),
    ("practicality-36113-symbolic", RoutingUnlocking.Build, IncentiveProperty.Practicality, 2.65),
    ("collusion-36113-symbolic", RoutingUnlocking.Build, IncentiveProperty.CollusionResilience, 16.09),
    ("weak-immunity-36113-symbolic", RoutingUnlocking.Build, IncentiveProperty.WeakImmunity, 2.31),
];
bool isJson = args.Contains("--json");
if (args.Length > 0 && !isJson)
{
    Console.Error.WriteLine("usage: [--json]");
    return 2;
}

foreach ((string name, Func<ParametricGame> build, IncentiveProperty property, double peerSeconds) in works)
{
    ParametricGame game = build();
    double least = double.PositiveInfinity;
    IncentiveVerdict verdict = IncentiveVerdict.Undetermined;
    for (int round = 0; round < 15; round++)
    {
        long start = Stopwatch.GetTimestamp();
        verdict = IncentiveChecker.Check(game, game.HonestHistories[0], property).Verdict;
        least = Math.Min(least, Stopwatch.GetElapsedTime(start).TotalMilliseconds);
    }

    double peer = 1000 * peerSeconds;
    Console.WriteLine(isJson
        ? JsonSerializer.Serialize(new { name, ours = Math.Round(least, 3), peer, ratio = Math.Round(peer / least, 1), unit = "ms", peerName = "CheckMate, published figure", nodes = game.Tree.NodeCount, verdict = verdict.ToString() })
        : string.Create(CultureInfo.InvariantCulture, $"{name,-30} {least,10:F3} ms {peer,10:F0} ms {peer / least,10:F0} x  {verdict}"));
}

return 0;
