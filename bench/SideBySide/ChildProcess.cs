using System.Diagnostics;
using System.Globalization;
using Verifiable.Inference.Tensors;

namespace Verifiable.Inference.SideBySide;

/// <summary>Measures one engine in a process of its own: the time from the model file to the first result, and the most memory that the process held.</summary>
internal static class ChildProcess
{
    internal const string Argument = "--child";

    private const int RunsForMemory = 5;

    /// <summary>Starts a child and reads what it measured.</summary>
    internal static (double FirstResultMilliseconds, double PeakMebibytes) Measure(string engine, string folder, int threads)
    {
        string host = Environment.ProcessPath!;
        ProcessStartInfo start = new(host) { RedirectStandardOutput = true, UseShellExecute = false };
        if (Path.GetFileNameWithoutExtension(host).Equals("dotnet", StringComparison.OrdinalIgnoreCase))
        {
            start.ArgumentList.Add(typeof(ChildProcess).Assembly.Location);
        }

        foreach (string argument in new[] { Argument, engine, folder, threads.ToString(CultureInfo.InvariantCulture) })
        {
            start.ArgumentList.Add(argument);
        }

        using Process child = Process.Start(start) ?? throw new InvalidOperationException("Expected a child process, got none.");
        string[] words = child.StandardOutput.ReadToEnd().Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries);
        child.WaitForExit();
        return child.ExitCode == 0 && words.Length == 2
            ? (double.Parse(words[0], CultureInfo.InvariantCulture), double.Parse(words[1], CultureInfo.InvariantCulture))
            : throw new InvalidOperationException($"Expected the child process of '{engine}' to measure, it ended with {child.ExitCode}.");
    }

    /// <summary>Is the child: measures and prints.</summary>
    internal static int Run(string engine, string folder, int threads)
    {
        NamedTensors inputs = SavedNetwork.ReadInputs(folder);
        long start = Stopwatch.GetTimestamp();
        using IContender contender = engine == "ours" ? new OurContender(folder, inputs, threads) : new PeerContender(folder, inputs, threads);
        contender.Run();
        double first = Stopwatch.GetElapsedTime(start).TotalMilliseconds;
        for (int i = 1; i < RunsForMemory; i++)
        {
            contender.Run();
        }

        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{first:R} {PeakBytes() / 1048576.0:R}"));
        return 0;
    }

    // Linux counts the peak itself; the framework's property is the peak on Windows.
    private static long PeakBytes()
    {
        const string Status = "/proc/self/status";
        string? line = File.Exists(Status) ? File.ReadLines(Status).FirstOrDefault(line => line.StartsWith("VmHWM:", StringComparison.Ordinal)) : null;
        if (line is not null)
        {
            return 1024 * long.Parse(line.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries)[1], CultureInfo.InvariantCulture);
        }

        using Process self = Process.GetCurrentProcess();
        return self.PeakWorkingSet64;
    }
}
