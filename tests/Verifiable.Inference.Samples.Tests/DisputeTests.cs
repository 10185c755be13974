namespace Verifiable.Inference.Samples.Tests;

public sealed class DisputeTests : IDisposable
{
    private readonly ScratchFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData("digits", "0", "7", "1", 6001)]

    // The coin has this one computed again too; the reward of a second answer that nobody needs is burnt as well.
    [InlineData("digits", "3", "4", "-1", 6121)]
    [InlineData("digits-small", "1", "2", "1000", 6001)]
    [InlineData("iris", "2", "1", "1", 6001)]
    public void A_changed_number_is_convicted_at_its_place_and_the_transcript_replays_to_the_same_line(string model, string node, string element, string ulps, int burnt)
    {
        SampleRun run = Run("--model", model, "--at", node, "--element", element, "--ulps", ulps, "--transcript", "t.bin");
        Assert.Contains($"convicted: ElementDiffers at graph node {node} (", Last(run), StringComparison.Ordinal);
        Assert.Contains($"element {element}: claimed ", Last(run), StringComparison.Ordinal);
        Assert.Contains("asked for again: another provider answers, right: True", run.Output, StringComparison.Ordinal);
        Assert.Contains($"the provider -9002, the watcher +3001, burnt {burnt}, conserved: True", run.Output, StringComparison.Ordinal);
        Assert.Contains("in use: valid; of overturned ones: valid", run.Output, StringComparison.Ordinal);
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
    [InlineData("acquitted: ChallengerSilent", "--honest", "--silent", "challenger")]
    [InlineData("acquitted: ChallengerSilent", "--silent", "challenger")]
    [InlineData("convicted: ClaimantSilent", "--silent", "defender")]
    [InlineData("convicted: ClaimantSilent", "--silent", "both")]
    public void Silence_ends_by_the_clock(string expected, params string[] arguments) => Assert.Equal(expected, Last(Run(arguments)));

    [Theory]
    [InlineData("digits", "3", "0")]
    [InlineData("iris", "2", "1")]
    public void A_challenge_of_a_right_number_is_acquitted_by_recomputing_it_and_the_challenger_pays(string model, string node, string element)
    {
        SampleRun run = Run("--model", model, "--at", node, "--element", element, "--honest");
        Assert.StartsWith($"acquitted: ElementAgrees at graph node {node} (", Last(run), StringComparison.Ordinal);
        Assert.Contains("the provider +540, the watcher -840, burnt 420, conserved: True", run.Output, StringComparison.Ordinal);
    }

    // A watcher speaks some nine times in such a dispute: it is killed at each of them, before the court takes what it says, or before it is answered.
    [Fact]
    public void F4_a_watcher_that_is_killed_at_any_message_goes_on_to_the_same_verdict()
    {
        string expected = Last(Run());
        for (int message = 1; ; message++)
        {
            SampleRun run = Run("--kill", message.ToString(System.Globalization.CultureInfo.InvariantCulture));
            Assert.Equal(expected, Last(run));
            Assert.Equal(1, run.Lines.Count(static line => line.Contains("opens a game", StringComparison.Ordinal)));
            Assert.Contains("the watcher +3001", run.Output, StringComparison.Ordinal);
            if (!run.Output.Contains("is killed", StringComparison.Ordinal))
            {
                Assert.True(message > 8, $"{message} messages");
                return;
            }
        }
    }

    // Where the kills fall is not decided by the seed alone: whatever it is, the end is the same.
    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public void F4_a_watcher_that_is_killed_at_random_instructions_goes_on_to_the_same_verdict(int seed)
    {
        SampleRun run = Run("--kill-at-random", seed.ToString(System.Globalization.CultureInfo.InvariantCulture));
        Assert.Equal(Last(Run()), Last(run));
        Assert.InRange(run.Lines.Count(static line => line.Contains("killed at some instruction", StringComparison.Ordinal)), 1, 5);
        Assert.Equal(1, run.Lines.Count(static line => line.Contains("opens a game", StringComparison.Ordinal)));
        Assert.Contains("the watcher +3001", run.Output, StringComparison.Ordinal);
    }

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
