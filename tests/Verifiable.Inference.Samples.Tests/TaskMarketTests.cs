using System.Text.RegularExpressions;

namespace Verifiable.Inference.Samples.Tests;

/// <summary>What the sample of the task market promises, seen from outside.</summary>
public sealed class TaskMarketTests : IDisposable
{
    private readonly ScratchFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Killed_in_the_middle_it_goes_on_and_everything_comes_true()
    {
        SampleRun run = Run("one", "--seed", "7");
        Assert.True(run.ExitCode == 0, run.Output + run.Errors);
        Assert.Contains("A process was killed after record", run.Output, StringComparison.Ordinal);
        Assert.Contains("begun before, 1037 records; each must come out again", run.Output, StringComparison.Ordinal);
        Assert.DoesNotContain("  NO ", run.Output, StringComparison.Ordinal);
        Assert.Equal(24, run.Lines.Count(static line => line.StartsWith("  yes  ", StringComparison.Ordinal)));
        Assert.Equal(3, run.Lines.Count(static line => line.Contains("cheating loses money", StringComparison.Ordinal)));
        Assert.Equal(3, run.Lines.Count(static line => line.Contains("cheating pays", StringComparison.Ordinal)));
        string report = File.ReadAllText(Path.Combine(_folder.Path, "one", "task-market.html"));

        // Offline: nothing is fetched and nothing is run; every chart has its table, every tag its end.
        Assert.DoesNotMatch("(?i)<script|<link|<img|src=|@import|url\\(", report);
        Assert.All(Regex.Matches(report, "https?://[^\"]*").Select(static match => match.Value), static address => Assert.Equal("http://www.w3.org/2000/svg", address));
        Assert.Equal(5, Regex.Count(report, "<svg "));
        Assert.Equal(1 + 5, Regex.Count(report, "<table>")); // the terms', and one for each chart
        Assert.Equal(Regex.Count(report, "<(svg|table|tr|td|th|text|h2|p)[ >]"), Regex.Count(report, "</(svg|table|tr|td|th|text|h2|p)>"));
        Assert.DoesNotContain("NaN", report, StringComparison.Ordinal);
    }

    [Fact]
    public void The_same_seed_prints_the_same_text_and_draws_the_same_report()
    {
        SampleRun first = Run("first", "--seed", "3", "--tasks", "40");
        SampleRun second = Run("second", "--seed", "3", "--tasks", "40");
        Assert.Contains("ledger", first.Output, StringComparison.Ordinal);
        Assert.Equal(first.Output, second.Output);
        Assert.Equal(File.ReadAllBytes(Path.Combine(_folder.Path, "first", "task-market.html")), File.ReadAllBytes(Path.Combine(_folder.Path, "second", "task-market.html")));
    }

    [Theory]
    [InlineData("--tasks", "19", "20 to 5000")]
    [InlineData("--tasks", "many", "many")]
    [InlineData("--seed", "-1", "-1")]
    [InlineData("--sed", "1", "--sed")]
    public void A_wrong_command_line_is_refused_with_what_would_be_right(string option, string value, string expected)
    {
        SampleRun run = SampleRun.Of("TaskMarket", _folder.Path, option, value);
        Assert.Equal(2, run.ExitCode);
        Assert.Equal(string.Empty, run.Output);
        Assert.Contains(expected, run.Errors, StringComparison.Ordinal);
        Assert.Empty(Directory.EnumerateFileSystemEntries(_folder.Path));
    }

    private SampleRun Run(string folder, params string[] arguments) => SampleRun.Of("TaskMarket", _folder.Path, [.. arguments, "--out", Path.Combine(_folder.Path, folder)]);
}
