using System.Text;

namespace Verifiable.Inference.Samples.Tests;

public sealed class EquilibriaTests
{
    [Fact]
    public void The_same_seed_draws_the_same_bytes_on_any_number_of_processors_and_cheating_that_pays_is_said_to_pay()
    {
        using ScratchFolder folder = new();
        SampleRun one = SampleRun.Of("Equilibria", folder.Path, new Dictionary<string, string> { ["DOTNET_PROCESSOR_COUNT"] = "1" }, "--seed", "1", "--out", "one");
        SampleRun two = SampleRun.Of("Equilibria", folder.Path, new Dictionary<string, string> { ["DOTNET_PROCESSOR_COUNT"] = "2", ["DOTNET_EnableAVX2"] = "0" }, "--seed", "1", "--out", "two");
        Assert.True(one.ExitCode == 0, one.Output + one.Errors);
        Assert.Equal(one.Output.Replace("one", "two", StringComparison.Ordinal), two.Output.Replace("one", "two", StringComparison.Ordinal));
        string[] files = [.. Directory.GetFiles(Path.Combine(folder.Path, "one")).Select(path => Path.GetFileName(path)!).Order(StringComparer.Ordinal)];
        Assert.Equal(files, Directory.GetFiles(Path.Combine(folder.Path, "two")).Select(path => Path.GetFileName(path)!).Order(StringComparer.Ordinal));
        Assert.Equal(41, files.Length);
        Assert.All(files, file => Assert.Equal(File.ReadAllBytes(Path.Combine(folder.Path, "one", file)), File.ReadAllBytes(Path.Combine(folder.Path, "two", file))));
        Assert.DoesNotContain("http://", File.ReadAllText(Path.Combine(folder.Path, "one", "equilibria.html")).Replace("http://www.w3.org/2000/svg", string.Empty, StringComparison.Ordinal), StringComparison.Ordinal);
        Assert.Contains("PAYS", one.Output, StringComparison.Ordinal);
        Assert.Contains("Raise the\n    audit probability p from 0.05 to 0.068241.", one.Output, StringComparison.Ordinal);
        Assert.Contains("completeness proven, certificate holds", one.Output, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("")]
    [InlineData("[]")]
    [InlineData("{\"scenarios\": []}")]
    [InlineData("{\"scenarios\": [{}], \"more\": 1}")]
    [InlineData("{\"scenarios\": [{\"slash\": 1, \"slash\": 2}]}")]
    [InlineData("{\"scenarios\": [{\"unknown\": 1}]}")]
    [InlineData("{\"scenarios\": [{\"slash\": 1e400}]}")]
    [InlineData("{\"scenarios\": [{\"slash\": -1}]}")]
    [InlineData("{\"scenarios\": [{\"auditRate\": 1.5}]}")]
    [InlineData("{\"scenarios\": [{\"auditRate\": \"0.5\"}]}")]
    [InlineData("{\"scenarios\": [{\"voterSeats\": 4}]}")]
    [InlineData("{\"scenarios\": [{\"cheatsConvicted\": [3, 2]}]}")]
    [InlineData("{\"scenarios\": [{\"name\": \"\\u0007\"}]}")]
    [InlineData("{\"scenarios\": [{\"name\": [[[[[[[[]]]]]]]]}]}")]
    public void A_file_that_is_no_file_of_scenarios_is_refused_with_a_sentence(string text)
    {
        using ScratchFolder folder = new();
        string path = Path.Combine(folder.Path, "scenarios.json");
        File.WriteAllText(path, text);
        SampleRun run = SampleRun.Of("Equilibria", folder.Path, "--scenario", path);
        Assert.Equal(2, run.ExitCode);
        Assert.StartsWith("The file of scenarios cannot be used: expected", run.Errors.Replace("scenario 1 has", "expected", StringComparison.Ordinal), StringComparison.Ordinal);
        Assert.DoesNotContain("   at ", run.Errors, StringComparison.Ordinal);
    }

    [Fact]
    public void A_file_that_is_too_long_is_refused()
    {
        using ScratchFolder folder = new();
        string path = Path.Combine(folder.Path, "long.json");
        File.WriteAllBytes(path, Encoding.ASCII.GetBytes(new string(' ', 1_000_000)));
        SampleRun run = SampleRun.Of("Equilibria", folder.Path, "--scenario", path);
        Assert.Equal(2, run.ExitCode);
        Assert.Contains("65536 bytes", run.Errors, StringComparison.Ordinal);
    }

    [Fact]
    public void The_advisor_sample_says_the_least_stake_and_audit_rate()
    {
        using ScratchFolder folder = new();
        SampleRun run = SampleRun.Of("Advisor", folder.Path);
        Assert.Equal(0, run.ExitCode);
        Assert.Contains("The least slash S is 2760", run.Output, StringComparison.Ordinal);
        Assert.Contains("The least audit probability p is 0.050875", run.Output, StringComparison.Ordinal);
    }
}
