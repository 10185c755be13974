using System.CommandLine;
using System.CommandLine.Parsing;

namespace Verifiable.Inference.Samples.Equilibria;

/// <summary>The command line: 0 when the scenarios were worked out, whatever came of them, 2 when the command line or the file is wrong.</summary>
internal static class EquilibriaCommand
{
    private const int Wrong = 2;

    public static int Run(string[] args)
    {
        Option<ulong> seed = new("--seed") { Description = "Seed of the simulations. The same seed and file give the same text, pictures and report, byte for byte.", DefaultValueFactory = static _ => 1 };
        Option<string> file = new("--scenario") { Description = "A file of scenarios.", DefaultValueFactory = static _ => Path.Combine(AppContext.BaseDirectory, "scenarios.json") };
        Option<string> output = new("--out") { Description = "Folder for the report, the pictures and their tables.", DefaultValueFactory = static _ => "equilibria" };
        RootCommand command = new("Assesses the strategies side by side, solves their games, simulates them, and says what to change where cheating pays.") { seed, file, output };
        command.SetAction(parsed => Run(parsed.GetValue(seed), parsed.GetValue(file)!, parsed.GetValue(output)!));
        ParseResult parsed = command.Parse(args);
        if (parsed.Errors.Count == 0)
        {
            return parsed.Invoke();
        }

        foreach (ParseError error in parsed.Errors)
        {
            Console.Error.WriteLine(error.Message);
        }

        return Wrong;
    }

    private static int Run(ulong seed, string file, string output)
    {
        string refusal = string.Empty;
        IReadOnlyList<Scenario> scenarios = [];
        try
        {
            using FileStream stream = File.OpenRead(file);
            _ = ScenarioFile.TryRead(stream, out scenarios, out refusal);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            refusal = exception.Message;
        }

        if (scenarios.Count == 0)
        {
            Console.Error.WriteLine($"The file of scenarios cannot be used: {refusal}");
            return Wrong;
        }

        _ = Directory.CreateDirectory(output);
        ReportWriter report = new(output);
        for (int index = 0; index < scenarios.Count; index++)
        {
            new ScenarioRun(scenarios[index], index + 1, seed).Write(Console.Out, report);
        }

        report.Finish();
        Console.WriteLine($"{report.PictureCount} pictures with their tables, and the report: {Path.Combine(output, ReportWriter.FileName)}");
        return 0;
    }
}
