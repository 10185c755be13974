namespace Verifiable.Inference.Samples.Tests;

public sealed class DurableLedgerTests
{
    [Fact]
    public void A_ledger_that_is_killed_keeps_what_it_acknowledged_and_a_damaged_journal_is_named()
    {
        using ScratchFolder folder = new();
        SampleRun run = SampleRun.Of("DurableLedger", folder.Path, "--folder", "journal");
        Assert.True(run.ExitCode == 0, run.Output + run.Errors);
        Assert.Equal(
            [
                "the journal is in journal",
                "while it runs, a second writer is refused: InUse",
                "killed, and opened again",
                "every acknowledged payment is there: True",
                "a payment that was done is answered None when it is sent again",
                "and not done twice: True",
                "good: money is conserved",
            ],
            run.Lines.Where(line => line.Length > 0));

        Assert.Equal(2, SampleRun.Of("DurableLedger", folder.Path, "--folder", "journal").ExitCode);
        string segment = Directory.GetFiles(Path.Combine(folder.Path, "journal"), "journal-*.vinf").Single();
        byte[] bytes = File.ReadAllBytes(segment);
        bytes[1000] ^= 1;
        File.WriteAllBytes(segment, bytes);
        SampleRun bad = SampleRun.Of("DurableLedger", folder.Path, "verify", "journal", Convert.ToHexString(bytes.AsSpan(16, 32)));
        Assert.Equal(1, bad.ExitCode);
        Assert.Contains("first bad record", bad.Output, StringComparison.Ordinal);
        Assert.Contains("BadRecord", bad.Output, StringComparison.Ordinal);
    }

    [Fact]
    public void Run_by_hand_it_names_its_folder_and_leaves_nothing_behind()
    {
        using ScratchFolder folder = new();
        SampleRun run = SampleRun.Of("DurableLedger", folder.Path);
        Assert.True(run.ExitCode == 0, run.Output + run.Errors);
        const string Named = "the journal is in ";
        string journal = run.Lines.Single(line => line.StartsWith(Named, StringComparison.Ordinal))[Named.Length..];
        Assert.False(Directory.Exists(journal));
        Assert.False(Directory.Exists(Path.GetDirectoryName(journal)));
        Assert.Empty(Directory.GetFileSystemEntries(folder.Path));
    }
}
