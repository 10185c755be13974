namespace Verifiable.Inference.Samples.Tests;

public sealed class ReproduceTests
{
    [Fact]
    public void The_reproduce_sample_ends_with_one_digest_which_is_the_same_again()
    {
        using ScratchFolder folder = new();
        SampleRun run = SampleRun.Of("Reproduce", folder.Path);
        Assert.Equal(0, run.ExitCode);
        Assert.Matches("\nsha256 [0-9a-f]{64}\n$", run.Output);
        Assert.Equal(5, run.Lines.Count(line => line.Contains(".onnx: model ", StringComparison.Ordinal)));
        Assert.Equal(run.Output, SampleRun.Of("Reproduce", folder.Path).Output);
    }
}
