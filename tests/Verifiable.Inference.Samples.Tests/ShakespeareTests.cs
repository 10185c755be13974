namespace Verifiable.Inference.Samples.Tests;

public sealed class ShakespeareTests
{
    private static readonly Lazy<SampleRun> _plain = new(() => Run(new Dictionary<string, string>()));

    [Fact]
    public void The_text_of_a_seed_is_the_same_however_it_is_computed_and_a_cheaper_model_is_caught()
    {
        SampleRun run = _plain.Value;
        Assert.True(run.ExitCode == 0, run.Errors);
        Assert.StartsWith("KING RICHARD:\n", run.Output, StringComparison.Ordinal);
        Assert.Contains("without a cache: the same", run.Lines);
        Assert.Contains("in a batch: the same", run.Lines);
        Assert.Contains("a provider honest: Accepted, not slashed; the text to use is the same; the receipt holds", run.Lines);
        Assert.Contains("a provider with the cheaper model: Rejected, slashed; the text to use is the same; the receipt holds", run.Lines);
        Assert.DoesNotContain("DIFFERENT", run.Output, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("DOTNET_EnableAVX512")]
    [InlineData("DOTNET_EnableAVX2")]
    [InlineData("DOTNET_EnableHWIntrinsic")]
    public void Every_instruction_set_writes_the_same_bytes(string name) => Assert.Equal(_plain.Value.Output, Run(new Dictionary<string, string> { [name] = "0" }).Output);

    [Fact]
    public void Another_seed_writes_another_text()
    {
        using ScratchFolder folder = new();
        SampleRun other = SampleRun.Of("Shakespeare", folder.Path, "--seed", "8", "--length", "12");
        Assert.NotEqual(_plain.Value.Lines.First(line => line.StartsWith("sha256 ", StringComparison.Ordinal)), other.Lines.First(line => line.StartsWith("sha256 ", StringComparison.Ordinal)));
        Assert.Equal(2, SampleRun.Of("Shakespeare", folder.Path, "--seed", "x").ExitCode);
    }

    [Fact]
    public void The_shortest_prompt_and_the_largest_seed_are_served()
    {
        using ScratchFolder folder = new();
        SampleRun run = SampleRun.Of("Shakespeare", folder.Path, "--prompt", "A", "--seed", "18446744073709551615", "--length", "4");
        Assert.True(run.ExitCode == 0, run.Errors);
        Assert.StartsWith("A", run.Output, StringComparison.Ordinal);
        Assert.Contains("in a batch: the same", run.Lines);
        Assert.Equal(2, SampleRun.Of("Shakespeare", folder.Path, "--prompt", string.Empty).ExitCode);
        Assert.Equal(2, SampleRun.Of("Shakespeare", folder.Path, "--seed", "18446744073709551616").ExitCode);
    }

    private static SampleRun Run(Dictionary<string, string> environment)
    {
        using ScratchFolder folder = new();
        return SampleRun.Of("Shakespeare", folder.Path, environment, "--seed", "7", "--length", "12");
    }
}
