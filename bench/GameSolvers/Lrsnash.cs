using System.Diagnostics;
using System.Globalization;
using Verifiable.Inference.Incentives.Games;

namespace Verifiable.Inference.GameSolvers;

/// <summary>The peer: lrslib's <c>lrsnash</c>, as a whole process, when it is on the path (Debian: the package lrslib).</summary>
internal static class Lrsnash
{
    private const string Command = "lrsnash";

    internal static bool IsPresent { get; } = (Environment.GetEnvironmentVariable("PATH") ?? string.Empty)
        .Split(Path.PathSeparator).Any(folder => File.Exists(Path.Combine(folder, Command)));

    /// <summary>Solves a game; null when the limit came first.</summary>
    internal static (double Milliseconds, long Found, string Version)? Measure(BimatrixGame game, int runs, TimeSpan limit)
    {
        string path = Path.GetTempFileName();
        try
        {
            File.WriteAllText(path, Describe(game));
            double least = double.PositiveInfinity;
            long found = 0;
            string version = string.Empty;
            for (int run = 0; run < runs; run++)
            {
                long start = Stopwatch.GetTimestamp();
                using Process process = Process.Start(new ProcessStartInfo(Command, path) { RedirectStandardOutput = true, RedirectStandardError = true, UseShellExecute = false })!;
                Task<string> output = process.StandardOutput.ReadToEndAsync();
                if (!process.WaitForExit(limit))
                {
                    process.Kill();
                    return null;
                }

                least = Math.Min(least, Stopwatch.GetElapsedTime(start).TotalMilliseconds);
                foreach (string line in output.Result.Split('\n'))
                {
                    version = line.StartsWith("*lrsnash:", StringComparison.Ordinal) ? line["*lrsnash:".Length..].Split('(')[0] : version;
                    found = line.StartsWith("*Number of equilibria found:", StringComparison.Ordinal) ? long.Parse(line.Split(':')[1], CultureInfo.InvariantCulture) : found;
                }
            }

            return (least, found, version);
        }
        finally
        {
            File.Delete(path);
        }
    }

    private static string Describe(BimatrixGame game) =>
        $"{game.Rows} {game.Columns}\n\n{Matrix(game, game.RowPayoffs)}\n\n{Matrix(game, game.ColumnPayoffs)}\n";

    private static string Matrix(BimatrixGame game, IReadOnlyList<Rational> payoffs) =>
        string.Join('\n', Enumerable.Range(0, game.Rows).Select(row => string.Join(' ', payoffs.Skip(row * game.Columns).Take(game.Columns))));
}
