namespace Verifiable.Inference.Samples.Tests;

public sealed class MinimalTests
{
    [Fact]
    public void The_minimal_sample_prints_a_verdict_and_a_receipt_that_holds()
    {
        using ScratchFolder folder = new();
        SampleRun run = SampleRun.Of("Minimal", folder.Path);
        Assert.Equal(0, run.ExitCode);
        Assert.Contains("Accepted, OutputsMatch", run.Output, StringComparison.Ordinal);
        Assert.Contains("The receipt holds: True", run.Output, StringComparison.Ordinal);
    }
}
