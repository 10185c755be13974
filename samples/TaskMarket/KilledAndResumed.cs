using System.Diagnostics;
using System.Globalization;

namespace Verifiable.Inference.Samples.TaskMarket;

/// <summary>Starts the sample as a process of its own, kills it in the middle of its second scenario, and starts it again on what it left behind.</summary>
internal static class KilledAndResumed
{
    /// <summary>What a process prints when it waits to be killed.</summary>
    public const string Ready = "ready to be killed";

    public static int Run(SampleSettings settings)
    {
        // In the middle of things: tasks are queued, offered, answered and not settled then.
        ulong stop = ((ulong)settings.Tasks * 2) + 37;
        using (Process first = Start(settings, stop))
        {
            string? line = first.StandardOutput.ReadLine();
            while (line is not null && line != Ready)
            {
                line = first.StandardOutput.ReadLine();
            }

            if (line is null)
            {
                Console.Error.WriteLine("Expected a process that waits to be killed, got one that ended.");
                return 1;
            }

            // SIGKILL, or what the system has for it: nothing is flushed, nobody is told.
            first.Kill();
            first.WaitForExit();
        }

        Console.Write($"A process was killed after record {stop} of its second scenario. Another one goes on from the journals.\n");
        using Process second = Start(settings, 0);
        while (second.StandardOutput.ReadLine() is { } line)
        {
            Console.Write($"{line}\n");
        }

        second.WaitForExit();
        return second.ExitCode;
    }

    private static Process Start(SampleSettings settings, ulong stop)
    {
        ProcessStartInfo start = new(Environment.ProcessPath!) { RedirectStandardOutput = true, UseShellExecute = false };
        if (Path.GetFileNameWithoutExtension(start.FileName) == "dotnet")
        {
            start.ArgumentList.Add(typeof(KilledAndResumed).Assembly.Location);
        }

        foreach (string argument in (string[])["--child", "--seed", Text(settings.Seed), "--tasks", Text((ulong)settings.Tasks), "--out", settings.OutputFolder, "--stop-after", Text(stop)])
        {
            start.ArgumentList.Add(argument);
        }

        return Process.Start(start)!;
    }

    private static string Text(ulong number) => number.ToString(CultureInfo.InvariantCulture);
}
