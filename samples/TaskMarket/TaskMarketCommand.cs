using System.CommandLine;
using System.CommandLine.Parsing;
using System.Diagnostics;

namespace Verifiable.Inference.Samples.TaskMarket;

/// <summary>The command line: 0 when everything came true that the run expected, 1 when not, 2 when the command line is wrong.</summary>
internal static class TaskMarketCommand
{
    private const int WrongCommandLine = 2;
    private const int GreatestTasks = 5_000;

    public static int Run(string[] args)
    {
        Option<ulong> seed = new("--seed")
        {
            Description = "Seed of everything random: keys, draws, arrivals. The same seed prints the same text and draws the same report.",
            DefaultValueFactory = static _ => 7,
        };
        Option<int> tasks = new("--tasks")
        {
            Description = $"How many tasks each of the six scenarios has, 20 to {GreatestTasks}.",
            DefaultValueFactory = static _ => 500,
        };
        Option<string> output = new("--out")
        {
            Description = "Folder for the report and, in a folder of it that is made anew, the journals.",
            DefaultValueFactory = static _ => ".",
        };
        Option<bool> isChild = new("--child") { Description = "Runs the scenarios in this process and prints the report: what the sample starts itself as.", Hidden = true };
        Option<ulong> stop = new("--stop-after") { Description = "Stops dead after this record of the second scenario, to be killed.", Hidden = true };
        tasks.Validators.Add(static result =>
        {
            if (int.TryParse(result.Tokens.Count > 0 ? result.Tokens[^1].Value : null, out int count) && count is < 20 or > GreatestTasks)
            {
                result.AddError($"Expected 20 to {GreatestTasks} tasks, got {count}.");
            }
        });
        RootCommand command = new("Runs some thousand tasks through a market under sampling, quorum and hidden duplication, is killed in the middle, and goes on from its journals.")
        {
            seed, tasks, output, isChild, stop,
        };
        command.SetAction(parsed => Run(new SampleSettings(parsed.GetValue(seed), parsed.GetValue(tasks), parsed.GetValue(output)!, parsed.GetValue(stop)), parsed.GetValue(isChild)));
        ParseResult parsed = command.Parse(args);
        if (parsed.Errors.Count == 0)
        {
            return parsed.Invoke();
        }

        foreach (ParseError error in parsed.Errors)
        {
            Console.Error.WriteLine(error.Message);
        }

        Console.Error.WriteLine("See --help.");
        return WrongCommandLine;
    }

    private static int Run(SampleSettings settings, bool isChild)
    {
        if (isChild)
        {
            return SampleRun.Run(settings);
        }

        long start = Stopwatch.GetTimestamp();
        try
        {
            Directory.CreateDirectory(settings.OutputFolder);
            if (Directory.Exists(settings.JournalFolder))
            {
                Directory.Delete(settings.JournalFolder, recursive: true);
            }
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException or ArgumentException or NotSupportedException)
        {
            Console.Error.WriteLine($"Expected a folder for --out, got '{settings.OutputFolder}': {fault.Message}");
            return WrongCommandLine;
        }

        int exit = KilledAndResumed.Run(settings);

        // Not among what is printed: the time is another one in each run.
        Console.Error.WriteLine($"Done in {Stopwatch.GetElapsedTime(start).TotalSeconds:F1} s. The report: {settings.ReportFile}");
        return exit;
    }
}
