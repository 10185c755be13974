using System.CommandLine;
using System.CommandLine.Parsing;
using System.Diagnostics;
using Verifiable.Inference.Identity;

namespace Verifiable.Inference.Samples.Quickstart;

/// <summary>The command line: 0 when everything came true that the run expected, 1 when not, 2 when the command line is wrong.</summary>
internal static class QuickstartCommand
{
    private const int WrongCommandLine = 2;

    public static int Run(string[] args)
    {
        Option<ulong> seed = new("--seed")
        {
            Description = "Seed of everything random: keys, draws, cheats. The same seed prints the same text.",
            DefaultValueFactory = static _ => 1,
        };
        Option<string> cheater = new("--cheater")
        {
            Description = $"What the {Cast.CheatCount} cheats do: '{Cast.Mix}' (each another thing), '{Cast.None}' (all are honest), or one of: {string.Join(", ", Cast.Kinds)}.",
            DefaultValueFactory = static _ => Cast.Mix,
        };
        Option<string> keys = new("--keys")
        {
            Description = $"Signature scheme of all keys: {string.Join(", ", KeyScheme.All.Select(static scheme => scheme.Name))}.",
            DefaultValueFactory = static _ => EcdsaP256.Name,
        };
        Option<int> images = new("--images")
        {
            Description = $"How many held-out digit images to run, 1 to {DigitImage.Available}.",
            DefaultValueFactory = static _ => DigitImage.Available,
        };
        Option<string> output = new("--out")
        {
            Description = "Folder for the receipt files; made where it is missing.",
            DefaultValueFactory = static _ => ".",
        };
        cheater.Validators.Add(static result => RequireOneOf(result, [Cast.Mix, Cast.None, .. Cast.Kinds], "kind of cheat"));
        keys.Validators.Add(static result => RequireOneOf(result, [.. KeyScheme.All.Select(static scheme => scheme.Name)], "signature scheme"));
        keys.Validators.Add(static result =>
        {
            if (KeyScheme.All.FirstOrDefault(scheme => scheme.Name == TextOf(result))?.Missing is { } missing)
            {
                result.AddError(missing);
            }
        });
        images.Validators.Add(static result =>
        {
            // A text that is no number is reported by the parser.
            if (int.TryParse(TextOf(result), out int count) && count is < 1 or > DigitImage.Available)
            {
                result.AddError($"Expected 1 to {DigitImage.Available} images, got {count}.");
            }
        });
        RootCommand command = new("Runs held-out digit images through a network of providers of which some cheat, and shows who was caught, what it cost, and a receipt.")
        {
            seed, cheater, keys, images, output,
        };
        command.SetAction(parsed => Run(new QuickstartSettings
        {
            Seed = parsed.GetValue(seed),
            Cheater = parsed.GetValue(cheater)!,
            Keys = parsed.GetValue(keys)!,
            Images = parsed.GetValue(images),
            OutputFolder = parsed.GetValue(output)!,
        }));

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

    private static int Run(QuickstartSettings settings)
    {
        long start = Stopwatch.GetTimestamp();
        try
        {
            Directory.CreateDirectory(settings.OutputFolder);
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException or ArgumentException or NotSupportedException)
        {
            Console.Error.WriteLine($"Expected a folder for --out, got '{settings.OutputFolder}': {fault.Message}");
            return WrongCommandLine;
        }

        DigitNetwork network = new(settings);
        Experiment experiment = ProgressDisplay.Show(settings.Images, tick => Experiment.Run(network, settings, tick));
        Page page = new(Console.Out);
        bool asExpected = QuickstartReport.Print(page, experiment, settings);

        // Not among what is printed: the time is another one in each run.
        Console.Error.WriteLine($"Done in {Stopwatch.GetElapsedTime(start).TotalSeconds:F1} s.");
        return asExpected ? 0 : 1;
    }

    private static string? TextOf(OptionResult result) => result.Tokens.Count > 0 ? result.Tokens[^1].Value : null;

    private static void RequireOneOf(OptionResult result, string[] names, string what)
    {
        string? name = TextOf(result);
        if (name is not null && !names.Contains(name, StringComparer.Ordinal))
        {
            result.AddError($"Unknown {what} '{name}'. Expected one of: {string.Join(", ", names)}.");
        }
    }
}
