namespace Verifiable.Inference.Samples.Tests;

public sealed class DisputeTests : IDisposable
{
    private readonly ScratchFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData("digits", "0", "7", "1")]
    [InlineData("digits", "3", "0", "-1")]
    [InlineData("digits-small", "1", "2", "1000")]
    [InlineData("iris", "2", "1", "1")]
    public void A_changed_number_is_convicted_at_its_place_and_the_transcript_replays_to_the_same_line(string model, string node, string element, string ulps)
    {
        SampleRun run = Run("--model", model, "--at", node, "--element", element, "--ulps", ulps, "--transcript", "t.bin");
        Assert.Contains($"convicted: ElementDiffers at graph node {node} (", Last(run), StringComparison.Ordinal);
        Assert.Contains($"element {element}: claimed ", Last(run), StringComparison.Ordinal);
        Assert.Contains("conserved: True", run.Output, StringComparison.Ordinal);
        SampleRun verified = Run("verify", "t.bin", "--model", model);
        Assert.Equal(Last(run), Last(verified));

        // The bytes say it, and no others.
        byte[] bytes = File.ReadAllBytes(Path.Combine(_folder.Path, "t.bin"));
        bytes[^40] ^= 1;
        File.WriteAllBytes(Path.Combine(_folder.Path, "t.bin"), bytes);
        Assert.Equal(1, SampleRun.Of("Dispute", _folder.Path, "verify", "t.bin", "--model", model).ExitCode);
    }

    [Theory]
    [InlineData("DOTNET_EnableAVX512")]
    [InlineData("DOTNET_EnableAVX2")]
    [InlineData("DOTNET_EnableHWIntrinsic")]
    public void I10_a_transcript_that_was_written_under_one_instruction_set_is_verified_under_another(string name)
    {
        Dictionary<string, string> off = new() { [name] = "0" };
        string[] play = ["--at", "3", "--element", "9", "--transcript", "t.bin"];
        SampleRun written = SampleRun.Of("Dispute", _folder.Path, off, play);
        Assert.Equal(Last(written), Last(Run("verify", "t.bin")));
        Assert.Equal(Last(written), Last(Run(play)));
        Assert.Equal(Last(written), Last(SampleRun.Of("Dispute", _folder.Path, off, "verify", "t.bin")));
        Assert.Contains("convicted", Last(written), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("acquitted: ChallengerSilent", "--honest")]
    [InlineData("acquitted: ChallengerSilent", "--silent", "challenger")]
    [InlineData("convicted: ClaimantSilent", "--silent", "defender")]
    [InlineData("convicted: ClaimantSilent", "--silent", "both")]
    public void Silence_ends_by_the_clock(string expected, params string[] arguments) => Assert.Equal(expected, Last(Run(arguments)));

    [Fact]
    public void An_unknown_argument_prints_the_usage()
    {
        SampleRun run = SampleRun.Of("Dispute", _folder.Path, "--model", "shakespeare");
        Assert.Equal(2, run.ExitCode);
        Assert.StartsWith("usage:", run.Errors, StringComparison.Ordinal);
    }

    private SampleRun Run(params string[] arguments)
    {
        SampleRun run = SampleRun.Of("Dispute", _folder.Path, arguments);
        Assert.True(run.ExitCode == 0, run.Output + run.Errors);
        return run;
    }

    private static string Last(SampleRun run) => run.Lines.Last(static line => line.Length > 0);
}
